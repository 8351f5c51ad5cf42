package userpool

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
)

// start is when the tests' clock begins.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// testKey is made once: a test is about tokens, not about making keys.
var testKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return newRSAKey(rand.Reader) })

// A rig is a pool on a clock that only the test moves, with cheap hashes.
type rig struct {
	*Pool
	t     *testing.T
	mu    sync.Mutex
	now   time.Time
	path  string
	db    *boltdb.DB
	desc  *stack.UserPool
	mails mail.Outbox
}

// newRig opens a pool of people who sign in by e-mail, changed by the test.
func newRig(t *testing.T, change ...func(*stack.UserPool)) *rig {
	t.Helper()
	r := &rig{t: t, now: start, path: filepath.Join(t.TempDir(), "todo.db"), desc: description()}
	for _, c := range change {
		c(r.desc)
	}
	r.open()
	t.Cleanup(func() { _ = r.db.Close() })
	return r
}

func description() *stack.UserPool {
	return &stack.UserPool{
		LogicalID: "TodoUserPool", ID: "local_aB3dE5fG7", Name: "todo-users",
		Issuer: "http://localhost:8080/auth/local_aB3dE5fG7", DomainURL: "http://localhost:8080/auth", Domain: "todo",
		PasswordPolicy: stack.PasswordPolicy{
			MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, TemporaryValidity: 7 * 24 * time.Hour,
		},
		UsernameAttributes: []string{"email"}, AutoVerifiedAttributes: []string{"email"},
		Clients: []stack.UserPoolClient{clientDescription("webclient"), clientDescription("otherclient")},
	}
}

func clientDescription(id string) stack.UserPoolClient {
	return stack.UserPoolClient{
		ID: id, Name: id, OAuthEnabled: true, OAuthScopes: []string{"openid", "email", "profile", apiScope},
		ExplicitAuthFlows:   []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AccessTokenValidity: time.Hour, IDTokenValidity: 30 * time.Minute, RefreshTokenValidity: 30 * 24 * time.Hour,
		AuthSessionValidity: 3 * time.Minute, EnableTokenRevocation: true, PreventUserExistenceErrors: true,
	}
}

func freeNames(d *stack.UserPool) { d.UsernameAttributes = nil }
func legacy(d *stack.UserPool) {
	for i := range d.Clients {
		d.Clients[i].PreventUserExistenceErrors = false
	}
}

func (r *rig) open() {
	r.t.Helper()
	db, err := boltdb.Open(r.path)
	if err != nil {
		r.t.Fatal(err)
	}
	r.db = db
	p, err := open(context.Background(), Config{
		Pool: r.desc, DB: db, Mail: &r.mails, Now: r.clock, Rand: rand.Reader, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		SealKey: make([]byte, SealKeySize),
	}, seams{cost: cost{memory: 8, time: 1, threads: 1}, newKey: func(io.Reader) (*rsa.PrivateKey, error) { return testKey() }})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Pool = p
}

// reopen closes the data file and opens it again, as a restart does.
func (r *rig) reopen() {
	r.t.Helper()
	if err := r.db.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.open()
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) client() *Client {
	c, ok := r.Client("webclient")
	if !ok {
		r.t.Fatal("the client is missing")
	}
	return c
}

const (
	ana          = "ana@example.com"
	goodPassword = "Correct1horse"
)

// signUp registers ana and gives her code.
func (r *rig) signUp(name string) (u User, code string) {
	r.t.Helper()
	u, delivery, err := r.SignUp(context.Background(), r.client(), name, goodPassword, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if delivery == nil {
		return u, ""
	}
	return u, r.mailedCode()
}

// confirmed registers somebody and confirms them.
func (r *rig) confirmed(name string) User {
	r.t.Helper()
	u, code := r.signUp(name)
	if err := r.ConfirmSignUp(context.Background(), r.client(), name, code); err != nil {
		r.t.Fatal(err)
	}
	u, err := r.User(context.Background(), u.Sub)
	if err != nil {
		r.t.Fatal(err)
	}
	return u
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// mailedCode is the code in the newest mail.
func (r *rig) mailedCode() string {
	r.t.Helper()
	messages := r.mails.Messages()
	if len(messages) == 0 {
		r.t.Fatal("no mail was sent")
	}
	code := sixDigits.FindString(messages[0].Text)
	if code == "" {
		r.t.Fatalf("no code in %q", messages[0].Text)
	}
	return code
}

// otherCode is a code that is not this one.
func otherCode(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func (r *rig) signIn(name, password string) error {
	_, err := r.SignIn(context.Background(), r.client(), name, password)
	return err
}

// tokens signs a user in by OAuth.
func (r *rig) tokens(u User, scopes ...string) Tokens {
	r.t.Helper()
	tokens, err := r.IssueTokens(context.Background(), TokenRequest{
		Client: r.client(), Sub: u.Sub, Scopes: scopes, AuthTime: r.clock(), Refresh: true,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return tokens
}

// wantRefusal checks a refusal's type and text, given as "Type: text"; empty means no error.
func wantRefusal(t *testing.T, what string, err error, want string) {
	t.Helper()
	if want == "" {
		if err != nil {
			t.Errorf("%s: got %v, want no error", what, err)
		}
		return
	}
	var refusal *Error
	if !errors.As(err, &refusal) {
		t.Errorf("%s: got %v, want the refusal %q", what, err, want)
		return
	}
	if refusal.Error() != want {
		t.Errorf("%s: got %q, want %q", what, refusal.Error(), want)
	}
}

func listed(attrs []Attribute) string {
	var all []string
	for _, a := range attrs {
		all = append(all, a.Name+"="+a.Value)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
