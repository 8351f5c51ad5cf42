package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/token"
	"example.com/todo/internal/token/tokentest"
)

type (
	request  = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

const issuer = "https://pool.example/local_abcdefghi"

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A rig is a gateway behind a real listener, with a clock that stands still unless it is moved.
type rig struct {
	t       testing.TB
	gateway *gateway.Gateway
	addr    string
	issuer  *tokentest.Issuer
	access  *lines
	errors  *lockedBuffer

	mu     sync.Mutex
	now    time.Time
	events []request
	calls  int
	answer gateway.Function
	// For a function that is an artifact: what it answers instead, as it writes it, and the event as it came.
	says string
	wire []byte
}

// The routes of the rig's API; every one but the greedy and the open one asks for an ID token.
func routes() []stack.Route {
	all := []stack.Route{
		{Method: "GET", Path: "/item"},
		{Method: "POST", Path: "/item"},
		{Method: "GET", Path: "/item/{id}"},
		{Method: "PUT", Path: "/item/{id}"},
		{Method: "POST", Path: "/item/{id}/done"},
		{Method: "GET", Path: "/scoped", Scopes: []string{"todo/read", "todo/write"}},
	}
	for i := range all {
		all[i].Function, all[i].Authorizer = "Function", "Cognito"
	}
	return append(all,
		stack.Route{Method: "ANY", Path: "/open", Function: "Function"},
		stack.Route{Method: "GET", Path: "/open/{name}", Function: "Function"},
		stack.Route{Method: "OPTIONS", Path: "/item", Preflight: map[string]string{
			"Access-Control-Allow-Origin":  "https://app.example",
			"Access-Control-Allow-Methods": "GET,OPTIONS,POST",
		}},
	)
}

func newRig(t testing.TB, changes ...func(*gateway.Config)) *rig {
	t.Helper()
	return newRigAt(t, func(*rig, *gateway.Config) {}, changes...)
}

// newRigAt is a rig whose function has a home.
func newRigAt(t testing.TB, home func(*rig, *gateway.Config), changes ...func(*gateway.Config)) *rig {
	t.Helper()
	r := &rig{
		t: t, now: start, issuer: tokentest.NewIssuer(t, issuer), access: &lines{added: make(chan struct{}, 1000)}, errors: &lockedBuffer{},
		answer: func(context.Context, request) (response, error) { return response{StatusCode: 200, Body: "{}"}, nil },
	}
	clock := func() time.Time {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.now
	}
	cfg := gateway.Config{
		API: stack.API{
			LogicalID:   "TodoApi",
			ID:          "a1b2c3d4e5",
			Stage:       "prod",
			URL:         "http://api.example:8080/prod",
			Routes:      routes(),
			Authorizers: map[string]stack.Authorizer{"Cognito": {UserPool: "Pool", Header: "Authorization"}},
		},
		Functions: map[string]gateway.Function{"Function": r.function},
		Verifiers: map[string]*token.Verifier{
			"Cognito": token.New(token.Config{Issuer: issuer, Keys: token.KeySet(r.issuer.KeySet), Now: clock}),
		},
		AccessLog: r.access,
		Logger:    slog.New(slog.NewTextHandler(r.errors, nil)),
		Now:       clock,
		Rand:      rand.NewChaCha8([32]byte{1}),
		AccountID: "000000000000",
	}
	home(r, &cfg)
	for _, change := range changes {
		change(&cfg)
	}
	g, err := gateway.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.gateway = g
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	r.addr = server.Listener.Addr().String()
	return r
}

func (r *rig) function(ctx context.Context, e request) (response, error) {
	r.mu.Lock()
	r.events = append(r.events, e)
	r.calls++
	answer := r.answer
	r.mu.Unlock()
	return answer(ctx, e)
}

func (r *rig) returns(answer response) {
	r.answer = func(context.Context, request) (response, error) { return answer, nil }
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

// event is the one that the function got last.
func (r *rig) event() request {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) == 0 {
		r.t.Fatal("the function was not called")
	}
	return r.events[len(r.events)-1]
}

// token is an ID token with further claims; a nil one is left out.
func (r *rig) token(claims map[string]any) string {
	r.t.Helper()
	return r.issuer.Sign(r.t, goodClaims(claims))
}

func goodClaims(further map[string]any) map[string]any {
	all := map[string]any{"token_use": "id", "sub": "1234", "aud": "client", "exp": start.Add(time.Hour).Unix()}
	maps.Copy(all, further)
	return all
}

// A reply is what came back, with the headers as they were spelled.
type reply struct {
	status int
	header map[string][]string
	body   string
}

// one is the value of a header that must be there once, by its exact name; "" when it is not there.
func (p reply) one(t *testing.T, name string) string {
	t.Helper()
	if len(p.header[name]) > 1 {
		t.Errorf("got header %s %d times, want once", name, len(p.header[name]))
	}
	return strings.Join(p.header[name], "|")
}

// send sends a request line with headers, as they are, and a body.
func (r *rig) send(line string, headers []string, body string) reply {
	r.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%s HTTP/1.1\r\nHost: api.example:8080\r\n", line)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	method, _, _ := strings.Cut(line, " ")
	return r.raw(b.String()+"\r\n"+body, method)
}

// authorized sends with a good ID token.
func (r *rig) authorized(line string, headers ...string) reply {
	r.t.Helper()
	return r.send(line, append(headers, "Authorization: "+r.token(nil)), "")
}

func (r *rig) dial() net.Conn {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(30 * time.Second)) // so that a hang is a failure
	return conn
}

func (r *rig) raw(text, method string) reply {
	r.t.Helper()
	conn := r.dial()
	go io.WriteString(conn, text)
	return readReply(r.t, bufio.NewReader(conn), method)
}

func readReply(t testing.TB, from *bufio.Reader, method string) reply {
	t.Helper()
	var head bytes.Buffer
	p := reply{header: map[string][]string{}}
	for {
		line, err := from.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", head.String(), err)
		}
		head.WriteString(line)
		if line == "\r\n" {
			break
		}
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			p.header[name] = append(p.header[name], value)
		}
	}
	parsed, err := http.ReadResponse(bufio.NewReader(io.MultiReader(&head, from)), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(parsed.Body)
	if err != nil {
		t.Fatal(err)
	}
	p.status, p.body = parsed.StatusCode, string(body)
	return p
}

// lines is an access log.
type lines struct {
	mu    sync.Mutex
	all   []string
	added chan struct{}
}

func (l *lines) WriteLine(line []byte) {
	l.mu.Lock()
	l.all = append(l.all, string(line))
	l.mu.Unlock()
	l.added <- struct{}{}
}

// wait returns the lines once there are n; they come after the answer.
func (l *lines) wait(t *testing.T, n int) []string {
	t.Helper()
	for {
		l.mu.Lock()
		all := l.all
		l.mu.Unlock()
		if len(all) > n {
			t.Fatalf("got %d lines, want %d: %q", len(all), n, all)
		}
		if len(all) == n {
			return all
		}
		select {
		case <-l.added:
		case <-time.After(30 * time.Second):
			t.Fatalf("got %d lines, want %d: %q", len(all), n, all)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
