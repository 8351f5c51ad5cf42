package token

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Claims that user pools write, and gateways and functions ask for.
const (
	useClaim      = "token_use"
	usernameClaim = "cognito:username"
)

// forClient holds a token against what OpenID Connect asks of one for this client: an ID token names it as its audience,
// and as the authorized party where it names one (Core 1.0 section 3.1.3.7); an access token names it as client_id
// (RFC 9068 section 2.2, and user pools).
//
// A user pool says in token_use which of the two a token is, always; nobody but the pool can write that claim. Any other
// OpenID provider does not know it. What such a provider says in its own way is put in the user pool's words here, at the
// one place that knows the audience to be right, so that what comes after need not know of other providers: a token for
// this client is an ID token, unless its header says at+jwt; and the user's name is the one thing that a provider
// promises never to give to somebody else, sub.
func (c Claims) forClient(client, kind string) (Claims, error) {
	use, theirs := c.String(useClaim), false
	if _, ok := c.values[useClaim]; !ok {
		use, theirs = "id", true
		if kind = strings.ToLower(kind); kind == "at+jwt" || kind == "application/at+jwt" {
			use = "access"
		}
	}
	switch use {
	case "id":
		if !slices.Contains(c.Strings("aud"), client) {
			return Claims{}, fmt.Errorf("for another audience: %.100q", c.Strings("aud"))
		}
		if _, ok := c.values["azp"]; ok && c.String("azp") != client {
			return Claims{}, fmt.Errorf("for another party: %.100q", c.String("azp"))
		}
	case "access":
		if c.String("client_id") != client {
			return Claims{}, fmt.Errorf("for another client: %.100q", c.String("client_id"))
		}
	default:
		return Claims{}, fmt.Errorf("of an unknown use: %.100q", use)
	}
	if !theirs {
		return c, nil
	}
	if c.String("sub") == "" {
		return Claims{}, errors.New("no sub")
	}
	c.values = maps.Clone(c.values)
	c.values[useClaim] = use
	delete(c.values, usernameClaim)
	if use == "id" {
		c.values[usernameClaim] = c.values["sub"]
	}
	return c, nil
}
