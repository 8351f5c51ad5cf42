package oauth_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

func TestTokenRefusals(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	secret := s.Client(t, pooltest.SecretID).Secret
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	fresh := func(pairs ...string) string { return s.code(t, cookie, pairs...) }
	confidential := []string{"client_id", pooltest.SecretID}
	for name, c := range map[string]struct {
		form   string
		header []string
		want   string
	}{
		"no grant type":               {form: exchange(fresh(), "grant_type", ""), want: "invalid_request"},
		"another grant type":          {form: exchange(fresh(), "grant_type", "password"), want: "unsupported_grant_type"},
		"client credentials":          {form: exchange(fresh(), "grant_type", "client_credentials"), want: "unauthorized_client"},
		"no client":                   {form: exchange(fresh(), "client_id", ""), want: "invalid_request"},
		"unknown client":              {form: exchange(fresh(), "client_id", "nobody"), want: "invalid_client"},
		"public client with a secret": {form: exchange(fresh(), "client_secret", "x"), want: "invalid_client"},
		"no code":                     {form: exchange(""), want: "invalid_request"},
		"no redirect address":         {form: exchange(fresh(), "redirect_uri", ""), want: "invalid_request"},
		"unknown code":                {form: exchange("e9b2ac1e-2a35-4a0f-9df1-0d5d2a0f7f55"), want: "invalid_grant"},
		"code with rubbish":           {form: exchange("\x00\xff'\"<>"), want: "invalid_grant"},
		"another redirect address":    {form: exchange(fresh(), "redirect_uri", "https://app.example.com/cb?tenant=1"), want: `unauthorized_client","error_description":"invalid_redirect`},
		"another's code":              {form: exchange(fresh(confidential...)), want: "invalid_grant"},
		"wrong verifier":              {form: exchange(fresh(), "code_verifier", strings.Repeat("a", 43)), want: "invalid_grant"},
		"the challenge as verifier":   {form: exchange(fresh(), "code_verifier", challenge), want: "invalid_grant"},
		"no verifier":                 {form: exchange(fresh(), "code_verifier", ""), want: "invalid_grant"},
		"a verifier, no challenge":    {form: exchange(fresh("code_challenge", "", "code_challenge_method", "")), want: "invalid_grant"},
		"a parameter twice":           {form: exchange(fresh()) + "&code=x", want: "invalid_request"},
		"no form":                     {form: `{"grant_type":"authorization_code"}`, header: []string{"Content-Type", "application/json"}, want: "invalid_request"},
		"unreadable form":             {form: "grant_type=%zz", want: "invalid_request"},
		"far too long":                {form: exchange(fresh(), "padding", strings.Repeat("x", 40<<10)), want: "invalid_request"},
		"secret missing":              {form: exchange(fresh(confidential...), confidential...), want: "invalid_client"},
		"secret wrong":                {form: exchange(fresh(confidential...), "client_id", pooltest.SecretID, "client_secret", secret+"x"), want: "invalid_client"},
		"secret in both places": {form: exchange(fresh(confidential...), "client_id", pooltest.SecretID, "client_secret", secret),
			header: []string{"Authorization", basic(pooltest.SecretID, secret)}, want: "invalid_request"},
		"two clients":           {form: exchange(fresh(confidential...)), header: []string{"Authorization", basic(pooltest.SecretID, secret)}, want: "invalid_request"},
		"basic of a bad form":   {form: exchange(fresh()), header: []string{"Authorization", "Basic !"}, want: "invalid_request"},
		"bearer for basic":      {form: exchange(fresh()), header: []string{"Authorization", "Bearer x"}, want: "invalid_request"},
		"no refresh token":      {form: exchange("", "grant_type", "refresh_token"), want: "invalid_request"},
		"unknown refresh token": {form: exchange("", "grant_type", "refresh_token", "refresh_token", "eyJ.x.y.z.w"), want: "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(t, "POST", "/oauth2/token", c.form, c.header...)
			if want := `{"error":"` + c.want + `"}` + "\n"; got.status != 400 || got.body != want {
				t.Errorf("got %d %s, want 400 %s", got.status, got.body, want)
			}
		})
	}
	t.Run("parameters in the address", func(t *testing.T) {
		got := s.do(t, "POST", "/oauth2/token?"+exchange(fresh()), "x=y")
		if got.status != 400 || got.body != `{"error":"invalid_request"}`+"\n" {
			t.Errorf("got %d %s, want 400 invalid_request", got.status, got.body)
		}
	})
}

type tokens struct {
	ID        string `json:"id_token"`
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token"`
	ExpiresIn int    `json:"expires_in"`
	Type      string `json:"token_type"`
}

func (s site) tokens(t *testing.T, form string, header ...string) tokens {
	t.Helper()
	got := s.do(t, "POST", "/oauth2/token", form, header...)
	var result tokens
	if err := json.Unmarshal([]byte(got.body), &result); err != nil || got.status != 200 {
		t.Fatalf("got %d %s (%v), want tokens", got.status, got.body, err)
	}
	return result
}

func TestConfidentialClient(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	secret := s.Client(t, pooltest.SecretID).Secret
	id := []string{"client_id", pooltest.SecretID}
	s.tokens(t, exchange(s.code(t, cookie, id...), "client_id", pooltest.SecretID, "client_secret", secret))
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(pooltest.SecretID)+":"+url.QueryEscape(secret)))
	s.tokens(t, exchange(s.code(t, cookie, id...), id...), "Authorization", basic)
	s.tokens(t, exchange(s.code(t, cookie, id...), "client_id", ""), "Authorization", basic)
}

func TestCodeIsUsedOnce(t *testing.T) {
	s := start(t, nil)
	code := s.code(t, s.session(t, s.SignUp(t, "ana@example.com").Sub))
	first := s.tokens(t, exchange(code))
	if first.Type != "Bearer" || first.ExpiresIn != 3600 || first.ID == "" || first.Refresh == "" {
		t.Errorf("got %+v, want an ID token, a refresh token and an hour", first)
	}
	if got := s.do(t, "POST", "/oauth2/token", exchange(code)); got.body != `{"error":"invalid_grant"}`+"\n" {
		t.Errorf("again: got %d %s, want invalid_grant", got.status, got.body)
	}
	if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+first.Access); got.status != 401 {
		t.Errorf("userInfo after a replay: got %d, want 401: whoever else has the code may have the tokens", got.status)
	}
	if got := s.do(t, "POST", "/oauth2/token", exchange("", "grant_type", "refresh_token", "refresh_token", first.Refresh)); got.status != 400 {
		t.Errorf("refresh after a replay: got %d %s, want 400", got.status, got.body)
	}
}

func TestARefusedExchangeSpendsTheCode(t *testing.T) {
	s := start(t, nil)
	code := s.code(t, s.session(t, s.SignUp(t, "ana@example.com").Sub))
	s.do(t, "POST", "/oauth2/token", exchange(code, "code_verifier", strings.Repeat("a", 43)))
	if got := s.do(t, "POST", "/oauth2/token", exchange(code)); got.body != `{"error":"invalid_grant"}`+"\n" {
		t.Errorf("got %d %s, want invalid_grant: a verifier must not be guessed at", got.status, got.body)
	}
}

func TestCodeExpires(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	early, late := s.code(t, cookie), s.code(t, cookie)
	s.Wait(5*time.Minute - time.Second)
	s.tokens(t, exchange(early))
	s.Wait(time.Second)
	if got := s.do(t, "POST", "/oauth2/token", exchange(late)); got.body != `{"error":"invalid_grant"}`+"\n" {
		t.Errorf("after five minutes: got %d %s, want invalid_grant", got.status, got.body)
	}
}

func TestRevoke(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) {
		other := pool.Clients[0]
		other.ID, other.EnableTokenRevocation = "norevocation00000000000000", false
		pool.Clients = append(pool.Clients, other)
	})
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	own := s.tokens(t, exchange(s.code(t, cookie)))
	form := func(id, token string) string { return url.Values{"client_id": {id}, "token": {token}}.Encode() }
	for name, c := range map[string]struct {
		form, want string
		status     int
	}{
		"no token":             {form(pooltest.ClientID, ""), "invalid_request", 400},
		"no client":            {form("", own.Refresh), "invalid_request", 400},
		"unknown client":       {form("nobody", own.Refresh), "invalid_client", 401},
		"secret missing":       {form(pooltest.SecretID, own.Refresh), "invalid_client", 401},
		"revocation is off":    {form("norevocation00000000000000", "x"), "invalid_request", 400},
		"not a refresh token":  {form(pooltest.ClientID, own.Access), "unsupported_token_type", 400},
		"an unknown token":     {form(pooltest.ClientID, "unknown"), "", 200},
		"a form of a bad form": {"token=%zz", "invalid_request", 400},
	} {
		t.Run(name, func(t *testing.T) {
			want := ""
			if c.want != "" {
				want = `{"error":"` + c.want + `"}` + "\n"
			}
			if got := s.do(t, "POST", "/oauth2/revoke", c.form); got.status != c.status || got.body != want {
				t.Errorf("got %d %q, want %d %q", got.status, got.body, c.status, want)
			}
		})
	}
	if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+own.Access); got.status != 200 {
		t.Fatalf("before: got %d %s", got.status, got.body)
	}
	for range 2 { // the second time it is revoked already
		if got := s.do(t, "POST", "/oauth2/revoke", form(pooltest.ClientID, own.Refresh)); got.status != 200 || got.body != "" {
			t.Errorf("got %d %q, want 200 and nothing", got.status, got.body)
		}
	}
	if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+own.Access); got.status != 401 {
		t.Errorf("userInfo with a revoked token: got %d, want 401", got.status)
	}
}

func TestUserInfo(t *testing.T) {
	s := start(t, nil)
	user := s.SignUp(t, "ana@example.com")
	cookie := s.session(t, user.Sub)
	for scope, want := range map[string]string{
		"openid":         `{"email":"ana@example.com","email_verified":"true","sub":"` + user.Sub + `","username":"` + user.Username + `"}`,
		"openid email":   `{"email":"ana@example.com","email_verified":"true","sub":"` + user.Sub + `","username":"` + user.Username + `"}`,
		"openid profile": `{"sub":"` + user.Sub + `","username":"` + user.Username + `"}`,
	} {
		access := s.tokens(t, exchange(s.code(t, cookie, "scope", scope))).Access
		for _, method := range []string{"GET", "POST"} {
			if got := s.do(t, method, "/oauth2/userInfo", "", "Authorization", "Bearer "+access); got.status != 200 || got.body != want+"\n" {
				t.Errorf("%s with %s: got %d %s, want %s", method, scope, got.status, got.body, want)
			}
		}
	}
	granted := s.tokens(t, exchange(s.code(t, cookie)))
	unopened := s.tokens(t, exchange(s.code(t, cookie, "scope", "aws.cognito.signin.user.admin")))
	if unopened.ID != "" {
		t.Error("an ID token without openid")
	}
	for name, c := range map[string]struct {
		authorization string
		status        int
		want          string
	}{
		"nothing":            {"", 400, `error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"`},
		"another scheme":     {"Basic eDp5", 400, `error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"`},
		"a bare token":       {granted.Access, 400, `error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"`},
		"an ID token":        {"Bearer " + granted.ID, 401, `error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."`},
		"rubbish":            {"Bearer x", 401, `error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."`},
		"without openid":     {"Bearer " + unopened.Access, 401, `error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."`},
		"its last character": {"Bearer " + granted.Access[:len(granted.Access)-2] + "AA", 401, `error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."`},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", c.authorization)
			if got.status != c.status || got.header.Get("WWW-Authenticate") != c.want {
				t.Errorf("got %d %s, want %d %s", got.status, got.header.Get("WWW-Authenticate"), c.status, c.want)
			}
		})
	}
	s.Wait(61 * time.Minute)
	if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+granted.Access); got.status != http.StatusUnauthorized {
		t.Errorf("an expired token: got %d, want 401", got.status)
	}
}
