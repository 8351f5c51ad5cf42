package token

import (
	"context"
	"crypto/rsa"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

// Keys finds an issuer's public key by its id. It is asked once per token and must be safe for concurrent use. It fails
// with ErrUnknownKey when the issuer has no such key; any other error means that it could not find out.
type Keys func(ctx context.Context, kid string) (*rsa.PublicKey, error)

// ErrUnknownKey is a key id that the issuer does not know.
var ErrUnknownKey = errors.New("token: unknown key")

// smallest modulus that RS256 may be used with (RFC 7518 §3.3), in bits.
const minimumBits = 2048

// KeySet looks keys up in a set that is at hand. The function is asked each time, so that the set may change.
func KeySet(set func() jose.JSONWebKeySet) Keys {
	return func(_ context.Context, kid string) (*rsa.PublicKey, error) {
		keys := set().Keys
		for i := range keys {
			if keys[i].KeyID != kid {
				continue
			}
			if key, ok := fit(&keys[i]); ok {
				return key, nil
			}
		}
		return nil, ErrUnknownKey
	}
}

// fit tells whether a key may verify RS256: it was not published for another use or algorithm, and is long enough.
func fit(k *jose.JSONWebKey) (*rsa.PublicKey, bool) {
	if k.Use != "" && k.Use != "sig" || k.Algorithm != "" && k.Algorithm != string(jose.RS256) {
		return nil, false
	}
	key, ok := k.Key.(*rsa.PublicKey)
	return key, ok && key.N.BitLen() >= minimumBits
}
