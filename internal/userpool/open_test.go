package userpool

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
)

// TestOpen opens a pool as the program does, with hashes and keys of full cost.
func TestOpen(t *testing.T) {
	db, err := boltdb.Open(filepath.Join(t.TempDir(), "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	desc, ctx := description(), context.Background()
	desc.Clients[1].GenerateSecret = true
	var outbox mail.Outbox
	openAgain := func() *Pool {
		t.Helper()
		p, err := Open(ctx, Config{
			Pool: desc, DB: db, Mail: &outbox, Now: func() time.Time { return start }, Rand: rand.Reader,
			Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), SealKey: make([]byte, SealKeySize),
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	one := openAgain()
	web, _ := one.Client("webclient")
	if _, _, err := one.SignUp(ctx, web, ana, goodPassword, nil); err != nil {
		t.Fatal(err)
	}
	two := openAgain()
	keys := one.KeySet().Keys
	if len(keys) != 2 || keys[0].KeyID == keys[1].KeyID || !strings.HasSuffix(keys[0].KeyID, "=") || keys[0].Use != "sig" || keys[0].Algorithm != "RS256" || !keys[0].IsPublic() {
		t.Errorf("got keys %+v", keys)
	}
	if !slices.EqualFunc(keys, two.KeySet().Keys, func(a, b jose.JSONWebKey) bool { return a.KeyID == b.KeyID }) {
		t.Error("a restart changed the keys")
	}
	secret, _ := one.Client("otherclient")
	again, _ := two.Client("otherclient")
	if !regexp.MustCompile(`^[a-z0-9]{51}$`).MatchString(secret.Secret) || secret.Secret != again.Secret || web.Secret != "" {
		t.Errorf("got secrets %q, then %q; %q for the public client", secret.Secret, again.Secret, web.Secret)
	}
	if _, ok := two.Client("nobody"); ok {
		t.Error("a client was found that is not in the template")
	}
	_, err = two.SignIn(ctx, web, ana, goodPassword)
	wantRefusal(t, "sign-in", err, "UserNotConfirmedException: User is not confirmed.")
	a, err := two.AdminGetUser(ctx, ana)
	if err != nil {
		t.Fatal(err)
	}
	err = two.view(start, func(t1 tx) error {
		stored, err := existing(t1, a.Sub)
		if !strings.HasPrefix(stored.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("got a hash that begins %.32s", stored.Password)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNamesOfAnotherKind(t *testing.T) {
	r := newRig(t)
	reopen := func() error {
		_, err := open(context.Background(), r.cfg, seams{cost: cost{memory: 8, time: 1, threads: 1}, newKey: newRSAKey})
		return err
	}
	r.desc.CaseSensitive = true
	if err := reopen(); err != nil {
		t.Errorf("without accounts: got %v", err)
	}
	r.signUp(ana)
	r.desc.UsernameAttributes = nil
	if err := reopen(); err == nil || !strings.Contains(err.Error(), "UsernameAttributes") {
		t.Errorf("with accounts: got %v, want an error that names the setting", err)
	}
	r.desc.UsernameAttributes = []string{"email", "phone_number"}
	if err := reopen(); err == nil || !strings.Contains(err.Error(), "UsernameAttributes") {
		t.Errorf("telephone numbers beside: got %v", err)
	}
}

func TestEmailAliases(t *testing.T) {
	r := newRig(t, freeNames, func(d *stack.UserPool) { d.AliasAttributes = []string{"email"} })
	ctx := context.Background()
	signUp := func(name string) (code string) {
		t.Helper()
		if _, _, err := r.SignUp(ctx, r.client(), name, goodPassword, []Attribute{{"email", ana}}); err != nil {
			t.Fatal(err)
		}
		return r.mailedCode()
	}
	ofAna, ofEve := signUp("ana"), signUp("eve")
	wantRefusal(t, "before it is verified", r.signIn(ana, goodPassword), wrong)
	wantRefusal(t, "ana", r.ConfirmSignUp(ctx, r.client(), "ana", ofAna), "")
	wantRefusal(t, "eve", r.ConfirmSignUp(ctx, r.client(), "eve", ofEve), "AliasExistsException: An account with the email already exists.")
	u, err := r.SignIn(ctx, r.client(), "ANA@example.com", goodPassword)
	if err != nil || u.Username != "ana" {
		t.Errorf("got %+v, %v", u, err)
	}
	_, _, err = r.SignUp(ctx, r.client(), "bob@example.com", goodPassword, nil)
	wantRefusal(t, "a name like an e-mail", err, "InvalidParameterException: Username cannot be of email format, since user pool is configured for email alias.")
}

// TestDamagedHashesAreFaults shows that a damaged record lets nobody in and is not taken for a wrong password.
func TestDamagedHashesAreFaults(t *testing.T) {
	h, err := newHasher(cost{memory: 8, time: 1, threads: 1}, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range []string{"", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$argon2id$v=16$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA", "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$", "$argon2id$v=19$m=8,t=0,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAA"} {
		if ok, err := h.matches(context.Background(), damaged, ""); ok || err == nil {
			t.Errorf("%q: got %v, %v, want an error", damaged, ok, err)
		}
	}
}

// TestCodesAreFair shows that every code is six digits and that none is favoured by much.
func TestCodesAreFair(t *testing.T) {
	var first [10]int
	for range 5000 {
		code, err := newCode(rand.Reader)
		if err != nil || len(code) != 6 {
			t.Fatalf("got %q, %v", code, err)
		}
		first[code[0]-'0']++
	}
	for digit, n := range first {
		if n < 350 || n > 650 { // 500 on average; beyond seven standard deviations
			t.Errorf("%d codes of 5000 begin with %d", n, digit)
		}
	}
}

func TestAnAliasGoesToWhoProvesIt(t *testing.T) {
	r := newRig(t, freeNames, func(d *stack.UserPool) { d.AliasAttributes = []string{"email"} })
	ctx := context.Background()
	var codes []string
	for _, name := range []string{"ana", "eve"} {
		if _, _, err := r.SignUp(ctx, r.client(), name, goodPassword, []Attribute{{"email", ana}}); err != nil {
			t.Fatal(err)
		}
		codes = append(codes, r.mailedCode())
	}
	wantRefusal(t, "ana", r.ConfirmSignUp(ctx, r.client(), "ana", codes[0]), "")
	wantRefusal(t, "eve, by a wrong code", r.ConfirmSignUpTakingAlias(ctx, r.client(), "eve", otherCode(codes[1])), "CodeMismatchException: Invalid verification code provided, please try again.")
	if u, err := r.SignIn(ctx, r.client(), ana, goodPassword); err != nil || u.Username != "ana" {
		t.Errorf("after a wrong code: got %+v, %v", u, err)
	}
	wantRefusal(t, "eve", r.ConfirmSignUpTakingAlias(ctx, r.client(), "eve", codes[1]), "")
	if u, err := r.SignIn(ctx, r.client(), ana, goodPassword); err != nil || u.Username != "eve" {
		t.Errorf("the alias: got %+v, %v", u, err)
	}
	u, err := r.SignIn(ctx, r.client(), "ana", goodPassword)
	if err != nil || listed(u.Attributes) != "email="+ana+" email_verified=false sub="+u.Sub {
		t.Errorf("who had it: got %+v, %v", u, err)
	}
}

func TestAdministratorsGiveAliases(t *testing.T) {
	r := newRig(t, freeNames, func(d *stack.UserPool) { d.AliasAttributes = []string{"email"} })
	ctx := context.Background()
	create := func(name, verified string, take bool) error {
		_, err := r.AdminCreateUser(ctx, NewUser{
			Username: name, Attributes: []Attribute{{"email", ana}, {"email_verified", verified}}, Suppress: true, TakeAlias: take,
		})
		return err
	}
	has := func(want string) {
		t.Helper()
		if u, err := r.AdminGetUser(ctx, ana); err != nil || u.Username != want {
			t.Errorf("got %+v, %v, want %s to have the alias", u, err, want)
		}
	}
	wantRefusal(t, "the first", create("ana", "true", false), "")
	wantRefusal(t, "one that has none yet", create("bob", "false", true), "")
	wantRefusal(t, "another", create("eve", "true", false), "AliasExistsException: An account with the given email already exists.")
	wantRefusal(t, "a name that is taken", create("bob", "true", true), "UsernameExistsException: User already exists")
	has("ana")
	wantRefusal(t, "one that takes it", create("eve", "true", true), "")
	has("eve")
	u, err := r.AdminGetUser(ctx, "ana")
	if err != nil || listed(u.Attributes) != "email="+ana+" email_verified=false sub="+u.Sub {
		t.Errorf("who had it: got %+v, %v", u, err)
	}
}
