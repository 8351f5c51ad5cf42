package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAConnReadsWhatNetHTTPSends goes through the ways in which an answer can end.
func TestAConnReadsWhatNetHTTPSends(t *testing.T) {
	long := strings.Repeat("0123456789", 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/long": // in chunks
			_, _ = io.WriteString(w, long)
		case "/gone":
			w.WriteHeader(http.StatusNoContent)
		case "/echo":
			_, _ = io.WriteString(w, r.Method+" "+r.Header.Get("Authorization")+" "+string(body))
		case "/encoded":
			w.Header().Set("Content-Encoding", "gzip")
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	c, err := dial(server.Listener.Addr().(*net.TCPAddr).String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, test := range []struct {
		call
		status int
		body   string
	}{
		{call{"GET", "/long", ""}, 200, long},
		{call{"DELETE", "/gone", ""}, 204, ""},
		{call{"PUT", "/echo", `{"item":"x"}`}, 200, `PUT Bearer token {"item":"x"}`},
		{call{"POST", "/echo", ""}, 200, "POST Bearer token "},
		{call{"GET", "/none", ""}, 404, "404 page not found\n"},
		{call{"GET", "/long", ""}, 200, long},
	} {
		status, body, err := c.do("token", test.call)
		if err != nil || status != test.status || string(body) != test.body {
			t.Errorf("%s %s: got %d, %.40q, %v, want %d, %.40q", test.method, test.path, status, body, err, test.status, test.body)
		}
	}
	if _, _, err := c.do("token", call{"GET", "/encoded", ""}); err != errEncoded {
		t.Errorf("a compressed answer: got error %v, want %v", err, errEncoded)
	}
}
