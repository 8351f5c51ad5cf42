package gateway_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/token"
)

func TestAuthorizer(t *testing.T) {
	const (
		unauthorized = `{"message":"Unauthorized"}`
		expired      = `{"message":"The incoming token has expired"}`
	)
	r := newRig(t)
	id := r.token(nil)
	foreign := *r.issuer
	foreign.URL = issuer + "2"
	access := func(scope any) string {
		return r.token(map[string]any{"token_use": "access", "aud": nil, "client_id": "client", "scope": scope})
	}
	for _, c := range []struct {
		name, line string
		headers    []string
		status     int
		body       string
	}{
		{"bare ID token", "GET /prod/item", []string{"Authorization: " + id}, 200, "{}"},
		{"Bearer ID token", "GET /prod/item", []string{"Authorization: Bearer " + id}, 200, "{}"},
		{"header in any case", "GET /prod/item", []string{"aUTHORIZATION: " + id}, 200, "{}"},
		{"ID token of any client", "GET /prod/item", []string{"Authorization: " + r.token(map[string]any{"aud": "another"})}, 200, "{}"},
		{"another scheme", "GET /prod/item", []string{"Authorization: Basic " + id}, 401, unauthorized},
		{"Bearer twice", "GET /prod/item", []string{"Authorization: Bearer Bearer " + id}, 401, unauthorized},
		{"Bearer and nothing", "GET /prod/item", []string{"Authorization: Bearer "}, 401, unauthorized},
		{"no token", "GET /prod/item", nil, 401, unauthorized},
		{"empty", "GET /prod/item", []string{"Authorization:"}, 401, unauthorized},
		{"in the query", "GET /prod/item?Authorization=" + id, nil, 401, unauthorized},
		{"two tokens", "GET /prod/item", []string{"Authorization: " + id, "Authorization: " + id}, 401, unauthorized},
		{"malformed", "GET /prod/item", []string{"Authorization: x.y.z"}, 401, unauthorized},
		{"of another pool", "GET /prod/item", []string{"Authorization: " + foreign.Sign(t, map[string]any{"token_use": "id", "exp": start.Add(time.Hour).Unix()})}, 401, unauthorized},
		{"expired", "GET /prod/item", []string{"Authorization: " + r.token(map[string]any{"exp": start.Unix()})}, 401, expired},
		{"access token without scopes asked", "GET /prod/item", []string{"Authorization: " + access("todo/read")}, 401, unauthorized},
		{"neither ID nor access token", "GET /prod/item", []string{"Authorization: " + r.token(map[string]any{"token_use": nil})}, 401, unauthorized},
		{"use is a list", "GET /prod/item", []string{"Authorization: " + r.token(map[string]any{"token_use": []string{"id"}})}, 401, unauthorized},
		{"access token with a scope", "GET /prod/scoped", []string{"Authorization: " + access("openid todo/write")}, 200, "{}"},
		{"access token without the scope", "GET /prod/scoped", []string{"Authorization: " + access("openid todo/writer")}, 401, unauthorized},
		{"access token without scopes", "GET /prod/scoped", []string{"Authorization: " + access(nil)}, 401, unauthorized},
		{"scopes as a list", "GET /prod/scoped", []string{"Authorization: " + access([]string{"todo/read"})}, 401, unauthorized},
		{"ID token where scopes are asked", "GET /prod/scoped", []string{"Authorization: " + r.token(map[string]any{"scope": "todo/read"})}, 401, unauthorized},
		{"method without authorizer", "GET /prod/open", nil, 200, "{}"},
		{"method without authorizer ignores a bad token", "GET /prod/open", []string{"Authorization: x"}, 200, "{}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.calls = 0
			got := r.send(c.line, c.headers, "")
			if got.status != c.status || got.body != c.body {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, c.status, c.body)
			}
			if called := r.calls > 0; called != (c.status == 200) {
				t.Errorf("function called: got %v", called)
			}
			if c.status == 401 {
				if kind := got.one(t, "x-amzn-ErrorType"); kind != "UnauthorizedException" {
					t.Errorf("got error type %q, want UnauthorizedException", kind)
				}
				for _, name := range []string{"Www-Authenticate", "WWW-Authenticate", "X-Amzn-Trace-Id"} {
					if got.one(t, name) != "" {
						t.Errorf("got a header %s, want none", name)
					}
				}
			}
		})
	}
}

func TestAuthorizerOfAnotherHeader(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) {
		c.API.Authorizers = map[string]stack.Authorizer{"Cognito": {Header: "x-identity", Validation: "client|web.*"}}
	})
	for _, c := range []struct {
		name, header string
		claims       map[string]any
		status       int
	}{
		{"audience fits", "X-Identity", map[string]any{"aud": "web-1"}, 200},
		{"one of the audiences fits", "X-Identity", map[string]any{"aud": []string{"x", "client"}}, 200},
		{"audience fits in part", "X-Identity", map[string]any{"aud": "my client"}, 401},
		{"no audience", "X-Identity", map[string]any{"aud": nil}, 401},
		{"the usual header", "Authorization", map[string]any{"aud": "client"}, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.send("GET /prod/item", []string{c.header + ": " + r.token(c.claims)}, ""); got.status != c.status {
				t.Errorf("got %d %s, want %d", got.status, got.body, c.status)
			}
		})
	}
}

func TestAuthorizerWithoutKeys(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) {
		keys := func(context.Context, string) (*rsa.PublicKey, error) { return nil, errors.New("pool is down") }
		c.Verifiers = map[string]*token.Verifier{"Cognito": token.New(token.Config{Issuer: issuer, Keys: keys, Now: c.Now})}
	})
	got := r.authorized("GET /prod/item")
	if got.status != 500 || got.body != `{"message":null}` {
		t.Errorf("got %d %s, want 500 and a null message", got.status, got.body)
	}
	if !strings.Contains(r.errors.String(), "pool is down") || !strings.Contains(r.errors.String(), got.one(t, "x-amzn-RequestId")) {
		t.Errorf("the log lacks the reason or the request id:\n%s", r.errors)
	}
}

func TestPreflightWithAuthorizer(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) {
		for i := range c.API.Routes {
			if c.API.Routes[i].Preflight != nil {
				c.API.Routes[i].Authorizer = "Cognito"
			}
		}
	})
	if got := r.send("OPTIONS /prod/item", nil, ""); got.status != 401 {
		t.Errorf("without a token: got %d, want 401", got.status)
	}
	if got := r.authorized("OPTIONS /prod/item"); got.status != 200 {
		t.Errorf("with one: got %d, want 200", got.status)
	}
}
