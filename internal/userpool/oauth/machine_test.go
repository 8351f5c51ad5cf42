package oauth_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

const machineID = "machineclient0000000000000"

// withMachine adds a program's client with two scopes, and gives the public client one of them.
func withMachine(pool *stack.UserPool) {
	machine := pool.Clients[1]
	machine.ID, machine.OAuthFlows, machine.OAuthScopes = machineID, []string{"client_credentials"}, []string{"lists/read", "lists/write"}
	pool.Clients = append(pool.Clients, machine)
	pool.Clients[0].OAuthScopes = append(slices.Clone(pool.Clients[0].OAuthScopes), "lists/read")
}

// claims are what a token says, unverified.
func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no token", token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal(payload, &values); err != nil {
		t.Fatal(err)
	}
	return values
}

func TestClientCredentials(t *testing.T) {
	s := start(t, withMachine)
	secret := s.Client(t, machineID).Secret
	form := func(pairs ...string) string {
		return with(url.Values{"grant_type": {"client_credentials"}, "client_id": {machineID}, "client_secret": {secret}}, pairs...).Encode()
	}
	for scope, want := range map[string]string{
		"": "lists/read lists/write", "lists/read": "lists/read", "lists/write lists/read lists/write": "lists/read lists/write",
	} {
		got := s.tokens(t, form("scope", scope))
		if got.ID != "" || got.Refresh != "" || got.ExpiresIn != 3600 || got.Type != "Bearer" {
			t.Errorf("%q: got %+v, want an access token alone", scope, got)
		}
		said := claims(t, got.Access)
		jti, _ := said["jti"].(string)
		delete(said, "jti")
		now := float64(s.Now().Unix())
		if diff := cmp.Diff(map[string]any{
			"iss": s.Pool.Settings().Issuer, "sub": machineID, "client_id": machineID, "token_use": "access", "scope": want, "version": 2.0,
			"iat": now, "auth_time": now, "exp": now + 3600,
		}, said); diff != "" || len(jti) != 36 {
			t.Errorf("%q: jti %q (-want +got):\n%s", scope, jti, diff)
		}
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(machineID+":"+secret))
	s.tokens(t, form("client_id", "", "client_secret", ""), "Authorization", basic)

	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	for name, c := range map[string]struct{ form, want string }{
		"an unknown scope":     {form("scope", "lists/read lists/own"), "invalid_scope"},
		"a person's scope":     {form("scope", "openid"), "invalid_scope"},
		"no secret":            {form("client_secret", ""), "invalid_client"},
		"another's secret":     {form("client_secret", s.Client(t, pooltest.SecretID).Secret), "invalid_client"},
		"a client with people": {form("client_id", pooltest.SecretID, "client_secret", s.Client(t, pooltest.SecretID).Secret), "unauthorized_client"},
		"a public client":      {form("client_id", pooltest.ClientID, "client_secret", ""), "unauthorized_client"},
		"a person's code":      {exchange(s.code(t, cookie), "client_id", machineID, "client_secret", secret), "unauthorized_client"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.do(t, "POST", "/oauth2/token", c.form); got.status != 400 || got.body != `{"error":"`+c.want+`"}`+"\n" {
				t.Errorf("got %d %s, want %s", got.status, got.body, c.want)
			}
		})
	}
	t.Run("it signs nobody in", func(t *testing.T) {
		got := s.do(t, "GET", "/oauth2/authorize?"+request("client_id", machineID).Encode(), "", "Cookie", cookie)
		if want := pooltest.Callback + "?state=st8&error=unauthorized_client"; got.header.Get("Location") != want {
			t.Errorf("got %s, want %s", got.header.Get("Location"), want)
		}
	})
	t.Run("it is nobody", func(t *testing.T) {
		access := s.tokens(t, form()).Access
		if got := s.do(t, "GET", "/oauth2/userInfo", "", "Authorization", "Bearer "+access); got.status != 401 {
			t.Errorf("userInfo: got %d, want 401", got.status)
		}
		if _, err := s.Pool.AccessToken(t.Context(), access); err == nil || err.Error() != "NotAuthorizedException: Access Token does not have required scopes" {
			t.Errorf("got %v", err)
		}
	})
}

func TestCustomScopesOfAPerson(t *testing.T) {
	s := start(t, withMachine)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	got := s.tokens(t, exchange(s.code(t, cookie, "scope", "lists/read")))
	if scope := claims(t, got.Access)["scope"]; scope != "lists/read" || got.ID != "" {
		t.Errorf("got scope %v, ID token %q; want lists/read and none", scope, got.ID)
	}
	all := s.tokens(t, exchange(s.code(t, cookie)))
	if scope, want := claims(t, all.Access)["scope"], strings.Join(s.Client(t, pooltest.ClientID).OAuthScopes, " "); scope != want {
		t.Errorf("no scope asked for: got %v, want %s", scope, want)
	}
	refused := s.do(t, "GET", "/oauth2/authorize?"+request("scope", "openid lists/write").Encode(), "", "Cookie", cookie)
	if want := pooltest.Callback + "?error_description=invalid_scope&state=st8&error=invalid_request"; refused.header.Get("Location") != want {
		t.Errorf("a scope of the server that the client lacks: got %s, want %s", refused.header.Get("Location"), want)
	}
}

func TestResource(t *testing.T) {
	s := start(t, nil)
	cookie := s.session(t, s.SignUp(t, "ana@example.com").Sub)
	for _, resource := range []string{"https://api.example.com", "https://api.example.com/lists?a=b", "http://localhost:9000/x", "myapp://lists"} {
		got := s.tokens(t, exchange(s.code(t, cookie, "resource", resource)))
		if aud := claims(t, got.Access)["aud"]; aud != resource {
			t.Errorf("access token: got audience %v, want %s", aud, resource)
		}
		if aud := claims(t, got.ID)["aud"]; aud != pooltest.ClientID {
			t.Errorf("ID token: got audience %v, want the client", aud)
		}
		again := s.tokens(t, exchange("", "grant_type", "refresh_token", "refresh_token", got.Refresh))
		if aud := claims(t, again.Access)["aud"]; aud != resource {
			t.Errorf("refreshed: got audience %v, want %s", aud, resource)
		}
	}
	implicit := request("response_type", "token", "resource", "myapp://lists", "code_challenge", "", "code_challenge_method", "")
	fragment, err := url.ParseQuery(s.do(t, "GET", "/oauth2/authorize?"+implicit.Encode(), "", "Cookie", cookie).location(t).EscapedFragment())
	if err != nil || claims(t, fragment.Get("access_token"))["aud"] != "myapp://lists" {
		t.Errorf("implicit: got %v %v", fragment, err)
	}
	if _, has := claims(t, s.tokens(t, exchange(s.code(t, cookie))).Access)["aud"]; has {
		t.Error("an audience though none was asked for")
	}
	for _, resource := range []string{
		"http://api.example.com", "http://localhost.evil.example", "api.example.com", "https://", "https://u@api.example.com", "https://a/#b",
		pooltest.ClientID, "javascript:alert(1)", " https://api.example.com", "https://a/" + strings.Repeat("x", 2048),
	} {
		got := s.do(t, "GET", "/oauth2/authorize?"+request("resource", resource).Encode(), "", "Cookie", cookie)
		if want := pooltest.Callback + "?state=st8&error=invalid_target"; got.header.Get("Location") != want {
			t.Errorf("%q: got %s, want %s", resource, got.header.Get("Location"), want)
		}
	}
}
