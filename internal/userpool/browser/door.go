// Package browser is what the OAuth endpoints and the hosted pages share in dealing with a person's browser: the
// authorize request that travels with it, its cookies, the headers of every answer, and the way back to the
// application.
//
// It owns the rule that nothing is sent to an address which is not registered for the client. It leaves forms to pages
// and the machine-to-machine endpoints to oauth.
package browser

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.com/todo/internal/userpool"
)

// A Door is the browsers' way into a pool. It keeps no state of its own and is safe for concurrent use.
type Door struct {
	pool   *userpool.Pool
	rand   io.Reader
	base   *url.URL // the pool's domain, without a trailing slash
	secure bool
}

// New makes the door of a pool. Its addresses and the scope of its cookies come from the pool's domain URL; a pool
// without a domain has no addresses. rand must be safe for concurrent use.
func New(pool *userpool.Pool, rand io.Reader) (*Door, error) {
	base, err := url.Parse(pool.Settings().DomainURL)
	if err != nil {
		return nil, fmt.Errorf("the pool's domain URL: %w", err)
	}
	if pool.Settings().Domain != "" && (base.Scheme != "http" && base.Scheme != "https" || base.Host == "") {
		return nil, fmt.Errorf("the pool's domain URL %q is not an http or https address", base)
	}
	base.Path = strings.TrimSuffix(base.Path, "/")
	return &Door{pool: pool, rand: rand, base: base, secure: base.Scheme == "https"}, nil
}

// Path is the address, without scheme and host, of one of the domain's paths such as /login. query is encoded, or
// empty.
func (d *Door) Path(path, query string) string {
	path = d.base.EscapedPath() + path
	if query != "" {
		path += "?" + query
	}
	return path
}

// Origin is the scheme and host of the domain.
func (d *Door) Origin() string { return d.base.Scheme + "://" + d.base.Host }

// URL is the whole address of one of the domain's paths.
func (d *Door) URL(path string) string { return d.Origin() + d.Path(path, "") }

// Go sends the browser to a location. It is 302 after a form too, as Cognito answers: browsers then GET.
func Go(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusFound)
}
