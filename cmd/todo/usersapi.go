package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/todo/internal/certs"
	"example.com/todo/internal/stack"
)

// usersFlags say where the server is that `todo users` talks to.
type usersFlags struct {
	Endpoint string `default:"http://localhost:8080/auth/" env:"TODO_ENDPOINT" placeholder:"URL" help:"The user pool's API of a running server (default ${default})."`
	Data     string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The server's data directory, whose access key signs the calls (default ${default})."`
}

// poolAPI calls the signed operations of a running server's user pool.
type poolAPI struct {
	endpoint string
	key      accessKey
	poolID   string
	client   *http.Client
}

const (
	usersTimeout = 30 * time.Second
	maxAnswer    = 32 << 20 // a page of 60 accounts with every attribute at its longest
)

// members are a request's or an answer's.
type members map[string]any

// connect finds the server's pool.
func (f usersFlags) connect(ctx context.Context) (*poolAPI, error) {
	endpoint, err := url.Parse(f.Endpoint)
	if err != nil || endpoint.Scheme != "http" && endpoint.Scheme != "https" || endpoint.Host == "" {
		return nil, usageError{fmt.Errorf("--endpoint: %q is not an address such as http://localhost:8080/auth/", f.Endpoint)}
	}
	if _, err := os.Stat(filepath.Join(f.Data, credentialsFile)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--data: %s has no access key: it is no server's data directory yet", f.Data)
	}
	key, err := loadAccessKey(f.Data, stack.Region)
	if err != nil {
		return nil, err
	}
	client, err := newUsersClient(f.Data)
	if err != nil {
		return nil, err
	}
	api := &poolAPI{endpoint: f.Endpoint, key: key, client: client}
	var out struct {
		UserPools []struct {
			ID string `json:"Id"`
		}
	}
	if err := api.post(ctx, "AWSCognitoIdentityProviderService.ListUserPools", members{"MaxResults": 1}, &out); err != nil {
		return nil, err
	}
	if len(out.UserPools) == 0 {
		return nil, fmt.Errorf("%s has no user pool", f.Endpoint)
	}
	api.poolID = out.UserPools[0].ID
	return api, nil
}

// newUsersClient trusts the data directory's own authority too, if it has one. It follows no redirect, which would take a
// password elsewhere.
func newUsersClient(dir string) (*http.Client, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	name := filepath.Join(dir, tlsDir, certs.TrustFile)
	switch content, err := os.ReadFile(name); {
	case err == nil:
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(content) {
			return nil, fmt.Errorf("%s: there is no certificate in it", name)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &http.Client{Transport: transport, CheckRedirect: refuse}, nil
}

// call runs an operation on the pool; out may be nil.
func (a *poolAPI) call(ctx context.Context, operation string, in members, out any) error {
	in["UserPoolId"] = a.poolID
	return a.post(ctx, "AWSCognitoIdentityProviderService."+operation, in, out)
}

func (a *poolAPI) post(ctx context.Context, target string, in members, out any) error {
	ctx, cancel := context.WithTimeout(ctx, usersTimeout)
	defer cancel()
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	sum := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: a.key.id, SecretAccessKey: a.key.secret}
	if err := v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "cognito-idp", stack.Region, time.Now()); err != nil {
		return err
	}
	answer, err := a.client.Do(request)
	if err != nil {
		return fmt.Errorf("%w (is `todo serve` running there?)", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return refusedBy(a.endpoint, answer.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("%s did not answer as a user pool: %w", a.endpoint, err)
	}
	return nil
}

// refusedBy is a refusal in the server's words.
func refusedBy(endpoint string, status int, body []byte) error {
	var refusal struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(body, &refusal); err != nil || refusal.Type == "" {
		return fmt.Errorf("%s answered %d: no user pool is there", endpoint, status)
	}
	err := fmt.Errorf("%s: %s", refusal.Type, printable(refusal.Message))
	if refusal.Type == "UnrecognizedClientException" { // an access key that the server does not know
		return fmt.Errorf("%w (is --data that server's directory?)", err)
	}
	return err
}
