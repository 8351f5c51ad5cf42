package browser_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/browser"
	"example.com/todo/internal/userpool/pooltest"
)

func open(t testing.TB, domain string) (*browser.Door, *pooltest.Fixture) {
	t.Helper()
	f := pooltest.New(t, func(pool *stack.UserPool) { pool.DomainURL = domain })
	door, err := browser.New(f.Pool, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return door, f
}

func TestCookiesFollowTheDomainsAddress(t *testing.T) {
	for domain, want := range map[string]string{
		"https://auth.example.com":       "; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
		"https://example.com/auth/":      "; Path=/auth; Max-Age=3600; HttpOnly; Secure; SameSite=Lax",
		"http://localhost:8080/a%20path": "; Path=/a%20path; Max-Age=3600; HttpOnly; SameSite=Lax",
	} {
		door, f := open(t, domain)
		user := f.SignUp(t, "ana@example.com")
		w := httptest.NewRecorder()
		guarded := door.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s, err := door.SignIn(w, r, user.Sub); err != nil || s.User.Sub != user.Sub || !s.AuthTime.Equal(f.Now()) {
				t.Errorf("got %+v %v", s, err)
			}
		}))
		guarded.ServeHTTP(w, httptest.NewRequest("POST", "/login", nil))
		if got := w.Header().Values("Set-Cookie")[0]; !strings.HasPrefix(got, "cognito=") || !strings.HasSuffix(got, want) {
			t.Errorf("%s: got %q, want cognito=…%s", domain, got, want)
		}
		if got, https := w.Header().Get("Strict-Transport-Security") != "", strings.HasPrefix(domain, "https:"); got != https {
			t.Errorf("%s: strict transport security: got %t, want %t", domain, got, https)
		}
	}
}

func TestASessionEndsWithItsAccount(t *testing.T) {
	door, f := open(t, "https://auth.example.com")
	user := f.SignUp(t, "ana@example.com")
	token, err := f.Pool.StartSession(t.Context(), user.Sub)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/oauth2/authorize", nil)
	r.AddCookie(&http.Cookie{Name: "cognito", Value: token})
	if _, ok, err := door.Session(r); !ok || err != nil {
		t.Fatalf("got %t %v, want a session", ok, err)
	}
	if err := f.Pool.AdminDeleteUser(t.Context(), "ana@example.com"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := door.Session(r); ok || err != nil {
		t.Errorf("of an account that is gone: got %t %v, want none", ok, err)
	}
}

func TestADomainMustBeAnAddress(t *testing.T) {
	for _, domain := range []string{"", "auth.example.com", "ftp://example.com", "https://", "%zz"} {
		f := pooltest.New(t, func(pool *stack.UserPool) { pool.DomainURL = domain })
		if _, err := browser.New(f.Pool, rand.Reader); err == nil {
			t.Errorf("%q: got no error", domain)
		}
	}
}

func TestScopes(t *testing.T) {
	door, f := open(t, "https://auth.example.com")
	for scope, want := range map[string][]string{
		"":                     f.Client(t, pooltest.ClientID).OAuthScopes,
		" ":                    f.Client(t, pooltest.ClientID).OAuthScopes,
		"openid":               {"openid"},
		"email  openid email ": {"email", "openid"},
	} {
		q := url.Values{"response_type": {"code"}, "client_id": {pooltest.ClientID}, "redirect_uri": {pooltest.Callback}, "scope": {scope}}
		request, refusal := door.Request(q.Encode())
		if refusal != nil {
			t.Errorf("%q: refused: %+v", scope, refusal)
			continue
		}
		if diff := cmp.Diff(want, request.Scopes); diff != "" {
			t.Errorf("%q (-want +got):\n%s", scope, diff)
		}
	}
}

// FuzzRequest: whatever an authorize request holds, the browser is sent to the pool's own error page or to an address
// that is registered, and the header is well-formed.
func FuzzRequest(f *testing.F) {
	known := "client_id=" + pooltest.ClientID + "&redirect_uri=" + url.QueryEscape(pooltest.Callback)
	for _, seed := range []string{
		"", known, known + "&response_type=code", known + "&response_type=token&scope=x&state=%0d%0aX:y", known + "&redirect_uri=//evil.example",
		"client_id=%00&redirect_uri=javascript:alert(1)", known + "&response_type=code&prompt=none+login", ";", "%", known + "&response_type=code&code_challenge=" + strings.Repeat("a", 43),
	} {
		f.Add(seed)
	}
	door, _ := open(f, "https://auth.example.com/auth")
	f.Fuzz(func(t *testing.T, query string) {
		request, refusal := door.Request(query)
		if (request == nil) == (refusal == nil) {
			t.Fatalf("got %v and %v, want one of them", request, refusal)
		}
		if request != nil {
			again, refused := door.Request(request.Query())
			if refused != nil || again.RedirectURI != request.RedirectURI || again.State != request.State {
				t.Fatalf("carried on as %q: got %+v %+v", request.Query(), again, refused)
			}
			refusal = request.Refusal("server_error")
		}
		check(t, door, refusal)
	})
}

func check(t *testing.T, door *browser.Door, refusal *browser.Refusal) {
	t.Helper()
	w := httptest.NewRecorder()
	door.Refuse(w, refusal)
	location := w.Header().Get("Location")
	ok := strings.HasPrefix(location, "/auth/error?error=")
	for _, registered := range []string{
		pooltest.Callback + "?", pooltest.Callback + "#", "com.example.app:/done?", "com.example.app:/done#",
		"https://app.example.com/cb?tenant=1&", "https://app.example.com/cb?tenant=1#",
	} {
		ok = ok || strings.HasPrefix(location, registered)
	}
	if _, err := url.Parse(location); !ok || err != nil || strings.ContainsFunc(location, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		t.Errorf("sent to %q (%v)", location, err)
	}
}
