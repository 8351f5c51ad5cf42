package userpool

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/todo/internal/stack"
)

const newEmail = "ana@new.example.com"

func (r *rig) attributes(u User) string {
	r.t.Helper()
	u, err := r.User(background, u.Sub)
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.TrimPrefix(listed(u.Attributes[1:]), "sub="+u.Sub+" ")
}

func one(name, value string) []Attribute { return []Attribute{{name, value}} }

func verifyFirst(d *stack.UserPool) { d.VerifyBeforeUpdate = []string{"email"} }

func TestANewEmail(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	sent, err := r.UpdateUserAttributes(background, r.client(), u.Sub, append(one("email", newEmail), Attribute{"name", "Ana"}))
	if err != nil || sent == nil || *sent != (Delivery{"a***@n***", "EMAIL", "email"}) || r.mails.Messages()[0].To != newEmail {
		t.Fatalf("got %+v, %v", sent, err)
	}
	if got := r.attributes(u); got != "email="+newEmail+" email_verified=false name=Ana" {
		t.Errorf("got %s", got)
	}
	wantRefusal(t, "sign in by the old", r.signIn(ana, goodPassword), "NotAuthorizedException: Incorrect username or password.")
	wantRefusal(t, "sign in by the new", r.signIn(newEmail, goodPassword), "")
	code := r.mailedCode()
	wantRefusal(t, "a wrong code", r.VerifyAttribute(background, u.Sub, "email", otherCode(code)), "CodeMismatchException: Invalid verification code provided, please try again.")
	wantRefusal(t, "the code", r.VerifyAttribute(background, u.Sub, "email", code), "")
	wantRefusal(t, "the code again", r.VerifyAttribute(background, u.Sub, "email", code), "ExpiredCodeException: Invalid code provided, please request a code again.")
	if got := r.attributes(u); got != "email="+newEmail+" email_verified=true name=Ana" {
		t.Errorf("got %s", got)
	}
}

func TestAnEmailThatIsVerifiedFirst(t *testing.T) {
	r := newRig(t, verifyFirst)
	u := r.confirmed(ana)
	if sent, err := r.UpdateUserAttributes(background, r.client(), u.Sub, one("email", newEmail)); err != nil || sent == nil {
		t.Fatalf("got %+v, %v", sent, err)
	}
	if got := r.attributes(u); got != "email="+ana+" email_verified=true" {
		t.Errorf("before: got %s", got)
	}
	wantRefusal(t, "sign in by the old", r.signIn(ana, goodPassword), "")
	if sent, err := r.AttributeCode(background, u.Sub, "email"); err != nil || sent.Destination != "a***@n***" {
		t.Errorf("another code: got %+v, %v", sent, err)
	}
	wantRefusal(t, "the code", r.VerifyAttribute(background, u.Sub, "email", r.mailedCode()), "")
	if got := r.attributes(u); got != "email="+newEmail+" email_verified=true" {
		t.Errorf("after: got %s", got)
	}
	wantRefusal(t, "sign in by the new", r.signIn(newEmail, goodPassword), "")
}

// TestWhoeverVerifiesFirstHasTheEmail: two people ask for one address, and one gives their code back before the other.
func TestWhoeverVerifiesFirstHasTheEmail(t *testing.T) {
	r := newRig(t, verifyFirst)
	users := []User{r.confirmed(ana), r.confirmed("ben@example.com")}
	var codes []string
	for _, u := range users {
		if _, err := r.UpdateUserAttributes(background, r.client(), u.Sub, one("email", newEmail)); err != nil {
			t.Fatal(err)
		}
		codes = append(codes, r.mailedCode())
	}
	results := make([]error, 2)
	var wg sync.WaitGroup
	for i, u := range users {
		wg.Go(func() { results[i] = r.VerifyAttribute(background, u.Sub, "email", codes[i]) })
	}
	wg.Wait()
	if (results[0] == nil) == (results[1] == nil) {
		t.Errorf("got %v and %v, want one refused", results[0], results[1])
	}
	for _, err := range results {
		if err != nil {
			wantRefusal(t, "the other", err, "AliasExistsException: An account with the given email already exists.")
		}
	}
}

func TestCodesGoWithTheEmailTheyWereMailedTo(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	if _, err := r.ForgotPassword(background, r.client(), ana); err != nil {
		t.Fatal(err)
	}
	reset := r.mailedCode()
	if _, err := r.AttributeCode(background, u.Sub, "email"); err != nil {
		t.Fatal(err)
	}
	old := r.mailedCode()
	wantRefusal(t, "an administrator changes the e-mail", r.AdminUpdateUserAttributes(background, ana, append(one("email", newEmail), Attribute{"email_verified", "true"})), "")
	wantRefusal(t, "verify by the old code", r.VerifyAttribute(background, u.Sub, "email", old), "ExpiredCodeException: Invalid code provided, please request a code again.")
	wantRefusal(t, "reset by the old code", r.ConfirmForgotPassword(background, r.client(), newEmail, reset, "Another1horse"), "ExpiredCodeException: Invalid code provided, please request a code again.")
}

func TestQuotasOfAddresses(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	r.confirmed("ben@example.com")
	limit := "LimitExceededException: Attempt limit exceeded, please try after some time."
	for i := range 5 {
		_, err := r.UpdateUserAttributes(background, r.client(), u.Sub, one("email", "ben@example.com"))
		wantRefusal(t, fmt.Sprint("somebody else's e-mail ", i), err, "AliasExistsException: An account with the given email already exists.")
	}
	_, err := r.UpdateUserAttributes(background, r.client(), u.Sub, one("email", "nobody@example.com"))
	wantRefusal(t, "a free e-mail, when it cannot be told any more", err, limit)
	_, err = r.UpdateUserAttributes(background, r.client(), u.Sub, one("email", "ben@example.com"))
	wantRefusal(t, "one that is not", err, limit)
	_, err = r.AttributeCode(background, u.Sub, "email")
	wantRefusal(t, "a code", err, limit)
	_, err = r.UpdateUserAttributes(background, r.client(), u.Sub, one("name", "Ana"))
	wantRefusal(t, "another attribute", err, "")
	r.pass(time.Hour)
	_, err = r.AttributeCode(background, u.Sub, "email")
	wantRefusal(t, "an hour later", err, "")
	for range 15 {
		_ = r.VerifyAttribute(background, u.Sub, "email", "000000")
	}
	wantRefusal(t, "the 16th try", r.VerifyAttribute(background, u.Sub, "email", r.mailedCode()), limit)
}

func TestChangesThatAreRefused(t *testing.T) {
	immutable := func(d *stack.UserPool) {
		d.Schema = []stack.Attribute{{Name: "plan", Custom: true, Type: "String"}, {Name: "name", Type: "String", Required: true, Mutable: true}}
		d.Clients[0].WriteAttributes = []string{"email", "name", "custom:plan"}
	}
	r := newRig(t, immutable)
	u, _, err := r.SignUp(background, r.client(), ana, goodPassword, append(one("name", "Ana"), Attribute{"custom:plan", "free"}))
	if err != nil {
		t.Fatal(err)
	}
	const unwritable = "NotAuthorizedException: A client attempted to write unauthorized attribute"
	for _, c := range []struct {
		what        string
		change      Attribute
		self, admin string
	}{
		{"an attribute that cannot change", Attribute{"custom:plan", "gold"}, "InvalidParameterException: user.custom:plan: Attribute cannot be updated.\n", "same"},
		{"its removal", Attribute{"custom:plan", ""}, "InvalidParameterException: user.custom:plan: Attribute cannot be updated.\n", "same"},
		{"it as it is", Attribute{"custom:plan", "free"}, "", ""},
		{"a required one's removal", Attribute{"name", ""}, "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required\n", "same"},
		{"the e-mail's removal", Attribute{"email", ""}, "InvalidParameterException: Cannot delete the attribute email: users sign in by it.", "same"},
		{"a malformed e-mail", Attribute{"email", "ana"}, "InvalidParameterException: Invalid email address format.", "same"},
		{"what the pool does not have", Attribute{"custom:no", "x"}, unwritable, "InvalidParameterException: Invalid user attributes: user.custom:no: Attribute does not exist in the schema.\n"},
		{"the sub", Attribute{"sub", "x"}, unwritable, "InvalidParameterException: Invalid user attributes: user.sub: Attribute does not exist in the schema.\n"},
		{"another verified thing", Attribute{"x_verified", ""}, unwritable, "InvalidParameterException: Invalid user attributes: user.x_verified: Attribute does not exist in the schema.\n"},
		{"that the e-mail is verified", Attribute{"email_verified", "true"}, unwritable, ""},
	} {
		if c.admin == "same" {
			c.admin = c.self
		}
		_, err := r.UpdateUserAttributes(background, r.client(), u.Sub, []Attribute{c.change})
		wantRefusal(t, c.what+", by the user", err, c.self)
		wantRefusal(t, c.what+", by an administrator", r.AdminUpdateUserAttributes(background, ana, []Attribute{c.change}), c.admin)
	}
	if got := r.attributes(u); got != "custom:plan=free email="+ana+" email_verified=true name=Ana" {
		t.Errorf("got %s", got)
	}
}

func TestAttributesAreTakenAway(t *testing.T) {
	r := newRig(t, freeNames, func(d *stack.UserPool) { d.AliasAttributes = []string{"email"} })
	u, _, err := r.SignUp(background, r.client(), "ana", goodPassword, append(one("email", ana), Attribute{"nickname", "A"}))
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "confirm", r.ConfirmSignUp(background, r.client(), "ana", r.mailedCode()), "")
	wantRefusal(t, "sign in by the alias", r.signIn(ana, goodPassword), "")
	wantRefusal(t, "delete", r.DeleteUserAttributes(background, r.client(), u.Sub, []string{"email", "nickname"}), "")
	if got := r.attributes(u); got != "" {
		t.Errorf("got %s", got)
	}
	wantRefusal(t, "sign in by what was the alias", r.signIn(ana, goodPassword), "NotAuthorizedException: Incorrect username or password.")
	wantRefusal(t, "sign in by name", r.signIn("ana", goodPassword), "")
	_, err = r.AttributeCode(background, u.Sub, "email")
	wantRefusal(t, "a code for no e-mail", err, "InvalidParameterException: The user has no email to verify.")
}

func TestAnEmailThatWaitsIsTakenBack(t *testing.T) {
	r := newRig(t, verifyFirst)
	u := r.confirmed(ana)
	for _, email := range []string{newEmail, ana} {
		if _, err := r.UpdateUserAttributes(background, r.client(), u.Sub, one("email", email)); err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, "the code", r.VerifyAttribute(background, u.Sub, "email", r.mailedCode()), "ExpiredCodeException: Invalid code provided, please request a code again.")
	if got := r.attributes(u); got != "email="+ana+" email_verified=true" {
		t.Errorf("got %s", got)
	}
}
