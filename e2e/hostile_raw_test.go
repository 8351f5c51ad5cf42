package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A reply is one answer on a connection.
type reply struct {
	status int
	header http.Header
	body   string
}

// address is where the server listens.
func (s *server) address() string {
	return strings.TrimPrefix(strings.Replace(s.url, "localhost", "127.0.0.1", 1), "http://")
}

// dial opens a connection that fails, rather than waits for ever, when the server leaves it open without an answer.
func (s *server) dial(t *testing.T) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", s.address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

// send writes bytes on a connection of its own and reads answers until the server closes it, which it must.
func (s *server) send(t *testing.T, sent string) []reply {
	t.Helper()
	conn := s.dial(t)
	go io.WriteString(conn, sent) //nolint:errcheck // a server that has refused reads no further
	return replies(t, conn)
}

func replies(t *testing.T, conn io.Reader) []reply {
	t.Helper()
	var all []reply
	for in := bufio.NewReader(conn); ; {
		response, err := http.ReadResponse(in, nil)
		closed := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if closed || len(all) > 0 && errors.Is(err, syscall.ECONNRESET) { // it has not read all that was sent
			return all
		}
		if err != nil {
			t.Errorf("after %d answers: %v", len(all), err)
			return all
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Errorf("body of answer %d: %v", len(all)+1, err)
		}
		all = append(all, reply{response.StatusCode, response.Header, string(body)})
	}
}

// one is the only answer to what was sent. It must not show the server's insides, nor lead elsewhere.
func (h *target) one(t *testing.T, sent string) reply {
	t.Helper()
	all := h.send(t, sent)
	if len(all) != 1 {
		t.Fatalf("got %d answers, want one: %.500q", len(all), fmt.Sprint(all))
	}
	h.harmless(t, all[0])
	if strings.Contains(all[0].body, h.ana.email) {
		t.Errorf("the answer holds somebody's address: %s", all[0].body)
	}
	return all[0]
}

func (h *target) harmless(t *testing.T, r reply) {
	t.Helper()
	for _, word := range []string{"goroutine ", "panic", "runtime error", ".go:", h.data} {
		if strings.Contains(r.body, word) {
			t.Errorf("the answer holds %q: %d %s", word, r.status, r.body)
		}
	}
	if to := r.header.Get("Location"); to != "" && !h.within(to) {
		t.Errorf("the answer leads to %q", to)
	}
}

// within tells whether a browser that follows the location stays at the server.
func (h *target) within(location string) bool {
	local := strings.HasPrefix(location, "/") && !strings.HasPrefix(location, "//") && !strings.Contains(location, `\`)
	return local || strings.HasPrefix(location, h.url+"/")
}

// get is a request line with the least of headers.
func get(target string) string {
	return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
}

const (
	appPage      = "<div id=\"root\""
	unauthorized = `{"message":"Unauthorized"}`
	noSuchMethod = `{"message":"Missing Authentication Token"}`
)

func attackTargets(t *testing.T, h *target) {
	for _, c := range []struct {
		name, target string
		status       int
		body         string // a part of it
	}{
		{"a second slash below the stage", "/prod//item", 401, unauthorized},
		{"a second slash before the stage", "//prod/item", 200, appPage},
		{"dots below the stage", "/prod/item/../x", 403, noSuchMethod},
		{"encoded dots below the stage", "/prod/item/%2e%2e/x", 403, noSuchMethod},
		{"from the API to the outbox", "/prod/../auth/outbox", 403, noSuchMethod},
		{"from the API to the outbox, encoded", "/prod/%2e%2e%2fauth/outbox", 403, noSuchMethod},
		{"from the pool to the API", "/auth/../prod/item", 307, ""},
		{"from the pool to the API, encoded", "/auth/%2e%2e/prod/item", 404, ""},
		{"from the pool to another host", "/auth/..//evil.example/", 307, ""},
		{"from the pool to another host by a backslash", `/auth/..\evil.example/`, 404, ""},
		{"another host within the pool", "/auth//evil.example/..//evil.example", 307, ""},
		{"another host as a path", "//evil.example/", 200, appPage},
		{"another host as a path with dots", "//evil.example/%2e%2e", 200, appPage},
		{"another host by a backslash", `/\evil.example`, 200, appPage},
		{"an encoded slash", "/%2f", 200, appPage},
		{"another host behind encoded slashes", "/%2f%2fevil.example", 200, appPage},
		{"the data file", "/../todo.db", 200, appPage},
		{"the keys, encoded", "/..%2f..%2fcredentials", 200, appPage},
		{"the keys among the pool's files", "/auth/assets/%2e%2e%2f%2e%2e%2fcredentials", 404, ""},
		{"another spelling of the stage", "/%70rod/item", 200, appPage},
		{"a stage in capitals", "/PROD/item", 200, appPage},
		{"parameters of a segment", "/prod/item;jsessionid=1", 403, noSuchMethod},
		{"a query that cannot be decoded", "/prod/item?%zz&;&=", 401, unauthorized},
		{"NUL in the app", "/%00", 200, appPage},
		{"NUL in the API", "/prod/item/%00", 401, unauthorized},
		{"NUL in the pool", "/auth/%00", 404, ""},
		{"bytes that are no UTF-8", "/prod/\xff\xfe", 403, noSuchMethod},
		{"a percent sign alone", "/%", 400, ""},
		{"a percent sign with no digits", "/prod/%zz", 400, ""},
		{"a control character", "/prod/\x1b[2J", 400, ""},
		{"a space", "/prod /item", 400, ""},
		{"no slash", "prod/item", 400, ""},
		{"a whole address of the API", "http://evil.example/prod/item", 401, unauthorized},
		{"a whole address of the outbox", "http://evil.example/auth/outbox", 403, ""},
		{"a whole address of another scheme", "gopher://evil.example/prod/item", 401, unauthorized},
		{"a host's name and port", "evil.example:443", 400, ""},
		{"an asterisk", "*", 400, ""},
		{"an issuer that is another's", "/auth/local_aaaaaaaaa/.well-known/jwks.json", 404, ""},
		{"below the health check", "/-/healthz/../../auth/outbox", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := h.one(t, get(c.target)); r.status != c.status || !strings.Contains(r.body, c.body) {
				t.Errorf("got %d %s, want %d %s", r.status, r.body, c.status, c.body)
			}
		})
	}
}

func attackMethods(t *testing.T, h *target) {
	for _, method := range []string{"TRACE", "CONNECT", "PATCH", "PROPFIND", "PRI", "get", "GET'OR'1"} {
		for path, status := range map[string]int{
			"/": 405, "/config.json": 405, "/prod/item": 403, "/auth/": 405, "/auth/login": 405, "/auth/oauth2/token": 405,
			"/auth/outbox": 405, "/-/healthz": 405,
		} {
			r := h.one(t, method+" "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Marker: echoed\r\n\r\n")
			if r.status != status || strings.Contains(r.body, "echoed") {
				t.Errorf("%s %s: got %d %s, want %d", method, path, r.status, r.body, status)
			}
		}
	}
	if r := h.one(t, "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n"); r.status/100 != 4 {
		t.Errorf("a tunnel: got %d %s, want 4xx", r.status, r.body)
	}
}

func attackHosts(t *testing.T, h *target) {
	for _, c := range []struct {
		name, sent string
		status     int
	}{
		{"none", "GET /prod/item HTTP/1.1\r\n\r\n", 400},
		{"two", "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", 400},
		{"with a space", "GET /prod/item HTTP/1.1\r\nHost: local host\r\n\r\n", 400},
		{"with a user", "GET /auth/outbox HTTP/1.1\r\nHost: evil@localhost\r\n\r\n", 400},
		{"with a path", "GET /auth/outbox HTTP/1.1\r\nHost: localhost/evil.example\r\n\r\n", 400},
		{"none in HTTP/1.0", "GET /prod/item HTTP/1.0\r\n\r\n", 401},
		{"HTTP/0.9", "GET /prod/item\r\n\r\n", 400},
		{"HTTP/2 without its handshake", "GET /prod/item HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 64) + "\r\n\r\n", 400},
		{"a header name with a space", "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n", 400},
		{"a header without a colon", "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nxyz\r\n\r\n", 400},
		{"NUL in a header", "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nIf-Match: a\x00b\r\n\r\n", 400},
		{"a carriage return in a header", "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nIf-Match: a\rb\r\n\r\n", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := h.one(t, c.sent); r.status != c.status {
				t.Errorf("got %d %s, want %d", r.status, r.body, c.status)
			}
		})
	}
	issuer := strings.TrimPrefix(h.config["APP_ISSUER"], h.url)
	for _, path := range []string{
		"/", "/config.json", "/prod/item", issuer + "/.well-known/openid-configuration", h.page("/login"), h.page("/oauth2/authorize"),
		"/auth/logout", "/auth/../auth/login",
	} {
		r := h.one(t, "GET "+path+" HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n"+
			"X-Original-URL: //evil.example/\r\nConnection: close\r\n\r\n")
		if strings.Contains(fmt.Sprint(r.header)+r.body, "evil.example") {
			t.Errorf("%s: the answer repeats a host that the client made up: %v %s", path, r.header, r.body)
		}
	}
}

// attackFraming sends requests of which two readers could see the end in different places. What one of them takes for a
// second request must never be answered.
func attackFraming(t *testing.T, h *target) {
	const hidden = "GET /auth/outbox HTTP/1.1\r\nHost: localhost\r\n\r\n"
	const end = "0\r\n\r\n"
	both := fmt.Sprintf("Content-Length: %d\r\n", len(end+hidden))
	for _, c := range []struct {
		name, headers, body string
		status              int
	}{
		{"length and chunks, ended by the chunks", both + "Transfer-Encoding: chunked\r\n", end + hidden, 401},
		{"length and chunks, ended by the length", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n%s", len(hidden), hidden, end), 401},
		{"chunks in capitals", both + "Transfer-Encoding: CHUNKED\r\n", end + hidden, 401},
		{"chunks after a bare line feed", both + "X: y\nTransfer-Encoding: chunked\r\n", end + hidden, 401},
		{"a token behind the chunks", "Trailer: Authorization\r\nTransfer-Encoding: chunked\r\n", "0\r\nAuthorization: " + h.ana.id + "\r\n\r\n" + hidden, 401},
		{"an unknown coding", both + "Transfer-Encoding: xchunked\r\n", end + hidden, 501},
		{"two codings", both + "Transfer-Encoding: identity, chunked\r\n", end + hidden, 501},
		{"two headers of coding", both + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", end + hidden, 501},
		{"a space before the colon", both + "Transfer-Encoding : chunked\r\n", end + hidden, 400},
		{"a tab in the value", both + "Transfer-Encoding:\x0bchunked\r\n", end + hidden, 400},
		{"two lengths", "Content-Length: 0\r\n" + both, end + hidden, 400},
		{"a list of lengths", "Content-Length: 0, 0\r\n", hidden, 400},
		{"a negative length", "Content-Length: -1\r\n", hidden, 400},
		{"a length with a sign", "Content-Length: +5\r\n", hidden, 400},
		{"a length in hexadecimal", "Content-Length: 0x5\r\n", hidden, 400},
		{"a length beyond all numbers", "Content-Length: 99999999999999999999\r\n", hidden, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := h.one(t, "POST /prod/item HTTP/1.1\r\nHost: localhost\r\n"+c.headers+"\r\n"+c.body)
			if r.status != c.status {
				t.Errorf("got %d %s, want %d", r.status, r.body, c.status)
			}
		})
	}
}

func attackPipelining(t *testing.T, h *target) {
	var sent bytes.Buffer
	paths := []string{"/-/healthz", "/prod/item", "/auth/nowhere", "/config.json", "/prod/nowhere"}
	want := []int{200, 401, 404, 200, 403}
	const rounds = 20
	for range rounds {
		for _, path := range paths {
			fmt.Fprintf(&sent, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
		}
	}
	sent.WriteString(get("/-/healthz"))
	all := h.send(t, sent.String())
	if len(all) != rounds*len(paths)+1 {
		t.Fatalf("got %d answers, want %d", len(all), rounds*len(paths)+1)
	}
	for i, r := range all[:rounds*len(paths)] {
		if r.status != want[i%len(want)] {
			t.Errorf("answer %d, to %s: got %d, want %d", i, paths[i%len(paths)], r.status, want[i%len(want)])
		}
	}
}
