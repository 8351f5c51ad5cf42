package gateway_test

import (
	"strings"
	"testing"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

func TestLargeBodies(t *testing.T) {
	const limit = 10_485_760
	plain := func(t *testing.T, got reply) {
		t.Helper()
		if got.status != 413 || got.body != "HTTP content length exceeded 10485760 bytes." {
			t.Errorf("got %d %.100q, want 413 and the plain text", got.status, got.body)
		}
		for name := range got.header {
			if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-am") || strings.HasPrefix(lower, "access-control") {
				t.Errorf("got header %s, want none of the gateway's", name)
			}
		}
	}
	r := newRig(t, func(c *gateway.Config) {
		c.API.Responses = map[string]stack.GatewayResponse{"DEFAULT_4XX": {Headers: map[string]string{"Access-Control-Allow-Origin": "'*'"}}}
	})
	t.Run("announced", func(t *testing.T) {
		// The body never comes, and is not waited for.
		plain(t, r.raw("POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\n\r\n", "POST"))
	})
	t.Run("announced by far", func(t *testing.T) {
		plain(t, r.raw("POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n", "POST"))
	})
	t.Run("in chunks", func(t *testing.T) {
		chunk := "100000\r\n" + strings.Repeat("x", 1<<20) + "\r\n"
		plain(t, r.raw("POST /prod/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+strings.Repeat(chunk, 10)+"1\r\nx\r\n0\r\n\r\n", "POST"))
	})
	t.Run("in chunks without a token", func(t *testing.T) {
		// Refused without keeping any of the body.
		chunk := "1000\r\n" + strings.Repeat("x", 1<<12) + "\r\n"
		got := r.raw("POST /prod/item HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"+strings.Repeat(chunk, 10)+"0\r\n\r\n", "POST")
		if got.status != 401 {
			t.Errorf("got %d, want 401", got.status)
		}
	})
	t.Run("at the limit", func(t *testing.T) {
		if got := r.send("POST /prod/open", nil, strings.Repeat("x", limit)); got.body != `{"message": "Request Too Long"}` {
			t.Errorf("got %d %.100q, want the event's limit", got.status, got.body)
		}
	})
	t.Run("below the event's limit", func(t *testing.T) {
		body := strings.Repeat("x", 6_200_000)
		if got := r.send("POST /prod/open", nil, body); got.status != 200 || r.event().Body != body {
			t.Errorf("got %d %.100q, want 200 and the body", got.status, got.body)
		}
	})
}

func TestGatewayResponses(t *testing.T) {
	responses := map[string]stack.GatewayResponse{
		"DEFAULT_4XX": {Headers: map[string]string{"access-control-allow-origin": "'https://app.example'", "X-Echo": "method.request.header.X-Ask"}},
		"DEFAULT_5XX": {Headers: map[string]string{"X-Family": "'five'"}},
		"UNAUTHORIZED": {
			StatusCode: 418,
			Headers:    map[string]string{"X-Type": "'unauthorized'", "Www-Authenticate": "'Bearer realm=\"it\"s\"'"},
			Templates:  map[string]string{"application/json": `{"why":$context.error.messageString,"text":"$context.error.message","id":"$context.requestId","agent":"$context.identity.userAgent","no":"$context.nothing"}`},
		},
		"INTEGRATION_FAILURE": {Templates: map[string]string{"text/html": "<p>$context.error.message</p>", "text/plain": "no"}},
	}
	type headers = map[string]string
	for _, c := range []struct {
		name, line string
		status     int
		body       string
		header     headers
	}{
		{"family", "GET /prod/x", 403, `{"message":"Missing Authentication Token"}`, headers{"Access-Control-Allow-Origin": "https://app.example", "X-Echo": "why", "X-Type": ""}},
		{"type before family", "GET /prod/item", 418, `{"why":"Unauthorized","text":"Unauthorized","id":"c6af9ac6-7b61-11e6-9a41-93e8deadbeef","agent":"a\"b","no":"-"}`, headers{
			"Access-Control-Allow-Origin": "", "X-Type": "unauthorized", "Www-Authenticate": `Bearer realm="it"s"`, "x-amzn-ErrorType": "UnauthorizedException",
		}},
		{"another media type", "GET /prod/open", 502, "<p>Internal server error</p>", headers{"Content-Type": "text/html", "X-Family": "", "Access-Control-Allow-Origin": ""}},
		{"not on what a function answers", "GET /prod/open/404", 404, "", headers{"Access-Control-Allow-Origin": ""}},
		{"a header that was not sent", "GET /prod/x?quiet", 403, `{"message":"Missing Authentication Token"}`, headers{"X-Echo": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(cfg *gateway.Config) { cfg.API.Responses = responses })
			if strings.HasSuffix(c.line, "404") {
				r.returns(response{StatusCode: 404})
			} else {
				r.returns(response{})
			}
			sent := []string{`User-Agent: a"b`, "x-amzn-RequestId: c6af9ac6-7b61-11e6-9a41-93e8deadbeef"}
			if !strings.HasSuffix(c.line, "quiet") {
				sent = append(sent, "X-Ask: why")
			}
			got := r.send(c.line, sent, "")
			if got.status != c.status || got.body != c.body {
				t.Errorf("got %d %s, want %d %s", got.status, got.body, c.status, c.body)
			}
			for name, want := range c.header {
				if h := got.one(t, name); h != want {
					t.Errorf("got header %s %q, want %q", name, h, want)
				}
			}
		})
	}
}
