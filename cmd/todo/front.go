package main

import (
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
)

// front gives each request to the part whose address it has. It looks at the first segment of the path as it was sent
// and changes nothing: API Gateway neither cleans nor redirects paths, so a http.ServeMux cannot stand here.
type front struct {
	segments map[string]http.Handler
	rest     http.Handler
	logger   *slog.Logger
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		fault := recover()
		switch fault {
		case nil:
			return
		case http.ErrAbortHandler:
			panic(fault) // the server's own way to drop a connection
		}
		f.logger.ErrorContext(r.Context(), "panic while serving a request", "method", r.Method, "fault", fault, "stack", string(debug.Stack()))
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	}()
	if len(r.TransferEncoding) > 0 {
		w = newLastAnswer(w)
	}
	if r.URL.Opaque != "" || r.URL.Path == "*" { // targets for proxies, without a path (RFC 9112 section 3.2)
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	if h, ok := f.segments[segment(sent(r.URL))]; ok {
		h.ServeHTTP(w, r)
		return
	}
	f.rest.ServeHTTP(w, r)
}

// sent is a path as it was sent. EscapedPath alone would make a slash of an encoded one in a path with a character that
// no URL has.
func sent(u *url.URL) string {
	if u.RawPath != "" {
		return u.RawPath
	}
	return u.EscapedPath()
}

// segment is the first segment of a path.
func segment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

// lastAnswer closes its connection, whatever else a part does with the headers. It is for requests sent in chunks: one
// that had a Content-Length too looks the same here, and what follows it on the connection may have been hidden in it
// from whoever stands in front (RFC 9112 section 6.1).
type lastAnswer struct{ http.ResponseWriter }

func newLastAnswer(w http.ResponseWriter) lastAnswer {
	w.Header().Set("Connection", "close") // where WriteHeader is never called
	return lastAnswer{w}
}

func (w lastAnswer) WriteHeader(status int) {
	w.Header().Set("Connection", "close")
	w.ResponseWriter.WriteHeader(status)
}
