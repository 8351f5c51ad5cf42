package gateway_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/gateway"
)

const internalError = `{"message": "Internal server error"}`

func TestFunctionResponses(t *testing.T) {
	type headers = map[string][]string
	for _, c := range []struct {
		name   string
		answer response
		status int
		header headers // those that must be there, and with nil those that must not
		body   string
	}{
		{"plain", response{StatusCode: 201, Body: "b"}, 201, headers{"Content-Type": {"application/json"}, "Content-Length": {"1"}}, "b"},
		{"no body", response{StatusCode: 200}, 200, headers{"Content-Type": {"application/json"}, "Content-Length": {"0"}}, ""},
		{"no status, which Go writes as 0", response{Body: "b"}, 502, headers{}, internalError},
		{"status of three digits at most", response{StatusCode: 1000}, 502, headers{}, internalError},
		{"negative status", response{StatusCode: -200}, 502, headers{}, internalError},
		{"interim status", response{StatusCode: 101}, 502, headers{}, internalError},
		{"status above all families", response{StatusCode: 600}, 502, headers{}, internalError},
		{"no content", response{StatusCode: 204, Body: "b"}, 204, headers{"Content-Length": nil}, ""},
		{"not modified", response{StatusCode: 304, Body: "b", Headers: map[string]string{"ETag": `"1"`}}, 304, headers{"Etag": {`"1"`}, "Content-Length": nil}, ""},
		{"content type", response{StatusCode: 200, Headers: map[string]string{"content-type": "text/plain"}}, 200, headers{"Content-Type": {"text/plain"}}, ""},
		{"several values", response{StatusCode: 200, MultiValueHeaders: headers{"Set-Cookie": {"a=1", "b=2"}}}, 200, headers{"Set-Cookie": {"a=1", "b=2"}}, ""},
		{
			"both maps, lists first",
			response{StatusCode: 200, Headers: map[string]string{"X-A": "3"}, MultiValueHeaders: headers{"X-A": {"1", "2"}}},
			200, headers{"X-A": {"1", "2", "3"}}, "",
		},
		{
			"both maps, the same value",
			response{StatusCode: 200, Headers: map[string]string{"X-A": "1"}, MultiValueHeaders: headers{"x-a": {"1", "2"}}},
			200, headers{"X-A": {"1", "2"}}, "",
		},
		{"an empty list", response{StatusCode: 200, MultiValueHeaders: headers{"Content-Type": {}}}, 200, headers{"Content-Type": {"application/json"}}, ""},
		{
			"headers that are not the function's",
			response{StatusCode: 200, Body: "b", Headers: map[string]string{
				"Connection": "close", "Content-Length": "999", "Date": "x", "Server": "y", "Transfer-Encoding": "chunked",
				"Trailer": "X-T", "x-amzn-requestid": "forged", "x-amz-apigw-id": "forged", "X-Amzn-Trace-Id": "forged",
			}},
			200, headers{
				"X-Amzn-Remapped-Connection": {"close"}, "X-Amzn-Remapped-Content-Length": {"999"}, "X-Amzn-Remapped-Date": {"x"},
				"X-Amzn-Remapped-Server": {"y"}, "Transfer-Encoding": nil, "Trailer": nil, "Content-Length": {"1"},
				"Connection": nil, "Server": nil, "X-Amzn-Requestid": nil, "X-Amz-Apigw-Id": nil,
			}, "b",
		},
		{"line break in a value", response{StatusCode: 200, Headers: map[string]string{"X-A": "a\r\nSet-Cookie: b=c"}}, 502, headers{"Set-Cookie": nil}, internalError},
		{"line break in a listed value", response{StatusCode: 200, MultiValueHeaders: headers{"X-A": {"a\nb"}}}, 502, headers{}, internalError},
		{"NUL in a value", response{StatusCode: 200, Headers: map[string]string{"X-A": "a\x00"}}, 502, headers{}, internalError},
		{"colon in a name", response{StatusCode: 200, Headers: map[string]string{"X:A": "a"}}, 502, headers{}, internalError},
		{"a trailer's name", response{StatusCode: 200, Headers: map[string]string{"Trailer:X": "a"}}, 502, headers{}, internalError},
		{"empty name", response{StatusCode: 200, Headers: map[string]string{"": "a"}}, 502, headers{}, internalError},
		{"base64 goes out as it is", response{StatusCode: 200, Body: "YWJj", IsBase64Encoded: true}, 200, headers{}, "YWJj"},
		{"nearly 6 MB", response{StatusCode: 200, Body: strings.Repeat("x", 6_291_400)}, 200, headers{}, strings.Repeat("x", 6_291_400)},
		{"over 6 MB", response{StatusCode: 200, Body: strings.Repeat("x", 6_291_556)}, 502, headers{}, internalError},
		{"over 6 MB once written as JSON", response{StatusCode: 200, Body: strings.Repeat("\x01", 1_100_000)}, 502, headers{}, internalError},
		{"over 6 MB of headers", response{StatusCode: 200, Headers: map[string]string{"X-A": strings.Repeat("x", 6_300_000)}}, 502, headers{}, internalError},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.returns(c.answer)
			got := r.send("GET /prod/open", nil, "")
			if got.status != c.status {
				t.Errorf("got status %d, want %d", got.status, c.status)
			}
			if got.body != c.body {
				t.Errorf("got body %.100q, want %.100q", got.body, c.body)
			}
			for name, want := range c.header {
				if diff := cmp.Diff(want, got.header[name]); diff != "" {
					t.Errorf("header %s (-want +got):\n%s", name, diff)
				}
			}
			for _, name := range []string{"x-amzn-RequestId", "x-amz-apigw-id", "Date", "X-Amzn-Trace-Id"} {
				if got.one(t, name) == "" || strings.Contains(got.one(t, name), "forged") {
					t.Errorf("got header %s %q, want the gateway's", name, got.one(t, name))
				}
			}
			wantType := ""
			if c.status == 502 {
				wantType = "InternalServerErrorException"
			}
			if kind := got.one(t, "x-amzn-ErrorType"); kind != wantType {
				t.Errorf("got error type %q, want %q", kind, wantType)
			}
		})
	}
}

func TestHEADByAFunction(t *testing.T) {
	r := newRig(t)
	r.returns(response{StatusCode: 200, Body: "12345"})
	got := r.send("HEAD /prod/open", nil, "")
	if got.status != 200 || got.one(t, "Content-Length") != "5" || got.body != "" {
		t.Errorf("got %d, length %s, body %q; want 200, 5 and none", got.status, got.one(t, "Content-Length"), got.body)
	}
}

func TestAFailingFunction(t *testing.T) {
	for _, c := range []struct {
		name   string
		fn     gateway.Function
		status int
		body   string
		logged string
	}{
		{
			"returns an error",
			func(context.Context, request) (response, error) {
				return response{StatusCode: 200, Body: "half"}, errors.New("secret: disk 7 on fire")
			},
			502, internalError, "disk 7 on fire",
		},
		{
			"takes longer than the integration may",
			func(ctx context.Context, _ request) (response, error) {
				<-ctx.Done()
				return response{}, context.Cause(ctx)
			},
			504, `{"message": "Endpoint request timed out"}`, "timed out after 10ms",
		},
		{
			"answers too late",
			func(ctx context.Context, _ request) (response, error) {
				<-ctx.Done()
				return response{StatusCode: 200}, nil
			},
			504, `{"message": "Endpoint request timed out"}`, "timed out",
		},
		{
			"panics",
			func(context.Context, request) (response, error) { panic("secret: lost") },
			500, internalError, "secret: lost",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(cfg *gateway.Config) {
				for i := range cfg.API.Routes {
					cfg.API.Routes[i].Timeout = 10 * time.Millisecond
				}
			})
			r.answer = c.fn
			got := r.send("GET /prod/open", nil, "")
			if got.status != c.status || got.body != c.body {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, c.status, c.body)
			}
			if kind := got.one(t, "x-amzn-ErrorType"); kind != "InternalServerErrorException" {
				t.Errorf("got error type %q", kind)
			}
			if trace := got.one(t, "X-Amzn-Trace-Id"); c.status != 500 && !like("Root=*-*-*", strings.ReplaceAll(trace, ";", "!")) {
				t.Errorf("got trace %q, want the root only", trace)
			}
			for _, want := range []string{c.logged, got.one(t, "x-amzn-RequestId")} {
				if !strings.Contains(r.errors.String(), want) {
					t.Errorf("the log lacks %q:\n%s", want, r.errors)
				}
			}
			r.returns(response{StatusCode: 200})
			if got := r.send("GET /prod/open", nil, ""); got.status != 200 {
				t.Errorf("afterwards: got %d, want 200", got.status)
			}
		})
	}
}

func TestAFunctionOutlivesItsClient(t *testing.T) {
	r := newRig(t)
	called, gone, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	r.answer = func(ctx context.Context, _ request) (response, error) {
		close(called)
		<-gone
		ended <- ctx.Err()
		return response{StatusCode: 200}, nil
	}
	conn := r.dial()
	conn.Write([]byte("GET /prod/open HTTP/1.1\r\nHost: x\r\n\r\n"))
	<-called
	conn.Close()
	close(gone)
	if err := <-ended; err != nil {
		t.Errorf("the function's context ended with its client: %v", err)
	}
}
