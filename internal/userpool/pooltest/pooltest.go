// Package pooltest runs a real user pool on a fresh data file, behind a real listener, for tests of its parts.
package pooltest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
)

// What the pool of a test has.
const (
	Prefix   = "/auth" // the path of the pool's domain and above its issuer
	ClientID = "publicclient00000000000000"
	SecretID = "secretclient00000000000000"
	Callback = "https://app.example.com/callback"
	// AppOrigin is of the callback address.
	AppOrigin = "https://app.example.com"
	SignedIn  = "https://app.example.com/" // a registered logout address
	Password  = "Correct-horse-9"
)

// Fixture is a running pool.
type Fixture struct {
	Pool   *userpool.Pool
	Mux    *http.ServeMux // of the listener; tests register the parts on it
	Origin string
	Domain string // Origin with Prefix
	Outbox *mail.Outbox
	DB     *boltdb.DB // for tests that break it
	now    atomic.Int64
}

// New starts a pool of people who sign in by e-mail, with a public client that may use code and implicit flows and a
// confidential one that may use the code flow. change, unless nil, alters the settings first.
func New(t testing.TB, change func(*stack.UserPool)) *Fixture {
	t.Helper()
	f := &Fixture{Mux: http.NewServeMux(), Outbox: &mail.Outbox{}}
	f.now.Store(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).UnixNano())
	server := httptest.NewServer(f.Mux)
	t.Cleanup(server.Close)
	f.Origin, f.Domain = server.URL, server.URL+Prefix
	settings := settings(f.Domain)
	if change != nil {
		change(settings)
	}
	db, err := boltdb.Open(filepath.Join(t.TempDir(), "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	f.DB = db
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	f.Pool, err = userpool.Open(context.Background(), userpool.Config{
		Pool: settings, DB: db, Mail: f.Outbox, Now: f.Now, Rand: rand.Reader, Logger: slog.New(slog.DiscardHandler),
		SealKey: make([]byte, userpool.SealKeySize),
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func settings(domain string) *stack.UserPool {
	client := stack.UserPoolClient{
		ID: ClientID, Name: "public", OAuthEnabled: true, OAuthFlows: []string{"code", "implicit"},
		OAuthScopes:       []string{"openid", "email", "profile", "aws.cognito.signin.user.admin"},
		CallbackURLs:      []string{Callback, "https://app.example.com/cb?tenant=1", "com.example.app:/done"},
		LogoutURLs:        []string{SignedIn},
		IdentityProviders: []string{"COGNITO"},
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},

		AccessTokenValidity: time.Hour, IDTokenValidity: time.Hour, RefreshTokenValidity: 30 * 24 * time.Hour,
		AuthSessionValidity: 3 * time.Minute, EnableTokenRevocation: true, PreventUserExistenceErrors: true,
	}
	confidential := client
	confidential.ID, confidential.Name, confidential.GenerateSecret = SecretID, "confidential", true
	confidential.OAuthFlows = []string{"code"}
	return &stack.UserPool{
		LogicalID: "Pool", ID: "local_aB3dE6gH9", Name: "pool", Domain: "pool", DomainURL: domain, Issuer: domain + "/local_aB3dE6gH9",
		UsernameAttributes: []string{"email"}, AutoVerifiedAttributes: []string{"email"}, RecoveryMechanisms: []string{"verified_email"},
		PasswordPolicy: stack.PasswordPolicy{
			MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, TemporaryValidity: 7 * 24 * time.Hour,
		},
		MFA: "OFF", Clients: []stack.UserPoolClient{client, confidential},
	}
}

// MFA gives a pool second factors by authenticator app: ON or OPTIONAL.
func MFA(setting string) func(*stack.UserPool) {
	return func(pool *stack.UserPool) { pool.MFA, pool.SecondFactors = setting, []string{userpool.SoftwareToken} }
}

// Choice lets sign-ins begin with any factor that runs. Passkeys belong to example.com and are used at AppOrigin.
func Choice(pool *stack.UserPool) {
	pool.FirstFactors = []string{"PASSWORD", "EMAIL_OTP", "WEB_AUTHN"}
	pool.RelyingPartyID, pool.UserVerification = "example.com", "preferred"
	for i := range pool.Clients {
		pool.Clients[i].ExplicitAuthFlows = append(slices.Clone(pool.Clients[i].ExplicitAuthFlows), "ALLOW_USER_AUTH")
	}
}

// Now is the pool's clock, which stands still unless it is moved.
func (f *Fixture) Now() time.Time { return time.Unix(0, f.now.Load()).UTC() }

// Wait moves the clock.
func (f *Fixture) Wait(d time.Duration) { f.now.Add(int64(d)) }

// Client is an app client of the pool.
func (f *Fixture) Client(t testing.TB, id string) *userpool.Client {
	t.Helper()
	client, ok := f.Pool.Client(id)
	if !ok {
		t.Fatalf("the pool has no client %s", id)
	}
	return client
}

var code = regexp.MustCompile(`\b\d{6}(\d\d)?\b`)

// Code is the code of the newest message to an address.
func (f *Fixture) Code(t testing.TB, to string) string {
	t.Helper()
	for _, m := range f.Outbox.Messages() {
		if m.To == to {
			if found := code.FindString(m.Text); found != "" {
				return found
			}
		}
	}
	t.Fatalf("no code was mailed to %s", to)
	return ""
}

// SignUp makes a confirmed account with Password.
func (f *Fixture) SignUp(t testing.TB, email string) userpool.User {
	t.Helper()
	ctx, client := context.Background(), f.Client(t, ClientID)
	user, _, err := f.Pool.SignUp(ctx, client, email, Password, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Pool.ConfirmSignUp(ctx, client, email, f.Code(t, email)); err != nil {
		t.Fatal(err)
	}
	return user
}
