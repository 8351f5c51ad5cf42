package userpool

import (
	"context"
	"errors"
	"slices"
	"testing"

	"example.com/todo/internal/stack"
)

const usedBefore = "PasswordHistoryPolicyViolationException: Password has previously been used."

// forgotten sets a password by a mailed code.
func (r *rig) forgotten(name, password string) error {
	r.t.Helper()
	ctx := context.Background()
	if _, err := r.ForgotPassword(ctx, r.client(), name); err != nil {
		r.t.Fatal(err)
	}
	return r.ConfirmForgotPassword(ctx, r.client(), name, r.mailedCode(), password)
}

func TestPasswordHistory(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.PasswordPolicy.HistorySize = 3 })
	u, ctx := r.confirmed(ana), context.Background()
	const second, third, fourth = "Second1horse", "Third1horse", "Fourth1horse"
	change := func(from, to string) error { return r.ChangePassword(ctx, u.Sub, from, to) }
	wantRefusal(t, "the one in use", change(goodPassword, goodPassword), usedBefore)
	wantRefusal(t, "another", change(goodPassword, second), "")
	wantRefusal(t, "the one before", change(second, goodPassword), usedBefore)
	wantRefusal(t, "the one before, forgotten", r.forgotten(ana, goodPassword), usedBefore)
	wantRefusal(t, "the one before, by an administrator", r.AdminSetUserPassword(ctx, ana, goodPassword, true), usedBefore)
	r.reopen()
	wantRefusal(t, "forgotten", r.forgotten(ana, third), "")
	wantRefusal(t, "the first, two ago", r.AdminSetUserPassword(ctx, ana, goodPassword, true), usedBefore)
	wantRefusal(t, "a wrong one, before anything is compared", change(second, goodPassword), wrong)
	wantRefusal(t, "a fourth", r.AdminSetUserPassword(ctx, ana, fourth, true), "")
	wantRefusal(t, "the first, three ago", r.AdminSetUserPassword(ctx, ana, goodPassword, true), "")
	wantRefusal(t, "signing in", r.signIn(ana, goodPassword), "")
}

func TestATemporaryPasswordIsNotChosen(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.PasswordPolicy.HistorySize = 2 })
	ctx := context.Background()
	u, err := r.AdminCreateUser(ctx, NewUser{Username: ana, TemporaryPassword: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.signIn(ana, goodPassword); !errors.Is(err, ErrNewPasswordRequired) {
		t.Fatal(err)
	}
	session, err := r.StartNewPassword(ctx, r.client(), u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.FinishNewPassword(ctx, r.client(), session, goodPassword, nil)
	wantRefusal(t, "the temporary one", err, usedBefore)
	_, err = r.FinishNewPassword(ctx, r.client(), session, "Second1horse", nil)
	wantRefusal(t, "another", err, "")
}

func TestPreferredUsernames(t *testing.T) {
	r := newRig(t, freeNames, func(d *stack.UserPool) { d.AliasAttributes = []string{"email", "preferred_username"} })
	ctx := context.Background()
	signUp := func(name string) User {
		t.Helper()
		u, _, err := r.SignUp(ctx, r.client(), name, goodPassword, []Attribute{{"email", name + "@example.com"}})
		if err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "confirming "+name, r.ConfirmSignUp(ctx, r.client(), name, r.mailedCode()), "")
		return u
	}
	_, _, err := r.SignUp(ctx, r.client(), "ana", goodPassword, []Attribute{{"preferred_username", "boss"}})
	wantRefusal(t, "at sign-up", err, "InvalidParameterException: preferred_username cannot be provided for unconfirmed account")
	anaUser, eve := signUp("ana"), signUp("eve")
	prefer := func(u User, name string) error {
		_, err := r.UpdateUserAttributes(ctx, r.client(), u.Sub, []Attribute{{"preferred_username", name}})
		return err
	}
	wantRefusal(t, "a name of one's own", prefer(anaUser, "boss"), "")
	const taken = "AliasExistsException: An account with the given preferred_username already exists."
	wantRefusal(t, "another's preferred name", prefer(eve, "boss"), taken)
	wantRefusal(t, "another's user name", prefer(eve, "ana"), taken)
	for _, name := range []string{"ana", "boss", "BOSS", "ana@example.com"} {
		u, err := r.SignIn(ctx, r.client(), name, goodPassword)
		if err != nil || u.Sub != anaUser.Sub {
			t.Errorf("%s: got %+v, %v", name, u, err)
		}
	}
	_, _, err = r.SignUp(ctx, r.client(), "boss", goodPassword, nil)
	wantRefusal(t, "signing up with another's preferred name", err, "UsernameExistsException: User already exists")
	wantRefusal(t, "changed", prefer(anaUser, "chief"), "")
	wantRefusal(t, "the name of before", r.signIn("boss", goodPassword), wrong)
	wantRefusal(t, "which is free", prefer(eve, "boss"), "")
	r.reopen()
	if u, err := r.SignIn(ctx, r.client(), "boss", goodPassword); err != nil || u.Sub != eve.Sub {
		t.Errorf("got %+v, %v", u, err)
	}
}

func TestRecoveryByTelephoneAlone(t *testing.T) {
	r := newRig(t, legacy, func(d *stack.UserPool) { d.RecoveryMechanisms = []string{"verified_phone_number"} })
	r.confirmed(ana)
	before := len(r.mails.Messages())
	_, err := r.ForgotPassword(context.Background(), r.client(), ana)
	wantRefusal(t, "e-mail is not among the ways", err, "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number")
	r.desc.RecoveryMechanisms = slices.Concat(r.desc.RecoveryMechanisms, []string{"verified_email"})
	wantRefusal(t, "e-mail is second", r.forgotten(ana, "Second1horse"), "")
	if got := len(r.mails.Messages()) - before; got != 1 {
		t.Errorf("got %d mails, want one", got)
	}
}
