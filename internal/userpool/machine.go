package userpool

import "strings"

// MachineTokens makes the access token of a program that acts for itself: a confidential client with the flow
// client_credentials, for scopes that it has. Nothing of it is kept, so it cannot be revoked, and nobody is its user: its
// sub is the client's id, and the pool's own operations refuse it.
func (p *Pool) MachineTokens(c *Client, scopes []string) (Tokens, error) {
	jti, err := p.newID()
	if err != nil {
		return Tokens{}, err
	}
	now := p.cfg.Now()
	tokens := Tokens{ExpiresIn: c.AccessTokenValidity, Scopes: scopes}
	tokens.Access, err = p.keys.ring.Load().access.sign(map[string]any{
		"iss":       p.cfg.Pool.Issuer,
		"sub":       c.ID,
		"iat":       now.Unix(),
		"exp":       now.Add(c.AccessTokenValidity).Unix(),
		"auth_time": now.Unix(),
		"jti":       jti,
		"token_use": "access",
		"client_id": c.ID,
		"scope":     strings.Join(scopes, " "),
		"version":   2,
	})
	return tokens, err
}
