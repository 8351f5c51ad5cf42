package token

import (
	"context"
	"crypto/rsa"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	// fetchEvery is how often a key set is fetched at most, whoever asks for which key: tokens with invented key ids cost
	// the issuer no more than that. It is also how long a key that the issuer has just begun to use may be refused.
	fetchEvery = 10 * time.Second
	// maxAge is how old a key set may grow before it is fetched again, and so how long a withdrawn key still counts.
	maxAge = time.Hour
	// fetchTimeout is for the whole of a fetch: both documents, to their last byte.
	fetchTimeout = 5 * time.Second
)

// RemoteConfig is what a Remote needs. Every field is required.
type RemoteConfig struct {
	// Issuer is the address of an OpenID provider, as its tokens and its discovery document have it: https, or http where it
	// is a loopback address.
	Issuer string
	Now    func() time.Time
	// Logger hears of key sets that could not be fetched.
	Logger *slog.Logger
}

// A Remote has the keys of an issuer that is reached over the network. They are fetched when they are first asked for,
// kept while the issuer cannot be reached, and looked up again when a token names an unknown one. It is safe for
// concurrent use.
type Remote struct {
	cfg    RemoteConfig
	issuer *url.URL
	client *http.Client

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey // nil until the first fetch that succeeds
	fetched time.Time                 // when keys came
	tried   time.Time                 // when the last fetch began
	failure error                     // of the last fetch that ended
	running chan struct{}             // closed when the fetch that runs ends; nil when none does
}

// NewRemote checks the issuer's address and fetches nothing.
//
// The environment's proxies are not asked: who answers for the keys decides who may come in, and that is to be the host
// which the issuer's address names, and nobody between.
func NewRemote(cfg RemoteConfig) (*Remote, error) {
	return newRemote(cfg, &http.Transport{
		TLSHandshakeTimeout:    fetchTimeout,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        fetchEvery,
		ForceAttemptHTTP2:      true,
	})
}

func newRemote(cfg RemoteConfig, transport http.RoundTripper) (*Remote, error) {
	issuer, err := url.Parse(cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	if err := trustworthy(issuer, issuer); err != nil || issuer.RawQuery != "" || issuer.ForceQuery {
		return nil, fmt.Errorf("token: issuer %q must be an https address without a query, or http on this machine", cfg.Issuer)
	}
	return &Remote{cfg: cfg, issuer: issuer, client: &http.Client{Transport: transport, CheckRedirect: sameOrigin}}, nil
}

// Key finds a key, as Keys asks for it. One that is known is answered at once. One that is not makes it fetch the set,
// and wait for that as long as ctx allows, but not when the last fetch was a moment ago.
func (r *Remote) Key(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	r.mu.Lock()
	key, running, err := r.find(kid)
	r.mu.Unlock()
	if running == nil {
		return key, err
	}
	select {
	case <-running:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if key, ok := r.keys[kid]; ok {
		return key, nil
	}
	return nil, r.absent()
}

// find answers what is known, or the fetch to wait for.
func (r *Remote) find(kid string) (*rsa.PublicKey, <-chan struct{}, error) {
	now := r.cfg.Now()
	key, known := r.keys[kid]
	if r.running == nil && (!known || now.Sub(r.fetched) >= maxAge) && (r.tried.IsZero() || now.Sub(r.tried) >= fetchEvery) {
		r.tried, r.running = now, make(chan struct{})
		go r.refresh(r.running)
	}
	switch {
	case known:
		return key, nil, nil
	case r.running != nil:
		return nil, r.running, nil
	}
	return nil, nil, r.absent()
}

// absent is why a key is not there: the issuer does not have it, or cannot be asked whether it does.
func (r *Remote) absent() error {
	if r.failure != nil {
		return r.failure
	}
	return ErrUnknownKey
}

// refresh fetches the key set. It does so for all who wait and all who will come, so that no caller's context ends it.
func (r *Remote) refresh(done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	keys, err := r.fetchKeys(ctx)
	if err != nil {
		r.cfg.Logger.Warn("the issuer's keys could not be fetched", "issuer", r.cfg.Issuer, "error", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure = err; err == nil {
		r.keys, r.fetched = keys, r.cfg.Now()
	}
	r.running = nil
	close(done)
}
