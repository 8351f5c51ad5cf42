package gateway_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

func TestFactsOfBinaryBodies(t *testing.T) {
	png := "\x89PNG\x00\xff"
	encoded := base64.StdEncoding.EncodeToString([]byte(png))
	types := func(types ...string) func(*gateway.Config) {
		return func(c *gateway.Config) { c.API.BinaryMediaTypes = types }
	}
	body := func(e request) any { return []any{e.Body, e.IsBase64Encoded} }
	answers := returning(response{StatusCode: 200, Body: encoded, IsBase64Encoded: true})
	const page = " [api-gateway-payload-encodings-workflow]"
	holds(t, []fact{
		{
			rule: "without binary media types every body is text" + page, line: "POST /prod/open", body: "a\xffb",
			headers: []string{"Content-Type: image/png"}, event: body, sees: []any{"a\uFFFDb", false},
		},
		{
			rule: "a content type that is one of them makes the body base64" + page, api: types("image/png"), line: "POST /prod/open", body: png,
			headers: []string{"Content-Type: Image/PNG; q=1"}, event: body, sees: []any{encoded, true},
		},
		{
			rule: "another does not" + page, api: types("image/png"), line: "POST /prod/open", body: "text",
			headers: []string{"Content-Type: image/gif"}, event: body, sees: []any{"text", false},
		},
		{
			rule: "nor does none" + page, api: types("image/png"), line: "POST /prod/open", body: "text", event: body, sees: []any{"text", false},
		},
		{
			rule: "*/* is all types" + page, api: types("*/*"), line: "POST /prod/open", body: png, event: body, sees: []any{encoded, true},
		},
		{
			rule: "a function's base64 goes out as it is without binary media types", answer: answers, line: "GET /prod/open",
			headers: []string{"Accept: image/png"}, want: encoded,
		},
		{
			rule: "it is decoded when the first media type that is accepted is one of them", api: types("image/png"), answer: answers,
			line: "GET /prod/open", headers: []string{"Accept: image/png;q=0.9, text/html"}, want: png, header: headers{"Content-Length": "6"},
		},
		{
			rule: "not when it is the second", api: types("image/png"), answer: answers,
			line: "GET /prod/open", headers: []string{"Accept: text/html, image/png"}, want: encoded,
		},
		{
			rule: "text stays text for whoever accepts a binary type", api: types("*/*"), answer: returning(response{StatusCode: 200, Body: "YWJj"}),
			line: "GET /prod/open", headers: []string{"Accept: image/png"}, want: "YWJj",
		},
		{
			rule: "what cannot be decoded is a 500", api: types("*/*"), answer: returning(response{StatusCode: 200, Body: "no base64", IsBase64Encoded: true}),
			line: "GET /prod/open", status: 500, want: internalError,
		},
	})
}

func TestFactsOfResponses(t *testing.T) {
	answer := func(a response) fact { return fact{line: "GET /prod/open", answer: returning(a)} }
	plain := answer(response{StatusCode: 201, Body: "b"})
	plain.rule, plain.status = "an answer without a content type is application/json", 201
	plain.header = headers{"Content-Type": "application/json", "x-amzn-RequestId": "*", "x-amz-apigw-id": "*", "Date": "*", "Content-Length": "1"}

	trace := answer(response{StatusCode: 200})
	trace.rule, trace.header = "the answer of a function tells its trace, and a client's trace goes on", headers{"X-Amzn-Trace-Id": "*"}
	trace.headers = []string{"X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793"}
	trace.event, trace.sees = nil, nil

	merged := answer(response{StatusCode: 200, Headers: map[string]string{"X-A": "3"}, MultiValueHeaders: map[string][]string{"X-B": {"1"}}})
	merged.rule, merged.header = "both maps of headers are merged [set-up-lambda-proxy-integrations]", headers{"X-A": "3", "X-B": "1"}

	remapped := answer(response{StatusCode: 200, Headers: map[string]string{"Connection": "close", "Content-Length": "9", "Date": "x", "Server": "y", "Transfer-Encoding": "chunked"}})
	remapped.rule = "headers of the connection that a function sets are remapped, and Transfer-Encoding is dropped [api-gateway-known-issues]"
	remapped.header = headers{
		"X-Amzn-Remapped-Connection": "close", "X-Amzn-Remapped-Content-Length": "9", "X-Amzn-Remapped-Date": "x",
		"X-Amzn-Remapped-Server": "y", "Transfer-Encoding": "", "Content-Length": "0",
	}

	zero := answer(response{Body: "b"})
	zero.rule, zero.status, zero.want = "a status of 0 is malformed", 502, internalError

	large := answer(response{StatusCode: 200, Body: strings.Repeat("x", 6_291_556)})
	large.rule, large.status, large.want = "a response over 6 MB is an error of the function", 502, internalError

	holds(t, []fact{plain, trace, merged, remapped, zero, large})
}

func TestFactsOfErrors(t *testing.T) {
	hash := sha256.Sum256([]byte("Bearer abc"))
	none := func(kind string) headers {
		return headers{
			"x-amzn-ErrorType": kind, "Content-Type": "application/json", "X-Amzn-Trace-Id": "", "Www-Authenticate": "", "Retry-After": "",
			"x-amzn-RequestId": "*", "x-amz-apigw-id": "*", "Date": "*", "Content-Length": "*",
		}
	}
	noToken, forbidden := none("MissingAuthenticationTokenException"), none("ForbiddenException")
	signature, large := none("IncompleteSignatureException"), none("BadRequestException")
	unauthorized, throttled, quota := none("UnauthorizedException"), none("TooManyRequestsException"), none("LimitExceededException")
	failed := headers{"x-amzn-ErrorType": "InternalServerErrorException", "X-Amzn-Trace-Id": "*", "Content-Type": "application/json"}
	key := []string{"x-api-key: " + apiKey}
	slow := func(c *gateway.Config) {
		for i := range c.API.Routes {
			c.API.Routes[i].Timeout = time.Millisecond
		}
	}
	nothing := func(c *gateway.Config) { c.API.Methods = []stack.MethodSetting{limit("/*", "*", 0, 0)} }
	holds(t, []fact{
		{rule: "no such path", line: "GET /prod/x", status: 403, want: `{"message":"Missing Authentication Token"}`, header: noToken},
		{rule: "no such verb", line: "PATCH /prod/item", status: 403, want: `{"message":"Missing Authentication Token"}`, header: noToken},
		{
			rule: "no such path, with a token, which is taken for a signature", line: "GET /prod/x", headers: []string{"Authorization: Bearer abc"}, status: 403,
			want: `{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '` +
				base64.StdEncoding.EncodeToString(hash[:]) + `'."}`,
			header: signature,
		},
		{rule: "no such path, signed", line: "GET /prod/x", headers: []string{"Authorization: AWS4-HMAC-SHA256 Credential=a"}, status: 403, want: `{"message":"Missing Authentication Token"}`, header: noToken},
		{rule: "no token", line: "GET /prod/item", status: 401, want: `{"message":"Unauthorized"}`, header: unauthorized},
		{rule: "throttled [api-gateway-request-throttling]", api: nothing, line: "GET /prod/open", status: 429, want: `{"message":"Too Many Requests"}`, header: throttled},
		{rule: "throttled by a usage plan [api-gateway-api-usage-plans]", api: keyed(t, stack.UsagePlan{RateLimit: figure(0.0), BurstLimit: figure(0)}), headers: key, line: "GET /prod/open", status: 429, want: `{"message":"Too Many Requests"}`, header: throttled},
		{rule: "quota used up [api-gateway-api-usage-plans]", api: keyed(t, stack.UsagePlan{Quota: &stack.Quota{Period: "DAY"}}), headers: key, line: "GET /prod/open", status: 429, want: `{"message":"Limit Exceeded"}`, header: quota},
		{rule: "no API key [api-gateway-api-usage-plans]", api: keyed(t, stack.UsagePlan{}), line: "GET /prod/open", status: 403, want: `{"message":"Forbidden"}`, header: forbidden},
		{rule: "an API key that is unknown", api: keyed(t, stack.UsagePlan{}), headers: []string{"x-api-key: x"}, line: "GET /prod/open", status: 403, want: `{"message":"Forbidden"}`, header: forbidden},
		{rule: "an API key that is not enabled", api: keyed(t, stack.UsagePlan{}), headers: []string{"x-api-key: " + apiKey + "2"}, line: "GET /prod/open", status: 403, want: `{"message":"Forbidden"}`, header: forbidden},
		{rule: "two API keys", api: keyed(t, stack.UsagePlan{}), headers: append(key, key...), line: "GET /prod/open", status: 403, want: `{"message":"Forbidden"}`, header: forbidden},
		{rule: "both are required: a good key without a token", api: keyed(t, stack.UsagePlan{}), headers: key, line: "GET /prod/item", status: 401, want: `{"message":"Unauthorized"}`, header: unauthorized},
		{rule: "both are required: a good token without a key", api: keyed(t, stack.UsagePlan{}), headers: []string{"Authorization: TOKEN"}, line: "GET /prod/item", status: 403, want: `{"message":"Forbidden"}`, header: forbidden},
		{rule: "both are required, and both are there", api: keyed(t, stack.UsagePlan{}), headers: []string{"Authorization: TOKEN", key[0]}, line: "GET /prod/item"},
		{rule: "an event over 6 MB", line: "POST /prod/open", body: strings.Repeat("x", 6_291_456), status: 413, want: `{"message": "Request Too Long"}`, header: large},
		{rule: "an event over 6 MB once it is written as JSON", line: "POST /prod/open", body: strings.Repeat("\x01", 1_048_576), status: 413, want: `{"message": "Request Too Long"}`, header: large},
		{rule: "headers over 10,240 bytes [limits; which answer they get is not documented]", line: "GET /prod/open", headers: []string{"X-A: " + strings.Repeat("x", 10_241)}, status: 431, want: `{"message":"Request Header Fields Too Large"}`, header: large},
		{rule: "headers over 10,240 bytes in all [limits]", line: "GET /prod/open", headers: []string{"X-A: " + strings.Repeat("x", 5_200), "X-B: " + strings.Repeat("x", 5_200)}, status: 431, header: large},
		{rule: "an address over 10,240 bytes [limits]", line: "GET /prod/open?" + strings.Repeat("x", 10_240), status: 431, header: large},
		{
			rule: "a function that takes longer than the integration may [limits]", api: slow, line: "GET /prod/open", status: 504,
			answer: func(ctx context.Context, _ request) (response, error) { <-ctx.Done(); return response{}, ctx.Err() },
			want:   `{"message": "Endpoint request timed out"}`, header: failed,
		},
		{
			rule: "a function that fails", line: "GET /prod/open", status: 502, want: internalError, header: failed,
			answer: func(context.Context, request) (response, error) { return response{}, errOnFire },
		},
		{
			rule: "a function that Lambda does not run, for too many run already", line: "GET /prod/open", status: 500, want: internalError, header: failed,
			answer: func(context.Context, request) (response, error) { return response{}, busy{} },
		},
	})
}

func TestFactsOfTheAuthorizer(t *testing.T) {
	scoped := func(c *gateway.Config) { c.API.Routes[0].Scopes = []string{"a", "b"} }
	holds(t, []fact{
		{rule: "a bare ID token [apigateway-enable-cognito-user-pool]", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}},
		{rule: "an ID token behind Bearer", line: "GET /prod/item", headers: []string{"Authorization: Bearer TOKEN"}},
		{rule: "an ID token does not do where scopes are asked for [apigateway-enable-cognito-user-pool]", api: scoped, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "two tokens: refused, since something in front might have looked at the other", line: "GET /prod/item", headers: []string{"Authorization: TOKEN", "Authorization: TOKEN"}, status: 401, want: `{"message":"Unauthorized"}`},
		{
			rule: "claims arrive below authorizer.claims, and exp as a date", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"},
			event: func(e request) any { return e.RequestContext.Authorizer },
			sees: map[string]any{"claims": map[string]any{
				"iss": issuer, "sub": "1234", "aud": "client", "token_use": "id", "exp": "Sun Mar 01 13:00:00 UTC 2026",
			}},
		},
	})
}

func TestFactsOfCORS(t *testing.T) {
	none := headers{"X-Amzn-Trace-Id": "", "Vary": "", "Access-Control-Allow-Headers": "", "Access-Control-Allow-Credentials": ""}
	allowed := headers{
		"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Allow-Methods": "GET,OPTIONS,POST",
		"Content-Type": "application/json", "Content-Length": "3", "Date": "*", "x-amzn-RequestId": "*", "x-amz-apigw-id": "*",
	}
	for name, value := range none {
		allowed[name] = value
	}
	holds(t, []fact{
		{
			rule: "SAM's mock answers a preflight with {} and a line's end, and without a token", line: "OPTIONS /prod/item",
			headers: []string{"Origin: https://app.example", "Access-Control-Request-Method: POST"}, want: "{}\n", header: allowed,
		},
		{
			rule: "the allowed origin is the template's, whatever the request says", line: "OPTIONS /prod/item",
			headers: []string{"Origin: https://evil.example"}, want: "{}\n", header: allowed,
		},
		{rule: "a preflight may say that it is JSON", line: "OPTIONS /prod/item", headers: []string{"Content-Type: application/json; charset=utf-8"}, want: "{}\n"},
		{rule: "one of another content type is beyond the mock", line: "OPTIONS /prod/item", headers: []string{"Content-Type: text/plain"}, status: 500, want: internalError, header: none},
		{rule: "one of nonsense too", line: "OPTIONS /prod/item", headers: []string{"Content-Type: ;;"}, status: 500, want: internalError, header: none},
		{rule: "a path that is not there has no preflight", line: "OPTIONS /prod/x", status: 403, header: headers{"Access-Control-Allow-Origin": ""}},
		{
			rule: "a function's answer has the headers that the function sets, and no others [how-to-cors]", line: "GET /prod/open",
			header: headers{"Access-Control-Allow-Origin": ""},
		},
	})
}
