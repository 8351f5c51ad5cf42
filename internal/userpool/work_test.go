package userpool

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/crypto/argon2"

	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
)

// work is what an answer cost that could be measured from outside: password hashes, letters written and sealed, and writes
// that wait for the disk.
type work struct {
	Hashes, Letters int64
	Writes          int
}

// counted counts the letters that it hands on.
type counted struct {
	mail.Sender
	letters *atomic.Int64
}

func (c counted) Send(tx *bolt.Tx, m mail.Message) error {
	c.letters.Add(1)
	return c.Sender.Send(tx, m)
}

// TestStrangersAreAsMuchWorkAsAccounts: what takes as long tells nothing by the time it takes. Work is counted rather
// than timed, over every state that an account can have and over several attempts, since the first ones are special.
func TestStrangersAreAsMuchWorkAsAccounts(t *testing.T) {
	const attempts = 4
	ctx := context.Background()
	for name, attempt := range map[string]func(r *rig, name string) error{
		"signing in": func(r *rig, name string) error { return r.signIn(name, "Wrong-horse-9") },
		"forgetting": func(r *rig, name string) error { _, err := r.ForgotPassword(ctx, r.client(), name); return err },
		"using a wrong code": func(r *rig, name string) error {
			return r.ConfirmForgotPassword(ctx, r.client(), name, "000000", goodPassword)
		},
		"confirming": func(r *rig, name string) error { return r.ConfirmSignUp(ctx, r.client(), name, "000000") },
		"beginning with a code": func(r *rig, name string) error {
			_, err := r.StartMailedCode(ctx, r.client(), name)
			return err
		},
		"asking for a code":    func(r *rig, name string) error { _, err := r.ResendConfirmationCode(ctx, r.client(), name); return err },
		"signing in, too long": func(r *rig, name string) error { return r.signIn(name, string(make([]byte, 2000))) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(d *stack.UserPool) { d.FirstFactors = []string{"PASSWORD", "EMAIL_OTP"} })
			var hashes, letters atomic.Int64
			r.cfg.Mail = counted{r.cfg.Mail, &letters}
			r.hasher.argon2id = func(password, salt []byte, time, memory uint32, threads uint8, size uint32) []byte {
				hashes.Add(1)
				return argon2.IDKey(password, salt, time, memory, threads, size)
			}
			r.confirmed("confirmed@example.com")
			r.confirmed("disabled@example.com")
			r.signUp("unconfirmed@example.com")
			if err := r.AdminDisableUser(ctx, "disabled@example.com"); err != nil {
				t.Fatal(err)
			}
			if _, err := r.AdminCreateUser(ctx, NewUser{Username: "invited@example.com", TemporaryPassword: goodPassword}); err != nil {
				t.Fatal(err)
			}
			measure := func(who string) (all [attempts]work) {
				for i := range all {
					hashed, sent, written := hashes.Load(), letters.Load(), r.written()
					_ = attempt(r, who)
					all[i] = work{hashes.Load() - hashed, letters.Load() - sent, r.written() - written}
				}
				return all
			}
			want := measure("stranger@example.com")
			for _, state := range []string{"confirmed", "disabled", "unconfirmed", "invited"} {
				if got := measure(state + "@example.com"); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("an account that is %s: got %+v, want %+v as for a stranger", state, got, want)
				}
			}
		})
	}
}

// TestAStrangerIsLookedUpAsLongAsAnAccount counts what is allocated, which is nearly all that reading an account takes.
func TestAStrangerIsLookedUpAsLongAsAnAccount(t *testing.T) {
	r := newRig(t)
	r.confirmed("person@example.com")
	allocations := func(name string) float64 {
		return testing.AllocsPerRun(100, func() {
			if err := r.view(r.clock(), func(t tx) error { _, _, err := r.find(t, name); return err }); err != nil {
				t.Fatal(err)
			}
		})
	}
	person, stranger := allocations("person@example.com"), allocations("nobody@example.com")
	if stranger < person-3 || stranger > person+3 {
		t.Errorf("got %v allocations for an account, %v for a stranger", person, stranger)
	}
}

// written is how many transactions have been written to the data file.
func (r *rig) written() (n int) {
	r.t.Helper()
	err := r.view(r.clock(), func(t1 tx) error {
		n = int(t1.root.Tx().ID())
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// TestTokensThatThePoolsOwnKeysSigned: a right signature is not enough.
func TestTokensThatThePoolsOwnKeysSigned(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	good, _ := r.payload(r.tokens(u, apiScope).Access)
	with := func(name string, value any) map[string]any {
		changed := map[string]any{}
		for k, v := range good {
			changed[k] = v
		}
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
		return changed
	}
	const invalid, expired, revoked = "NotAuthorizedException: Invalid Access Token", "NotAuthorizedException: Access Token has expired", "NotAuthorizedException: Access Token has been revoked"
	keys := r.keys.ring.Load()
	for name, c := range map[string]struct {
		key    signingKey
		claims map[string]any
		want   string
	}{
		"as it is":                     {keys.access, good, ""},
		"by the key of ID tokens":      {keys.id, good, invalid},
		"an ID token's use":            {keys.access, with("token_use", "id"), invalid},
		"no use":                       {keys.access, with("token_use", nil), invalid},
		"a list of uses":               {keys.access, with("token_use", []string{"access"}), invalid},
		"another issuer":               {keys.access, with("iss", "http://localhost:8080/auth/local_000000000"), invalid},
		"the issuer with a slash":      {keys.access, with("iss", r.desc.Issuer+"/"), invalid},
		"expired":                      {keys.access, with("exp", r.clock().Unix()), expired},
		"never expiring":               {keys.access, with("exp", nil), expired},
		"expiring as a text":           {keys.access, with("exp", "9999999999"), invalid},
		"a sign-in that never was":     {keys.access, with("event_id", "00000000-0000-7000-8000-000000000000"), revoked},
		"no sign-in":                   {keys.access, with("event_id", nil), revoked},
		"another user":                 {keys.access, with("sub", "00000000-0000-4000-8000-000000000000"), "UserNotFoundException: User does not exist."},
		"a program's, with our claims": {keys.access, with("sub", good["client_id"]), "NotAuthorizedException: Access Token does not have required scopes"},
	} {
		raw, err := c.key.sign(c.claims)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.AccessToken(ctx, raw)
		wantRefusal(t, name, err, c.want)
	}
	r.rotate(false)
	r.pass(publishedFor)
	late, err := keys.access.sign(with("exp", r.clock().Add(time.Hour).Unix()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.AccessToken(ctx, late)
	wantRefusal(t, "by a key whose time is over", err, invalid)
}
