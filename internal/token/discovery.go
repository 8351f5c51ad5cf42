package token

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// maxDocument bounds what an issuer may answer, in bytes. Real documents take a few thousand.
const maxDocument = 256 << 10

// Metadata is what is read of an issuer's discovery document (OpenID Connect Discovery 1.0 section 3).
type Metadata struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorization_endpoint"`
	JWKSURI               string `json:"jwks_uri"`
}

// Discover fetches the issuer's discovery document, each time it is called.
func (r *Remote) Discover(ctx context.Context) (Metadata, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	return r.discover(ctx)
}

func (r *Remote) discover(ctx context.Context) (Metadata, error) {
	var m Metadata
	address := strings.TrimSuffix(r.cfg.Issuer, "/") + "/.well-known/openid-configuration"
	if err := r.get(ctx, address, &m); err != nil {
		return Metadata{}, err
	}
	if m.Issuer != r.cfg.Issuer { // section 4.3: they must be the same
		return Metadata{}, fmt.Errorf("token: %s speaks for the issuer %q", address, m.Issuer)
	}
	return m, nil
}

func (r *Remote) fetchKeys(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	m, err := r.discover(ctx)
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(m.JWKSURI)
	if err != nil {
		return nil, fmt.Errorf("token: jwks_uri: %w", err)
	}
	if err := trustworthy(address, r.issuer); err != nil {
		return nil, fmt.Errorf("token: jwks_uri %q: %w", m.JWKSURI, err)
	}
	// Each key is read by itself: one of a kind that is not known here does not spoil the set.
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := r.get(ctx, m.JWKSURI, &set); err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PublicKey{}
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) != nil || k.KeyID == "" {
			continue
		}
		if key, ok := fit(&k); ok {
			keys[k.KeyID] = key
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("token: %s holds no RSA key for RS256 with an id and at least %d bits", m.JWKSURI, minimumBits)
	}
	return keys, nil
}

// get reads a JSON document.
func (r *Remote) get(ctx context.Context, address string, document any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := r.client.Do(request)
	if err != nil {
		return fmt.Errorf("token: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("token: %s: %s", address, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("token: %s: %w", address, err)
	case len(content) > maxDocument:
		return fmt.Errorf("token: %s: more than %d bytes", address, maxDocument)
	}
	if err := json.Unmarshal(content, document); err != nil {
		return fmt.Errorf("token: %s: %w", address, err)
	}
	return nil
}

// trustworthy tells whether keys may come from an address: over TLS, or from this machine when the issuer is here too.
func trustworthy(address, issuer *url.URL) error {
	local := address.Scheme == "http" && loopback(address) && issuer.Scheme == "http" && loopback(issuer)
	if address.Scheme != "https" && !local {
		return errors.New("is not https")
	}
	if address.Hostname() == "" || address.User != nil || address.Fragment != "" {
		return errors.New("must have a host, and neither a user nor a fragment")
	}
	return nil
}

func loopback(u *url.URL) bool {
	return u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
}

// sameOrigin follows redirects within a host. Elsewhere the document would be somebody else's.
func sameOrigin(request *http.Request, via []*http.Request) error {
	first := via[0].URL
	if request.URL.Scheme != first.Scheme || request.URL.Host != first.Host {
		return fmt.Errorf("redirected to %s://%s", request.URL.Scheme, request.URL.Host)
	}
	if len(via) > 3 {
		return errors.New("redirected too often")
	}
	return nil
}
