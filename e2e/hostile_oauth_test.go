package e2e

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// attackRedirects tries to have a browser sent to where nobody registered.
func attackRedirects(t *testing.T, h *target) {
	callback := h.url + "/callback"
	ana := h.signInAtPages(t, h.ana.email)
	for name, redirect := range map[string]string{
		"another host":                  "https://evil.example/callback",
		"a host that begins alike":      strings.Replace(callback, "localhost", "localhost.evil.example", 1),
		"a host behind a user":          strings.Replace(callback, "localhost", "localhost@evil.example", 1),
		"a user before the host":        strings.Replace(callback, "localhost", "evil@localhost", 1),
		"a host behind a backslash":     strings.Replace(callback, "localhost", `evil.example\@localhost`, 1),
		"the host in capitals":          strings.Replace(callback, "localhost", "LOCALHOST", 1),
		"the host's address":            strings.Replace(callback, "localhost", "127.0.0.1", 1),
		"another port":                  "http://localhost:1/callback",
		"another scheme":                strings.Replace(callback, "http:", "https:", 1),
		"a script":                      "javascript:alert(1)",
		"data":                          "data:text/html,<script>alert(1)</script>",
		"no scheme":                     "//evil.example/callback",
		"a path alone":                  "/callback",
		"a slash at the end":            callback + "/",
		"a query":                       callback + "?next=https://evil.example",
		"a fragment":                    callback + "#",
		"dots":                          callback + "/../../evil",
		"encoded dots":                  callback + "%2f..%2f",
		"a line break":                  callback + "\r\nSet-Cookie: cognito=planted",
		"a space":                       callback + " ",
		"NUL":                           callback + "\x00.evil.example",
		"none":                          "",
		"the address to sign out to":    h.url + "/",
		"the address in a longer one":   "https://evil.example/?" + callback,
		"a letter that looks like an o": strings.Replace(callback, "o", "\u043e", 1),
	} {
		t.Run(name, func(t *testing.T) {
			query := "client_id=" + h.clientID() + "&response_type=code&state=s&redirect_uri=" + url.QueryEscape(redirect)
			for _, path := range []string{
				"/oauth2/authorize?" + query, "/oauth2/authorize?prompt=none&" + query, "/login?" + query, "/signup?" + query,
				"/logout?" + query,
				"/oauth2/authorize?" + query + "&redirect_uri=" + url.QueryEscape(callback),
			} {
				h.stays(t, ana.get(t, "/auth"+path))
			}
			h.stays(t, ana.post(t, "/auth/login?"+query, url.Values{"username": {h.ana.email}, "password": {password}}))
		})
	}
	for name, query := range map[string]string{
		"another host":          "client_id=" + h.clientID() + "&logout_uri=https://evil.example/",
		"the callback":          "client_id=" + h.clientID() + "&logout_uri=" + callback,
		"no slash at the end":   "client_id=" + h.clientID() + "&logout_uri=" + h.url,
		"two addresses":         "client_id=" + h.clientID() + "&logout_uri=" + h.url + "/&logout_uri=https://evil.example/",
		"another client":        "client_id=aaaaaaaaaaaaaaaaaaaaaaaaaa&logout_uri=" + h.url + "/",
		"no client":             "logout_uri=" + h.url + "/",
		"OpenID Connect's name": "client_id=" + h.clientID() + "&post_logout_redirect_uri=https://evil.example/",
	} {
		t.Run("signing out to "+name, func(t *testing.T) { h.stays(t, h.browse(t).get(t, "/auth/logout?"+query)) })
	}
	t.Run("headers in the state", func(t *testing.T) {
		const state = "a\r\nSet-Cookie: cognito=planted\r\n\r\n<script>alert(1)</script>"
		r := ana.get(t, h.page("/oauth2/authorize")+"x&response_mode=form_post&response_type=none&state="+url.QueryEscape(state))
		h.harmless(t, r)
		if r.header.Get("Set-Cookie") != "" || strings.ContainsAny(r.header.Get("Location"), "\r\n<") {
			t.Errorf("got %v, want the state to stay one parameter", r.header)
		}
	})
}

// stays wants an answer that refuses by the pool's own page for it.
func (h *target) stays(t *testing.T, r reply) {
	t.Helper()
	if to := r.header.Get("Location"); r.status != 302 || !strings.HasPrefix(to, "/auth/error?") {
		t.Errorf("got %d to %q, want 302 to the error page", r.status, to)
	}
	for _, cookie := range r.header.Values("Set-Cookie") {
		if strings.Contains(cookie, "planted") {
			t.Errorf("got the cookie %q", cookie)
		}
	}
}

type oauthTokens struct {
	ID      string `json:"id_token"`
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// codeFor is an authorization code for a browser that is signed in. more is added to the query.
func (h *target) codeFor(t *testing.T, b *browser, more string) string {
	t.Helper()
	r := b.get(t, h.page("/oauth2/authorize")+more)
	to, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != 302 || to.Query().Get("code") == "" {
		t.Fatalf("got %d to %q (%v), want a code", r.status, to, err)
	}
	h.plant(to.Query().Get("code"))
	return to.Query().Get("code")
}

// redeem asks the token endpoint; values replace those of a good exchange.
func (h *target) redeem(t *testing.T, code string, values url.Values) (status int, answer string) {
	t.Helper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {h.clientID()}, "code": {code}, "redirect_uri": {h.url + "/callback"},
	}
	for name, value := range values {
		form[name] = value
	}
	response, err := http.PostForm(h.url+"/auth/oauth2/token", form)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(content)
}

func (h *target) exchange(t *testing.T, code, verifier string) oauthTokens {
	t.Helper()
	values := url.Values{}
	if verifier != "" {
		values.Set("code_verifier", verifier)
	}
	status, answer := h.redeem(t, code, values)
	var tokens oauthTokens
	if err := json.Unmarshal([]byte(answer), &tokens); err != nil || status != 200 || tokens.Refresh == "" {
		t.Fatalf("exchange: got %d %s, want tokens", status, answer)
	}
	h.plant(tokens.ID, tokens.Access, tokens.Refresh)
	return tokens
}

// denied wants the token endpoint to refuse, and says how.
func denied(t *testing.T, what string, status int, answer, want string) {
	t.Helper()
	var refusal struct{ Error string }
	if err := json.Unmarshal([]byte(answer), &refusal); err != nil || status != 400 || refusal.Error != want {
		t.Errorf("%s: got %d %s, want 400 %s", what, status, answer, want)
	}
}

func attackAuthorizationCodes(t *testing.T, h *target) {
	ana := h.signInAtPages(t, h.ana.email)
	t.Run("used twice", func(t *testing.T) {
		code := h.codeFor(t, ana, "")
		tokens := h.exchange(t, code, "")
		status, answer := h.redeem(t, code, nil)
		denied(t, "the second use", status, answer, "invalid_grant")
		status, answer = h.redeem(t, "", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {tokens.Refresh}})
		denied(t, "the first one's refresh token", status, answer, "invalid_grant")
		if status, _, body := h.do(t, "GET", "/auth/oauth2/userInfo", "Bearer "+tokens.Access, ""); status != 401 {
			t.Errorf("the first one's access token: got %d %s, want 401", status, body)
		}
	})
	t.Run("used by many at once", func(t *testing.T) {
		code := h.codeFor(t, ana, "")
		statuses := make(chan int)
		for range 8 {
			go func() {
				status, _ := h.redeem(t, code, nil)
				statuses <- status
			}()
		}
		won := 0
		for range 8 {
			if <-statuses == 200 {
				won++
			}
		}
		if won > 1 {
			t.Errorf("%d exchanged one code, want at most one", won)
		}
	})
	for _, c := range []struct {
		name   string
		values url.Values
		want   string
	}{
		{"another redirect address", url.Values{"redirect_uri": {"http://localhost:8080/callback"}}, "unauthorized_client"},
		{"no redirect address", url.Values{"redirect_uri": {""}}, "invalid_request"},
		{"another client", url.Values{"client_id": {"aaaaaaaaaaaaaaaaaaaaaaaaaa"}}, "invalid_client"},
		{"a secret for a client without one", url.Values{"client_secret": {"x"}}, "invalid_client"},
		{"two codes", url.Values{"code": {"a", "b"}}, "invalid_request"},
		{"no code", url.Values{"code": {""}}, "invalid_request"},
		{"an ID token as a code", url.Values{"code": {h.ana.id}}, "invalid_grant"},
		{"a password", url.Values{"grant_type": {"password"}, "username": {h.ana.email}, "password": {password}}, "unsupported_grant_type"},
		{"the client alone", url.Values{"grant_type": {"client_credentials"}}, "unauthorized_client"},
		{"an access token as a refresh token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {h.ana.access}}, "invalid_grant"},
		{"a refresh token of NUL", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"\x00"}}, "invalid_grant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, answer := h.redeem(t, h.codeFor(t, ana, ""), c.values)
			denied(t, c.name, status, answer, c.want)
		})
	}
}

func attackPKCE(t *testing.T, h *target) {
	ana := h.signInAtPages(t, h.ana.email)
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	asked := "&code_challenge_method=S256&code_challenge=" + challenge

	h.exchange(t, h.codeFor(t, ana, asked), verifier) // the good way
	for _, c := range []struct {
		name, asked string
		given       url.Values
	}{
		{"no verifier", asked, nil},
		{"an empty verifier", asked, url.Values{"code_verifier": {""}}},
		{"another verifier", asked, url.Values{"code_verifier": {strings.Repeat("w", 43)}}},
		{"the challenge as the verifier", asked, url.Values{"code_verifier": {challenge}}},
		{"a verifier where none was announced", "", url.Values{"code_verifier": {verifier}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code := h.codeFor(t, ana, c.asked)
			status, answer := h.redeem(t, code, c.given)
			denied(t, c.name, status, answer, "invalid_grant")
			status, answer = h.redeem(t, code, url.Values{"code_verifier": {verifier}})
			denied(t, "the right verifier, after it", status, answer, "invalid_grant")
		})
	}
	for name, query := range map[string]string{
		"a plain challenge":             "&code_challenge_method=plain&code_challenge=" + challenge,
		"a challenge without a method":  "&code_challenge=" + challenge,
		"a method without a challenge":  "&code_challenge_method=S256",
		"a challenge that is too short": "&code_challenge_method=S256&code_challenge=abc",
		"two challenges":                asked + "&code_challenge=" + strings.Repeat("A", 43),
		"tokens in the address":         "&response_type=token",
	} {
		t.Run(name, func(t *testing.T) {
			r := ana.get(t, h.page("/oauth2/authorize")+query)
			to := r.header.Get("Location")
			if r.status != 302 || !strings.HasPrefix(to, h.url+"/callback?") || !strings.Contains(to, "error=") || strings.Contains(to, "code=") || strings.Contains(to, "token=") {
				t.Errorf("got %d to %q, want an error at the callback", r.status, to)
			}
		})
	}
	if r := ana.get(t, strings.Replace(h.page("/oauth2/authorize"), "response_type=code", "response_type=token", 1)); !strings.Contains(r.header.Get("Location"), "error=unauthorized_client") {
		t.Errorf("the implicit flow, which the template forbids: got %q, want unauthorized_client", r.header.Get("Location"))
	}
}
