package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

// fuzzed is an API of open methods, whose function and log are at hand.
type fuzzed struct {
	gateway  *Gateway
	event    *events.APIGatewayProxyRequest // nil while the function has not been called
	response events.APIGatewayProxyResponse
	line     string
}

func (f *fuzzed) WriteLine(line []byte) { f.line = string(line) }

func newFuzzed(t testing.TB, binary ...string) *fuzzed {
	f := &fuzzed{response: events.APIGatewayProxyResponse{StatusCode: 200}}
	var routes []stack.Route
	for _, path := range []string{"/", "/item", "/item/{id}", "/item/{id}/done", "/files/{p+}"} {
		routes = append(routes, stack.Route{Method: "ANY", Path: path, Function: "F"})
	}
	var err error
	f.gateway, err = New(Config{
		API: stack.API{
			LogicalID: "Api", Stage: "prod", URL: "http://api.example/prod", Routes: routes, BinaryMediaTypes: binary,
			AccessLog: &stack.AccessLog{Format: `{"id":"$context.requestId","path":"$context.path","agent":"$context.identity.userAgent","method":"$context.httpMethod","message":$context.error.messageString,"trace":"$context.xrayTraceId"}`},
		},
		Functions: map[string]Function{"F": func(_ context.Context, e events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
			f.event = &e
			return f.response, nil
		}},
		AccessLog: f,
		Logger:    slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now:       func() time.Time { return time.Unix(1_772_366_400, 0) },
		Rand:      rand.NewChaCha8([32]byte{1}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// ask answers a request given as text; nil when net/http itself refuses it.
func (f *fuzzed) ask(text string) *httptest.ResponseRecorder {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
	if err != nil {
		return nil
	}
	r.RemoteAddr = "127.0.0.1:1"
	f.event = nil
	w := httptest.NewRecorder()
	f.gateway.ServeHTTP(w, r)
	return w
}

func FuzzRequest(f *testing.F) {
	api := newFuzzed(f)
	f.Add("GET", "/prod/item/1/", "a=1&a=%zz&&b", "X-A", "v", "body")
	f.Add("POST", "//prod//files//a%2f..%00/", "", "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;=;", "\xff")
	f.Add("x", "/prod", "%ff=+", "X-Forwarded-For", "\x80, 1", "")
	f.Add("GET", "/prod/item/\"", "", "X-A", "v", "")
	f.Add("GET", "/prod/item/a%2fb|c", "", "X-A", "v", "")
	f.Add("GET", "/prod/item", "=", "User-Agent", `","a":"`, "")
	f.Add("GET", "/prod/item", "", "Authorization", "AWS4-HMAC-SHA256 x", "")
	f.Add("POST", "/prod/item", "", "Content-Encoding", "gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01\x00\x00\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00")
	f.Fuzz(func(t *testing.T, method, path, query, name, value, body string) {
		w := api.ask(method + " " + path + "?" + query + " HTTP/1.1\r\nHost: api.example\r\n" + name + ": " + value + "\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
		if w == nil {
			return
		}
		if w.Code >= 500 {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		api.checkLine(t)
		if w.Code == 200 && api.event != nil {
			api.checkEvent(t, path)
		}
	})
}

// checkLine asks of the line of the log that it is one, of the shape that the format gives it.
func (f *fuzzed) checkLine(t *testing.T) {
	t.Helper()
	if strings.ContainsFunc(f.line, unicode.IsControl) {
		t.Errorf("control characters in the line %q", f.line)
	}
	line := strings.Replace(f.line, `"message":-`, `"message":null`, 1)
	var got map[string]*string
	if err := json.Unmarshal([]byte(line), &got); err != nil || len(got) != 6 {
		t.Errorf("%q: %v", f.line, err)
	}
}

// inPaths are the characters of paths (RFC 3986 section 3.3).
const inPaths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@%/"

// checkEvent asks of the event that it goes to Lambda and comes out as it was, and says of the path what was sent.
func (f *fuzzed) checkEvent(t *testing.T, path string) {
	t.Helper()
	text, err := json.Marshal(f.event)
	if err != nil {
		t.Fatal(err)
	}
	var back events.APIGatewayProxyRequest
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*f.event, back); diff != "" {
		t.Errorf("the event changes on its way (-sent +got):\n%s", diff)
	}
	// Characters that no address may hold are encoded on the way in; all others stay as they are.
	sent, begins := f.event.RequestContext.Path, strings.HasPrefix(path, "/prod/")
	if begins && strings.Trim(path, inPaths) == "" && sent != path {
		t.Errorf("got path %q, want %q", sent, path)
	}
	if begins && !strings.ContainsAny(path, "? ") && strings.Count(sent, "/") != strings.Count(path, "/") {
		t.Errorf("got path %q for %q, of which it makes other segments", sent, path)
	}
	for name, values := range f.event.MultiValueHeaders {
		if len(values) == 0 || f.event.Headers[name] != values[len(values)-1] || dropped(name) {
			t.Errorf("header %s: got %q and %q", name, values, f.event.Headers[name])
		}
	}
	for name, values := range f.event.MultiValueQueryStringParameters {
		if len(values) == 0 || f.event.QueryStringParameters[name] != values[len(values)-1] {
			t.Errorf("query %q: got %q and %q", name, values, f.event.QueryStringParameters[name])
		}
	}
}

func FuzzResponse(f *testing.F) {
	api := newFuzzed(f, "image/png")
	f.Add(200, "X-A", "1", "x-a", "2", "body", false, "text/html")
	f.Add(502, "x-amzn-requestid", "forged", "Content-Length", "-1", "YQ==", true, "image/png")
	f.Add(204, "Trailer:X", "\r\n", "", "", "===", true, "*/*")
	f.Fuzz(func(t *testing.T, status int, name, value, other, otherValue, body string, encoded bool, accept string) {
		api.response = events.APIGatewayProxyResponse{
			StatusCode: status, Headers: map[string]string{name: value}, MultiValueHeaders: map[string][]string{other: {otherValue, value}},
			Body: body, IsBase64Encoded: encoded,
		}
		r := httptest.NewRequest("GET", "/prod/item", nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		api.gateway.ServeHTTP(w, r)
		api.checkLine(t)
		var ids []string
		for name, values := range w.Header() {
			if strings.EqualFold(name, "x-amzn-RequestId") {
				ids = append(ids, values...)
			}
		}
		if len(ids) != 1 || len(ids[0]) != 36 {
			t.Errorf("got request ids %q, want the gateway's", ids)
		}
		var sent bytes.Buffer
		if err := w.Header().Write(&sent); err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, values := range w.Header() {
			lines += len(values)
		}
		if got := strings.Count(sent.String(), "\n"); got != lines {
			t.Errorf("got %d lines for %d headers:\n%s", got, lines, &sent)
		}
		if w.Code != status && w.Code != 502 && w.Code != 500 {
			t.Errorf("got %d, want %d or a failure", w.Code, status)
		}
		if w.Code == status && status >= 200 && status < 500 && bodyAllowed(status) && !encoded && w.Body.String() != body {
			t.Errorf("got body %q, want %q", w.Body, body)
		}
	})
}

func FuzzAccessLogFormat(f *testing.F) {
	api := newFuzzed(f)
	f.Add(`{"a":"$context.requestId"}`, "agent", "/a")
	f.Add("$context.requestId$context.authorizer.claims.a:b-$context.", "\x00\n", "\u2028")
	f.Add("$$context.requestId $contextrequestId $context.error.messageString", "\xff", "%0a")
	f.Fuzz(func(t *testing.T, template, agent, path string) {
		if err := api.gateway.setAccessLog(template); err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/prod/item", nil)
		r.Header["User-Agent"] = []string{agent}
		r.URL.RawPath, r.URL.Path = "", "/prod"+path
		api.gateway.ServeHTTP(httptest.NewRecorder(), r)
		if strings.ContainsAny(api.line, "\r\n") {
			t.Errorf("more than one line: %q", api.line)
		}
		if before, _, _ := strings.Cut(strings.TrimSpace(template), "$"); !strings.HasPrefix(api.line, before) {
			t.Errorf("got %q, want it to begin as the format %q", api.line, template)
		}
	})
}
