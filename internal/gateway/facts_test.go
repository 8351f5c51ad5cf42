package gateway_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

// A fact is a rule of API Gateway, as a request and what must come of it. The rule names the page of its Developer Guide
// that states it, in brackets; where it names none, the rule is known from what the service was seen to do.
type fact struct {
	rule string

	api     func(*gateway.Config) // a change of the rig's API
	answer  gateway.Function      // instead of 200 {}
	line    string
	headers []string // with TOKEN for a good ID token
	body    string

	status int    // 200 when it is 0
	want   string // the body; not looked at when it is empty
	header headers
	event  func(request) any // what is looked at in the event
	sees   any               // what it must be
}

// headers are wanted by their exact name: "" when there must be none, "*" when there must be one of any value.
type headers map[string]string

func holds(t *testing.T, facts []fact) {
	t.Helper()
	for _, f := range facts {
		t.Run(f.rule, func(t *testing.T) { f.check(t) })
	}
}

func (f fact) check(t *testing.T) {
	var changes []func(*gateway.Config)
	if f.api != nil {
		changes = append(changes, f.api)
	}
	r := newRig(t, changes...)
	if f.answer != nil {
		r.answer = f.answer
	}
	for i, h := range f.headers {
		f.headers[i] = strings.ReplaceAll(h, "TOKEN", r.token(nil))
	}
	got := r.send(f.line, f.headers, f.body)
	if f.status == 0 {
		f.status = 200
	}
	if got.status != f.status {
		t.Fatalf("got %d %.200s, want %d", got.status, got.body, f.status)
	}
	if f.want != "" && got.body != f.want {
		t.Errorf("got body %.200q, want %.200q", got.body, f.want)
	}
	for name, want := range f.header {
		if h := got.one(t, name); h != want && (want != "*" || h == "") {
			t.Errorf("got header %s %q, want %q", name, h, want)
		}
	}
	if f.event != nil {
		if diff := cmp.Diff(f.sees, f.event(r.event())); diff != "" {
			t.Errorf("the function (-want +got):\n%s", diff)
		}
	}
	if f.status >= 400 && f.answer == nil && r.calls > 0 {
		t.Error("the function was called")
	}
}

var errOnFire = errors.New("on fire")

// busy is how Lambda says that it did not run a function.
type busy struct{}

func (busy) Error() string   { return "too many calls" }
func (busy) Throttled() bool { return true }

// returning is a function that always answers the same.
func returning(answer response) gateway.Function {
	return func(context.Context, request) (response, error) { return answer, nil }
}

func header(name string) func(request) any { return func(e request) any { return e.Headers[name] } }

func values(name string) func(request) any {
	return func(e request) any { return e.MultiValueHeaders[name] }
}

// places are all that an event tells of the path.
func places(e request) any {
	return []string{e.Resource, e.Path, e.RequestContext.Path, e.PathParameters["name"] + e.PathParameters["p"]}
}

func greedy(c *gateway.Config) {
	c.API.Routes = append(c.API.Routes, stack.Route{Method: "GET", Path: "/files/{p+}", Function: "Function"})
}

func TestFactsOfTheEvent(t *testing.T) {
	holds(t, []fact{
		{
			rule: "what was not sent is null: query, path parameters, stage variables, body, and the authorizer where there is none [set-up-lambda-proxy-integrations]",
			line: "GET /prod/open",
			event: func(e request) any {
				return e.QueryStringParameters == nil && e.MultiValueQueryStringParameters == nil && e.PathParameters == nil &&
					e.StageVariables == nil && e.Body == "" && e.RequestContext.Authorizer == nil && !e.IsBase64Encoded
			},
			sees: true,
		},
		{
			rule:    "of a repeated header, headers has the last value and multiValueHeaders has all in order [set-up-lambda-proxy-integrations]",
			line:    "GET /prod/open",
			headers: []string{"X-A: 1", "x-a: 2", "X-A: 3"},
			event:   func(e request) any { return []any{e.Headers["X-A"], e.MultiValueHeaders["X-A"]} },
			sees:    []any{"3", []string{"1", "2", "3"}},
		},
		{
			rule: "of a repeated query parameter, likewise [set-up-lambda-proxy-integrations]",
			line: "GET /prod/open?a=1&a=2",
			event: func(e request) any {
				return []any{e.QueryStringParameters["a"], e.MultiValueQueryStringParameters["a"]}
			},
			sees: []any{"2", []string{"1", "2"}},
		},
		{
			rule:  "stage variables come along [stage-variables]",
			api:   func(c *gateway.Config) { c.API.Variables = map[string]string{"color": "blue"} },
			line:  "GET /prod/open",
			event: func(e request) any { return e.StageVariables },
			sees:  map[string]string{"color": "blue"},
		},
		{
			rule:  "requestTime is written as in a common log, in UTC, and requestTimeEpoch in milliseconds [api-gateway-mapping-template-reference]",
			line:  "GET /prod/open",
			event: func(e request) any { return []any{e.RequestContext.RequestTime, e.RequestContext.RequestTimeEpoch} },
			sees:  []any{"01/Mar/2026:12:00:00 +0000", start.UnixMilli()},
		},
		{
			rule:  "the domain's prefix is its first label [api-gateway-mapping-template-reference]",
			line:  "GET /prod/open",
			event: func(e request) any { return []string{e.RequestContext.DomainName, e.RequestContext.DomainPrefix} },
			sees:  []string{"api.example:8080", "api"},
		},
		{
			rule:    "of identity, only sourceIp and userAgent are there for a caller without AWS credentials and without an API key [api-gateway-mapping-template-reference]",
			line:    "GET /prod/open",
			headers: []string{"User-Agent: test/1.0", "x-api-key: " + apiKey},
			event: func(e request) any {
				identity := e.RequestContext.Identity
				identity.SourceIP, identity.UserAgent = "", ""
				return []any{e.RequestContext.Identity.SourceIP, e.RequestContext.Identity.UserAgent, identity.APIKey + identity.APIKeyID + identity.AccessKey + identity.User}
			},
			sees: []any{"127.0.0.1", "test/1.0", ""},
		},
		{
			rule:    "apiKey and apiKeyId are there where the method requires a key [api-gateway-mapping-template-reference]",
			api:     keyed(t, stack.UsagePlan{}),
			line:    "GET /prod/open",
			headers: []string{"x-api-key: " + apiKey},
			event: func(e request) any {
				return []string{e.RequestContext.Identity.APIKey, e.RequestContext.Identity.APIKeyID}
			},
			sees: []string{apiKey, "key0000001"},
		},
		{
			rule:    "a client may choose the request id, if it is a UUID [set-up-logging]",
			line:    "GET /prod/open",
			headers: []string{"x-amzn-RequestId: " + chosenID},
			header:  headers{"x-amzn-RequestId": chosenID},
			event:   func(e request) any { return e.RequestContext.RequestID },
			sees:    chosenID,
		},
		{
			rule: "the headers of the connection do not reach the function [api-gateway-known-issues]",
			line: "POST /prod/open", body: "x",
			headers: []string{
				"Connection: keep-alive", "TE: trailers", "Trailer: X", "Upgrade: h2c", "Max-Forwards: 1", "Proxy-Authenticate: x",
				"WWW-Authenticate: x", "Server: x", "Content-MD5: x", "Transfer-Encoding-X: stays",
			},
			event: func(e request) any {
				var got []string
				for _, name := range []string{
					"Content-Length", "Connection", "Te", "Trailer", "Upgrade", "Max-Forwards", "Proxy-Authenticate",
					"Www-Authenticate", "Server", "Content-Md5", "Expect", "Transfer-Encoding", "Transfer-Encoding-X",
				} {
					if len(e.MultiValueHeaders[name]) > 0 || e.Headers[name] != "" {
						got = append(got, name)
					}
				}
				return got
			},
			sees: []string{"Transfer-Encoding-X"},
		},
		{
			rule: "Host and the forwarding headers are added", line: "GET /prod/open",
			event: func(e request) any {
				h := e.Headers
				return []string{h["Host"], h["X-Forwarded-For"], h["X-Forwarded-Port"], h["X-Forwarded-Proto"]}
			},
			sees: []string{"api.example:8080", "127.0.0.1", "8080", "http"},
		},
		{
			rule: "the address of the client is added to the X-Forwarded-For that it sent", line: "GET /prod/open",
			headers: []string{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 203.0.113.10"},
			event:   values("X-Forwarded-For"), sees: []string{"203.0.113.9, 203.0.113.10, 127.0.0.1"},
		},
		{
			rule: "a signature of version 4 does not reach the function", line: "GET /prod/open",
			headers: []string{"Authorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=y"},
			event:   header("Authorization"), sees: "",
		},
		{
			rule: "a bearer token does", line: "GET /prod/open",
			headers: []string{"Authorization: Bearer x"}, event: header("Authorization"), sees: "Bearer x",
		},
	})
}

func TestFactsOfPaths(t *testing.T) {
	holds(t, []fact{
		{
			rule: "a slash at the end routes to the resource without; path keeps it, resource does not have it",
			line: "GET /prod/open/", event: places, sees: []string{"/open", "/open/", "/prod/open/", ""},
		},
		{
			rule: "and is stripped from the last parameter's value",
			line: "GET /prod/open/a/", event: places, sees: []string{"/open/{name}", "/open/a/", "/prod/open/a/", "a"},
		},
		{
			rule: "of a greedy one too", api: greedy,
			line: "GET /prod/files/a/b/", event: places, sees: []string{"/files/{p+}", "/files/a/b/", "/prod/files/a/b/", "a/b"},
		},
		{
			rule: "slashes behind the stage count as one; only requestContext.path keeps them",
			line: "GET /prod//open", event: places, sees: []string{"/open", "/open", "/prod//open", ""},
		},
		{
			rule: "within a greedy value they stay", api: greedy,
			line: "GET /prod/files/a//b", event: places, sees: []string{"/files/{p+}", "/files/a//b", "/prod/files/a//b", "a//b"},
		},
		{
			rule: "paths and parameters stay encoded as they were sent, and a plus is a plus",
			line: "GET /prod/open/%40%2B%20a+b", event: places,
			sees: []string{"/open/{name}", "/open/%40%2B%20a+b", "/prod/open/%40%2B%20a+b", "%40%2B%20a+b"},
		},
		{
			rule: "so an encoded slash parts nothing, and encoded dots climb nowhere",
			line: "GET /prod/open/a%2f..%2Fb", event: places,
			sees: []string{"/open/{name}", "/open/a%2f..%2Fb", "/prod/open/a%2f..%2Fb", "a%2f..%2Fb"},
		},
		{
			rule: "so do an encoded NUL and bytes that are no UTF-8",
			line: "GET /prod/open/%00%ff", event: places,
			sees: []string{"/open/{name}", "/open/%00%ff", "/prod/open/%00%ff", "%00%ff"},
		},
		{
			rule: "the address may be absolute", line: "GET http://api.example:8080/prod/open/a%2Fb", event: places,
			sees: []string{"/open/{name}", "/open/a%2Fb", "/prod/open/a%2Fb", "a%2Fb"},
		},
		{
			rule: "a query is decoded by the rules of forms", line: "GET /prod/open?a=b+c%2Bd",
			event: func(e request) any { return e.QueryStringParameters["a"] }, sees: "b c+d",
		},
		{
			rule: "HEAD is not implied by GET", line: "HEAD /prod/item", status: 403,
		},
		{
			rule: "a resource without the verb is refused as one that is not there", line: "DELETE /prod/item", status: 403,
			want: `{"message":"Missing Authentication Token"}`,
		},
	})
}
