package oauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"example.com/todo/internal/userpool/pooltest"
)

// TestOtherPeoplesClients has an OpenID Connect library find the pool by its issuer alone and sign a person in.
func TestOtherPeoplesClients(t *testing.T) {
	s := start(t, nil)
	user := s.SignUp(t, "ana@example.com")
	cookie := s.session(t, user.Sub)
	ctx := t.Context()
	provider, err := oidc.NewProvider(ctx, s.Pool.Settings().Issuer)
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []struct{ id, secret string }{
		{pooltest.ClientID, ""},
		{pooltest.SecretID, s.Client(t, pooltest.SecretID).Secret},
	} {
		config := oauth2.Config{
			ClientID: client.id, ClientSecret: client.secret, Endpoint: provider.Endpoint(),
			RedirectURL: pooltest.Callback, Scopes: []string{"openid", "email"},
		}
		verifier := oauth2.GenerateVerifier()
		address := config.AuthCodeURL("state-of-mine", oidc.Nonce("nonce-of-mine"), oauth2.S256ChallengeOption(verifier))
		back := s.do(t, "GET", strings.TrimPrefix(address, s.Domain), "", "Cookie", cookie).location(t)
		if got := back.Query().Get("state"); got != "state-of-mine" {
			t.Fatalf("state: got %q", got)
		}
		token, err := config.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := token.Extra("id_token").(string)
		id, err := provider.Verifier(&oidc.Config{ClientID: client.id, Now: s.Now}).Verify(ctx, raw)
		if err != nil {
			t.Fatal(err)
		}
		var claims struct {
			Email    string `json:"email"`
			Verified bool   `json:"email_verified"`
			Use      string `json:"token_use"`
			Username string `json:"cognito:username"`
		}
		if err := id.Claims(&claims); err != nil {
			t.Fatal(err)
		}
		if id.Subject != user.Sub || id.Nonce != "nonce-of-mine" || claims.Email != "ana@example.com" || !claims.Verified || claims.Use != "id" || claims.Username != user.Username {
			t.Errorf("got sub %s, nonce %s and %+v", id.Subject, id.Nonce, claims)
		}
		if err := id.VerifyAccessToken(token.AccessToken); id.AccessTokenHash != "" && err != nil {
			t.Errorf("at_hash: %v", err)
		}
		info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token.AccessToken}))
		if err != nil || info.Subject != user.Sub || info.Email != "ana@example.com" || !info.EmailVerified {
			t.Errorf("userInfo: got %+v %v", info, err)
		}
		// A token without an access token makes the library refresh it.
		refreshed, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
		if err != nil {
			t.Fatal(err)
		}
		if refreshed.AccessToken == token.AccessToken || refreshed.RefreshToken != token.RefreshToken {
			t.Error("refresh: want another access token and, without rotation, the same refresh token")
		}
		if again, _ := refreshed.Extra("id_token").(string); again == "" {
			t.Error("refresh: no ID token")
		}
	}
}

func TestKeySetAndDiscoveryCanBeReadFromAnyOrigin(t *testing.T) {
	s := start(t, nil)
	pool := "/" + s.Pool.Settings().ID + "/.well-known"
	want := `{"issuer":"` + s.Pool.Settings().Issuer + `",` +
		`"authorization_endpoint":"` + s.Domain + `/oauth2/authorize","token_endpoint":"` + s.Domain + `/oauth2/token",` +
		`"userinfo_endpoint":"` + s.Domain + `/oauth2/userInfo","revocation_endpoint":"` + s.Domain + `/oauth2/revoke",` +
		`"end_session_endpoint":"` + s.Domain + `/logout","jwks_uri":"` + s.Pool.Settings().Issuer + `/.well-known/jwks.json",` +
		`"response_types_supported":["code","token"],"scopes_supported":["openid","email","phone","profile"],` +
		`"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"],` +
		`"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"code_challenge_methods_supported":["S256"]}` + "\n"
	if got := s.do(t, "GET", pool+"/openid-configuration", ""); got.body != want {
		t.Errorf("discovery: got\n%swant\n%s", got.body, want)
	}
	keys := s.do(t, "GET", pool+"/jwks.json", "")
	if strings.Count(keys.body, `"kty":"RSA"`) != 2 || strings.Count(keys.body, `"alg":"RS256"`) != 2 || strings.Contains(keys.body, `"d":`) {
		t.Errorf("keys: got %s, want two public RSA keys", keys.body)
	}
	for _, path := range []string{pool + "/openid-configuration", pool + "/jwks.json"} {
		got := s.do(t, "GET", path, "")
		if got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Cache-Control") != "public, max-age=300" {
			t.Errorf("%s: got %v", path, got.header)
		}
		if got := s.do(t, "HEAD", path, ""); got.status != http.StatusOK || got.body != "" {
			t.Errorf("HEAD %s: got %d %q", path, got.status, got.body)
		}
	}
}
