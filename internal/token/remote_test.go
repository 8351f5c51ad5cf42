package token

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/todo/internal/token/tokentest"
)

// A provider is an issuer on the network whose answers a test can change.
type provider struct {
	*httptest.Server
	remote *Remote
	log    bytes.Buffer // safe to read when no fetch runs

	mu      sync.Mutex
	at      time.Time
	fetches int // of the key set
	answers map[string]http.HandlerFunc
}

const (
	configPath = "/pool/.well-known/openid-configuration"
	keysPath   = "/pool/keys"
)

func newProvider(t *testing.T) *provider {
	p := startProvider(t, httptest.NewServer)
	var err error
	p.remote, err = NewRemote(p.config())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func startProvider(t *testing.T, start func(http.Handler) *httptest.Server) *provider {
	p := &provider{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), answers: map[string]http.HandlerFunc{}}
	p.Server = start(p)
	t.Cleanup(p.Close)
	p.describe(Metadata{Issuer: p.URL + "/pool", JWKSURI: p.URL + keysPath})
	p.publish(tokentest.NewIssuer(t, "").KeySet().Keys...)
	return p
}

func (p *provider) config() RemoteConfig {
	return RemoteConfig{Issuer: p.URL + "/pool", Now: p.now, Logger: slog.New(slog.NewTextHandler(&p.log, nil))}
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	answer := p.answers[r.URL.Path]
	if r.URL.Path == keysPath {
		p.fetches++
	}
	p.mu.Unlock()
	if answer == nil {
		http.NotFound(w, r)
		return
	}
	answer(w, r)
}

func (p *provider) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

func (p *provider) advance(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = p.at.Add(d)
}

func (p *provider) answer(path string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[path] = h
}

func (p *provider) say(path string, document any) {
	content, err := json.Marshal(document)
	if err != nil {
		panic(err)
	}
	p.answer(path, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) })
}

func (p *provider) describe(m Metadata)              { p.say(configPath, m) }
func (p *provider) publish(k ...jose.JSONWebKey)     { p.say(keysPath, jose.JSONWebKeySet{Keys: k}) }
func (p *provider) fail(path string)                 { p.answer(path, nil) }
func (p *provider) named(kid string) jose.JSONWebKey { return named(p.remoteKey(), kid) }

func (p *provider) remoteKey() *rsa.PublicKey {
	key, err := sharedKey()
	if err != nil {
		panic(err)
	}
	return &key.PublicKey
}

var sharedKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

func named(key any, kid string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: "RS256", Use: "sig"}
}

// settle waits until no fetch runs.
func (p *provider) settle() {
	p.remote.mu.Lock()
	running := p.remote.running
	p.remote.mu.Unlock()
	if running != nil {
		<-running
	}
}

func (p *provider) want(t *testing.T, when, kid string, want error, fetches int) {
	t.Helper()
	key, err := p.remote.Key(t.Context(), kid)
	if !errors.Is(err, want) || (err == nil) != (key != nil) {
		t.Errorf("%s: got key %v and error %v, want error %v", when, key, err, want)
	}
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fetches != fetches {
		t.Errorf("%s: got %d fetches, want %d", when, p.fetches, fetches)
	}
}

// wantFailure is a key that could not be looked for.
func (p *provider) wantFailure(t *testing.T, when string, parts ...string) {
	t.Helper()
	_, err := p.remote.Key(t.Context(), tokentest.KeyID)
	if err == nil || errors.Is(err, ErrUnknownKey) {
		t.Fatalf("%s: got error %v, want one that tells what is wrong", when, err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%s: got error %q, want it to hold %q", when, err, part)
		}
	}
}

func TestKeysAreFetchedWhenAskedFor(t *testing.T) {
	p := newProvider(t)
	if p.fetches != 0 {
		t.Errorf("before the first token: got %d fetches, want none", p.fetches)
	}
	p.want(t, "the first token", tokentest.KeyID, nil, 1)
	p.want(t, "the second token", tokentest.KeyID, nil, 1)
	p.advance(maxAge - time.Nanosecond)
	p.want(t, "the last one before it is old", tokentest.KeyID, nil, 1)
}

func TestAnUnknownKeyIsLookedUpOnceInAWhile(t *testing.T) {
	p := newProvider(t)
	p.want(t, "the first token", tokentest.KeyID, nil, 1)
	p.publish(p.named("next"))
	p.advance(fetchEvery - time.Nanosecond)
	p.want(t, "a moment after the last fetch", "next", ErrUnknownKey, 1)
	p.advance(time.Nanosecond)
	p.want(t, "later", "next", nil, 2)
	p.want(t, "the key it took the place of", tokentest.KeyID, ErrUnknownKey, 2)
}

func TestAFloodOfUnknownKeysIsOneFetch(t *testing.T) {
	p := newProvider(t)
	for round := range 2 {
		var all sync.WaitGroup
		for n := range 50 {
			all.Go(func() {
				if _, err := p.remote.Key(t.Context(), fmt.Sprint("invented-", n)); !errors.Is(err, ErrUnknownKey) {
					t.Errorf("got error %v, want %v", err, ErrUnknownKey)
				}
			})
		}
		all.Wait()
		p.want(t, "a real one", tokentest.KeyID, nil, round+1)
		p.advance(fetchEvery)
	}
	if len(p.remote.keys) != 1 {
		t.Errorf("got %d keys in memory, want the issuer's one", len(p.remote.keys))
	}
}

func TestOldKeysAreRenewedBesideTheirUse(t *testing.T) {
	p := newProvider(t)
	p.want(t, "the first token", tokentest.KeyID, nil, 1)
	p.advance(maxAge)
	asked, goOn := make(chan struct{}), make(chan struct{})
	p.answer(keysPath, func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-goOn
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.named("next")}})
	})
	for range 3 { // none waits for the answer
		if _, err := p.remote.Key(t.Context(), tokentest.KeyID); err != nil {
			t.Errorf("while they are fetched: got error %v, want the key that is there", err)
		}
	}
	<-asked
	close(goOn)
	p.settle()
	p.want(t, "after it", "next", nil, 2)
	p.want(t, "after it, a withdrawn key", tokentest.KeyID, ErrUnknownKey, 2)
}

func TestAnIssuerOutOfReach(t *testing.T) {
	p := newProvider(t)
	p.fail(configPath)
	p.wantFailure(t, "before there is a key", configPath, "404")
	p.settle()
	if !strings.Contains(p.log.String(), "404") {
		t.Errorf("got the log %q, want the fault", p.log.String())
	}
	p.describe(Metadata{Issuer: p.URL + "/pool", JWKSURI: p.URL + keysPath})
	p.wantFailure(t, "a moment later, when it is back", "404")
	p.advance(fetchEvery)
	p.want(t, "later", tokentest.KeyID, nil, 1)

	p.fail(keysPath)
	p.advance(100 * maxAge)
	for n := range 3 {
		p.want(t, "out of reach again", tokentest.KeyID, nil, 2+n)
		p.want(t, "a moment later", tokentest.KeyID, nil, 2+n)
		p.advance(fetchEvery)
	}
	if _, err := p.remote.Key(t.Context(), "unknown"); err == nil || errors.Is(err, ErrUnknownKey) {
		t.Errorf("an unknown key, out of reach: got error %v, want that it cannot be told", err)
	}
}

func TestACallerThatLeavesDoesNotEndTheFetch(t *testing.T) {
	p := newProvider(t)
	asked, goOn := make(chan struct{}), make(chan struct{})
	p.answer(configPath, func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-goOn
		_ = json.NewEncoder(w).Encode(Metadata{Issuer: p.URL + "/pool", JWKSURI: p.URL + keysPath})
	})
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := p.remote.Key(ctx, tokentest.KeyID)
		left <- err
	}()
	<-asked
	cancel()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	close(goOn)
	p.want(t, "one who stays", tokentest.KeyID, nil, 1)
}

func TestAnIssuerThatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		cfg := RemoteConfig{Issuer: "https://id.example", Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
		r, err := newRemote(cfg, silent)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Key(t.Context(), "any"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("key: got error %v, want %v", err, context.DeadlineExceeded)
		}
		if _, err := r.Discover(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("discovery: got error %v, want %v", err, context.DeadlineExceeded)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDocumentsThatAreNotTrusted(t *testing.T) {
	elsewhere := newProvider(t)
	redirect := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s) }
	}
	keysAt := func(p *provider, address string) { p.describe(Metadata{Issuer: p.URL + "/pool", JWKSURI: address}) }
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(p *provider)
		want   string
	}{
		"another issuer's": {func(p *provider) { p.describe(Metadata{Issuer: p.URL, JWKSURI: p.URL + keysPath}) }, "speaks for the issuer"},
		"no issuer's":      {func(p *provider) { p.say(configPath, map[string]any{}) }, "speaks for the issuer"},
		"not JSON":         {func(p *provider) { p.answer(configPath, text("<html>")) }, "invalid character"},
		"JSON, and more":   {func(p *provider) { p.answer(keysPath, text(`{"keys":[]} {}`)) }, "after top-level value"},
		"without end":      {func(p *provider) { p.answer(keysPath, text(strings.Repeat(" ", maxDocument)+"{}")) }, "more than"},
		"an error with a body": {func(p *provider) {
			p.answer(configPath, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
		}, "503"},
		"keys without an address":     {func(p *provider) { keysAt(p, "") }, "is not https"},
		"keys in a file":              {func(p *provider) { keysAt(p, "file:///etc/passwd") }, "is not https"},
		"keys elsewhere, not by TLS":  {func(p *provider) { keysAt(p, "http://keys.example/keys") }, "is not https"},
		"keys at a name like ours":    {func(p *provider) { keysAt(p, "http://localhost.example/keys") }, "is not https"},
		"keys with a user":            {func(p *provider) { keysAt(p, strings.Replace(p.URL, "//", "//a:b@", 1)) }, "neither a user"},
		"sent to another host":        {func(p *provider) { p.answer(configPath, redirect(elsewhere.URL+configPath)) }, "redirected to " + elsewhere.URL},
		"keys sent to another host":   {func(p *provider) { p.answer(keysPath, redirect(elsewhere.URL+keysPath)) }, "redirected to"},
		"sent in a circle":            {func(p *provider) { p.answer(configPath, redirect(configPath)) }, "redirected too often"},
		"no keys":                     {func(p *provider) { p.publish() }, "no RSA key"},
		"keys that are null":          {func(p *provider) { p.answer(keysPath, text(`{"keys":[null,1,"a",{}]}`)) }, "no RSA key"},
		"a key that is too short":     {func(p *provider) { p.publish(named(&weak.PublicKey, tokentest.KeyID)) }, "no RSA key"},
		"a key that is no public one": {func(p *provider) { p.publish(named(weak, tokentest.KeyID)) }, "no RSA key"},
		"a key for a secret":          {func(p *provider) { p.publish(named([]byte("secret"), tokentest.KeyID)) }, "no RSA key"},
		"a key without an id":         {func(p *provider) { p.publish(p.named("")) }, "no RSA key"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			test.change(p)
			p.wantFailure(t, name, test.want)
		})
	}
	if elsewhere.fetches != 0 {
		t.Error("the other host was asked for its keys")
	}
}

func TestDocumentsThatAreTrusted(t *testing.T) {
	for name, change := range map[string]func(p *provider){
		"sent on within the host": func(p *provider) {
			p.answer(configPath, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/moved", http.StatusFound) })
			p.say("/moved", Metadata{Issuer: p.URL + "/pool", JWKSURI: p.URL + keysPath})
		},
		"keys of an unknown kind beside": func(p *provider) {
			good, err := tokentest.NewIssuer(t, "").KeySet().Keys[0].MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			p.say(keysPath, map[string]any{"keys": []any{map[string]any{"kty": "new", "kid": "a"}, json.RawMessage(good)}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProvider(t)
			change(p)
			p.want(t, name, tokentest.KeyID, nil, 1)
		})
	}
}

func TestAnIssuerByTLS(t *testing.T) {
	p := startProvider(t, httptest.NewTLSServer)
	var err error
	if p.remote, err = newRemote(p.config(), p.Client().Transport); err != nil {
		t.Fatal(err)
	}
	p.want(t, "by TLS", tokentest.KeyID, nil, 1)

	plain := newProvider(t)
	p.describe(Metadata{Issuer: p.URL + "/pool", JWKSURI: plain.URL + keysPath})
	p.advance(fetchEvery)
	if _, err := p.remote.Key(t.Context(), "next"); err == nil || !strings.Contains(err.Error(), "is not https") {
		t.Errorf("keys without TLS: got error %v, want that they are refused", err)
	}

	stranger, err := NewRemote(p.config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Key(t.Context(), tokentest.KeyID); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("a certificate that nobody vouches for: got error %v, want that it is refused", err)
	}
}

func TestDiscover(t *testing.T) {
	p := newProvider(t)
	want := Metadata{Issuer: p.URL + "/pool", JWKSURI: p.URL + keysPath, AuthorizationEndpoint: p.URL + "/oauth2/authorize"}
	p.describe(want)
	got, err := p.remote.Discover(t.Context())
	if err != nil || got != want {
		t.Errorf("got %v and error %v, want %v", got, err, want)
	}
}

func TestAddressesOfIssuers(t *testing.T) {
	for address, good := range map[string]bool{
		"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI": true,
		"https://id.example/":                true,
		"http://localhost:8080/auth/local_a": true,
		"http://127.0.0.1:8080":              true,
		"http://[::1]:8080":                  true,
		"http://id.example":                  false,
		"http://localhost.example":           false,
		"http://10.0.0.1":                    false,
		"ftp://id.example":                   false,
		"id.example":                         false,
		"https://":                           false,
		"https://a@id.example":               false,
		"https://id.example?a=b":             false,
		"https://id.example?":                false,
		"https://id.example#a":               false,
		"https://id.example:port":            false,
		"":                                   false,
	} {
		_, err := NewRemote(RemoteConfig{Issuer: address, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
		if (err == nil) != good {
			t.Errorf("%q: got error %v, want good to be %t", address, err, good)
		}
	}
}
