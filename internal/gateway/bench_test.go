package gateway

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"

	"example.com/todo/internal/stack"
)

// What the steps of a request cost, each alone; BenchmarkRequest has them together.

const benchID = "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b"

// discard is a response of which nothing is kept.
type discard struct{ header http.Header }

func (d discard) Header() http.Header               { return d.header }
func (d discard) Write(p []byte) (int, error)       { return len(p), nil }
func (d discard) WriteString(s string) (int, error) { return len(s), nil }
func (d discard) WriteHeader(int)                   {}

// routed is a browser's request that has come as far as its function, and the headers that it came with.
func routed(b *testing.B) (*Gateway, *exchange, http.Header) {
	b.Helper()
	g := newFuzzed(b).gateway
	if err := g.setAccessLog(`{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTime",` +
		`"method":"$context.httpMethod","resource":"$context.resourcePath","path":"$context.path","status":$context.status,` +
		`"length":$context.responseLength,"latency":$context.responseLatency,"integrationLatency":"$context.integrationLatency",` +
		`"error":"$context.error.responseType","sub":"$context.authorizer.claims.sub"}`); err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "http://localhost:8080/prod/item/"+benchID, nil)
	for name, value := range map[string]string{
		"Accept": "application/json", "Accept-Encoding": "gzip, deflate, br", "Accept-Language": "en", "Authorization": "Bearer token",
		"Origin": "http://localhost:8080", "Referer": "http://localhost:8080/", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
	} {
		r.Header.Set(name, value)
	}
	x := &exchange{
		request: r, header: http.Header{}, start: g.cfg.Now(), sourceIP: peer(r), userAgent: r.UserAgent(), sent: sentPath(r.URL),
		claims: map[string]any{
			"sub": benchID, "cognito:username": benchID, "email": "ana@example.com", "email_verified": "true", "token_use": "id",
			"aud": "client", "iss": "https://pool.example/local_abcdefghi", "exp": "Sun Mar 01 13:00:00 UTC 2026",
		},
	}
	if err := g.route(x); err != nil {
		b.Fatal(err)
	}
	g.identify(x)
	return g, x, r.Header
}

func BenchmarkEvent(b *testing.B) {
	g, x, sent := routed(b)
	b.ReportAllocs()
	for b.Loop() {
		x.request.Header = sent.Clone() // the event takes them over
		g.event(x, "")
	}
}

func BenchmarkAnswer(b *testing.B) {
	_, x, _ := routed(b)
	response := events.APIGatewayProxyResponse{
		StatusCode: 200, Body: `{"Item":{}}`,
		Headers: map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag", "Cache-Control": "no-store",
			"Content-Type": "application/json", "ETag": `"1"`, "X-Content-Type-Options": "nosniff",
		},
	}
	w := discard{x.header}
	b.ReportAllocs()
	for b.Loop() {
		clear(x.header)
		x.values = x.few[:0]
		a, err := x.functionAnswer(&response)
		if err != nil {
			b.Fatal(err)
		}
		a.write(w, x)
	}
}

func BenchmarkAccessLogLine(b *testing.B) {
	g, x, _ := routed(b)
	x.answer = answer{status: 200, body: `{"Item":{}}`}
	x.integration = integration{called: true, took: time.Millisecond, status: 200}
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		line = g.log.append(line[:0], x)
	}
}

// BenchmarkCompress is of lists as the to-do API answers them, with texts that repeat as little as people's do.
func BenchmarkCompress(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, items := range []int{50, 1000} {
		list := []byte(`{"Items":[`)
		for i := range items {
			var id uuid.UUID
			for at := range id {
				id[at] = byte(random.Uint32())
			}
			list = fmt.Appendf(list, `{"id":"%s","item":"%x","completed":false,"creation_date":"2026-11-%02dT12:34:56.789Z",`+
				`"lastupdate_date":"2026-11-%02dT12:34:56.789Z","version":1},`, id, random.Uint64(), i%28+1, i%28+1)
		}
		body := string(list)
		b.Run(fmt.Sprintf("items=%d", items), func(b *testing.B) {
			least := 0
			g := &Gateway{cfg: Config{API: stack.API{MinimumCompression: &least}}}
			var a answer
			b.ReportAllocs()
			for b.Loop() {
				x := &exchange{acceptEncoding: "gzip, deflate, br, zstd", header: http.Header{}}
				a = answer{status: http.StatusOK, body: body}
				g.compress(&a, x)
			}
			b.ReportMetric(float64(len(body)), "B/plain")
			b.ReportMetric(float64(len(a.body)), "B/sent")
		})
	}
}
