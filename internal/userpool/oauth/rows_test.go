package oauth_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

func TestPrompt(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	for prompt, want := range map[string]struct{ signedIn, stranger string }{
		"none":                 {"code", "login_required"},
		"login":                {"/login", "/login"},
		"select_account":       {"code", "/login"}, // it is for other providers than the pool itself
		"consent":              {"code", "/login"},
		"login consent":        {"/login", "/login"},
		"consent  login":       {"/login", "/login"},
		"nonsense":             {"code", "/login"},
		"none login":           {"invalid_request", "invalid_request"},
		"consent none":         {"invalid_request", "invalid_request"},
		"LOGIN":                {"code", "/login"}, // values are case-sensitive, and an unknown one asks for nothing
		"":                     {"code", "/login"},
		"login select_account": {"/login", "/login"},
	} {
		for who, header := range map[string][]string{"signed in": {"Cookie", cookie}, "a stranger": nil} {
			query := request("prompt", prompt).Encode()
			at := s.do(t, "GET", "/oauth2/authorize?"+query, "", header...).location(t)
			got, expected := "", want.stranger
			if who == "signed in" {
				expected = want.signedIn
			}
			switch {
			case at.Query().Has("error"):
				got = at.Query().Get("error")
			case at.Query().Has("code"):
				got = "code"
			case at.RawQuery == query:
				got = strings.TrimPrefix(at.Path, pooltest.Prefix)
			}
			if got != expected {
				t.Errorf("prompt %q, %s: got %s, want %s", prompt, who, at, expected)
			}
			if at.Path != pooltest.Prefix+"/login" && at.Query().Get("state") != "st8" {
				t.Errorf("prompt %q, %s: the state is not in %s", prompt, who, at)
			}
		}
	}
}

func TestTheStateComesBackAsItWas(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	for _, state := range []string{"st8", "a b+c", "ü%20&=#", `{"a":"b"}`, "https://evil.example/?x=y", strings.Repeat("x", 4000)} {
		at := s.do(t, "GET", "/oauth2/authorize?"+request("state", state).Encode(), "", "Cookie", cookie).location(t)
		if got := at.Query().Get("state"); got != state || at.Query().Get("code") == "" {
			t.Errorf("%.40q: got %.60q", state, got)
		}
	}
	if at := s.do(t, "GET", "/oauth2/authorize?"+request("state", "").Encode(), "", "Cookie", cookie).location(t); at.Query().Has("state") {
		t.Errorf("without a state: got %s", at)
	}
}

// TestAFaultOfTheServerGoesBackToTheApplication: the client and its address come from the template, so they are proven
// even when nothing can be read.
func TestAFaultOfTheServerGoesBackToTheApplication(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	if err := s.DB.Close(); err != nil {
		t.Fatal(err)
	}
	for flow, want := range map[string]string{"code": "?", "token": "#"} {
		got := s.do(t, "GET", "/oauth2/authorize?"+request("response_type", flow).Encode(), "", "Cookie", cookie)
		if location := got.header.Get("Location"); location != pooltest.Callback+want+"state=st8&error=server_error" {
			t.Errorf("authorize, %s: got %d to %s", flow, got.status, location)
		}
	}
	if got := s.do(t, "POST", "/oauth2/token", exchange("e9b2ac1e-2a35-4a0f-9df1-0d5d2a0f7f55")); got.status != 500 || got.body != `{"error":"server_error"}`+"\n" {
		t.Errorf("token: got %d %s", got.status, got.body)
	}
}

func TestTheSessionOutlivesTokens(t *testing.T) {
	s := start(t, nil)
	user := s.SignUp(t, "ana@example.com")
	cookie := s.session(t, user.Sub)
	granted := s.tokens(t, exchange(s.code(t, cookie)))
	s.tokens(t, exchange("", "grant_type", "refresh_token", "refresh_token", granted.Refresh))
	if err := s.Pool.GlobalSignOut(t.Context(), user.Sub); err != nil {
		t.Fatal(err)
	}
	if got := s.do(t, "POST", "/oauth2/token", exchange("", "grant_type", "refresh_token", "refresh_token", granted.Refresh)); got.body != `{"error":"invalid_grant"}`+"\n" {
		t.Errorf("a refresh token after signing out everywhere: got %s", got.body)
	}
	s.code(t, cookie) // the browser is signed in still
	logout := "/logout?client_id=" + pooltest.ClientID + "&logout_uri=" + url.QueryEscape(pooltest.SignedIn)
	granted = s.tokens(t, exchange(s.code(t, cookie)))
	s.do(t, "GET", logout, "", "Cookie", cookie)
	if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+granted.Access); got.status != 200 {
		t.Errorf("a token after the browser's logout: got %d, want 200: it revokes nothing", got.status)
	}
}

func TestRefreshAtTheTokenEndpoint(t *testing.T) {
	const rotatingID = "rotatingclient000000000000"
	s := start(t, func(pool *stack.UserPool) {
		rotating := pool.Clients[0]
		rotating.ID, rotating.RefreshTokenRotation, rotating.ExplicitAuthFlows = rotatingID, true, nil
		pool.Clients = append(pool.Clients, rotating)
	})
	user := s.SignUp(t, "ana@example.com")
	cookie := s.session(t, user.Sub)
	refresh := func(id, token string) string {
		return exchange("", "grant_type", "refresh_token", "refresh_token", token, "client_id", id)
	}
	t.Run("of the JSON API", func(t *testing.T) {
		issued, err := s.Pool.IssueTokens(t.Context(), userpool.TokenRequest{
			Client: s.Client(t, pooltest.ClientID), Sub: user.Sub, AuthTime: s.Now(), Refresh: true, API: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		got := s.tokens(t, refresh(pooltest.ClientID, issued.Refresh))
		if got.Refresh != "" || got.ID == "" || claims(t, got.Access)["scope"] != "aws.cognito.signin.user.admin" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("without rotation", func(t *testing.T) {
		first := s.tokens(t, exchange(s.code(t, cookie)))
		s.Wait(time.Minute)
		again := s.tokens(t, refresh(pooltest.ClientID, first.Refresh))
		if again.Refresh != "" || again.ExpiresIn != 3600 || again.Type != "Bearer" {
			t.Errorf("got %+v, want no new refresh token", again)
		}
		was, is := claims(t, first.ID), claims(t, again.ID)
		if was["auth_time"] != is["auth_time"] || was["origin_jti"] != is["origin_jti"] || was["jti"] == is["jti"] || was["exp"] == is["exp"] {
			t.Errorf("got %v after %v", is, was)
		}
	})
	t.Run("with rotation", func(t *testing.T) {
		first := s.tokens(t, exchange(s.code(t, cookie, "client_id", rotatingID), "client_id", rotatingID))
		second := s.tokens(t, refresh(rotatingID, first.Refresh))
		if second.Refresh == "" || second.Refresh == first.Refresh {
			t.Fatalf("got the refresh token %q after %q", second.Refresh, first.Refresh)
		}
		if got := s.do(t, "POST", "/oauth2/token", refresh(rotatingID, first.Refresh)); got.body != `{"error":"invalid_grant"}`+"\n" {
			t.Errorf("the old one: got %s", got.body)
		}
		if got := s.do(t, "POST", "/oauth2/token", refresh(rotatingID, second.Refresh)); got.body != `{"error":"invalid_grant"}`+"\n" {
			t.Errorf("the new one, after the old one was used again: got %s", got.body)
		}
	})
	t.Run("by another client", func(t *testing.T) {
		first := s.tokens(t, exchange(s.code(t, cookie)))
		if got := s.do(t, "POST", "/oauth2/token", refresh(rotatingID, first.Refresh)); got.body != `{"error":"invalid_grant"}`+"\n" {
			t.Errorf("got %s", got.body)
		}
		s.tokens(t, refresh(pooltest.ClientID, first.Refresh)) // which did it no harm
	})
}

func TestScopesThatTheClientMayNotRead(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) { pool.Clients[0].ReadAttributes = []string{"email", "name"} })
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	if got := s.do(t, "POST", "/oauth2/token", exchange(s.code(t, cookie, "scope", "openid email"))); got.body != `{"error":"invalid_grant"}`+"\n" {
		t.Errorf("the e-mail and not whether it is verified: got %d %s", got.status, got.body)
	}
	got := s.tokens(t, exchange(s.code(t, cookie, "scope", "openid")))
	if said := claims(t, got.ID); said["email"] != "ana@example.com" || said["email_verified"] != nil {
		t.Errorf("openid alone: got %v, want what the client may read", said)
	}
}

func TestUserInfoByScope(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) {
		pool.Schema = []stack.Attribute{{Name: "team", Custom: true, Type: "String", Mutable: true}}
		pool.Clients[0].OAuthScopes = append(slices.Clone(pool.Clients[0].OAuthScopes), "phone")
		pool.Clients[0].ReadAttributes = []string{"email", "email_verified", "phone_number", "phone_number_verified", "name", "custom:team"}
	})
	user := s.SignUp(t, "ana@example.com")
	err := s.Pool.AdminUpdateUserAttributes(t.Context(), "ana@example.com", []userpool.Attribute{
		{Name: "name", Value: "Ana"}, {Name: "custom:team", Value: "blue"}, {Name: "birthdate", Value: "2000-01-01"},
		{Name: "phone_number", Value: "+15555550100"}, {Name: "phone_number_verified", Value: "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	cookie := s.session(t, user.Sub)
	for scope, want := range map[string]map[string]string{
		"openid":         {"email": "ana@example.com", "email_verified": "true", "phone_number": "+15555550100", "phone_number_verified": "true", "name": "Ana", "custom:team": "blue"},
		"openid profile": {"name": "Ana", "custom:team": "blue"},
		"openid phone":   {"phone_number": "+15555550100", "phone_number_verified": "true"},
		"openid email":   {"email": "ana@example.com", "email_verified": "true"},
	} {
		granted := s.tokens(t, exchange(s.code(t, cookie, "scope", scope)))
		var got map[string]string
		body := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+granted.Access).body
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatalf("%s: got %s: not every value is a string", scope, body)
		}
		want["sub"], want["username"] = user.Sub, user.Username
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", scope, diff)
		}
		if said := claims(t, granted.ID); want["email_verified"] != "" && said["email_verified"] != true {
			t.Errorf("%s: the ID token says email_verified %v, want a boolean", scope, said["email_verified"])
		}
	}
}

func TestRevokeByBasic(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	secret := s.Client(t, pooltest.SecretID).Secret
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(pooltest.SecretID+":"+secret))
	granted := s.tokens(t, exchange(s.code(t, cookie, "client_id", pooltest.SecretID), "client_id", ""), "Authorization", basic)
	form := url.Values{"token": {granted.Refresh}}.Encode()
	if got := s.do(t, "POST", "/oauth2/revoke", form, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pooltest.SecretID+":x"))); got.status != 401 {
		t.Errorf("a wrong secret: got %d", got.status)
	}
	if got := s.do(t, "POST", "/oauth2/revoke", form, "Authorization", basic); got.status != 200 || got.body != "" {
		t.Errorf("got %d %q", got.status, got.body)
	}
	if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+granted.Access); got.status != 401 {
		t.Errorf("afterwards: got %d, want 401", got.status)
	}
}

// TestEveryAnswerOfAMachinesEndpointCanBeRead: a script must be able to read refusals too.
func TestEveryAnswerOfAMachinesEndpointCanBeRead(t *testing.T) {
	s := start(t, nil)
	for path, body := range map[string]string{
		"/oauth2/token": exchange("x"), "/oauth2/revoke": "client_id=nobody&token=x", "/oauth2/userInfo": "x=y",
	} {
		got := s.do(t, "POST", path, body, "Origin", "https://evil.example")
		if got.status < 400 || got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: got %d with %v", path, got.status, got.header)
		}
	}
}
