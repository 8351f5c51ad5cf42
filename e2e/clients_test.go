package e2e

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// TestGoOIDC signs in as a Go web application does, with the pages in between.
func TestGoOIDC(t *testing.T) {
	h := &target{server: serve(t, t.TempDir())}
	h.register(t, "ana@example.com")
	browser := h.signInAtPages(t, "ana@example.com")
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, h.config["APP_ISSUER"])
	if err != nil {
		t.Fatal(err)
	}
	config := oauth2.Config{
		ClientID: h.clientID(), Endpoint: provider.Endpoint(), RedirectURL: h.url + "/callback", Scopes: []string{"openid", "email", "profile"},
	}
	verifier := oauth2.GenerateVerifier()
	address := config.AuthCodeURL("a state", oidc.Nonce("a nonce"), oauth2.S256ChallengeOption(verifier))
	back, err := url.Parse(browser.get(t, strings.TrimPrefix(address, h.url)).header.Get("Location"))
	if err != nil || back.Query().Get("state") != "a state" {
		t.Fatalf("got back at %s, %v", back, err)
	}
	tokens, err := config.Exchange(ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: h.clientID()}).Verify(ctx, raw)
	if err != nil || id.Nonce != "a nonce" {
		t.Fatalf("the ID token: got %+v, %v", id, err)
	}
	// A token without an access token makes the library refresh it.
	source := config.TokenSource(ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken})
	fresh, err := source.Token()
	if err != nil || fresh.AccessToken == tokens.AccessToken {
		t.Fatalf("refresh: got %v", err)
	}
	info, err := provider.UserInfo(ctx, source)
	if err != nil || info.Email != "ana@example.com" || !info.EmailVerified {
		t.Errorf("userInfo: got %+v, %v", info, err)
	}
}

// TestAWSCLI uses the command as the README says, over TLS.
func TestAWSCLI(t *testing.T) {
	if out, err := exec.Command("aws", "--version").CombinedOutput(); err != nil {
		t.Skipf("the AWS CLI is not installed here: %v %s", err, out)
	}
	s := serve(t, t.TempDir(), "--tls")
	s.register(t, "ana@example.com")
	pool := s.config["APP_ISSUER"][strings.LastIndex(s.config["APP_ISSUER"], "/")+1:]
	aws := func(answer any, args ...string) {
		t.Helper()
		command := exec.Command("aws", append([]string{"cognito-idp", "--endpoint-url", s.url + "/auth", "--region", "local", "--output", "json"}, args...)...)
		command.Env = append(os.Environ(), "AWS_CA_BUNDLE="+filepath.Join(s.data, "tls", "ca.pem"),
			"AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(s.data, "credentials"), "AWS_CONFIG_FILE="+os.DevNull, "AWS_PAGER=")
		var failure strings.Builder
		command.Stderr = &failure
		out, err := command.Output()
		if err != nil {
			t.Fatalf("aws cognito-idp %s: %v %s", args[0], err, &failure)
		}
		if err := json.Unmarshal(out, answer); err != nil {
			t.Fatalf("aws cognito-idp %s: %v: %s", args[0], err, out)
		}
	}
	var signedIn struct {
		AuthenticationResult struct{ IdToken, AccessToken string }
	}
	aws(&signedIn, "initiate-auth", "--no-sign-request", "--auth-flow", "USER_PASSWORD_AUTH", "--client-id", s.config["APP_CLIENT_ID"],
		"--auth-parameters", "USERNAME=ana@example.com,PASSWORD="+password)
	if status, _, body := s.do(t, "GET", "/prod/item", signedIn.AuthenticationResult.IdToken, ""); status != 200 {
		t.Errorf("the list with the token: got %d %s", status, body)
	}
	var listed struct {
		Users []struct{ UserStatus string }
	}
	aws(&listed, "list-users", "--user-pool-id", pool)
	if len(listed.Users) != 1 || listed.Users[0].UserStatus != "CONFIRMED" {
		t.Errorf("got %+v, want the one who registered", listed)
	}
	var described struct{ UserPool struct{ Id, Name string } }
	aws(&described, "describe-user-pool", "--user-pool-id", pool)
	if described.UserPool.Id != pool {
		t.Errorf("got %+v", described)
	}
}
