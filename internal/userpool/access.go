package userpool

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// maxToken is the longest token that is looked at, in bytes; the pool's own are far shorter.
const maxToken = 16 << 10

func errAccess(how string) *Error { return refuse(typeNotAuthorized, how) }

// AccessToken verifies a person's access token of this pool: signature, issuer, expiry, use, revocation, and that its
// user still exists and is enabled.
func (p *Pool) AccessToken(_ context.Context, raw string) (AccessClaims, error) {
	var claims struct {
		Issuer    string  `json:"iss"`
		Sub       string  `json:"sub"`
		Expires   float64 `json:"exp"`
		Use       string  `json:"token_use"`
		EventID   string  `json:"event_id"`
		OriginJTI string  `json:"origin_jti"`
		ClientID  string  `json:"client_id"`
		Username  string  `json:"username"`
		Scope     string  `json:"scope"`
	}
	payload, ok := p.verify(raw, accessUse)
	if !ok || json.Unmarshal(payload, &claims) != nil || claims.Issuer != p.cfg.Pool.Issuer || claims.Use != "access" {
		return AccessClaims{}, errAccess("Invalid Access Token")
	}
	now := p.cfg.Now()
	switch {
	case float64(now.Unix()) >= claims.Expires:
		return AccessClaims{}, errAccess("Access Token has expired")
	case claims.Sub == claims.ClientID: // a program's own, see MachineTokens
		return AccessClaims{}, errAccess("Access Token does not have required scopes")
	}
	err := p.view(now, func(t tx) error {
		if _, err := usable(t, claims.Sub); err != nil {
			return err
		}
		if t.in(families).Get([]byte(familyKey(claims.Sub, claims.EventID))) == nil {
			return errAccess("Access Token has been revoked")
		}
		return nil
	})
	if err != nil {
		return AccessClaims{}, err
	}
	return AccessClaims{
		Sub: claims.Sub, Username: claims.Username, ClientID: claims.ClientID,
		Scopes: strings.Fields(claims.Scope), EventID: claims.EventID, OriginJTI: claims.OriginJTI,
	}, nil
}

// verify gives the payload of a token that a key of the use has signed which is published still.
func (p *Pool) verify(raw, use string) ([]byte, bool) {
	if len(raw) > maxToken {
		return nil, false
	}
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, false
	}
	k, ok := p.keys.at(p.cfg.Now()).find(jws.Signatures[0].Protected.KeyID, use)
	if !ok {
		return nil, false
	}
	payload, err := jws.Verify(k.public)
	return payload, err == nil
}

// signed tells whether a token is one that the pool has signed, of either use.
func (p *Pool) signed(raw string) bool {
	_, id := p.verify(raw, idUse)
	_, access := p.verify(raw, accessUse)
	return id || access
}
