// Package token verifies the JSON Web Tokens that an issuer signs with RS256.
//
// It answers one question: did this issuer sign this token, and is it in force now? What the claims must say beyond
// that (the token's use, its scopes, its audience where no client is set) is for the caller to ask of the Claims.
package token

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// MaxLength is the longest token that is looked at, in bytes. No gateway takes a header block that could hold more.
const MaxLength = 10_240

// The two ways for a token to be refused. Any other error of Verify means that the keys could not be had, and says
// nothing about the token.
var (
	// ErrInvalid is a token that is malformed, of another issuer, not yet in force, or not signed by a known key.
	ErrInvalid = errors.New("token: invalid")
	// ErrExpired is a token that was good until it expired.
	ErrExpired = errors.New("token: expired")
)

// Config is what a Verifier needs. Every field is required but Client.
type Config struct {
	// Issuer is what the iss claim must be, to the byte.
	Issuer string
	Keys   Keys
	Now    func() time.Time
	// Client, where it is set, is the one client whose tokens are valid, and the issuer may be any OpenID provider: the
	// claims token_use and cognito:username are added to tokens of one that is no Cognito user pool. Where it is not set,
	// tokens of all the issuer's clients are valid, as a user pool's are in the cloud.
	Client string
}

// A Verifier verifies the tokens of one issuer. It is safe for concurrent use.
type Verifier struct {
	cfg      Config
	verified *cache
}

// New makes a Verifier. Its memory is bounded: it remembers the last few thousand tokens it has verified.
func New(cfg Config) *Verifier {
	return &Verifier{cfg: cfg, verified: newCache()}
}

// Verify returns the claims of a token in compact form (three parts joined by dots, nothing around them). It fails with
// ErrInvalid or ErrExpired, or with the error of the key source.
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	t, known := v.verified.get(raw)
	if !known || !v.stillKey(ctx, t) {
		var err error
		if t, err = v.verify(ctx, raw); err != nil {
			return Claims{}, err
		}
		t.claims.memo = &memo{}
		v.verified.put(raw, t)
	}
	if err := t.inForce(v.cfg.Now()); err != nil {
		return Claims{}, err
	}
	return t.claims, nil
}

// A verified token: the issuer signed it with that key. Whether it is in force depends on the time.
type verified struct {
	kid            string
	key            *rsa.PublicKey
	claims         Claims
	notBefore, end time.Time
}

// stillKey asks for the key of a remembered token again, so that a key that was withdrawn takes its tokens with it.
func (v *Verifier) stillKey(ctx context.Context, t verified) bool {
	key, err := v.cfg.Keys(ctx, t.kid)
	return err == nil && (key == t.key || key.Equal(t.key))
}

func (v *Verifier) verify(ctx context.Context, raw string) (verified, error) {
	jws, err := parse(raw)
	if err != nil {
		return verified{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	kid := jws.Signatures[0].Protected.KeyID
	key, err := v.cfg.Keys(ctx, kid)
	if errors.Is(err, ErrUnknownKey) {
		return verified{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	if err != nil {
		return verified{}, fmt.Errorf("token: keys of %s: %w", v.cfg.Issuer, err)
	}
	t := verified{kid: kid, key: key}
	if err := t.read(jws, v.cfg); err != nil {
		return verified{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return t, nil
}

// parse reads the header. Only RS256 passes: neither "none" nor an HMAC made with the public key as its secret reaches
// the verification. A key that the header embeds or points to (jwk, jku, x5c) is never looked at.
func parse(raw string) (*jose.JSONWebSignature, error) {
	if len(raw) > MaxLength {
		return nil, fmt.Errorf("longer than %d bytes", MaxLength)
	}
	// The base64 decoder skips them, and so would let many spellings of a token pass.
	if strings.ContainsAny(raw, "\r\n") {
		return nil, errors.New("line break")
	}
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	if jws.Signatures[0].Protected.KeyID == "" {
		return nil, errors.New("no kid")
	}
	return jws, nil
}

// read checks the signature (and, with it, that no header is critical) and takes in the claims.
func (t *verified) read(jws *jose.JSONWebSignature, cfg Config) error {
	payload, err := jws.Verify(t.key)
	if err != nil {
		return err
	}
	if t.claims, err = parseClaims(payload); err != nil {
		return err
	}
	if got := t.claims.String("iss"); got != cfg.Issuer {
		return fmt.Errorf("of another issuer: %q", got)
	}
	if t.end, err = t.claims.date("exp"); err != nil {
		return err
	}
	if t.end.IsZero() {
		return errors.New("no exp")
	}
	if t.notBefore, err = t.claims.date("nbf"); err != nil {
		return err
	}
	if _, err = t.claims.date("iat"); err != nil || cfg.Client == "" {
		return err
	}
	kind, _ := jws.Signatures[0].Protected.ExtraHeaders[jose.HeaderType].(string)
	t.claims, err = t.claims.forClient(cfg.Client, kind)
	return err
}

func (t *verified) inForce(now time.Time) error {
	if !now.Before(t.end) {
		return fmt.Errorf("%w at %s", ErrExpired, t.end.UTC().Format(time.RFC3339))
	}
	if now.Before(t.notBefore) {
		return fmt.Errorf("%w before %s", ErrInvalid, t.notBefore.UTC().Format(time.RFC3339))
	}
	return nil
}
