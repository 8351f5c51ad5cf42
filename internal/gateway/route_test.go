package gateway_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

// at serves the given routes, each written "METHOD /path", without an authorizer.
func at(lines ...string) func(*gateway.Config) {
	return func(c *gateway.Config) {
		c.API.Routes = nil
		for _, line := range lines {
			method, path, _ := strings.Cut(line, " ")
			c.API.Routes = append(c.API.Routes, stack.Route{Method: method, Path: path, Function: "Function"})
		}
	}
}

func TestRouting(t *testing.T) {
	const none = ""
	for _, c := range []struct {
		name, routes, line, resource string
		parameters                   map[string]string
	}{
		{"exact", "GET /item", "GET /prod/item", "/item", nil},
		{"slash at the end", "GET /item", "GET /prod/item/", "/item", nil},
		{"two slashes at the end", "GET /item", "GET /prod/item//", none, nil},
		{"slashes at the start", "GET /item", "GET /prod///item", "/item", nil},
		{"double slash inside", "GET /item/{id}", "GET /prod/item//1", none, nil},
		{"double slash is no empty parameter", "GET /a/{b}/c", "GET /prod/a//c", none, nil},
		{"parameter", "GET /item/{id}", "GET /prod/item/1", "/item/{id}", map[string]string{"id": "1"}},
		{"parameter and slash", "GET /item/{id}", "GET /prod/item/1/", "/item/{id}", map[string]string{"id": "1"}},
		{"two parameters", "GET /{a}/x/{b}", "GET /prod/1/x/2", "/{a}/x/{b}", map[string]string{"a": "1", "b": "2"}},
		{"dots are a parameter like any", "GET /item/{id}", "GET /prod/item/..", "/item/{id}", map[string]string{"id": ".."}},
		{"no climbing out of a resource", "GET /item", "GET /prod/x/../item", none, nil},
		{"no climbing into the stage", "GET /item", "GET /x/../prod/item", none, nil},
		{"static before parameter", "GET /item/{id}|GET /item/new", "GET /prod/item/new", "/item/new", nil},
		{"static before greedy", "GET /{p+}|GET /item", "GET /prod/item", "/item", nil},
		{"parameter before greedy", "GET /{p+}|GET /{id}", "GET /prod/x", "/{id}", map[string]string{"id": "x"}},
		{"back from a static dead end", "GET /a/b|GET /{x}/c", "GET /prod/a/c", "/{x}/c", map[string]string{"x": "a"}},
		{"greedy", "GET /f/{p+}", "GET /prod/f/a/b", "/f/{p+}", map[string]string{"p": "a/b"}},
		{"greedy with a slash at the end", "GET /f/{p+}", "GET /prod/f/a/b/", "/f/{p+}", map[string]string{"p": "a/b"}},
		{"greedy keeps double slashes", "GET /f/{p+}", "GET /prod/f/a//b", "/f/{p+}", map[string]string{"p": "a//b"}},
		{"greedy keeps encoding", "GET /f/{p+}", "GET /prod/f/a%2Fb/%20", "/f/{p+}", map[string]string{"p": "a%2Fb/%20"}},
		{"greedy takes at least a segment", "GET /f/{p+}", "GET /prod/f", none, nil},
		{"greedy at the root, not the root", "GET /{p+}", "GET /prod/", none, nil},
		{"the deeper greedy first", "GET /{p+}|GET /f/{q+}", "GET /prod/f/a/b", "/f/{q+}", map[string]string{"q": "a/b"}},
		{"greedy when the best lacks the verb", "GET /item|ANY /{p+}", "POST /prod/item", "/{p+}", map[string]string{"p": "item"}},
		{"greedy lacks the verb too", "GET /item|PUT /{p+}", "POST /prod/item", none, nil},
		{"a parameter does not help out", "GET /item/new|POST /item/{id}", "POST /prod/item/new", none, nil},
		{"ANY", "ANY /item", "PATCH /prod/item", "/item", nil},
		{"the verb before ANY", "ANY /item|GET /item", "GET /prod/item", "/item", nil},
		{"HEAD is not implied", "GET /item", "HEAD /prod/item", none, nil},
		{"OPTIONS is not implied", "GET /item", "OPTIONS /prod/item", none, nil},
		{"verbs are told by case", "GET /item", "get /prod/item", none, nil},
		{"paths too", "GET /item", "GET /prod/Item", none, nil},
		{"encoded letters are other letters", "GET /item", "GET /prod/%69tem", none, nil},
		{"encoded slash is no slash", "GET /item/{id}", "GET /prod/item%2F1", none, nil},
		{"unknown", "GET /item", "GET /prod/other", none, nil},
		{"too deep", "GET /item", "GET /prod/item/1/2/3", none, nil},
		{"braces are no wildcard", "GET /item/{id}/done", "GET /prod/item/{id}", none, nil},
		{"the root", "GET /", "GET /prod/", "/", nil},
		{"the stage alone", "GET /", "GET /prod", "/", nil},
		{"the stage alone, no root", "GET /item", "GET /prod", none, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, at(strings.Split(c.routes, "|")...))
			got := r.send(c.line, nil, "")
			if c.resource == none {
				if r.calls > 0 || got.status != 403 || got.one(t, "x-amzn-ErrorType") != "MissingAuthenticationTokenException" &&
					got.one(t, "x-amzn-ErrorType") != "ForbiddenException" {
					t.Fatalf("got status %d %s and %d calls, want 403 and none", got.status, got.body, r.calls)
				}
				return
			}
			if got.status != 200 {
				t.Fatalf("got status %d %s, want 200", got.status, got.body)
			}
			e := r.event()
			if e.Resource != c.resource {
				t.Errorf("got resource %s, want %s", e.Resource, c.resource)
			}
			if diff := cmp.Diff(c.parameters, e.PathParameters); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheVerbBeforeANY(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) {
		c.Functions = maps.Clone(c.Functions)
		c.Functions["Other"] = func(context.Context, request) (response, error) { return response{StatusCode: 202}, nil }
		c.API.Routes = []stack.Route{
			{Method: "ANY", Path: "/item", Function: "Function"}, {Method: "GET", Path: "/item", Function: "Other"},
		}
	})
	if got := r.send("GET /prod/item", nil, "").status; got != 202 {
		t.Errorf("GET: got status %d, want 202, of the method's own function", got)
	}
	if got := r.send("PUT /prod/item", nil, "").status; got != 200 {
		t.Errorf("PUT: got status %d, want 200, of ANY", got)
	}
}

func TestOtherAddresses(t *testing.T) {
	r := newRig(t)
	for _, line := range []string{"GET /", "GET /product/open", "GET /production", "GET /dev/open", "OPTIONS *"} {
		got := r.send(line, nil, "")
		if line == "OPTIONS *" { // which net/http answers itself
			continue
		}
		if got.status != 403 || got.body != `{"message":"Forbidden"}` {
			t.Errorf("%s: got status %d %s, want 403 Forbidden", line, got.status, got.body)
		}
	}
}

func TestATemplateThatCannotBeServed(t *testing.T) {
	setting := func(path, method string) func(*gateway.Config) {
		return func(c *gateway.Config) {
			rate := 1.0
			c.API.Methods = []stack.MethodSetting{{ResourcePath: path, HTTPMethod: method, RateLimit: &rate}}
		}
	}
	header := func(value string) func(*gateway.Config) {
		return func(c *gateway.Config) {
			c.API.Responses = map[string]stack.GatewayResponse{"DEFAULT_4XX": {Headers: map[string]string{"X-A": value}}}
		}
	}
	logs := func(format string) func(*gateway.Config) {
		return func(c *gateway.Config) { c.API.AccessLog = &stack.AccessLog{LogGroup: "/a", Format: format} }
	}
	for _, c := range []struct {
		name, want string
		change     func(*gateway.Config)
	}{
		{"function without code", `GET /item: no function "Function"`, func(c *gateway.Config) { c.Functions = nil }},
		{"authorizer without keys", "no verifier for tokens of Pool", func(c *gateway.Config) { c.Verifiers = nil }},
		{"unknown authorizer", `no authorizer "Cognito"`, func(c *gateway.Config) { c.API.Authorizers = nil }},
		{"validation expression", "validation expression", func(c *gateway.Config) {
			c.API.Authorizers = map[string]stack.Authorizer{"Cognito": {Header: "Authorization", Validation: "("}}
		}},
		{"the same method twice", "GET /a: declared twice", at("GET /a", "GET /a")},
		{"two names for a parameter", "{b} contradicts {a}", at("GET /{a}", "GET /{b}/c")},
		{"two names for a greedy one", "{b+} contradicts {a}", at("GET /{a+}", "PUT /{b+}")},
		{"a path below a greedy one", "nothing can follow {a+}", at("GET /{a+}/b")},
		{"a path without a slash", "starts with a slash", at("GET a")},
		{"an empty part", "empty path part", at("GET /a//b")},
		{"an open brace", "no closing brace", at("GET /{a")},
		{"a setting for no method", "there is no method GET /nothing", setting("/~1nothing", "GET")},
		{"a setting for no verb", "there is no method DELETE /item", setting("/~1item", "DELETE")},
		{"a header without quotes", "neither a quoted", header("*")},
		{"a header with one quote", "neither a quoted", header("'")},
		{"a header with a line break", "neither a quoted", header("'a\nb'")},
		{"a header from elsewhere", "neither a quoted", header("method.request.body.x")},
		{"a log of two lines", "more than one line", logs("$context.requestId\n$context.status")},
		{"a log without an id", "neither $context.requestId", logs("$context.status")},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := gateway.Config{}
			newRig(t, func(c *gateway.Config) { cfg = *c })
			c.change(&cfg)
			_, err := gateway.New(cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "TodoApi") {
				t.Errorf("got error %v, want TodoApi and %q", err, c.want)
			}
		})
	}
}
