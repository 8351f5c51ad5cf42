package oauth_test

import (
	"testing"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

func TestPreflight(t *testing.T) {
	s := start(t, nil)
	for _, path := range []string{"/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo", "/" + s.Pool.Settings().ID + "/.well-known/jwks.json"} {
		got := s.do(t, "OPTIONS", path, "", "Origin", "https://app.example.com", "Access-Control-Request-Method", "POST",
			"Access-Control-Request-Headers", "content-type,x-amz-user-agent")
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin":      "*",
			"Access-Control-Allow-Methods":     "GET, POST, OPTIONS",
			"Access-Control-Allow-Headers":     "content-type,x-amz-user-agent",
			"Access-Control-Allow-Credentials": "",
		} {
			if got.status != 200 || got.header.Get(name) != want {
				t.Errorf("%s: got %d with %s %q, want %q", path, got.status, name, got.header.Get(name), want)
			}
		}
	}
}

func TestOnlyCookielessEndpointsAreOpenToOtherOrigins(t *testing.T) {
	s := start(t, nil)
	for path, want := range map[string]string{
		"/oauth2/userInfo": "*", "/oauth2/authorize?" + request().Encode(): "", "/logout?client_id=" + pooltest.ClientID: "",
	} {
		if got := s.do(t, "GET", path, "", "Origin", "https://evil.example").header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	s := start(t, nil)
	answers := []answer{
		s.do(t, "GET", "/oauth2/authorize?"+request().Encode(), ""), s.do(t, "POST", "/oauth2/token", exchange("x")),
		s.do(t, "GET", "/oauth2/userInfo", ""), s.do(t, "GET", "/logout", ""),
	}
	for i, got := range answers {
		for name, want := range map[string]string{
			"Cache-Control":           "no-cache, no-store, max-age=0, must-revalidate",
			"Pragma":                  "no-cache",
			"Expires":                 "0",
			"X-Frame-Options":         "DENY",
			"X-Content-Type-Options":  "nosniff",
			"Referrer-Policy":         "same-origin",
			"Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		} {
			if got.header.Get(name) != want {
				t.Errorf("answer %d: %s: got %q, want %q", i, name, got.header.Get(name), want)
			}
		}
		if len(got.header.Get("X-Amz-Cognito-Request-Id")) != 36 {
			t.Errorf("answer %d: no request id", i)
		}
	}
	if got := answers[1].header.Get("Content-Type"); got != "application/json;charset=UTF-8" {
		t.Errorf("token: got content type %q", got)
	}
}

func TestMethodsAndPaths(t *testing.T) {
	s := start(t, nil)
	for request, want := range map[[2]string]int{
		{"POST", "/oauth2/authorize"}: 405, {"GET", "/oauth2/token"}: 405, {"GET", "/oauth2/revoke"}: 405, {"PUT", "/oauth2/userInfo"}: 405,
		{"POST", "/logout"}: 405, {"DELETE", "/" + s.Pool.Settings().ID + "/.well-known/jwks.json"}: 405,
		{"GET", "/oauth2/nothing"}: 404, {"GET", "/local_other0000/.well-known/jwks.json"}: 404, {"HEAD", "/oauth2/authorize"}: 302,
	} {
		if got := s.do(t, request[0], request[1], ""); got.status != want {
			t.Errorf("%s %s: got %d, want %d", request[0], request[1], got.status, want)
		}
	}
}

func TestAPoolWithoutADomainHasOnlyKeys(t *testing.T) {
	s := start(t, func(pool *stack.UserPool) { pool.Domain = "" })
	for path, want := range map[string]int{
		"/oauth2/authorize?" + request().Encode():                          404,
		"/" + s.Pool.Settings().ID + "/.well-known/jwks.json":              200,
		"/" + s.Pool.Settings().ID + "/.well-known/openid-configuration":   200,
		"/logout?client_id=" + pooltest.ClientID + "&logout_uri=" + "none": 404,
	} {
		if got := s.do(t, "GET", path, ""); got.status != want {
			t.Errorf("%s: got %d, want %d", path, got.status, want)
		}
	}
}
