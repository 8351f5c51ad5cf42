package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

func logging(format string) func(*gateway.Config) {
	return func(c *gateway.Config) { c.API.AccessLog = &stack.AccessLog{LogGroup: "/x", Format: format} }
}

// jsonFormat is a JSON object of variables, each under its own name.
func jsonFormat(names ...string) string {
	fields := []string{`"requestId":"$context.requestId"`}
	for _, name := range names {
		fields = append(fields, `"`+name+`":"$context.`+name+`"`)
	}
	return "{" + strings.Join(fields, ",") + "}"
}

const chosenID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

func TestAccessLogVariables(t *testing.T) {
	names := []string{
		"accountId", "apiId", "stage", "domainName", "domainPrefix", "path", "resourcePath", "resourceId", "httpMethod",
		"protocol", "extendedRequestId", "identity.sourceIp", "identity.userAgent", "requestTime", "requestTimeEpoch", "xrayTraceId",
		"status", "responseLength", "responseLatency",
		"integrationLatency", "integration.latency", "integration.status", "integrationStatus", "integration.integrationStatus",
		"integration.error", "integrationErrorMessage", "integration.requestId",
		"authorizer.claims.sub", "authorizer.claims.cognito:username", "authorizer.claims.custom:x-y", "authorizer.claims.none",
		"authorizer.claims", "authorizer.status", "authorizer.error", "authorizer.latency",
		"error.message", "error.responseType", "identity.apiKey", "identity.apiKeyId",
	}
	// What only other parts of AWS could tell.
	foreign := []string{
		"identity.caller", "identity.user", "identity.clientCert.subjectDN", "customDomain.basePathMatched", "awsEndpointRequestId",
		"authorize.error", "authorize.latency", "authorize.status", "authenticate.error", "authenticate.latency", "authenticate.status",
		"error.validationErrorString", "waf.error", "waf.latency", "waf.status", "webaclArn", "wafResponseCode", "nothing.like.it",
	}
	names = append(names, foreign...)
	r := newRig(t, logging(jsonFormat(names...)))
	r.answer = func(context.Context, request) (response, error) {
		r.pass(1500 * time.Microsecond)
		return response{StatusCode: 201, Body: "12345"}, nil
	}
	reply := r.send("POST /prod/item/?a=b", []string{
		"User-Agent: test/1.0", "x-amzn-RequestId: " + chosenID, "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793",
		"Authorization: " + r.token(map[string]any{"cognito:username": "me", "custom:x-y": "z"}),
	}, "{}")
	var got map[string]string
	line := r.access.wait(t, 1)[0]
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	want := map[string]string{
		"requestId": chosenID, "accountId": "000000000000", "apiId": "a1b2c3d4e5", "stage": "prod",
		"domainName": "api.example:8080", "domainPrefix": "api", "path": "/prod/item/", "resourcePath": "/item",
		"httpMethod": "POST", "protocol": "HTTP/1.1", "identity.sourceIp": "127.0.0.1", "identity.userAgent": "test/1.0",
		"requestTime": "01/Mar/2026:12:00:00 +0000", "requestTimeEpoch": "1772366400000",
		"xrayTraceId": "1-5759e988-bd862e3fe1be46a994272793", "status": "201", "responseLength": "5", "responseLatency": "1",
		"integrationLatency": "1", "integration.latency": "1", "integration.status": "201", "integrationStatus": "200",
		"integration.integrationStatus": "200", "integration.error": "-", "integrationErrorMessage": "-",
		"integration.requestId": chosenID, "authorizer.claims.sub": "1234", "authorizer.claims.cognito:username": "me",
		"authorizer.claims.custom:x-y": "z", "authorizer.claims.none": "-", "authorizer.claims": "-",
		"authorizer.status": "200", "authorizer.error": "-", "authorizer.latency": "0", "error.message": "-",
		"error.responseType": "-", "identity.apiKey": "-", "identity.apiKeyId": "-",
		"resourceId": r.event().RequestContext.ResourceID, "extendedRequestId": reply.one(t, "x-amz-apigw-id"),
	}
	for _, name := range foreign {
		want[name] = "-"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
}

func TestEveryAnswerIsLoggedOnce(t *testing.T) {
	r := newRig(t, logging(`$context.requestId $context.status $context.error.responseType $context.error.messageString `+
		`$context.resourcePath $context.integration.error $context.authorizer.status $context.responseLength`))
	failing := func(context.Context, request) (response, error) { return response{}, errors.New("on fire") }
	panicking := func(context.Context, request) (response, error) { panic("lost") }
	for n, c := range []struct {
		line, want string
		fn         gateway.Function
	}{
		{"GET /prod/open", "200 - - /open - - 2", nil},
		{"GET /prod/x", `403 MISSING_AUTHENTICATION_TOKEN "Missing Authentication Token" - - - 42`, nil},
		{"GET /prod/item", `401 UNAUTHORIZED "Unauthorized" /item - 401 26`, nil},
		{"GET /prod/open", `502 INTEGRATION_FAILURE "Internal server error" /open on fire - 36`, failing},
		{"GET /prod/open", `500 DEFAULT_5XX "Internal server error" /open - - 36`, panicking},
		{"OPTIONS /prod/item", "200 - - /item - - 3", nil},
		{"HEAD /prod/open", "200 - - /open - - 0", func(context.Context, request) (response, error) {
			return response{StatusCode: 200, Body: "x"}, nil
		}},
	} {
		if c.fn != nil {
			r.answer = c.fn
		}
		r.send(c.line, []string{"x-amzn-RequestId: " + chosenID}, "")
		if got, want := r.access.wait(t, n+1)[n], chosenID+" "+c.want; got != want {
			t.Errorf("%s: got  %s\nwant %s", c.line, got, want)
		}
	}
	if got := r.raw("POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", "POST"); got.status != 413 {
		t.Errorf("got %d, want 413", got.status)
	}
	if got := r.access.wait(t, 8)[7]; !strings.Contains(got, "413 REQUEST_TOO_LARGE") {
		t.Errorf("got %s, want 413", got)
	}
}

func TestCommonLogFormat(t *testing.T) {
	r := newRig(t, logging(`$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] `+
		`"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId`+"\n"))
	r.send("GET /prod/open", []string{"x-amzn-RequestId: not-a-uuid"}, "")
	want := `127.0.0.1 - - [01/Mar/2026:12:00:00 +0000] "GET /open HTTP/1.1" 200 2 UUID_REPLACED_INVALID_REQUEST_ID`
	if got := r.access.wait(t, 1)[0]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestNobodyForgesALine(t *testing.T) {
	names := []string{"identity.userAgent", "path", "httpMethod", "authorizer.claims.name", "xrayTraceId", "integration.error"}
	for _, evil := range []string{
		`x","status":"200`, `x\`, "tab\there", "\xff\xfe", "bell\u0080\u009b31m", "\u2028", `\u0022`, "é", "$context.status", "<&>",
	} {
		t.Run(evil, func(t *testing.T) {
			r := newRig(t, logging(jsonFormat(names...)))
			r.answer = func(context.Context, request) (response, error) { return response{}, errors.New("a\nb\r" + evil) }
			r.send("GET /prod/item/%22%0a", []string{
				"User-Agent: " + evil, "X-Amzn-Trace-Id: Root=" + evil, "x-amzn-RequestId: " + evil,
				"Authorization: " + r.token(map[string]any{"name": "a\nb\x00\u007f" + evil}),
			}, "")
			line := r.access.wait(t, 1)[0]
			var got map[string]string
			if err := json.Unmarshal([]byte(line), &got); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 }) {
				t.Errorf("the line holds control characters: %q", line)
			}
			text := strings.ToValidUTF8(evil, "\uFFFD\uFFFD")
			if got["identity.userAgent"] != text || !strings.HasSuffix(got["authorizer.claims.name"], text) {
				t.Errorf("got agent %q and claim %q, want %q in both", got["identity.userAgent"], got["authorizer.claims.name"], text)
			}
			if len(got) != len(names)+1 {
				t.Errorf("got %d fields, want %d: %s", len(got), len(names)+1, line)
			}
		})
	}
}
