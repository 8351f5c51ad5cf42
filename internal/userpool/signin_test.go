package userpool

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/stack"
)

const lockedOut = "NotAuthorizedException: Password attempts exceeded"

func TestLockout(t *testing.T) {
	for _, name := range []string{ana, "nobody@example.com"} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.confirmed(ana)
			for range 5 {
				wantRefusal(t, "a free failure", r.signIn(name, "Wrong1horse"), wrong)
			}
			for _, lock := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
				r.reopen() // a restart does not help
				r.pass(lock - time.Millisecond)
				wantRefusal(t, fmt.Sprint("before ", lock), r.signIn(name, goodPassword), lockedOut)
				r.pass(time.Millisecond)
				wantRefusal(t, fmt.Sprint("after ", lock), r.signIn(name, "Wrong1horse"), wrong)
			}
		})
	}
}

func TestLockoutEnds(t *testing.T) {
	fail := func(r *rig, times int) {
		for range times {
			r.pass(15*time.Minute - time.Millisecond) // longer than any lock but the longest, shorter than forgetting takes
			wantRefusal(t, "failure", r.signIn(ana, "Wrong1horse"), wrong)
		}
	}
	t.Run("by a success", func(t *testing.T) {
		r := newRig(t)
		r.confirmed(ana)
		fail(r, 8)
		r.pass(8 * time.Second)
		wantRefusal(t, "right", r.signIn(ana, goodPassword), "")
		wantRefusal(t, "wrong again", r.signIn(ana, "Wrong1horse"), wrong)
		wantRefusal(t, "not locked", r.signIn(ana, goodPassword), "")
	})
	t.Run("by time", func(t *testing.T) {
		r := newRig(t)
		r.confirmed(ana)
		fail(r, 8)
		r.pass(15 * time.Minute)
		wantRefusal(t, "wrong", r.signIn(ana, "Wrong1horse"), wrong)
		wantRefusal(t, "not locked", r.signIn(ana, goodPassword), "")
	})
	t.Run("within 15 minutes at most", func(t *testing.T) {
		var g guard
		for range 100 {
			g.failed(start)
		}
		if want := start.Add(15 * time.Minute); !g.LockedUntil.Equal(want) {
			t.Errorf("got %v, want %v", g.LockedUntil, want)
		}
	})
	t.Run("by a new password", func(t *testing.T) {
		r, ctx := newRig(t), context.Background()
		r.confirmed(ana)
		for range 5 {
			_ = r.signIn(ana, "Wrong1horse")
		}
		if _, err := r.ForgotPassword(ctx, r.client(), ana); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "reset", r.ConfirmForgotPassword(ctx, r.client(), ana, r.mailedCode(), "Another1horse"), "")
		wantRefusal(t, "sign-in", r.signIn(ana, "Another1horse"), "")
	})
}

// TestGuessesAtOnce shows that guesses do not get past the count by being made together.
func TestGuessesAtOnce(t *testing.T) {
	r := newRig(t)
	r.confirmed(ana)
	errs := make([]error, 40)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = r.signIn(ana, "Wrong1horse") })
	}
	wg.Wait()
	tried := 0
	for _, err := range errs {
		if err != nil && err.Error() == wrong {
			tried++
		}
	}
	if tried != freeFailures {
		t.Errorf("%d passwords were compared, want %d", tried, freeFailures)
	}
	if len(r.turns.taken) != 0 {
		t.Errorf("%d turns are still held", len(r.turns.taken))
	}
}

func TestWaitingForATurnEndsWithTheCall(t *testing.T) {
	var s turns
	done, err := s.take(context.Background(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.take(ctx, "ana"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	done()
	if done, err = s.take(context.Background(), "ana"); err != nil {
		t.Fatal(err)
	}
	done()
}

// TestNoAnswerTellsWhetherThereIsAnAccount compares answers for an account with those for a name without one, call by
// call.
func TestNoAnswerTellsWhetherThereIsAnAccount(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	r.confirmed(ana)
	if _, _, err := r.SignUp(ctx, r.client(), "new@example.com", goodPassword, nil); err != nil {
		t.Fatal(err)
	}
	forgot := func(name string) string {
		d, err := r.ForgotPassword(ctx, r.client(), name)
		return fmt.Sprint(d, err)
	}
	resend := func(name string) string {
		d, err := r.ResendConfirmationCode(ctx, r.client(), name)
		return fmt.Sprint(d, err)
	}
	reset := func(name string) string {
		return fmt.Sprint(r.ConfirmForgotPassword(ctx, r.client(), name, "no-code", goodPassword))
	}
	confirm := func(name string) string {
		return fmt.Sprint(r.ConfirmSignUp(ctx, r.client(), name, "no-code"))
	}
	signIn := func(name string) string { return fmt.Sprint(r.signIn(name, "Wrong1horse")) }
	for _, c := range []struct {
		what           string
		known, unknown string
		times          int
		ask            func(string) string
	}{
		{"a new password before a code was asked for", ana, "any@example.com", 2, reset},
		{"forgotten password", ana, "any@example.com", 1, forgot},
		{"a new password by a wrong code, until the limit", ana, "any@example.com", 12, reset},
		{"forgotten password beyond the limit", ana, "any@example.com", 1, forgot},
		{"forgotten password in capitals", "ANA@example.com", "ANY@example.com", 1, forgot},
		{"a confirmation by a wrong code, until the limit", "new@example.com", "nil@example.com", 17, confirm},
		{"another confirmation code, until the limit", "new@example.com", "nil@example.com", 7, resend},
		{"a new password for an account that is not confirmed", "new@example.com", "nil@example.com", 2, reset},
		{"forgotten password of an account that is not confirmed", "new@example.com", "nil@example.com", 2, forgot},
		{"sign-in, until the lock", ana, "any@example.com", 8, signIn},
	} {
		for i := range c.times {
			known, unknown := c.ask(c.known), c.ask(c.unknown)
			if known == "<nil>" {
				t.Fatalf("%s: it was let through", c.what)
			}
			if known != unknown { // the two names have the same first letters, so the masked addresses are alike too
				t.Errorf("%s, call %d: got %q for an account, %q for none", c.what, i+1, known, unknown)
			}
		}
	}
}

// TestInventedAddresses shows that in a pool of free user names a name without an account is answered with an address
// too, always the same, also after a restart.
func TestInventedAddresses(t *testing.T) {
	r := newRig(t, freeNames)
	first, err := r.ForgotPassword(context.Background(), r.client(), "nobody")
	if err != nil || !regexp.MustCompile(`^[a-z]\*\*\*@[a-z]\*\*\*$`).MatchString(first.Destination) {
		t.Errorf("got %+v, %v", first, err)
	}
	r.reopen()
	again, err := r.ForgotPassword(context.Background(), r.client(), "NOBODY")
	if err != nil || again != first {
		t.Errorf("got %+v, %v, want %+v again", again, err, first)
	}
}

func TestClientsThatMayKnow(t *testing.T) {
	r, ctx := newRig(t, legacy), context.Background()
	r.signUp(ana)
	const nobody = "nobody@example.com"
	noPair := "UserNotFoundException: Username/client id combination not found."
	wantRefusal(t, "sign-in", r.signIn(nobody, goodPassword), "UserNotFoundException: User does not exist.")
	_, err := r.ForgotPassword(ctx, r.client(), nobody)
	wantRefusal(t, "forgotten password", err, noPair)
	_, err = r.ResendConfirmationCode(ctx, r.client(), nobody)
	wantRefusal(t, "resend", err, noPair)
	wantRefusal(t, "reset", r.ConfirmForgotPassword(ctx, r.client(), nobody, "123456", goodPassword), noPair)
	wantRefusal(t, "confirm", r.ConfirmSignUp(ctx, r.client(), nobody, "123456"), "UserNotFoundException: User does not exist.")
	_, err = r.ForgotPassword(ctx, r.client(), ana)
	wantRefusal(t, "nothing verified", err, "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number")
}

// TestStrangersAreBounded shows that names nobody has cannot fill the data file.
func TestStrangersAreBounded(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	err := r.change(ctx, start, func(t tx) error { return t.in(strangers).SetSequence(maxStrangers - 2) })
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if _, err := r.ForgotPassword(ctx, r.client(), fmt.Sprintf("nobody%d@example.com", i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.records(strangers); got != 2 {
		t.Errorf("got %d records, want the 2 for which there was room", got)
	}
}

func TestForgottenPassword(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	tokens := r.tokens(u, "openid")
	d, err := r.ForgotPassword(ctx, r.client(), ana)
	if err != nil || d != (Delivery{Destination: "a***@e***", Medium: "EMAIL", Attribute: "email"}) {
		t.Errorf("got %+v, %v", d, err)
	}
	code, fresh := r.mailedCode(), "Another1horse"
	wantRefusal(t, "wrong code", r.ConfirmForgotPassword(ctx, r.client(), ana, otherCode(code), fresh), mismatch)
	wantRefusal(t, "weak password", r.ConfirmForgotPassword(ctx, r.client(), ana, code, "weak"), "InvalidPasswordException: Password did not conform with policy: Password not long enough")
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = r.ConfirmForgotPassword(ctx, r.client(), ana, code, fresh) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			wantRefusal(t, "the code again", err, expired)
		}
	}
	if won != 1 {
		t.Errorf("the code worked %d times, want once", won)
	}
	wantRefusal(t, "old password", r.signIn(ana, goodPassword), wrong)
	wantRefusal(t, "new password", r.signIn(ana, fresh), "")
	if _, err := r.AccessToken(ctx, tokens.Access); err != nil {
		t.Errorf("tokens of before: got %v, want them to go on", err)
	}
	r.pass(time.Hour)
	if _, err := r.ForgotPassword(ctx, r.client(), ana); err != nil {
		t.Fatal(err)
	}
	r.pass(time.Hour)
	wantRefusal(t, "an hour later", r.ConfirmForgotPassword(ctx, r.client(), ana, r.mailedCode(), fresh), expired)
}

func TestOnlyAdministratorsReset(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.RecoveryMechanisms = []string{"admin_only"} })
	r.confirmed(ana)
	_, err := r.ForgotPassword(context.Background(), r.client(), ana)
	wantRefusal(t, "forgotten password", err, "NotAuthorizedException: Contact administrator to reset password.")
}

func TestChangePassword(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	wantRefusal(t, "wrong previous", r.ChangePassword(ctx, u.Sub, "Wrong1horse", "Another1horse"), wrong)
	wantRefusal(t, "weak", r.ChangePassword(ctx, u.Sub, goodPassword, "weak"), "InvalidPasswordException: Password did not conform with policy: Password not long enough")
	wantRefusal(t, "change", r.ChangePassword(ctx, u.Sub, goodPassword, "Another1horse"), "")
	wantRefusal(t, "sign-in", r.signIn(ana, "Another1horse"), "")
	for range 3 {
		_ = r.ChangePassword(ctx, u.Sub, "Another1horse", "Another1horse")
	}
	wantRefusal(t, "the sixth in an hour", r.ChangePassword(ctx, u.Sub, "Another1horse", goodPassword), limit)
	wantRefusal(t, "nobody", r.ChangePassword(ctx, "no-sub", goodPassword, "Another1horse"), "UserNotFoundException: User does not exist.")
}

// records counts what is in a bucket.
func (r *rig) records(b bucket) (n int) {
	r.t.Helper()
	err := r.db.View(func(t *bolt.Tx) error {
		return t.Bucket(root).Bucket([]byte(b)).ForEach(func(_, _ []byte) error { n++; return nil })
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// TestDisabledAccounts writes the state into the record: it is what the pool must obey, whoever brings it about.
func TestDisabledAccounts(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	tokens := r.tokens(u, "openid")
	session, err := r.StartSession(ctx, u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	alter := func(change func(*account)) {
		t.Helper()
		err := r.change(ctx, start, func(t tx) error {
			a, err := existing(t, u.Sub)
			change(&a)
			return errors.Join(err, t.put(users, a.Sub, a))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	alter(func(a *account) { a.Disabled = true })
	disabled := "NotAuthorizedException: User is disabled."
	wantRefusal(t, "wrong password", r.signIn(ana, "Wrong1horse"), wrong)
	wantRefusal(t, "right password", r.signIn(ana, goodPassword), disabled)
	_, err = r.AccessToken(ctx, tokens.Access)
	wantRefusal(t, "access token", err, disabled)
	_, err = r.RefreshTokens(ctx, r.client(), tokens.Refresh)
	wantRefusal(t, "refresh token", err, disabled)
	if _, ok, err := r.Session(ctx, session); ok || err != nil {
		t.Errorf("session: got %v, %v", ok, err)
	}
	mails := len(r.mails.Messages())
	if d, err := r.ForgotPassword(ctx, r.client(), ana); err != nil || d.Destination != "a***@e***" || len(r.mails.Messages()) != mails {
		t.Errorf("forgotten password: got %+v, %v, %d mails; want the answer without the mail", d, err, len(r.mails.Messages())-mails)
	}
	alter(func(a *account) { a.Disabled, a.Status = false, ResetRequired })
	wantRefusal(t, "reset required", r.signIn(ana, goodPassword), "PasswordResetRequiredException: Password reset required for the user")
	if _, err := r.ForgotPassword(ctx, r.client(), ana); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "reset", r.ConfirmForgotPassword(ctx, r.client(), ana, r.mailedCode(), "Another1horse"), "")
	wantRefusal(t, "then", r.signIn(ana, "Another1horse"), "")
}
