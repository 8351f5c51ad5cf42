// Package tokentest signs tokens for tests, as an issuer would.
package tokentest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// KeyID is the kid of an Issuer's tokens.
const KeyID = "current="

// An Issuer signs with RS256. Issuers of one test binary share a key, since making one takes long.
type Issuer struct {
	URL string
	Key *rsa.PrivateKey
}

var sharedKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// NewIssuer makes an issuer whose iss claim is url.
func NewIssuer(t testing.TB, url string) *Issuer {
	t.Helper()
	key, err := sharedKey()
	if err != nil {
		t.Fatal(err)
	}
	return &Issuer{URL: url, Key: key}
}

// KeySet is what the issuer would publish.
func (i *Issuer) KeySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: i.Key.Public(), KeyID: KeyID, Algorithm: string(jose.RS256), Use: "sig",
	}}}
}

// Sign makes a token of the claims. iss is the issuer's unless claims have one; a nil claim is left out.
func (i *Issuer) Sign(t testing.TB, claims map[string]any) string {
	t.Helper()
	all := map[string]any{"iss": i.URL}
	for name, value := range claims {
		if all[name] = value; value == nil {
			delete(all, name)
		}
	}
	payload, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return Sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.Key, KeyID: KeyID}}, nil, payload)
}

// Sign makes a token of any payload, key and further headers.
func Sign(t testing.TB, key jose.SigningKey, headers map[jose.HeaderKey]any, payload []byte) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithType("JWT")
	for name, value := range headers {
		options.WithHeader(name, value)
	}
	signer, err := jose.NewSigner(key, options)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
