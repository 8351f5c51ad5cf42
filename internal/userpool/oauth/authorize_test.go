package oauth_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

func TestAuthorizeRefusals(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) {
		pool.Clients[1].IdentityProviders = nil // signs people in elsewhere only
	})
	errorPage := pooltest.Prefix + "/error?error="
	back := pooltest.Callback + "?"
	for name, c := range map[string]struct{ query, want string }{
		"unknown client":          {request("client_id", "nobody").Encode(), errorPage + "invalid_request&client_id=nobody"},
		"no client":               {request("client_id", "").Encode(), errorPage + "invalid_request"},
		"client id with markup":   {request("client_id", "<b>").Encode(), errorPage + "invalid_request"},
		"two clients":             {request().Encode() + "&client_id=x", errorPage + "invalid_request"},
		"no redirect address":     {request("redirect_uri", "").Encode(), errorPage + "invalid_request&client_id=" + pooltest.ClientID},
		"two redirect addresses":  {request().Encode() + "&redirect_uri=https://evil.example/", errorPage + "invalid_request"},
		"unreadable query":        {request().Encode() + "&x=%zz", errorPage + "invalid_request"},
		"no response type":        {request("response_type", "").Encode(), back + "state=st8&error=invalid_request"},
		"hybrid response type":    {request("response_type", "code token").Encode(), back + "state=st8&error=invalid_request"},
		"two response types":      {request().Encode() + "&response_type=code", back + "state=st8&error=invalid_request"},
		"two states":              {request().Encode() + "&state=x", back + "error=invalid_request"},
		"challenge, no method":    {request("code_challenge_method", "").Encode(), back + "state=st8&error=invalid_request"},
		"method, no challenge":    {request("code_challenge", "").Encode(), back + "state=st8&error=invalid_request"},
		"plain challenge":         {request("code_challenge_method", "plain").Encode(), back + "state=st8&error=invalid_request"},
		"challenge of a bad form": {request("code_challenge", "short").Encode(), back + "state=st8&error=invalid_request"},
		"unknown scope":           {request("scope", "openid offline_access").Encode(), back + "error_description=invalid_scope&state=st8&error=invalid_request"},
		"scope not of the client": {request("scope", "openid phone").Encode(), back + "error_description=invalid_scope&state=st8&error=invalid_request"},
		"e-mail without openid":   {request("scope", "email").Encode(), back + "error_description=invalid_scope&state=st8&error=invalid_request"},
		"implicit not enabled":    {request("client_id", pooltest.SecretID, "response_type", "token").Encode(), pooltest.Callback + "#state=st8&error=unauthorized_client"},
		"implicit, unknown scope": {request("response_type", "token", "scope", "x").Encode(), pooltest.Callback + "#error_description=invalid_scope&state=st8&error=invalid_request"},
		"no sign-in here":         {request("client_id", pooltest.SecretID).Encode(), back + "state=st8&error=unauthorized_client"},
		"another provider":        {request("identity_provider", "Google").Encode(), back + "state=st8&error=invalid_request"},
		"provider by identifier":  {request("idp_identifier", "x").Encode(), back + "state=st8&error=invalid_request"},
		"prompt none and login":   {request("prompt", "none login").Encode(), back + "state=st8&error=invalid_request"},
		"silent, not signed in":   {request("prompt", "none").Encode(), back + "state=st8&error=login_required"},
		"state with a line break": {request("state", "a\r\nSet-Cookie: x=y", "prompt", "none").Encode(), back + "state=a%0D%0ASet-Cookie%3A%20x%3Dy&error=login_required"},
		"address with a query": {request("redirect_uri", "https://app.example.com/cb?tenant=1", "prompt", "none").Encode(),
			"https://app.example.com/cb?tenant=1&state=st8&error=login_required"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(t, "GET", "/oauth2/authorize?"+c.query, "")
			if location := got.header.Get("Location"); got.status != 302 || location != c.want {
				t.Errorf("got %d to %s, want 302 to %s", got.status, location, c.want)
			}
			if got.header.Get("Set-Cookie") != "" {
				t.Errorf("a refusal set a cookie: %s", got.header.Get("Set-Cookie"))
			}
		})
	}
}

func TestNothingButARegisteredAddressIsRedirectedTo(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	for _, address := range []string{
		"https://app.example.com/callback/", "https://app.example.com/callback?", "https://app.example.com/callback#", "https://app.example.com/callback?x=1",
		"https://app.example.com/callback/../evil", "https://app.example.com/Callback", "https://APP.example.com/callback", "HTTPS://app.example.com/callback",
		"https://app.example.com:443/callback", "http://app.example.com/callback", "//app.example.com/callback", "/callback",
		"https://app.example.com@evil.example/callback", "https://evil.example\\@app.example.com/callback", "https://app.example.com.evil.example/callback",
		"https://evil.example/https://app.example.com/callback", "https://app.example.com%2ecallback", "https://app.example.com/callback%00", " https://app.example.com/callback",
		"https://app.example.com/callback\t", "https://app.example.com/%63allback", "javascript:alert(1)", "data:text/html,x", "", "https://app.example.com/cb",
		"com.example.app:/done/x",
	} {
		for _, responseType := range []string{"code", "token", "nonsense"} {
			q := request("response_type", responseType)
			q.Set("redirect_uri", address)
			got := s.do(t, "GET", "/oauth2/authorize?"+q.Encode(), "", "Cookie", cookie)
			if location := got.header.Get("Location"); !strings.HasPrefix(location, pooltest.Prefix+"/error?error=") || strings.Contains(location, "app.example") {
				t.Errorf("%q, %s: got %d to %s, want the error page", address, responseType, got.status, location)
			}
		}
	}
}

func TestAuthorizeWithoutASessionLeadsToTheSignInPage(t *testing.T) {
	s := start(t, nil)
	query := "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&state=a%20b&client_id=" + pooltest.ClientID + "&response_type=code&unknown=1"
	for name, cookie := range map[string]string{
		"no cookie": "x=y", "an unknown session": "cognito=" + strings.Repeat("a", 43), "an empty one": "cognito=", "rubbish": `cognito="\x00"`,
	} {
		got := s.do(t, "GET", "/oauth2/authorize?"+query, "", "Cookie", cookie)
		if location, want := got.header.Get("Location"), pooltest.Prefix+"/login?"+query; got.status != 302 || location != want {
			t.Errorf("%s: got %d to %s, want 302 to %s", name, got.status, location, want)
		}
	}
}

func TestAuthorizeWithASession(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	ask := func(pairs ...string) *url.URL {
		return s.do(t, "GET", "/oauth2/authorize?"+request(pairs...).Encode(), "", "Cookie", cookie).location(t)
	}
	for name, pairs := range map[string][]string{
		"plain": nil, "silent": {"prompt", "none"}, "as Amplify asks": {"identity_provider", "COGNITO"}, "of another client": {"client_id", pooltest.SecretID},
	} {
		got := ask(pairs...)
		if code := got.Query().Get("code"); code == "" || got.Query().Get("state") != "st8" || !strings.HasPrefix(got.String(), pooltest.Callback+"?") {
			t.Errorf("%s: got %s, want a code and the state at the callback", name, got)
		}
	}
	if got := ask("redirect_uri", "com.example.app:/done"); !strings.HasPrefix(got.String(), "com.example.app:/done?code=") {
		t.Errorf("custom scheme: got %s", got)
	}
	if got := ask("prompt", "login"); got.Path != pooltest.Prefix+"/login" {
		t.Errorf("prompt=login: got %s, want the sign-in page", got)
	}
	s.Wait(59 * time.Minute)
	if ask().Query().Get("code") == "" {
		t.Error("after 59 minutes: the session is gone")
	}
	s.Wait(2 * time.Minute)
	if got := ask(); got.Path != pooltest.Prefix+"/login" {
		t.Errorf("after 61 minutes: got %s, want the sign-in page: reuse does not extend a session", got)
	}
}

func TestImplicitFlow(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	q := request("response_type", "token", "nonce", "n0nce", "code_challenge", "", "code_challenge_method", "")
	got := s.do(t, "GET", "/oauth2/authorize?"+q.Encode(), "", "Cookie", cookie).location(t)
	values, err := url.ParseQuery(got.EscapedFragment())
	if err != nil || got.RawQuery != "" {
		t.Fatalf("got %s (%v), want everything in the fragment", got, err)
	}
	for name, want := range map[string]string{"expires_in": "3600", "token_type": "Bearer", "state": "st8", "refresh_token": "", "code": ""} {
		if values.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, values.Get(name), want)
		}
	}
	if _, err := s.Pool.AccessToken(t.Context(), values.Get("access_token")); err != nil {
		t.Errorf("access token: %v", err)
	}
	if values.Get("id_token") == "" {
		t.Error("no ID token, though openid was granted")
	}
	q.Set("scope", "aws.cognito.signin.user.admin")
	got = s.do(t, "GET", "/oauth2/authorize?"+q.Encode(), "", "Cookie", cookie).location(t)
	if strings.Contains(got.Fragment, "id_token=") {
		t.Error("an ID token without openid")
	}
}

func TestDefaultRedirectAddress(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) { pool.Clients[0].DefaultRedirectURI = pooltest.Callback })
	got := s.do(t, "GET", "/oauth2/authorize?"+request("redirect_uri", "", "prompt", "none").Encode(), "")
	if want := pooltest.Callback + "?state=st8&error=login_required"; got.header.Get("Location") != want {
		t.Errorf("got %s, want %s", got.header.Get("Location"), want)
	}
	if got := s.do(t, "GET", "/oauth2/authorize?"+request("redirect_uri", "").Encode()+"&redirect_uri=", ""); !strings.Contains(got.header.Get("Location"), "/error?") {
		t.Errorf("an empty address: got %s, want the error page: it was given, and is not registered", got.header.Get("Location"))
	}
}

func TestAClientWithoutOAuth(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) { pool.Clients[0].OAuthEnabled = false })
	if got := s.do(t, "GET", "/oauth2/authorize?"+request().Encode(), ""); !strings.Contains(got.header.Get("Location"), "/error?") {
		t.Errorf("authorize: got %s, want the error page", got.header.Get("Location"))
	}
	if got := s.do(t, "POST", "/oauth2/token", exchange("x")); got.body != `{"error":"unauthorized_client"}`+"\n" {
		t.Errorf("token: got %s", got.body)
	}
}

func TestLogout(t *testing.T) {
	s := start(t, nil)
	sub := s.SignUp(t, "ana@example.com").Sub
	client := "client_id=" + pooltest.ClientID
	out, callback := "&logout_uri="+url.QueryEscape(pooltest.SignedIn), "&redirect_uri="+url.QueryEscape(pooltest.Callback)
	errorPage := pooltest.Prefix + "/error?error="
	for name, c := range map[string]struct{ query, want string }{
		"to the application":        {client + out, pooltest.SignedIn},
		"both forms":                {client + out + callback + "&response_type=code", pooltest.SignedIn},
		"no client":                 {out[1:], errorPage + "logout_mismatch"},
		"unknown client":            {"client_id=nobody" + out, errorPage + "logout_mismatch&client_id=nobody"},
		"another address":           {client + "&logout_uri=" + url.QueryEscape("https://evil.example/"), errorPage + "logout_mismatch&" + client},
		"without its slash":         {client + "&logout_uri=" + url.QueryEscape("https://app.example.com"), errorPage + "logout_mismatch&" + client},
		"a callback as address":     {client + "&logout_uri=" + url.QueryEscape(pooltest.Callback), errorPage + "logout_mismatch&" + client},
		"as OpenID Connect has it":  {client + "&post_logout_redirect_uri=" + url.QueryEscape(pooltest.SignedIn), errorPage + "logout_mismatch&" + client},
		"two addresses":             {client + out + out, errorPage + "logout_mismatch"},
		"again, not a callback":     {client + "&redirect_uri=https://evil.example/&response_type=code", errorPage + "redirect_mismatch&" + client},
		"again, no response type":   {client + callback, pooltest.Callback + "?error=invalid_request"},
		"nothing but the client id": {client, errorPage + "logout_mismatch&" + client},
	} {
		t.Run(name, func(t *testing.T) {
			cookie := s.session(t, sub)
			got := s.do(t, "GET", "/logout?"+c.query, "", "Cookie", cookie)
			if location := got.header.Get("Location"); got.status != 302 || location != c.want {
				t.Errorf("got %d to %s, want 302 to %s", got.status, location, c.want)
			}
			if set := got.header.Get("Set-Cookie"); !strings.HasPrefix(set, "cognito=; Path=/auth; Max-Age=0") {
				t.Errorf("got cookie %q, want it gone", set)
			}
			if again := s.do(t, "GET", "/oauth2/authorize?"+request().Encode(), "", "Cookie", cookie).location(t); again.Path != pooltest.Prefix+"/login" {
				t.Errorf("the session outlived its cookie: %s", again)
			}
		})
	}
	again := s.do(t, "GET", "/logout?"+client+callback+"&response_type=code&state=x&nonce=n", "").location(t)
	if again.Path != pooltest.Prefix+"/login" {
		t.Fatalf("to sign in again: got %s, want the sign-in page", again)
	}
	want := url.Values{
		"client_id": {pooltest.ClientID}, "redirect_uri": {pooltest.Callback}, "response_type": {"code"}, "state": {"x"}, "nonce": {"n"},
		"scope": {"openid email profile aws.cognito.signin.user.admin"},
	}
	if again.RawQuery != want.Encode() {
		t.Errorf("to sign in again: got %s, want %s", again.RawQuery, want.Encode())
	}
}
