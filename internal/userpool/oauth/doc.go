// Package oauth serves the OAuth 2.0 and OpenID Connect endpoints of a user pool as Amazon Cognito does: authorize,
// token, userInfo, revoke and logout at the pool's domain, discovery and the key set at its issuer.
//
// It owns these protocols' parameters, errors and headers. Forms are the neighbour package pages, what both share about
// browsers is package browser, and every rule about accounts and tokens is the pool's.
package oauth

import (
	"errors"
	"io"
	"log/slog"
	"net/http"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/browser"
)

// Config is what the endpoints need. Every field is required; Rand must be safe for concurrent use.
type Config struct {
	Pool   *userpool.Pool
	Rand   io.Reader
	Logger *slog.Logger
}

// Endpoints are a pool's OAuth endpoints. They are safe for concurrent use.
type Endpoints struct {
	Config
	door *browser.Door
}

// New makes the endpoints of a pool. It fails when the pool has a domain whose URL is not an http or https address.
func New(cfg Config) (*Endpoints, error) {
	door, err := browser.New(cfg.Pool, cfg.Rand)
	if err != nil {
		return nil, err
	}
	return &Endpoints{Config: cfg, door: door}, nil
}

// Register adds the endpoints to mux, each below prefix: the path at which the mux sees both the pool's domain and the
// parent of its issuer, such as /auth, or empty. A pool without a domain has only discovery and the key set.
func (e *Endpoints) Register(mux *http.ServeMux, prefix string) {
	handle := func(methods []string, path string, h http.Handler) {
		for _, method := range methods {
			mux.Handle(method+" "+prefix+path, e.door.Guard(h))
		}
	}
	get, post := []string{http.MethodGet}, []string{http.MethodPost}
	issuer := "/" + e.Pool.Settings().ID + "/.well-known"
	handle(get, issuer+"/openid-configuration", public(e.discovery))
	handle(get, issuer+"/jwks.json", public(e.keys))
	if e.Pool.Settings().Domain == "" {
		return
	}
	handle(get, "/oauth2/authorize", http.HandlerFunc(e.authorize))
	handle(get, "/logout", http.HandlerFunc(e.logout))
	handle(post, "/oauth2/token", public(e.token))
	handle(post, "/oauth2/revoke", public(e.revoke))
	handle([]string{http.MethodGet, http.MethodPost}, "/oauth2/userInfo", public(e.userInfo))
	for _, path := range []string{"/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo", issuer + "/openid-configuration", issuer + "/jwks.json"} {
		handle([]string{http.MethodOptions}, path, http.HandlerFunc(preflight))
	}
}

// public lets scripts of any origin read the answer. That is safe because these endpoints act on what is sent to them
// and never on a cookie.
func public(h http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "WWW-Authenticate, X-Amz-Cognito-Request-Id")
		h(w, r)
	})
}

// preflight allows whatever headers a browser asks for: clients add their own, as Amplify does x-amz-user-agent.
func preflight(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		header.Set("Access-Control-Allow-Headers", asked)
	}
	header.Set("Access-Control-Max-Age", "7200")
	header.Set("Vary", "Access-Control-Request-Headers")
}

// fault logs what went wrong on this machine. The outside learns nothing of it.
func (e *Endpoints) fault(r *http.Request, err error) {
	e.Logger.ErrorContext(r.Context(), "user pool endpoint failed", "path", r.URL.Path, "error", err)
}

// refused reports whether err is the pool's refusal rather than a fault.
func refused(err error) (*userpool.Error, bool) {
	var refusal *userpool.Error
	return refusal, errors.As(err, &refusal)
}
