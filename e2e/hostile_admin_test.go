package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// administration are the signed operations, done to somebody.
func administration(pool, email, clientID *string) map[string]func(context.Context, *cognito.Client, ...func(*cognito.Options)) error {
	return map[string]func(context.Context, *cognito.Client, ...func(*cognito.Options)) error{
		"AdminCreateUser": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: pool, Username: aws.String("planted@example.com")}, o...)
			return err
		},
		"AdminSetUserPassword": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: pool, Username: email, Password: aws.String("Planted-Horse-7"), Permanent: true}, o...)
			return err
		},
		"AdminGetUser": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: pool, Username: email}, o...)
			return err
		},
		"AdminDeleteUser": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: pool, Username: email}, o...)
			return err
		},
		"AdminConfirmSignUp": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.AdminConfirmSignUp(ctx, &cognito.AdminConfirmSignUpInput{UserPoolId: pool, Username: email}, o...)
			return err
		},
		"ListUsers": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: pool}, o...)
			return err
		},
		"DescribeUserPool": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: pool}, o...)
			return err
		},
		"DescribeUserPoolClient": func(ctx context.Context, c *cognito.Client, o ...func(*cognito.Options)) error {
			_, err := c.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: pool, ClientId: clientID}, o...)
			return err
		},
	}
}

// A tampering changes a request after it was signed.
type tampering func(*http.Request, []byte) []byte

func (change tampering) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	body = change(r, body)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return http.DefaultClient.Do(r)
}

func tampered(change func(*http.Request, []byte) []byte) func(*cognito.Options) {
	return func(o *cognito.Options) { o.HTTPClient = tampering(change) }
}

// signedAnew replaces the signature. The signer is a new one, since it remembers what it makes of a key's secret.
func signedAnew(id, secret string, at time.Time) func(*cognito.Options) {
	return tampered(func(r *http.Request, body []byte) []byte {
		r.Header.Del("Authorization")
		sum := sha256.Sum256(body)
		key := aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}
		_ = v4.NewSigner().SignHTTP(r.Context(), key, r, hex.EncodeToString(sum[:]), "cognito-idp", "local", at)
		return body
	})
}

// attackSignatures calls what is for administrators, without their key.
func attackSignatures(t *testing.T, h *target) {
	client := h.cognito(t)
	key, err := client.Options().Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	header := func(name string, value func(string) string) func(*cognito.Options) {
		return tampered(func(r *http.Request, body []byte) []byte {
			r.Header.Set(name, value(r.Header.Get(name)))
			return body
		})
	}
	to := func(value string) func(string) string { return func(string) string { return value } }
	const prefix = "AWSCognitoIdentityProviderService."
	forgeries := map[string]func(*cognito.Options){
		"no signature":    tampered(func(r *http.Request, body []byte) []byte { r.Header.Del("Authorization"); return body }),
		"an ID token":     header("Authorization", to(h.ana.id)),
		"half of one":     header("Authorization", to("AWS4-HMAC-SHA256 Credential="+key.AccessKeyID)),
		"an empty one":    header("Authorization", func(s string) string { return s[:strings.Index(s, "Signature=")] + "Signature=" }),
		"its last digits": header("Authorization", func(s string) string { return s[:len(s)-1] + string("10"[s[len(s)-1]&1]) }),
		"fewer headers": header("Authorization", func(s string) string {
			return strings.Replace(s, ";x-amz-target", "", 1)
		}),
		"another service": header("Authorization", func(s string) string { return strings.Replace(s, "/cognito-idp/", "/sts/", 1) }),
		"another date":    header("X-Amz-Date", to(time.Now().UTC().Add(time.Minute).Format("20060102T150405Z"))),
		"another body":    tampered(func(_ *http.Request, body []byte) []byte { body[len(body)-3] ^= 1; return body }),
		"a longer body":   tampered(func(_ *http.Request, body []byte) []byte { return append(body, ' ') }),
		"another operation": header("X-Amz-Target", func(s string) string {
			if s == prefix+"ListUsers" {
				return prefix + "DescribeUserPool"
			}
			return prefix + "ListUsers"
		}),
		"another host":   tampered(func(r *http.Request, body []byte) []byte { r.Host = "evil.example"; return body }),
		"a day ago":      signedAnew(key.AccessKeyID, key.SecretAccessKey, time.Now().Add(-24*time.Hour)),
		"a day ahead":    signedAnew(key.AccessKeyID, key.SecretAccessKey, time.Now().Add(24*time.Hour)),
		"another key":    signedAnew("AKIAAAAAAAAAAAAAAAAA", key.SecretAccessKey, time.Now()),
		"another secret": signedAnew(key.AccessKeyID, "secret", time.Now()),
		"no secret":      signedAnew(key.AccessKeyID, "", time.Now()),
		"no key":         signedAnew("", "", time.Now()),
	}
	refusals := []string{"MissingAuthenticationTokenException", "IncompleteSignatureException", "UnrecognizedClientException", "InvalidSignatureException"}
	pool := h.config["APP_ISSUER"][strings.LastIndexByte(h.config["APP_ISSUER"], '/')+1:]
	for operation, call := range administration(&pool, &h.ana.email, aws.String(h.clientID())) {
		for name, forge := range forgeries {
			err := call(t.Context(), client, forge)
			var refusal interface{ ErrorCode() string }
			if !errors.As(err, &refusal) || !slices.Contains(refusals, refusal.ErrorCode()) {
				t.Errorf("%s with %s: got %v, want the signature refused", operation, name, err)
			}
		}
	}
	listed, err := client.ListUsers(t.Context(), &cognito.ListUsersInput{UserPoolId: &pool, Filter: aws.String(`email = "planted@example.com"`)})
	if err != nil || len(listed.Users) != 0 {
		t.Errorf("afterwards: got %v %v, want nobody planted", listed, err)
	}
	h.want(t, "", "InitiateAuth", h.signInBody(h.ana.email, password))
}
