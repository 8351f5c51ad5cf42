package userpool

import (
	"context"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

const (
	anasNumber = "+351912345678"
	evesNumber = "+351987654321"
)

func phoneNames(d *stack.UserPool) { d.UsernameAttributes = []string{"phone_number"} }

func eitherNames(d *stack.UserPool) { d.UsernameAttributes = []string{"email", "phone_number"} }

func phoneAliases(d *stack.UserPool) {
	d.UsernameAttributes, d.AliasAttributes = nil, []string{"phone_number"}
}

func TestPeopleWhoSignInByTelephoneNumber(t *testing.T) {
	r := newRig(t, phoneNames)
	ctx := context.Background()
	for name, want := range map[string]string{
		"ana":                 "InvalidParameterException: Username should be a phone number.",
		ana:                   "InvalidParameterException: Username should be a phone number.",
		"00351912345678":      "InvalidParameterException: Username should be a phone number.",
		"+0351912345678":      "InvalidParameterException: Username should be a phone number.",
		"+3519123456789012":   "InvalidParameterException: Username should be a phone number.",
		"+351 912 345 678":    "InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
		"+351912345678\u0660": "InvalidParameterException: Username should be a phone number.",
	} {
		_, _, err := r.SignUp(ctx, r.client(), name, goodPassword, nil)
		wantRefusal(t, name, err, want)
	}
	_, _, err := r.SignUp(ctx, r.client(), anasNumber, goodPassword, []Attribute{{"phone_number", evesNumber}})
	wantRefusal(t, "two numbers", err, "InvalidParameterException: The phone_number attribute should be the username.")

	u, delivery, err := r.SignUp(ctx, r.client(), anasNumber, goodPassword, []Attribute{{"email", ana}})
	if err != nil || delivery == nil || delivery.Attribute != "email" || delivery.Destination != "a***@e***" {
		t.Fatalf("got %+v, %+v, %v, want a code that is mailed", u, delivery, err)
	}
	if u.Username != u.Sub || listed(u.Attributes) != "email="+ana+" email_verified=false phone_number="+anasNumber+" phone_number_verified=false sub="+u.Sub {
		t.Errorf("got %+v", u)
	}
	code := r.mailedCode()
	_, _, err = r.SignUp(ctx, r.client(), anasNumber, goodPassword, nil)
	wantRefusal(t, "once more", err, "UsernameExistsException: An account with the given phone_number already exists.")
	wantRefusal(t, "confirmed", r.ConfirmSignUp(ctx, r.client(), anasNumber, code), "")
	wantRefusal(t, "the e-mail is no name", r.signIn(ana, goodPassword), wrong)
	if got, err := r.SignIn(ctx, r.client(), anasNumber, goodPassword); err != nil || got.Sub != u.Sub {
		t.Errorf("got %+v, %v", got, err)
	}
	wantRefusal(t, "a new password by the number", r.forgotten(anasNumber, "Second1horse"), "")
	wantRefusal(t, "with it", r.signIn(anasNumber, "Second1horse"), "")

	if _, err := r.AdminCreateUser(ctx, NewUser{Username: evesNumber, Attributes: []Attribute{{"email", "eve@example.com"}}}); err != nil {
		t.Fatal(err)
	}
	if got, want := r.mails.Messages(), "Your username is "+evesNumber+" and"; !strings.Contains(got[0].Text, want) {
		t.Errorf("got the letter %q, want %q in it", got[0].Text, want)
	}
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", evesNumber}})
	wantRefusal(t, "another's number", err, "AliasExistsException: An account with the given phone_number already exists.")
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", ""}})
	wantRefusal(t, "no number", err, "InvalidParameterException: Cannot delete the attribute phone_number: users sign in by it.")
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", "+351900000000"}})
	wantRefusal(t, "a number of one's own", err, "")
	wantRefusal(t, "the number of before", r.signIn(anasNumber, "Second1horse"), wrong)
	wantRefusal(t, "the new one", r.signIn("+351900000000", "Second1horse"), "")
	r.reopen()
	wantRefusal(t, "after a restart", r.signIn("+351900000000", "Second1horse"), "")
}

func TestSRPByTelephoneNumber(t *testing.T) {
	r := newRig(t, withSRP, phoneNames)
	ctx := context.Background()
	u, _, err := r.SignUp(ctx, r.client(), anasNumber, goodPassword, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "confirmed", r.AdminConfirmSignUp(ctx, anasNumber), "")
	wantRefusal(t, "by SRP", r.srpSignIn(anasNumber, goodPassword), "")
	known, err := r.StartSRP(ctx, r.client(), anasNumber, "02")
	if err != nil || known.UserID != u.Sub {
		t.Errorf("got %+v, %v, want the sub in the mathematics", known, err)
	}
	unknown, err := r.StartSRP(ctx, r.client(), evesNumber, "02")
	if err != nil || len(unknown.UserID) != subSize {
		t.Errorf("a number of nobody: got %+v, %v, want an id of the same form", unknown, err)
	}
	wantRefusal(t, "a number of nobody", r.srpSignIn(evesNumber, goodPassword), wrong)
}

// TestNumbersAreNotTriedOneByOne: a change of the number tells whether somebody else signs in by it.
func TestNumbersAreNotTriedOneByOne(t *testing.T) {
	r := newRig(t, phoneNames)
	ctx := context.Background()
	u, err := r.AdminCreateUser(ctx, NewUser{Username: anasNumber})
	if err != nil {
		t.Fatal(err)
	}
	for i := range quotaAddress.limit {
		_, err := r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", "+35191000000" + string(rune('0'+i))}})
		wantRefusal(t, "a free number", err, "")
	}
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", evesNumber}})
	wantRefusal(t, "one more", err, "LimitExceededException: Attempt limit exceeded, please try after some time.")
}

func TestPeopleWhoSignInByEither(t *testing.T) {
	r := newRig(t, eitherNames)
	ctx := context.Background()
	_, _, err := r.SignUp(ctx, r.client(), "ana", goodPassword, nil)
	wantRefusal(t, "neither", err, "InvalidParameterException: Username should be either an email or a phone number.")
	if _, _, err := r.SignUp(ctx, r.client(), ana, goodPassword, []Attribute{{"phone_number", anasNumber}}); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "confirmed by the number", r.ConfirmSignUp(ctx, r.client(), anasNumber, r.mailedCode()), "")
	wantRefusal(t, "the e-mail", r.signIn("ANA@example.com", goodPassword), "")
	wantRefusal(t, "the number", r.signIn(anasNumber, goodPassword), "")
	_, _, err = r.SignUp(ctx, r.client(), "eve@example.com", goodPassword, []Attribute{{"phone_number", anasNumber}})
	wantRefusal(t, "another's number", err, "UsernameExistsException: An account with the given phone_number already exists.")
	u, err := r.AdminGetUser(ctx, anasNumber)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "without the e-mail", r.AdminDeleteUserAttributes(ctx, ana, []string{"email"}), "")
	wantRefusal(t, "without either", r.AdminDeleteUserAttributes(ctx, anasNumber, []string{"phone_number"}),
		"InvalidParameterException: Cannot delete the attribute phone_number: users sign in by it.")
	if got, err := r.SignIn(ctx, r.client(), anasNumber, goodPassword); err != nil || got.Sub != u.Sub {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, _, err := r.SignUp(ctx, r.client(), ana, goodPassword, nil); err != nil {
		t.Errorf("the e-mail is free: got %v", err)
	}
}

func TestTelephoneAliases(t *testing.T) {
	r := newRig(t, phoneAliases)
	ctx := context.Background()
	_, _, err := r.SignUp(ctx, r.client(), anasNumber, goodPassword, nil)
	wantRefusal(t, "a name like a number", err,
		"InvalidParameterException: Username cannot be of phone number format, since user pool is configured for phone number alias.")
	create := func(name, verified string, take bool) error {
		_, err := r.AdminCreateUser(ctx, NewUser{
			Username: name, Attributes: []Attribute{{"phone_number", anasNumber}, {"phone_number_verified", verified}},
			TemporaryPassword: goodPassword, Suppress: true, TakeAlias: take,
		})
		return err
	}
	signedIn := func(want string) {
		t.Helper()
		if u, err := r.SignIn(ctx, r.client(), anasNumber, goodPassword); err != ErrNewPasswordRequired || u.Username != want {
			t.Errorf("got %+v, %v, want %s to sign in by the number", u, err, want)
		}
	}
	wantRefusal(t, "one that is not verified", create("bob", "false", false), "")
	wantRefusal(t, "by a number that is not verified", r.signIn(anasNumber, goodPassword), wrong)
	wantRefusal(t, "the first", create("ana", "true", false), "")
	signedIn("ana")
	wantRefusal(t, "another", create("eve", "true", false), "AliasExistsException: An account with the given phone_number already exists.")
	wantRefusal(t, "verified of another", r.AdminUpdateUserAttributes(ctx, "bob", []Attribute{{"phone_number_verified", "true"}}),
		"AliasExistsException: An account with the given phone_number already exists.")
	wantRefusal(t, "one that takes it", create("eve", "true", true), "")
	signedIn("eve")
	u, err := r.AdminGetUser(ctx, "ana")
	if err != nil || listed(u.Attributes) != "phone_number="+anasNumber+" phone_number_verified=false sub="+u.Sub {
		t.Errorf("who had it: got %+v, %v", u, err)
	}
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number_verified", "true"}})
	wantRefusal(t, "people do not say so themselves", err, "NotAuthorizedException: A client attempted to write unauthorized attribute")
	eve, err := r.AdminGetUser(ctx, "eve")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.UpdateUserAttributes(ctx, r.client(), eve.Sub, []Attribute{{"phone_number", evesNumber}})
	wantRefusal(t, "changed by its owner", err, "")
	for _, number := range []string{anasNumber, evesNumber} {
		wantRefusal(t, "no longer verified", r.signIn(number, goodPassword), wrong)
	}
}

// TestANumberThatHasToBeVerifiedFirst: no text message verifies it, so the one of before stays.
func TestANumberThatHasToBeVerifiedFirst(t *testing.T) {
	r := newRig(t, phoneAliases, func(d *stack.UserPool) { d.VerifyBeforeUpdate = []string{"phone_number"} })
	ctx := context.Background()
	u, err := r.AdminCreateUser(ctx, NewUser{
		Username: "ana", Attributes: []Attribute{{"phone_number", anasNumber}, {"phone_number_verified", "true"}}, Suppress: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", evesNumber}})
	wantRefusal(t, "by its owner", err, "CodeDeliveryFailureException: The phone_number cannot be changed: no text message is sent that would verify it.")
	wantRefusal(t, "by an administrator", r.AdminUpdateUserAttributes(ctx, anasNumber, []Attribute{{"phone_number", evesNumber}, {"phone_number_verified", "true"}}), "")
	if got, err := r.AdminGetUser(ctx, evesNumber); err != nil || got.Username != "ana" {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", ""}})
	wantRefusal(t, "taken away", err, "")
}

// TestADataFileThatIsOlderThanNumbers was written when a number was no name.
func TestADataFileThatIsOlderThanNumbers(t *testing.T) {
	r := newRig(t)
	ctx := context.Background()
	for name, number := range map[string]string{ana: anasNumber, "bob@example.com": evesNumber, "eve@example.com": evesNumber} {
		if _, _, err := r.SignUp(ctx, r.client(), name, goodPassword, []Attribute{{"phone_number", number}}); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, name, r.AdminConfirmSignUp(ctx, name), "")
	}
	err := r.change(ctx, r.clock(), func(t tx) error {
		old := r.naming
		old.Numbers = false
		return t.put(settings, namingRecord, old)
	})
	if err != nil {
		t.Fatal(err)
	}
	eitherNames(r.desc)
	r.reopen()
	wantRefusal(t, "by number", r.signIn(anasNumber, goodPassword), "")
	for _, name := range []string{ana, "bob@example.com", "eve@example.com"} {
		u, err := r.SignIn(ctx, r.client(), name, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"name", "Somebody"}})
		wantRefusal(t, name+" changes something else", err, "")
		_, err = r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"phone_number", anasNumber}})
		wantRefusal(t, name+" takes Ana's number", err, map[bool]string{false: "AliasExistsException: An account with the given phone_number already exists."}[name == ana])
	}
	u, err := r.SignIn(ctx, r.client(), evesNumber, goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ana, "bob@example.com", "eve@example.com"} {
		other, err := r.SignIn(ctx, r.client(), name, goodPassword)
		if err != nil {
			t.Fatal(err)
		}
		if other.Sub != u.Sub {
			wantRefusal(t, "deleting another one of the number", r.DeleteUser(ctx, other.Sub), "")
		}
	}
	wantRefusal(t, "whose number it is", r.signIn(evesNumber, goodPassword), "")
	phoneNames(r.desc)
	if _, err := open(ctx, r.cfg, seams{cost: cost{memory: 8, time: 1, threads: 1}, newKey: newRSAKey}); err == nil {
		t.Error("names of another kind again: got no error")
	}
}
