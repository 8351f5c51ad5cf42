package idp_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/idp"
	"example.com/todo/internal/userpool/pooltest"
)

const (
	keyID  = "AKIAEXAMPLE"
	secret = "secret"
	ana    = "ana@example.com"
)

// A rig is the API of a running pool.
type rig struct {
	*pooltest.Fixture
	t   *testing.T
	url string
}

func newRig(t *testing.T, change func(*stack.UserPool)) *rig {
	t.Helper()
	r := &rig{Fixture: pooltest.New(t, change), t: t}
	r.url = r.Domain + "/"
	r.Mux.Handle(pooltest.Prefix+"/{$}", idp.New(idp.Config{
		Pool: r.Pool, Credentials: idp.Credentials{AccessKeyID: keyID, SecretAccessKey: secret},
		Now: r.Now, Rand: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	}))
	return r
}

// sdk is the official client, signing with a secret where operations are signed.
func (r *rig) sdk(secret string) *cognito.Client {
	return cognito.New(cognito.Options{
		BaseEndpoint: &r.url, Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider(keyID, secret, ""),
		Retryer: aws.NopRetryer{}, HTTPSignerV4: signer{r},
	})
}

// signer signs at the time of the pool's clock.
type signer struct{ *rig }

func (s signer) SignHTTP(ctx context.Context, c aws.Credentials, r *http.Request, hash, service, region string, _ time.Time, options ...func(*v4.SignerOptions)) error {
	return v4.NewSigner().SignHTTP(ctx, c, r, hash, service, region, s.Now(), options...)
}

// post sends a body as it is and gives the answer.
func (r *rig) post(operation, body string) (*http.Response, string) {
	r.t.Helper()
	request, err := http.NewRequest("POST", r.url, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	return r.do(request)
}

func (r *rig) do(request *http.Request) (*http.Response, string) {
	r.t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer, string(body)
}

// refusalOf reads an error answer as "Type: message", after checking that header and body agree.
func refusalOf(t *testing.T, answer *http.Response, body string) string {
	t.Helper()
	var refusal struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(body), &refusal); err != nil {
		t.Fatalf("got %d %q: %v", answer.StatusCode, body, err)
	}
	if got := answer.Header.Get("X-Amzn-ErrorType"); got != refusal.Type+":" || answer.StatusCode != 400 {
		t.Errorf("got status %d, header %q, body %q", answer.StatusCode, got, body)
	}
	if refusal.Message == "" {
		return refusal.Type
	}
	return refusal.Type + ": " + refusal.Message
}

// wantRefusal checks a refusal as the SDK understood it.
func wantRefusal(t *testing.T, what string, err error, want string) {
	t.Helper()
	var refusal interface {
		ErrorCode() string
		ErrorMessage() string
	}
	switch {
	case want == "" && err == nil:
	case !errors.As(err, &refusal):
		t.Errorf("%s: got %v, want %q", what, err, want)
	case refusal.ErrorCode()+": "+refusal.ErrorMessage() != want:
		t.Errorf("%s: got %s: %s, want %q", what, refusal.ErrorCode(), refusal.ErrorMessage(), want)
	}
}

var ctx = context.Background()
