package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestAConnectionEndsWithAChunkedRequest(t *testing.T) {
	for name, part := range map[string]http.HandlerFunc{
		"a part that writes nothing": func(http.ResponseWriter, *http.Request) {},
		"a part that clears headers": func(w http.ResponseWriter, _ *http.Request) {
			clear(w.Header())
			w.WriteHeader(http.StatusNoContent)
		},
	} {
		for coding, want := range map[string]string{"chunked": "close", "": ""} {
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			if coding != "" {
				r.TransferEncoding = []string{coding}
			}
			w := httptest.NewRecorder()
			front{rest: part}.ServeHTTP(w, r)
			if got := w.Header().Get("Connection"); got != want {
				t.Errorf("%s, coding %q: got Connection %q, want %q", name, coding, got, want)
			}
		}
	}
}

func TestARequestTargetIsAPath(t *testing.T) {
	f := front{rest: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	for target, want := range map[string]int{
		"/": 200, "//": 200, "http://evil.example": 200, "http://evil.example/x": 200,
		"*": 400, "evil.example:443": 400, "mailto:ana@example.com": 400,
	} {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		f.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}})
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
	}
}

func TestTheFirstSegmentIsAsItWasSent(t *testing.T) {
	answers := func(status int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	f := front{segments: map[string]http.Handler{"prod": answers(201)}, rest: answers(202)}
	for target, want := range map[string]int{
		"/prod": 201, "/prod/": 201, "/prod/a%2Fb": 201, "/prod/a|": 201, "/prod/%2F|": 201, "/prod/\xff": 201, "http://x/prod/a": 201,
		"/prod%2Fa": 202, "/prod%2Fa|": 202, "/prod%2fa\xff": 202, "/%70rod/a": 202, "/%70rod/a|": 202, "/prod|/a": 202, "//prod/a": 202,
		"/x/../prod/a": 202, "/x%2F..%2Fprod/a|": 202,
	} {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		f.ServeHTTP(w, &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}})
		if w.Code != want {
			t.Errorf("%q: got %d, want %d", target, w.Code, want)
		}
	}
}

// A proxy on the same machine may hand on a request that looks in every way like a local person's.
func TestTheOutboxIsClosedUnderAPublicAddress(t *testing.T) {
	for public, want := range map[string]int{
		"http://localhost:8080":          200,
		"http://127.0.0.1:8080":          200,
		"http://[::1]:8080":              200,
		"https://todo.example.com":       404,
		"http://localhost.evil.example":  404,
		"http://192.168.0.1:8080":        404,
		"http://0.0.0.0:8080":            404,
		"http://127.0.0.1.nip.io":        404,
		"http://localhost@evil.example/": 404,
	} {
		t.Run(public, func(t *testing.T) {
			described := describe(t, "")
			described.UserPool.Issuer = public + domainPath + "/" + described.UserPool.ID
			h, log := openedHome(t, t.TempDir(), described)
			defer h.Close()
			if warned := strings.Contains(log.String(), "--smtp"); warned != (want != 200) {
				t.Errorf("got the log %q: the operator is to be told when no message reaches anybody, and only then", log)
			}
			r := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+domainPath+"/outbox", nil)
			r.RemoteAddr = "127.0.0.1:50000"
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("got %d, want %d", w.Code, want)
			}
		})
	}
}
