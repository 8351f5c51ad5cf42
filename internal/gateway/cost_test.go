package gateway_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/todo/internal/gateway"
)

// discard is a response of which nothing is kept.
type discard struct{ header http.Header }

func (d discard) Header() http.Header               { return d.header }
func (d discard) Write(p []byte) (int, error)       { return len(p), nil }
func (d discard) WriteString(s string) (int, error) { return len(s), nil }
func (d discard) WriteHeader(int)                   {}

// quiet is an access log of which nothing is kept.
type quiet struct{}

func (quiet) WriteLine([]byte) {}

// usual is the request that a browser sends most, with a token that is known, to a function that does nothing.
func usual(t testing.TB) func() {
	t.Helper()
	format := jsonFormat("identity.sourceIp", "requestTime", "httpMethod", "resourcePath", "path", "status", "responseLength",
		"responseLatency", "integrationLatency", "error.responseType", "authorizer.claims.sub")
	answer := response{StatusCode: 200, Headers: map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}, Body: "{}"}
	r := newRig(t, logging(format), func(c *gateway.Config) {
		c.AccessLog = quiet{}
		c.Functions = map[string]gateway.Function{"Function": func(context.Context, request) (response, error) { return answer, nil }}
	})
	request := httptest.NewRequest("GET", "http://localhost:8080/prod/item/0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b", nil)
	id := "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b"
	token := r.token(map[string]any{
		"cognito:username": id, "email": "ana@example.com", "email_verified": true, "auth_time": 1772366400, "iat": 1772366400,
		"jti": id, "origin_jti": id, "event_id": id,
	})
	sent := http.Header{}
	for name, value := range map[string]string{
		"Accept": "application/json", "Accept-Encoding": "gzip, deflate, br", "Accept-Language": "en", "Authorization": "Bearer " + token,
		"Origin": "http://localhost:8080", "Referer": "http://localhost:8080/", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
	} {
		sent.Set(name, value)
	}
	w := discard{http.Header{}}
	return func() {
		clear(w.header)
		request.Header = sent.Clone() // as the server makes it for each request
		r.gateway.ServeHTTP(w, request)
	}
}

// Every allocation is paid for by every request, twice: when it is made and when it is collected.
func TestAllocations(t *testing.T) {
	const most = 30
	if got := testing.AllocsPerRun(200, usual(t)); got > most {
		t.Errorf("got %v allocations for a request, want at most %d", got, most)
	}
}

func BenchmarkRequest(b *testing.B) {
	ask := usual(b)
	b.ReportAllocs()
	for b.Loop() {
		ask()
	}
}
