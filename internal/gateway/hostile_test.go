package gateway_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

func TestHostileRequests(t *testing.T) {
	for _, c := range []struct {
		name, text string
		statuses   []int
	}{
		{"malformed chunk", "POST /prod/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", []int{400}},
		{"chunk that never ends", "POST /prod/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", []int{400}},
		{"length and chunks", "POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []int{200, 400}},
		{"two lengths", "POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", []int{400}},
		{"negative length", "POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", []int{400}},
		{"NUL in the path", "GET /prod/open\x00 HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"NUL in a header", "GET /prod/open HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n", []int{400}},
		{"NUL in the name of a header", "GET /prod/open HTTP/1.1\r\nHost: x\r\nX\x00A: a\r\n\r\n", []int{400}},
		{"a name that ends in a blank", "POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length : 3\r\n\r\nabc", []int{400}},
		{"broken escape in the path", "GET /prod/open/%zz HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"no path", "GET  HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"another scheme", "GET gopher://x/prod/open HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 400, 403}},
		{"opaque address", "GET prod:open HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 403}},
		{"a tunnel", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", []int{403}},
		{"a tunnel with a path", "CONNECT /prod/open HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}},
		{"backslashes", `GET /prod\..\open HTTP/1.1` + "\r\nHost: x\r\n\r\n", []int{403}},
		{"encoded dots", "GET /prod/open/..%2f..%2f HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}},
		{"many segments", "GET /prod" + strings.Repeat("/a", 4000) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{403}},
		{"many slashes", "GET /prod" + strings.Repeat("/", 9000) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{403}},
		{"many query parameters", "GET /prod/open?" + strings.Repeat("a&", 4500) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}},
		{"a megabyte of headers", "GET /prod/open HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 900) + "\r\n", []int{431}},
		{"a megabyte of names of headers", "GET /prod/open HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-"+strings.Repeat("a", 1000)+":\r\n", 900) + "\r\n", []int{431}},
		{"two API keys", "GET /prod/open HTTP/1.1\r\nHost: x\r\nx-api-key: a\r\nx-api-key: b\r\n\r\n", []int{200}},
		{"a host that is none", "GET /prod/open HTTP/1.1\r\nHost: a/b\r\n\r\n", []int{200, 400}},
		{"HTTP/1.0 without a host", "GET /prod/open HTTP/1.0\r\n\r\n", []int{200}},
		{"a verb that is a token", "!#$%&'*+.^_`|~ /prod/open HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			method, _, _ := strings.Cut(c.text, " ")
			got := r.raw(c.text, method)
			ok := false
			for _, status := range c.statuses {
				ok = ok || status == got.status
			}
			if !ok {
				t.Errorf("got %d %.200q, want one of %v", got.status, got.body, c.statuses)
			}
			if strings.Contains(got.body, "goroutine") || strings.Contains(r.errors.String(), "panic") {
				t.Errorf("a panic: %s\n%s", got.body, r.errors)
			}
			if got := r.send("GET /prod/open", nil, ""); got.status != 200 {
				t.Errorf("another request afterwards: got %d, want 200", got.status)
			}
		})
	}
}

// Sixteen large bodies fill the room that there is for them; who sends a small one is served meanwhile.
func TestManyLargeBodies(t *testing.T) {
	const room = 16
	r := newRig(t)
	large := strings.Repeat("x", 100<<10)
	held, goOn := make(chan struct{}), make(chan struct{})
	r.answer = func(_ context.Context, e request) (response, error) {
		if len(e.Body) == len(large) {
			held <- struct{}{}
			<-goOn
		}
		return response{StatusCode: 200}, nil
	}
	var all sync.WaitGroup
	for range room {
		all.Go(func() {
			if got := r.send("POST /prod/open", nil, large); got.status != 200 {
				t.Errorf("one of those that there is room for: got %d", got.status)
			}
		})
		<-held
	}
	if got := r.send("POST /prod/open", nil, large); got.status != 429 {
		t.Errorf("one more: got %d, want 429", got.status)
	}
	if got := r.send("POST /prod/open", nil, "small"); got.status != 200 {
		t.Errorf("a small one: got %d, want 200", got.status)
	}
	close(goOn)
	all.Wait()
	go func() { <-held }()
	if got := r.send("POST /prod/open", nil, large); got.status != 200 {
		t.Errorf("one afterwards: got %d, want 200", got.status)
	}
}

func TestABodyThatComesSlowly(t *testing.T) {
	r := newRig(t, logging("$context.requestId $context.status"))
	slow, gone := r.dial(), r.dial()
	const head = "POST /prod/open HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n01234"
	for _, conn := range []net.Conn{slow, gone} {
		if _, err := io.WriteString(conn, head); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.send("GET /prod/open", nil, ""); got.status != 200 {
		t.Errorf("another request meanwhile: got %d, want 200", got.status)
	}
	gone.Close()
	if line := r.access.wait(t, 2)[1]; !strings.HasSuffix(line, " 400") {
		t.Errorf("a client that leaves: got the line %s, want 400", line)
	}
	io.WriteString(slow, "56789")
	if got := readReply(t, bufio.NewReader(slow), "POST"); got.status != 200 || r.event().Body != "0123456789" {
		t.Errorf("the slow one: got %d and the body %q", got.status, r.event().Body)
	}
	if r.calls != 2 {
		t.Errorf("got %d calls, want none for the client that left", r.calls)
	}
}

// A body without an end is read no further than to the limit.
func TestAGigabyteInChunks(t *testing.T) {
	r := newRig(t)
	conn := r.dial()
	megabytes := make(chan int)
	go func() {
		io.WriteString(conn, "POST /prod/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
		chunk := "100000\r\n" + strings.Repeat("x", 1<<20) + "\r\n"
		sent := 0
		for sent < 1<<10 {
			if _, err := io.WriteString(conn, chunk); err != nil {
				break
			}
			sent++
		}
		megabytes <- sent
	}()
	if got := readReply(t, bufio.NewReader(conn), "POST"); got.status != 413 {
		t.Errorf("got %d, want 413", got.status)
	}
	conn.Close()
	if sent := <-megabytes; sent > 64 {
		t.Errorf("%d MB were taken, want little more than 10", sent)
	}
}

func TestPipelining(t *testing.T) {
	const n = 20
	r := newRig(t)
	conn := r.dial()
	var b strings.Builder
	for i := range n {
		// Every other request is refused with its body unread, which must not be taken for the next request.
		path := []string{"open", "item"}[i%2]
		fmt.Fprintf(&b, "POST /prod/%s HTTP/1.1\r\nHost: x\r\nContent-Length: 44\r\n\r\nGET /prod/open/smuggled HTTP/1.1\r\nHost: x\r\n\r\n", path)
	}
	go io.WriteString(conn, b.String())
	from := bufio.NewReader(conn)
	for i := range n {
		got, err := http.ReadResponse(from, nil)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if _, err := io.Copy(io.Discard, got.Body); err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if want := []int{200, 401}[i%2]; got.StatusCode != want {
			t.Fatalf("answer %d: got %d, want %d", i, got.StatusCode, want)
		}
	}
	for _, e := range r.events {
		if e.HTTPMethod != "POST" {
			t.Fatalf("a body was taken for a request: %s %s", e.HTTPMethod, e.Path)
		}
	}
}

func TestParallelLoad(t *testing.T) {
	r := newRig(t, logging("$context.requestId $context.status"), func(c *gateway.Config) {
		c.API.Methods = []stack.MethodSetting{limit("/*", "*", 1, 60)}
	})
	good := r.token(nil)
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			client := &http.Client{Timeout: 30 * time.Second}
			for i := range 20 {
				req, err := http.NewRequest("GET", fmt.Sprintf("http://%s/prod/item/%d-%d", r.addr, w, i), nil)
				if err != nil {
					t.Error(err)
					return
				}
				if i%2 == 0 {
					req.Header.Set("Authorization", good)
				}
				res, err := client.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if want := []int{200, 401}[i%2]; res.StatusCode != want && !(want == 200 && res.StatusCode == 429) {
					t.Errorf("got %d, want %d", res.StatusCode, want)
				}
			}
		})
	}
	all.Wait()
	if r.calls != 60 {
		t.Errorf("the function was called %d times, want 60, as the bucket holds", r.calls)
	}
	ids := map[string]bool{}
	for _, line := range r.access.wait(t, 160) {
		ids[line[:36]] = true
	}
	if len(ids) != 160 {
		t.Errorf("got %d request ids for 160 requests", len(ids))
	}
}
