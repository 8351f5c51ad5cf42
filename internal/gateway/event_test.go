package gateway_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/gateway"
)

func TestProxyEvent(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) { c.API.Variables = map[string]string{"color": "blue"} })
	id := "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
	raw := r.token(map[string]any{"iat": start.Unix(), "email_verified": true})
	got := r.send("PUT /prod/item/a%2Fb/?x=1&x=2&y=a+b%2Bc", []string{
		"Authorization: " + raw,
		"User-Agent: test/1.0",
		"Content-Type: application/json",
		"X-Two: 1",
		"x-two: 2",
		"X-Forwarded-For: 203.0.113.9",
		"X-Forwarded-Proto: gopher",
		"X-Forwarded-Port: 1",
		"X-Amzn-RequestId: " + id,
		"X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Self=x",
		"TE: trailers", "Upgrade: h2c", "Max-Forwards: 1", "Server: me", "Content-MD5: x", "Proxy-Authenticate: x",
		"WWW-Authenticate: x", "Trailer: x",
	}, `{"item":"ü"}`)
	if got.status != 200 {
		t.Fatalf("got status %d, want 200: %s", got.status, got.body)
	}
	multi := map[string][]string{
		"Authorization":     {raw},
		"User-Agent":        {"test/1.0"},
		"Content-Type":      {"application/json"},
		"X-Two":             {"1", "2"},
		"X-Forwarded-For":   {"203.0.113.9, 127.0.0.1"},
		"X-Forwarded-Proto": {"http"},
		"X-Forwarded-Port":  {"8080"},
		"X-Amzn-Requestid":  {id},
		"X-Amzn-Trace-Id":   {"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"},
		"Host":              {"api.example:8080"},
	}
	single := map[string]string{}
	for name, values := range multi {
		single[name] = values[len(values)-1]
	}
	want := request{
		Resource:                        "/item/{id}",
		Path:                            "/item/a%2Fb/",
		HTTPMethod:                      "PUT",
		Headers:                         single,
		MultiValueHeaders:               multi,
		QueryStringParameters:           map[string]string{"x": "2", "y": "a b+c"},
		MultiValueQueryStringParameters: map[string][]string{"x": {"1", "2"}, "y": {"a b+c"}},
		PathParameters:                  map[string]string{"id": "a%2Fb"},
		StageVariables:                  map[string]string{"color": "blue"},
		Body:                            `{"item":"ü"}`,
		RequestContext: events.APIGatewayProxyRequestContext{
			AccountID:         "000000000000",
			APIID:             "a1b2c3d4e5",
			ResourceID:        r.event().RequestContext.ResourceID,
			ResourcePath:      "/item/{id}",
			Stage:             "prod",
			DomainName:        "api.example:8080",
			DomainPrefix:      "api",
			RequestID:         id,
			ExtendedRequestID: got.one(t, "x-amz-apigw-id"),
			Protocol:          "HTTP/1.1",
			HTTPMethod:        "PUT",
			Path:              "/prod/item/a%2Fb/",
			RequestTime:       "01/Mar/2026:12:00:00 +0000",
			RequestTimeEpoch:  start.UnixMilli(),
			Identity:          events.APIGatewayRequestIdentity{SourceIP: "127.0.0.1", UserAgent: "test/1.0"},
			Authorizer: map[string]any{"claims": map[string]any{
				"iss": issuer, "sub": "1234", "aud": "client", "token_use": "id", "email_verified": "true",
				"exp": "Sun Mar 01 13:00:00 UTC 2026", "iat": "Sun Mar 01 12:00:00 UTC 2026",
			}},
		},
	}
	if diff := cmp.Diff(want, r.event()); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if id := want.RequestContext.ResourceID; len(id) != 6 || strings.ToLower(id) != id {
		t.Errorf("got resource id %q, want 6 lower-case characters", id)
	}
}

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        map[string][]string
	}{
		{"decoded", "a=%C3%BC+x%2By", map[string][]string{"a": {"ü x+y"}}},
		{"names decoded", "a%5B%5D=1", map[string][]string{"a[]": {"1"}}},
		{"order kept", "a=2&b=3&a=1", map[string][]string{"a": {"2", "1"}, "b": {"3"}}},
		{"no value", "a&b=", map[string][]string{"a": {""}, "b": {""}}},
		{"empty parts", "&&a=1&", map[string][]string{"a": {"1"}}},
		{"a second equals sign", "a=b=c", map[string][]string{"a": {"b=c"}}},
		{"broken escape as sent", "a=%zz&b=%", map[string][]string{"a": {"%zz"}, "b": {"%"}}},
		{"no UTF-8", "a=%ff", map[string][]string{"a": {"\uFFFD"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			r.send("GET /prod/open?"+c.query, nil, "")
			if diff := cmp.Diff(c.want, r.event().MultiValueQueryStringParameters); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddressBehindTLS(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) { c.API.URL = "https://todo.example/prod" })
	r.send("GET /prod/open", nil, "")
	e := r.event()
	if e.Headers["X-Forwarded-Proto"] != "https" || e.Headers["X-Forwarded-Port"] != "443" {
		t.Errorf("got %s and port %s, want https and 443", e.Headers["X-Forwarded-Proto"], e.Headers["X-Forwarded-Port"])
	}
	if e.RequestContext.DomainName != "todo.example" || e.RequestContext.DomainPrefix != "todo" {
		t.Errorf("got domain %s, prefix %s", e.RequestContext.DomainName, e.RequestContext.DomainPrefix)
	}
}

func TestBytesThatAreNoText(t *testing.T) {
	r := newRig(t)
	r.send("POST /prod/open", []string{"X-Odd: a\xffb"}, "a\xffb\x00c")
	e := r.event()
	if want := "a\uFFFDb\x00c"; e.Body != want {
		t.Errorf("got body %q, want %q", e.Body, want)
	}
	if want := "a\uFFFDb"; e.Headers["X-Odd"] != want {
		t.Errorf("got header %q, want %q", e.Headers["X-Odd"], want)
	}
}

func TestRequestIDs(t *testing.T) {
	r := newRig(t)
	chosen := "C6AF9AC6-7b61-11e6-9a41-93e8deadbeef"
	for _, c := range []struct {
		name, sent string
		kept       bool
	}{
		{"a UUID is kept", chosen, true},
		{"no UUID", "my-request", false},
		{"a UUID in braces", "{" + chosen + "}", false},
		{"a UUID as a URN", "urn:uuid:" + chosen, false},
		{"a UUID without hyphens", strings.ReplaceAll(chosen, "-", ""), false},
		{"none", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.send("GET /prod/open", []string{"x-amzn-RequestId: " + c.sent, "x-amz-apigw-id: mine="}, "")
			id := got.one(t, "x-amzn-RequestId")
			if (id == c.sent) != c.kept || len(id) != 36 {
				t.Errorf("got id %q for %q, kept: want %v", id, c.sent, c.kept)
			}
			if e := r.event(); e.RequestContext.RequestID != id || e.RequestContext.ExtendedRequestID != got.one(t, "x-amz-apigw-id") {
				t.Errorf("the function got ids %q and %q, the client %q and %q", e.RequestContext.RequestID,
					e.RequestContext.ExtendedRequestID, id, got.one(t, "x-amz-apigw-id"))
			}
			if got := got.one(t, "x-amz-apigw-id"); len(got) != 16 || got == "mine=" {
				t.Errorf("got extended id %q, want one of the gateway's", got)
			}
		})
	}
}

func TestTrace(t *testing.T) {
	const root = "Root=1-5759e988-bd862e3fe1be46a994272793"
	for _, c := range []struct{ name, sent, forwarded, answered string }{
		{"kept", root, root, root + ";Parent=*;Sampled=0;Lineage=*"},
		{"sampled", root + ";Sampled=1", root + ";Sampled=1", root + ";Parent=*;Sampled=1;Lineage=*"},
		{"what is unknown or malformed is left out", root + ";Parent=x;Sampled=?;Evil=\x7f", root, root + ";Parent=*;Sampled=0;Lineage=*"},
		{"no root: a new one", "Parent=53995c3f42cd8ad8;Sampled=1", "Root=1-69a42a40-*", "Root=1-69a42a40-*;Parent=*;Sampled=0;Lineage=*"},
		{"malformed root: a new one", "Root=1-5759E988-bd862e3fe1be46a994272793", "Root=1-69a42a40-*", "Root=1-69a42a40-*;Parent=*;Sampled=0;Lineage=*"},
		{"none: a new one", "", "Root=1-69a42a40-*", "Root=1-69a42a40-*;Parent=*;Sampled=0;Lineage=*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			var headers []string
			if c.sent != "" {
				headers = append(headers, "X-Amzn-Trace-Id: "+strings.ReplaceAll(c.sent, "\x7f", "x"))
			}
			got := r.send("GET /prod/open", headers, "")
			if e := r.event().Headers["X-Amzn-Trace-Id"]; !like(c.forwarded, e) {
				t.Errorf("the function got %q, want %q", e, c.forwarded)
			}
			if answered := got.one(t, "X-Amzn-Trace-Id"); !like(c.answered, answered) {
				t.Errorf("the client got %q, want %q", answered, c.answered)
			}
		})
	}
}

// like compares with a pattern in which * stands for hexadecimal digits and colons.
func like(pattern, s string) bool {
	head, rest, ok := strings.Cut(pattern, "*")
	if !ok {
		return s == pattern
	}
	s, ok = strings.CutPrefix(s, head)
	trimmed := strings.TrimLeft(s, "0123456789abcdef:")
	return ok && trimmed != s && like(rest, trimmed)
}

func TestClaims(t *testing.T) {
	r := newRig(t)
	r.send("GET /prod/item", []string{"Authorization: " + r.token(map[string]any{
		"exp": start.Add(90 * time.Minute).Unix(), "auth_time": 1680629979, "cognito:groups": []string{"a", "b"},
		"custom:x": "y", "ratio": 0.5, "flags": []any{true, 1, "z"}, "address": map[string]any{"locality": "Ulm"},
		"email_verified": false, "cognito:username": "ü\"",
	})}, "")
	want := map[string]any{
		"iss": issuer, "sub": "1234", "aud": "client", "token_use": "id", "exp": "Sun Mar 01 13:30:00 UTC 2026",
		"auth_time": "1680629979", "cognito:groups": "a,b", "custom:x": "y", "ratio": "0.5", "flags": "true,1,z",
		"address": `{"locality":"Ulm"}`, "email_verified": "false", "cognito:username": "ü\"",
	}
	if diff := cmp.Diff(want, r.event().RequestContext.Authorizer["claims"]); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

// Whatever a function does to its event, and however late, is seen by nobody else.
func TestAnEventIsTheFunctionsOwn(t *testing.T) {
	r := newRig(t, logging("$context.requestId $context.authorizer.claims.sub $context.identity.userAgent"), func(c *gateway.Config) {
		c.API.Variables = map[string]string{"color": "blue"}
	})
	late := make(chan struct{})
	var all sync.WaitGroup
	alter := func(e request) {
		for _, m := range []map[string]string{e.Headers, e.PathParameters, e.StageVariables, e.QueryStringParameters} {
			for name := range m {
				m[name] = "altered"
			}
		}
		for _, m := range []map[string][]string{e.MultiValueHeaders, e.MultiValueQueryStringParameters} {
			for name := range m {
				m[name][0] = "altered"
			}
		}
		e.RequestContext.Authorizer["claims"].(map[string]any)["sub"] = "altered"
	}
	r.answer = func(_ context.Context, e request) (response, error) {
		if e.Headers["X-A"] != "1" || e.StageVariables["color"] != "blue" || e.RequestContext.Authorizer["claims"].(map[string]any)["sub"] != "1234" {
			t.Errorf("got an event that another function altered: %+v", e)
		}
		all.Go(func() {
			<-late
			alter(e)
		})
		return response{StatusCode: 200}, nil
	}
	headers := []string{"Authorization: " + r.token(nil), "X-A: 1", "User-Agent: test/1.0"}
	r.send("GET /prod/item/1?a=b", headers, "")
	r.events = nil // which hold what the function may alter
	close(late)
	r.send("GET /prod/item/1?a=b", headers, "")
	all.Wait()
	r.send("GET /prod/item/1?a=b", headers, "")
	all.Wait()
	for _, line := range r.access.wait(t, 3) {
		if line[37:] != "1234 test/1.0" {
			t.Errorf("got the line %s", line)
		}
	}
}
