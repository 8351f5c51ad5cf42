package userpool

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// identifies tells whether the family's tokens include an ID token.
func (f family) identifies() bool { return f.API || slices.Contains(f.Scopes, "openid") }

// common are the claims that both tokens have.
func (p *Pool) common(now time.Time, c *Client, f family, lifetime time.Duration) (map[string]any, error) {
	jti, err := p.newID()
	if err != nil {
		return nil, err
	}
	claims := map[string]any{
		"iss":       p.cfg.Pool.Issuer,
		"sub":       f.Sub,
		"iat":       now.Unix(),
		"exp":       now.Add(lifetime).Unix(),
		"auth_time": f.AuthTime.Unix(),
		"jti":       jti,
		"event_id":  f.EventID,
	}
	if c.EnableTokenRevocation || c.RefreshTokenRotation {
		claims["origin_jti"] = f.OriginJTI
	}
	return claims, nil
}

func (p *Pool) accessClaims(now time.Time, c *Client, f family, a account) (map[string]any, error) {
	claims, err := p.common(now, c, f, c.AccessTokenValidity)
	if err != nil {
		return nil, err
	}
	claims["token_use"] = "access"
	claims["client_id"] = c.ID
	claims["username"] = a.Username
	claims["scope"] = strings.Join(f.Scopes, " ")
	if f.Resource != "" {
		claims["aud"] = f.Resource
	}
	if !f.API {
		claims["version"] = 2
	}
	return claims, nil
}

func (p *Pool) idClaims(now time.Time, c *Client, f family, a account) (map[string]any, error) {
	claims, err := p.common(now, c, f, c.IDTokenValidity)
	if err != nil {
		return nil, err
	}
	claims["token_use"] = "id"
	claims["aud"] = c.ID
	claims["cognito:username"] = a.Username
	seen := Readable(c, a.user().Attributes)
	if !f.API {
		seen = Visible(c, f.Scopes, seen)
	}
	for _, attribute := range seen {
		switch attribute.Name {
		case "email_verified", "phone_number_verified":
			claims[attribute.Name] = attribute.Value == "true"
		default:
			claims[attribute.Name] = attribute.Value
		}
	}
	return claims, nil
}

// atHash binds an ID token to the access token that it came with (OpenID Connect Core section 3.1.3.6).
func atHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
