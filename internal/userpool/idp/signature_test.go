package idp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/todo/internal/userpool"
)

var (
	adminKey = Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "secret"}
	signedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

const signedBody = `{"UserPoolId":"local_abcdefghi"}`

// signedRequest is a request as the official signer leaves it.
func signedRequest(t *testing.T, key Credentials, service string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", "http://localhost:8080/auth/", strings.NewReader(signedBody))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUsers")
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	hash := sha256.Sum256([]byte(signedBody))
	credentials := aws.Credentials{AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey}
	err = v4.NewSigner().SignHTTP(context.Background(), credentials, r, hex.EncodeToString(hash[:]), service, "eu-west-1", signedAt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSignatures(t *testing.T) {
	edit := func(header, old, replacement string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set(header, strings.Replace(r.Header.Get(header), old, replacement, 1))
		}
	}
	for _, c := range []struct {
		name   string
		key    Credentials
		change func(*http.Request)
		body   string
		later  time.Duration
		want   string
	}{
		{name: "as signed"},
		{name: "a clock a little behind", later: 4 * time.Minute},
		{name: "a clock a little ahead", later: -4 * time.Minute},
		{name: "a header that was not signed", change: func(r *http.Request) { r.Header.Set("Accept", "*/*") }},
		{name: "no signature", change: func(r *http.Request) { r.Header.Del("Authorization") }, want: "MissingAuthenticationTokenException"},
		{name: "a bearer token", change: func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, want: "IncompleteSignatureException"},
		{name: "two signatures", change: func(r *http.Request) { r.Header.Add("Authorization", r.Header.Get("Authorization")) }, want: "IncompleteSignatureException"},
		{name: "an empty signature", change: edit("Authorization", "Signature=", "Signature=,Ignored="), want: "IncompleteSignatureException"},
		{name: "another key's id", key: Credentials{"AKIAOTHER", "secret"}, want: "UnrecognizedClientException"},
		{name: "another secret", key: Credentials{"AKIAEXAMPLE", "guess"}, want: "InvalidSignatureException"},
		{name: "another body", body: `{"UserPoolId":"local_other"}`, want: "InvalidSignatureException"},
		{name: "another operation", change: edit("X-Amz-Target", "ListUsers", "AdminDeleteUser"), want: "InvalidSignatureException"},
		{name: "another host", change: func(r *http.Request) { r.Host = "elsewhere" }, want: "InvalidSignatureException"},
		{name: "another path", change: func(r *http.Request) { r.URL.Path = "/" }, want: "InvalidSignatureException"},
		{name: "a target that is not signed", change: edit("Authorization", ";x-amz-target", ""), want: "IncompleteSignatureException"},
		{name: "a replay after six minutes", later: 6 * time.Minute, want: "InvalidSignatureException"},
		{name: "a request from the future", later: -6 * time.Minute, want: "InvalidSignatureException"},
		{name: "a date that is none", change: func(r *http.Request) { r.Header.Set("X-Amz-Date", "yesterday") }, want: "IncompleteSignatureException"},
		{name: "a scope of another day", change: edit("Authorization", "20260102", "20260103"), want: "IncompleteSignatureException"},
		{name: "a scope of another service", change: edit("Authorization", "cognito-idp", "s3"), want: "IncompleteSignatureException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, body := c.key, c.body
			if key == (Credentials{}) {
				key = adminKey
			}
			if body == "" {
				body = signedBody
			}
			r := signedRequest(t, key, signingService)
			if c.change != nil {
				c.change(r)
			}
			err := adminKey.verify(r, []byte(body), signedAt.Add(c.later))
			got := ""
			if refusal := (*userpool.Error)(nil); errors.As(err, &refusal) {
				got = refusal.Type
			} else if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}
