package userpool

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"example.com/todo/internal/stack"
)

func calling(address string) context.Context {
	return WithAddress(context.Background(), netip.MustParseAddr(address))
}

const tooMany = "LimitExceededException: Attempt limit exceeded, please try after some time."

func isLimit(err error) bool {
	var refusal *Error
	return errors.As(err, &refusal) && refusal.Error() == tooMany
}

// asked gives the session of somebody's sign-in that has come to their second factor.
func (r *rig) asked(n int, kind string) (session string) {
	r.t.Helper()
	step, err := r.startFactor(context.Background(), r.client(), r.withFactors(n), kind)
	if err != nil {
		r.t.Fatal(err)
	}
	return step.Session
}

// withFactors gives the account of somebody with two second factors. Ten guesses share a person, since a person's own
// limits are another matter.
func (r *rig) withFactors(n int) (sub string) {
	r.t.Helper()
	ctx, name := context.Background(), fmt.Sprintf("factor%d@example.com", n/10)
	var a account
	var known bool
	err := r.view(r.clock(), func(t tx) (err error) {
		a, known, err = r.find(t, name)
		return err
	})
	if err == nil && !known {
		a.Sub = r.confirmed(name).Sub
		err = r.change(ctx, r.clock(), func(t tx) error {
			secret, err := r.newFactorSecret(a.Sub)
			if err != nil {
				return err
			}
			return t.put(factors, a.Sub, factor{Secret: secret.sealed, Enabled: true, Mailed: true})
		})
	}
	if err != nil {
		r.t.Fatal(err)
	}
	return a.Sub
}

// TestOneAddressGuessesAtMany: the lock of an account does not stop somebody who guesses once at each of many.
func TestOneAddressGuessesAtMany(t *testing.T) {
	const thief, other = "203.0.113.9", "203.0.113.10"
	guesses := map[string]func(r *rig, ctx context.Context, n int) error{
		"passwords": func(r *rig, ctx context.Context, n int) error {
			_, err := r.SignIn(ctx, r.client(), fmt.Sprintf("u%d@example.com", n), "Wrong-horse-9")
			return err
		},
		"codes of sign-ups": func(r *rig, ctx context.Context, n int) error {
			return r.ConfirmSignUp(ctx, r.client(), fmt.Sprintf("u%d@example.com", n), "000000")
		},
		"codes of forgotten passwords": func(r *rig, ctx context.Context, n int) error {
			return r.ConfirmForgotPassword(ctx, r.client(), fmt.Sprintf("u%d@example.com", n), "000000", goodPassword)
		},
		"codes of an authenticator app": func(r *rig, ctx context.Context, n int) error {
			_, err := r.FinishCode(ctx, r.client(), r.asked(n, SoftwareToken), "none")
			return err
		},
		"codes by mail, after the password": func(r *rig, ctx context.Context, n int) error {
			_, err := r.FinishMailedCode(ctx, r.client(), r.asked(n, EmailOTP), "none")
			return err
		},
		"codes of new addresses": func(r *rig, ctx context.Context, n int) error {
			return r.VerifyAttribute(ctx, r.withFactors(n), "email", "000000")
		},
		"codes by mail, to begin with": func(r *rig, ctx context.Context, n int) error {
			step, err := r.StartMailedCode(context.Background(), r.client(), fmt.Sprintf("u%d@example.com", n))
			if err != nil {
				r.t.Fatal(err)
			}
			_, err = r.FinishMailedCode(ctx, r.client(), step.Session, "none")
			return err
		},
	}
	for name, guess := range guesses {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(d *stack.UserPool) {
				d.MFA, d.SecondFactors, d.FirstFactors = "OPTIONAL", []string{SoftwareToken, EmailOTP}, []string{Password, EmailOTP}
			})
			r.confirmed(ana)
			for n := range quotaAddressTries.limit {
				if err := guess(r, calling(thief), n); err == nil || isLimit(err) {
					t.Fatalf("guess %d: got %v, want it refused as wrong", n, err)
				}
			}
			r.reopen()
			for what, guess := range guesses {
				if err := guess(r, calling(thief), 1000); !isLimit(err) {
					t.Errorf("%s after too many wrong guesses: got %v", what, err)
				}
			}
			if _, err := r.SignIn(calling(thief), r.client(), ana, goodPassword); !isLimit(err) {
				t.Errorf("the right password from there: got %v, want it refused unseen", err)
			}
			if _, err := r.SignIn(calling(other), r.client(), ana, goodPassword); err != nil {
				t.Errorf("the right password from elsewhere: got %v", err)
			}
			r.pass(time.Hour)
			if _, err := r.SignIn(calling(thief), r.client(), ana, goodPassword); err != nil {
				t.Errorf("an hour later: got %v", err)
			}
		})
	}
}

// TestNamesAreNotTriedThrough: where a client tells that there is no account, names are guesses too.
func TestNamesAreNotTriedThrough(t *testing.T) {
	r := newRig(t, legacy)
	for n := range quotaAddressTries.limit + 1 {
		_, err := r.SignIn(calling("203.0.113.9"), r.client(), fmt.Sprintf("u%d@example.com", n), goodPassword)
		want := "UserNotFoundException: User does not exist."
		if n == quotaAddressTries.limit {
			want = tooMany
		}
		wantRefusal(t, fmt.Sprintf("name %d", n), err, want)
	}
}

func TestOneAddressSignsUpOnlySoMany(t *testing.T) {
	r := newRig(t)
	r.confirmed(ana)
	signUp := func(ctx context.Context, name string) error {
		_, _, err := r.SignUp(ctx, r.client(), name, goodPassword, nil)
		return err
	}
	const school = "2001:db8:1:2::"
	for n := range quotaAddressSignUps.limit / 2 {
		if err := signUp(calling(school+"1"), fmt.Sprintf("u%d@example.com", n)); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "a name that is taken", signUp(calling(school+fmt.Sprintf("%x", n+2)), ana), "UsernameExistsException: An account with the given email already exists.")
	}
	wantRefusal(t, "one more, from the same network", signUp(calling(school+"ffff"), "eve@example.com"), tooMany)
	wantRefusal(t, "whether a name is taken", signUp(calling(school+"ffff"), ana), tooMany)
	wantRefusal(t, "from another network", signUp(calling("2001:db8:1:3::1"), "eve@example.com"), "")
	wantRefusal(t, "from this machine", signUp(calling("::1"), "bob@example.com"), "")
	wantRefusal(t, "from this machine, as IPv4 in IPv6", signUp(calling("::ffff:127.0.0.1"), "cid@example.com"), "")
}

// TestAddressesAreNotKept: the record of an address lapses with its hour.
func TestAddressesAreNotKept(t *testing.T) {
	r := newRig(t)
	for n := range 50 {
		_, _ = r.SignIn(calling(fmt.Sprintf("198.51.100.%d", n)), r.client(), fmt.Sprintf("u%d@example.com", n), goodPassword)
	}
	count := func() (records, counted int) {
		err := r.view(r.clock(), func(t1 tx) error {
			counted = int(t1.in(addresses).Sequence())
			return t1.in(addresses).ForEach(func(_, _ []byte) error { records++; return nil })
		})
		if err != nil {
			t.Fatal(err)
		}
		return records, counted
	}
	if records, counted := count(); records != 50 || counted != 50 {
		t.Errorf("got %d records, counted as %d; want 50", records, counted)
	}
	r.pass(time.Hour + time.Second)
	for range 20 { // changes of any kind sweep
		if err := r.change(context.Background(), r.clock(), func(tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if records, counted := count(); records != 0 || counted != 0 {
		t.Errorf("after their hour: got %d records, counted as %d", records, counted)
	}
}
