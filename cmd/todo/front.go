package main

import (
	"log/slog"
	"net/http"
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
	if h, ok := f.segments[segment(r.URL.EscapedPath())]; ok {
		h.ServeHTTP(w, r)
		return
	}
	f.rest.ServeHTTP(w, r)
}

// segment is the first segment of a path.
func segment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}
