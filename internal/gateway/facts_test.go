package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

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
	timeout time.Duration         // of the function itself; long when it is 0
	line    string
	headers []string       // with TOKEN for a good ID token
	claims  map[string]any // further ones of the token; a nil one is left out
	body    string

	status int    // 200 when it is 0
	want   string // the body; not looked at when it is empty
	header headers
	event  func(request) any // what is looked at in the event
	sees   any               // what it must be

	// What only an executable can show: an answer that is none of Go's making, and the event as it is written.
	says string
	wire func(t *testing.T, wire []byte)
}

// headers are wanted by their exact name: "" when there must be none, "*" when there must be one of any value.
type headers map[string]string

// holds checks the facts with the function in process and as an artifact.
func holds(t *testing.T, facts []fact) {
	t.Helper()
	for _, h := range homes {
		t.Run(h.name, func(t *testing.T) {
			for _, f := range facts {
				if h.name == "in process" && (f.says != "" || f.wire != nil) {
					continue
				}
				t.Run(f.rule, func(t *testing.T) { f.check(t, h) })
			}
		})
	}
}

func (f fact) check(t *testing.T, h home) {
	var changes []func(*gateway.Config)
	if f.api != nil {
		changes = append(changes, f.api)
	}
	r := newRigAt(t, h.at(f.timeout), changes...)
	r.says = f.says
	if f.answer != nil {
		r.answer = f.answer
	}
	var sent []string
	for _, h := range f.headers {
		sent = append(sent, strings.ReplaceAll(h, "TOKEN", r.token(f.claims)))
	}
	got := r.send(f.line, sent, f.body)
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
	if f.wire != nil {
		f.wire(t, r.wire)
	}
	if f.status >= 400 && f.answer == nil && f.says == "" && r.calls > 0 {
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

// has tells that an object of the event has these keys and no others.
func has(object, keys string) func(*testing.T, []byte) {
	return func(t *testing.T, wire []byte) {
		t.Helper()
		var event struct {
			RequestContext map[string]json.RawMessage
		}
		var top, identity map[string]json.RawMessage
		if err := errors.Join(json.Unmarshal(wire, &event), json.Unmarshal(wire, &top), json.Unmarshal(event.RequestContext["identity"], &identity)); err != nil {
			t.Fatal(err)
		}
		got := map[string]map[string]json.RawMessage{"": top, "requestContext": event.RequestContext, "identity": identity}[object]
		if diff := cmp.Diff(strings.Fields(keys), slices.Sorted(maps.Keys(got))); diff != "" {
			t.Errorf("keys (-want +got):\n%s", diff)
		}
	}
}

// holding tells that the event is written with these parts.
func holding(parts ...string) func(*testing.T, []byte) {
	return func(t *testing.T, wire []byte) {
		t.Helper()
		for _, part := range parts {
			if !bytes.Contains(wire, []byte(part)) {
				t.Errorf("got event\n%s\nwant it to hold %s", wire, part)
			}
		}
	}
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
			rule: "all twelve keys are there, and no other", line: "GET /prod/open",
			wire: has("", `body headers httpMethod isBase64Encoded multiValueHeaders multiValueQueryStringParameters path
				pathParameters queryStringParameters requestContext resource stageVariables`),
		},
		{
			rule: "of the request context every key is there but authorizer, without an authorizer", line: "GET /prod/open",
			wire: has("requestContext", `accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path
				protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage`),
		},
		{
			rule: "with one, authorizer too", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"},
			wire: has("requestContext", `accountId apiId authorizer deploymentId domainName domainPrefix extendedRequestId httpMethod
				identity path protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage`),
		},
		{
			rule: "of the identity every key is there but clientCert, and apiKey and apiKeyId without an API key", line: "GET /prod/open",
			headers: []string{"User-Agent: test/1.0"},
			wire: has("identity", `accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType cognitoIdentityId
				cognitoIdentityPoolId principalOrgId sourceIp user userAgent userArn`),
		},
		{
			rule: "and null but for sourceIp and userAgent", line: "GET /prod/open", headers: []string{"User-Agent: test/1.0"},
			wire: holding(`"identity":{"cognitoIdentityPoolId":null,"accountId":null,"cognitoIdentityId":null,"caller":null,` +
				`"sourceIp":"127.0.0.1","principalOrgId":null,"accessKey":null,"cognitoAuthenticationType":null,` +
				`"cognitoAuthenticationProvider":null,"userArn":null,"userAgent":"test/1.0","user":null}`),
		},
		{
			rule: "with an API key, apiKey and apiKeyId too", line: "GET /prod/open",
			api: keyed(t, stack.UsagePlan{}), headers: []string{"x-api-key: " + apiKey},
			wire: has("identity", `accessKey accountId apiKey apiKeyId caller cognitoAuthenticationProvider cognitoAuthenticationType
				cognitoIdentityId cognitoIdentityPoolId principalOrgId sourceIp user userAgent userArn`),
		},
		{
			rule: "what is empty is null", line: "GET /prod/open",
			wire: holding(`"queryStringParameters":null,"multiValueQueryStringParameters":null,"pathParameters":null,"stageVariables":null`,
				`"body":null,"isBase64Encoded":false`),
		},
		{
			rule: "a body is a string, of JSON too", line: "POST /prod/open", body: `{"a":1}`,
			headers: []string{"Content-Type: application/json"}, wire: holding(`"body":"{\"a\":1}"`),
		},
		{
			rule: "requestTimeEpoch is a number", line: "GET /prod/open",
			wire: holding(fmt.Sprintf(`"requestTimeEpoch":%d,`, start.UnixMilli())),
		},
		{
			rule: "the path is without the stage, and in the request context with it; the verb and the resource are there twice", line: "GET /prod/open/a",
			event: func(e request) any {
				c := e.RequestContext
				return []string{e.Path, c.Path, e.HTTPMethod, c.HTTPMethod, e.Resource, c.ResourcePath, c.Stage, c.APIID, c.AccountID, c.Protocol}
			},
			sees: []string{"/open/a", "/prod/open/a", "GET", "GET", "/open/{name}", "/open/{name}", "prod", "a1b2c3d4e5", "000000000000", "HTTP/1.1"},
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
			rule:    "another is replaced [set-up-logging]",
			line:    "GET /prod/open",
			headers: []string{"x-amzn-RequestId: mine"},
			header:  headers{"x-amzn-RequestId": "*"},
			event: func(e request) any {
				return e.RequestContext.RequestID != "mine" && len(e.RequestContext.RequestID) == 36
			},
			sees: true,
		},
		{
			rule:    "a header's name keeps a casing that the client may have sent: the usual one",
			line:    "GET /prod/open",
			headers: []string{"tEsT-HEADeR: aBc"},
			event:   header("Test-Header"),
			sees:    "aBc",
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
			rule: "a character that no URL has is encoded, and what is encoded already stays as it is",
			line: "GET /prod/open/a%2Fb|c%2f\xc3\xa9#{}", event: places,
			sees: []string{
				"/open/{name}", "/open/a%2Fb%7Cc%2f%C3%A9%23%7B%7D", "/prod/open/a%2Fb%7Cc%2f%C3%A9%23%7B%7D", "a%2Fb%7Cc%2f%C3%A9%23%7B%7D",
			},
		},
		{
			rule: "so it opens no other resource", line: "GET /prod%2Fopen/a|", status: 403, want: `{"message":"Forbidden"}`,
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
			rule: "a static segment comes before a parameter", api: at("GET /a/{name}", "GET /a/b"),
			line: "GET /prod/a/b", event: places, sees: []string{"/a/b", "/a/b", "/prod/a/b", ""},
		},
		{
			rule: "and a parameter before a greedy one", api: at("GET /{p+}", "GET /{name}"),
			line: "GET /prod/b", event: places, sees: []string{"/{name}", "/b", "/prod/b", "b"},
		},
		{
			rule: "a greedy resource answers when the best lacks the verb", api: at("GET /a", "ANY /{p+}"),
			line: "POST /prod/a", event: places, sees: []string{"/{p+}", "/a", "/prod/a", "a"},
		},
		{
			rule: "a greedy resource does not match the root", api: at("ANY /{p+}"), line: "GET /prod/", status: 403,
			want: `{"message":"Missing Authentication Token"}`,
		},
		{
			rule: "nor does the stage alone lead anywhere", line: "GET /prod", status: 403, want: `{"message":"Missing Authentication Token"}`,
		},
		{
			rule: "a resource without the verb is refused as one that is not there", line: "DELETE /prod/item", status: 403,
			want: `{"message":"Missing Authentication Token"}`,
		},
	})
}

// Clients that speak HTTP/2 are told as HTTP/1.1, and the functions cannot tell.
func TestFactOfHTTP2(t *testing.T) {
	r := newRig(t, logging("$context.requestId $context.protocol"))
	server := httptest.NewUnstartedServer(r.gateway)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	got, err := server.Client().Get(server.URL + "/prod/open")
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if got.Proto != "HTTP/2.0" || got.StatusCode != 200 {
		t.Fatalf("got %s %d, want HTTP/2.0 200", got.Proto, got.StatusCode)
	}
	if protocol := r.event().RequestContext.Protocol; protocol != "HTTP/1.1" {
		t.Errorf("the function got the protocol %q, want HTTP/1.1", protocol)
	}
	if line := r.access.wait(t, 1)[0]; !strings.HasSuffix(line, " HTTP/1.1") {
		t.Errorf("got the line %q, want HTTP/1.1", line)
	}
}
