package gateway_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/token/tokentest"
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

	pointed := answer(response{StatusCode: 200, Body: strings.Repeat("<>&", 2_000_000)})
	pointed.rule = "one of nearly 6 MB is none, whatever is in it: JSON escapes neither <, > nor &"

	holds(t, []fact{plain, trace, merged, remapped, zero, large, pointed})
}

// What a function may write, whatever it is written in.
func TestFactsOfWhatFunctionsWrite(t *testing.T) {
	says := func(rule, output string, status int, body string, header headers) fact {
		return fact{rule: rule, line: "GET /prod/open", says: output, status: status, want: body, header: header}
	}
	var none headers
	holds(t, []fact{
		says("an empty object is 200 without a body", `{}`, 200, "", headers{"Content-Length": "0", "Content-Type": "application/json"}),
		says("no status code is 200", `{"body":"b"}`, 200, "b", none),
		says("a status code may be text", `{"statusCode":"201"}`, 201, "", none),
		says("but not a word", `{"statusCode":"test"}`, 502, internalError, none),
		says("nor 0", `{"statusCode":0}`, 502, internalError, none),
		says("null headers are none", `{"statusCode":200,"headers":null,"multiValueHeaders":null}`, 200, "", none),
		says("a header that is true or false is text", `{"statusCode":200,"headers":{"X-A":true,"X-B":false}}`, 200, "", headers{"X-A": "true", "X-B": "false"}),
		says("multiValueHeaders hold lists", `{"statusCode":200,"multiValueHeaders":{"X-A":"1"}}`, 502, internalError, headers{"X-A": ""}),
		says("a key beyond the five is malformed", `{"statusCode":200,"status":"ok"}`, 502, internalError, none),
		says("so is a string instead of an object", `"{\"statusCode\":200}"`, 502, internalError, none),
		says("so is a list", `[{"statusCode":200}]`, 502, internalError, none),
		says("so is a number", `200`, 502, internalError, none),
		says("a null body is none", `{"statusCode":200,"body":null}`, 200, "", headers{"Content-Length": "0"}),
		says("a body that is an object is malformed [set-up-lambda-proxy-integrations]", `{"statusCode":200,"body":{"a":1}}`, 502, internalError, none),
	})
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
			c.API.Routes[i].Timeout = 100 * time.Millisecond
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
		{rule: "an event of nearly 6 MB, whatever is in it: JSON escapes neither <, > nor &", line: "POST /prod/open", body: strings.Repeat("<>&", 2_000_000)},
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
			rule: "a function that crashes", line: "GET /prod/open", status: 502, want: internalError, header: failed,
			answer: func(context.Context, request) (response, error) { panic("no such drawer") },
		},
		{
			rule: "a function that takes longer than itself may", timeout: 100 * time.Millisecond, line: "GET /prod/open", status: 502,
			answer: func(ctx context.Context, _ request) (response, error) { <-ctx.Done(); return response{}, ctx.Err() },
			want:   internalError, header: failed,
		},
		{
			rule: "a body over 10 MB", line: "POST /prod/open", body: strings.Repeat("x", 10_485_761), status: 413,
			want:   "HTTP content length exceeded 10485760 bytes.",
			header: headers{"x-amzn-ErrorType": "", "x-amzn-RequestId": "", "x-amz-apigw-id": "", "X-Amzn-Trace-Id": ""},
		},
		{
			rule: "a function that Lambda does not run, for too many run already", line: "GET /prod/open", status: 500, want: internalError, header: failed,
			api: func(c *gateway.Config) {
				c.Functions["Function"] = func(context.Context, request) (response, error) { return response{}, busy{} }
			},
		},
	})
}

func TestFactsOfTheAuthorizer(t *testing.T) {
	scoped := func(c *gateway.Config) { c.API.Routes[0].Scopes = []string{"a", "b"} }
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	stranger := &tokentest.Issuer{URL: issuer, Key: key}
	validated := func(c *gateway.Config) {
		c.API.Authorizers = map[string]stack.Authorizer{"Cognito": {UserPool: "Pool", Header: "Authorization", Validation: "client"}}
	}
	holds(t, []fact{
		{rule: "a bare ID token [apigateway-enable-cognito-user-pool]", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}},
		{rule: "an ID token behind Bearer", line: "GET /prod/item", headers: []string{"Authorization: Bearer TOKEN"}},
		{rule: "an ID token does not do where scopes are asked for [apigateway-enable-cognito-user-pool]", api: scoped, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "an ID token of any client of the pool", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"aud": "another"}},
		{rule: "an access token does not do where no scopes are asked for [apigateway-enable-cognito-user-pool]", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"token_use": "access", "aud": nil, "scope": "a"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "an access token with one of the scopes [apigateway-enable-cognito-user-pool]", api: scoped, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"token_use": "access", "aud": nil, "scope": "c b"}},
		{rule: "an access token without any of them", api: scoped, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"token_use": "access", "aud": nil, "scope": "c"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "a token that is malformed", line: "GET /prod/item", headers: []string{"Authorization: x.y.z"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "a token whose signature is not the pool's", line: "GET /prod/item", headers: []string{"Authorization: " + stranger.Sign(t, goodClaims(nil))}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "a token of another pool", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"iss": issuer + "2"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "a token that has expired", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"exp": start.Unix()}, status: 401, want: `{"message":"The incoming token has expired"}`},
		{rule: "the validation expression is held against the audience", api: validated, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"aud": "another"}, status: 401, want: `{"message":"Unauthorized"}`},
		{rule: "and an audience that fits passes", api: validated, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}},
		{rule: "an access token has none, and fails", api: func(c *gateway.Config) { scoped(c); validated(c) }, line: "GET /prod/item", headers: []string{"Authorization: TOKEN"}, claims: map[string]any{"token_use": "access", "aud": nil, "scope": "a"}, status: 401},
		{rule: "two tokens: refused, since something in front might have looked at the other", line: "GET /prod/item", headers: []string{"Authorization: TOKEN", "Authorization: TOKEN"}, status: 401, want: `{"message":"Unauthorized"}`},
		{
			rule: "claims arrive below authorizer.claims, and exp as a date", line: "GET /prod/item", headers: []string{"Authorization: TOKEN"},
			event: func(e request) any { return e.RequestContext.Authorizer },
			sees: map[string]any{"claims": map[string]any{
				"iss": issuer, "sub": "1234", "aud": "client", "token_use": "id", "exp": "Sun Mar 01 13:00:00 UTC 2026",
			}},
		},
		{
			rule: "every claim is text: iat a date, other numbers as they are, booleans by name, lists joined by commas", line: "GET /prod/item",
			headers: []string{"Authorization: TOKEN"},
			claims: map[string]any{
				"iat": start.Unix(), "auth_time": 1680629979, "email_verified": true, "cognito:groups": []string{"a", "b"},
				"custom:x": "y", "cognito:username": "me",
			},
			event: func(e request) any { return e.RequestContext.Authorizer["claims"] },
			sees: map[string]any{
				"iss": issuer, "sub": "1234", "aud": "client", "token_use": "id", "exp": "Sun Mar 01 13:00:00 UTC 2026",
				"iat": "Sun Mar 01 12:00:00 UTC 2026", "auth_time": "1680629979", "email_verified": "true", "cognito:groups": "a,b",
				"custom:x": "y", "cognito:username": "me",
			},
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
	guarded := func(c *gateway.Config) { c.API.Routes[len(c.API.Routes)-1].Authorizer = "Cognito" }
	opened := func(c *gateway.Config) {
		c.API.Responses = map[string]stack.GatewayResponse{"DEFAULT_4XX": {Headers: map[string]string{"Access-Control-Allow-Origin": "'https://app.example'"}}}
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
		{
			rule: "with the default authorizer on preflights, as SAM has it unless told not to, one needs a token", api: guarded, line: "OPTIONS /prod/item",
			status: 401, want: `{"message":"Unauthorized"}`, header: headers{"Access-Control-Allow-Origin": ""},
		},
		{rule: "and is answered with one", api: guarded, line: "OPTIONS /prod/item", headers: []string{"Authorization: TOKEN"}, want: "{}\n", header: allowed},
		{
			rule: "an error has the headers that the template's DEFAULT_4XX gives it", api: opened, line: "GET /prod/item", status: 401,
			header: headers{"Access-Control-Allow-Origin": "https://app.example"},
		},
		{
			rule: "so has the preflight of a path that is not there", api: opened, line: "OPTIONS /prod/x", status: 403,
			header: headers{"Access-Control-Allow-Origin": "https://app.example"},
		},
		{
			rule: "but never an answer of a function", api: opened, answer: returning(response{StatusCode: 404}), line: "GET /prod/open", status: 404,
			header: headers{"Access-Control-Allow-Origin": ""},
		},
		{rule: "a path that is not there has no preflight", line: "OPTIONS /prod/x", status: 403, header: headers{"Access-Control-Allow-Origin": ""}},
		{
			rule: "a function's answer has the headers that the function sets, and no others [how-to-cors]", line: "GET /prod/open",
			header: headers{"Access-Control-Allow-Origin": ""},
		},
	})
}
