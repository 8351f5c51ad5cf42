package userpool

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

// invited creates an account for ana and gives the password that was mailed.
func (r *rig) invited() (User, string) {
	r.t.Helper()
	u, err := r.AdminCreateUser(context.Background(), NewUser{Username: ana})
	if err != nil {
		r.t.Fatal(err)
	}
	return u, r.mailedPassword()
}

var passwordIn = regexp.MustCompile(`^Your username is ` + ana + ` and temporary password is (\S+)\.$`)

func (r *rig) mailedPassword() string {
	r.t.Helper()
	found := passwordIn.FindStringSubmatch(r.mails.Messages()[0].Text)
	if found == nil {
		r.t.Fatalf("no password in %q", r.mails.Messages()[0].Text)
	}
	return found[1]
}

func TestAWalkFromInvitationToPassword(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, temporary := r.invited()
	if u.Status != ForceChangePassword {
		t.Errorf("got %s", u.Status)
	}
	_, err := r.ForgotPassword(ctx, r.client(), ana)
	wantRefusal(t, "forgotten password", err, "NotAuthorizedException: User password cannot be reset in the current state.")
	got, err := r.SignIn(ctx, r.client(), ana, temporary)
	if !errors.Is(err, ErrNewPasswordRequired) || got.Sub != u.Sub {
		t.Fatalf("got %+v, %v", got, err)
	}
	session, err := r.StartNewPassword(ctx, r.client(), u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	finish := func(c *Client, session, password string) error {
		_, err := r.FinishNewPassword(ctx, c, session, password, nil)
		return err
	}
	other, _ := r.Client("otherclient")
	wantRefusal(t, "another client", finish(other, session, goodPassword), "NotAuthorizedException: Invalid session for the user.")
	wantRefusal(t, "another session", finish(r.client(), "x"+session, goodPassword), "NotAuthorizedException: Invalid session for the user.")
	wantRefusal(t, "weak", finish(r.client(), session, "weak"), "InvalidPasswordException: Password did not conform with policy: Password not long enough")
	wantRefusal(t, "good", finish(r.client(), session, goodPassword), "")
	wantRefusal(t, "again", finish(r.client(), session, goodPassword), "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	wantRefusal(t, "sign-in", r.signIn(ana, goodPassword), "")
	wantRefusal(t, "temporary password", r.signIn(ana, temporary), wrong)
}

func TestNewPasswordSessionsLapse(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, _ := r.invited()
	session, err := r.StartNewPassword(ctx, r.client(), u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	r.pass(3 * time.Minute)
	_, err = r.FinishNewPassword(ctx, r.client(), session, goodPassword, nil)
	wantRefusal(t, "late", err, "NotAuthorizedException: Invalid session for the user, session is expired.")
}

func TestMissingAttributesAreGivenAtTheFirstSignIn(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, _ := r.invited()
	r.desc.Schema = []stack.Attribute{{Name: "name", Type: "String", Required: true}}
	r.reopen()
	if got := r.MissingAttributes(u); !slices.Equal(got, []string{"name"}) {
		t.Errorf("got %v, want name", got)
	}
	session, err := r.StartNewPassword(ctx, r.client(), u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	finish := func(attrs ...Attribute) error {
		_, err := r.FinishNewPassword(ctx, r.client(), session, goodPassword, attrs)
		return err
	}
	wantRefusal(t, "without", finish(), "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required\n")
	wantRefusal(t, "with the e-mail too", finish(Attribute{"name", "Ana"}, Attribute{"email", "eve@example.com"}), "InvalidParameterException: Cannot modify an already provided email")
	wantRefusal(t, "with", finish(Attribute{"name", "Ana"}), "")
}

func TestTemporaryPasswordsLapse(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	_, temporary := r.invited()
	r.pass(7 * 24 * time.Hour)
	wantRefusal(t, "after a week", r.signIn(ana, temporary), "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.")
	if _, err := r.AdminCreateUser(ctx, NewUser{Username: ana, Resend: true}); err != nil {
		t.Fatal(err)
	}
	if err := r.signIn(ana, r.mailedPassword()); !errors.Is(err, ErrNewPasswordRequired) {
		t.Errorf("the new one: got %v", err)
	}
	wantRefusal(t, "the old one", r.signIn(ana, temporary), wrong)
	wantRefusal(t, "permanent", r.AdminSetUserPassword(ctx, ana, goodPassword, true), "")
	_, err := r.AdminCreateUser(ctx, NewUser{Username: ana, Resend: true})
	wantRefusal(t, "resend to somebody confirmed", err, "UnsupportedUserStateException: Resend not possible. "+ana+" status is not FORCE_CHANGE_PASSWORD")
	_, err = r.AdminCreateUser(ctx, NewUser{Username: "nobody@example.com", Resend: true})
	wantRefusal(t, "resend to nobody", err, "UserNotFoundException: User does not exist.")
}

func TestAdministration(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, err := r.AdminCreateUser(ctx, NewUser{
		Username: ana, TemporaryPassword: goodPassword, Suppress: true, Attributes: []Attribute{{"email_verified", "true"}, {"name", "Ana"}},
	})
	if err != nil || len(r.mails.Messages()) != 0 {
		t.Fatalf("got %v, %d messages", err, len(r.mails.Messages()))
	}
	if got, want := listed(u.Attributes), "email="+ana+" email_verified=true name=Ana sub="+u.Sub; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	_, err = r.AdminCreateUser(ctx, NewUser{Username: strings.ToUpper(ana)})
	wantRefusal(t, "twice", err, "UsernameExistsException: An account with the given email already exists.")
	_, err = r.AdminCreateUser(ctx, NewUser{Username: "bob@example.com", TemporaryPassword: "weak"})
	wantRefusal(t, "weak", err, "InvalidPasswordException: Password did not conform with policy: Password not long enough")
	_, err = r.AdminCreateUser(ctx, NewUser{Username: "bob@example.com", Attributes: []Attribute{{"custom:plan", "pro"}}})
	wantRefusal(t, "unknown attribute", err, "InvalidParameterException: Attributes did not conform to the schema: custom:plan: Attribute does not exist in the schema.\n")
	for _, name := range []string{ana, u.Sub} {
		got, err := r.AdminGetUser(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(u, got); diff != "" {
			t.Errorf("as %s (-want +got):\n%s", name, diff)
		}
	}
	wantRefusal(t, "permanent password", r.AdminSetUserPassword(ctx, u.Sub, "Another1horse", true), "")
	wantRefusal(t, "sign-in", r.signIn(ana, "Another1horse"), "")
	wantRefusal(t, "temporary password", r.AdminSetUserPassword(ctx, ana, goodPassword, false), "")
	if err := r.signIn(ana, goodPassword); !errors.Is(err, ErrNewPasswordRequired) {
		t.Errorf("got %v, want %v", err, ErrNewPasswordRequired)
	}
	wantRefusal(t, "delete", r.AdminDeleteUser(ctx, ana), "")
	none := "UserNotFoundException: User does not exist."
	_, err = r.AdminGetUser(ctx, ana)
	wantRefusal(t, "get nobody", err, none)
	wantRefusal(t, "delete nobody", r.AdminDeleteUser(ctx, ana), none)
	wantRefusal(t, "password for nobody", r.AdminSetUserPassword(ctx, ana, goodPassword, true), none)
	wantRefusal(t, "confirm nobody", r.AdminConfirmSignUp(ctx, ana), none)
}

func TestAdminConfirmSignUp(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	r.signUp(ana)
	wantRefusal(t, "confirm", r.AdminConfirmSignUp(ctx, ana), "")
	wantRefusal(t, "again", r.AdminConfirmSignUp(ctx, ana), "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
	wantRefusal(t, "sign-in", r.signIn(ana, goodPassword), "")
	u, err := r.AdminGetUser(ctx, ana)
	if err != nil || !slices.Contains(u.Attributes, Attribute{"email_verified", "false"}) {
		t.Errorf("got %+v, %v, want an e-mail that is not verified", u, err)
	}
}

func TestListUsers(t *testing.T) {
	r, ctx := newRig(t, freeNames), context.Background()
	for i := range 7 {
		name := fmt.Sprintf("user%d", i)
		_, err := r.AdminCreateUser(ctx, NewUser{Username: name, Attributes: []Attribute{{"email", name + "@Example.com"}, {"name", `"` + name + `"`}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	wantRefusal(t, "confirm one", r.AdminSetUserPassword(ctx, "user3", goodPassword, true), "")
	names := func(q UserQuery) []string {
		t.Helper()
		var all []string
		for pages := 0; ; pages++ {
			page, err := r.ListUsers(ctx, q)
			if err != nil || pages > 10 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, u := range page.Users {
				all = append(all, u.Username)
			}
			if q.After = page.Next; q.After == "" {
				slices.Sort(all)
				return all
			}
		}
	}
	everybody := []string{"user0", "user1", "user2", "user3", "user4", "user5", "user6"}
	for _, c := range []struct {
		filter string
		want   []string
	}{
		{``, everybody},
		{`username = "user2"`, []string{"user2"}},
		{`username ^= "user"`, everybody},
		{`email="USER4@example.COM"`, []string{"user4"}},
		{`email ^= "user5@"`, []string{"user5"}},
		{`name = "\"user1\""`, []string{"user1"}},
		{`cognito:user_status = "confirmed"`, []string{"user3"}},
		{`status = "Disabled"`, nil},
		{`given_name = ""`, nil},
	} {
		for _, limit := range []int{0, 1, 3, 7} {
			if diff := cmp.Diff(c.want, names(UserQuery{Filter: c.filter, Limit: limit})); diff != "" {
				t.Errorf("%s by %d (-want +got):\n%s", c.filter, limit, diff)
			}
		}
	}
	for _, c := range []struct{ name, filter, after, want string }{
		{"no condition", `username`, "", "InvalidParameterException: Error while parsing filter"},
		{"two conditions", `username = "a" and sub = "b"`, "", "InvalidParameterException: Error while parsing filter"},
		{"a custom attribute", `custom:plan = "a"`, "", "InvalidParameterException: Invalid search attribute: custom:plan"},
		{"a password", `password = "a"`, "", "InvalidParameterException: Invalid search attribute: password"},
		{"a token that was made up", ``, "AAAA", "InvalidParameterException: Invalid pagination token."},
	} {
		_, err := r.ListUsers(ctx, UserQuery{Filter: c.filter, After: c.after})
		wantRefusal(t, c.name, err, c.want)
	}
}

func TestTemporaryPasswordsKeepThePolicy(t *testing.T) {
	r := newRig(t)
	policy := stack.PasswordPolicy{MinimumLength: 20, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true}
	for range 50 {
		password, err := temporaryPassword(r.cfg.Rand, policy)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPolicy(policy, password); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}
