package oauth_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/oauth"
	"example.com/todo/internal/userpool/pooltest"
)

const (
	verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	// challenge is verifier under S256, from RFC 7636 appendix B.
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

type site struct {
	*pooltest.Fixture
	http *http.Client
}

func start(t *testing.T, change func(*stack.UserPool)) site {
	t.Helper()
	f := pooltest.New(t, change)
	endpoints, err := oauth.New(oauth.Config{Pool: f.Pool, Rand: rand.Reader, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	endpoints.Register(f.Mux, pooltest.Prefix)
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return site{f, &http.Client{CheckRedirect: stay}}
}

// answer is what a request got, with its body read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) location(t *testing.T) *url.URL {
	t.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status != http.StatusFound {
		t.Fatalf("got %d to %q, want a redirect", a.status, a.header.Get("Location"))
	}
	return u
}

func (s site) do(t *testing.T, method, path, body string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, s.Domain+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := s.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// session is the cookie of a browser in which a person has signed in.
func (s site) session(t *testing.T, sub string) string {
	t.Helper()
	token, err := s.Pool.StartSession(context.Background(), sub)
	if err != nil {
		t.Fatal(err)
	}
	return "cognito=" + token
}

// request is an authorize request's query; pairs replace or, with an empty value, take away parameters.
func request(pairs ...string) url.Values {
	q := url.Values{
		"response_type": {"code"}, "client_id": {pooltest.ClientID}, "redirect_uri": {pooltest.Callback}, "state": {"st8"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	return with(q, pairs...)
}

func with(q url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

// code is an authorization code for a person who is signed in.
func (s site) code(t *testing.T, cookie string, pairs ...string) string {
	t.Helper()
	got := s.do(t, "GET", "/oauth2/authorize?"+request(pairs...).Encode(), "", "Cookie", cookie)
	code := got.location(t).Query().Get("code")
	if code == "" {
		t.Fatalf("no code in %s", got.header.Get("Location"))
	}
	return code
}

// exchange is a token request's form.
func exchange(code string, pairs ...string) string {
	return with(url.Values{
		"grant_type": {"authorization_code"}, "client_id": {pooltest.ClientID}, "code": {code},
		"redirect_uri": {pooltest.Callback}, "code_verifier": {verifier},
	}, pairs...).Encode()
}
