package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/token"
)

// An authorizer asks for a token of a Cognito user pool, on behalf of one method.
type authorizer struct {
	verifier   *token.Verifier
	header     string         // the identity source
	validation *regexp.Regexp // of the whole audience; nil when any client of the pool will do
	scopes     []string       // not empty: an access token with one of these
}

func (g *Gateway) newAuthorizer(route stack.Route) (*authorizer, error) {
	setting, ok := g.cfg.API.Authorizers[route.Authorizer]
	if !ok {
		return nil, fmt.Errorf("no authorizer %q", route.Authorizer)
	}
	a := &authorizer{
		verifier: g.cfg.Verifiers[route.Authorizer],
		header:   http.CanonicalHeaderKey(setting.Header),
		scopes:   route.Scopes,
	}
	if a.verifier == nil {
		return nil, fmt.Errorf("authorizer %s: no verifier for tokens of %s", route.Authorizer, setting.UserPool)
	}
	if setting.Validation != "" {
		var err error
		if a.validation, err = regexp.Compile(`^(?:` + setting.Validation + `)$`); err != nil {
			return nil, fmt.Errorf("authorizer %s: validation expression: %w", route.Authorizer, err)
		}
	}
	return a, nil
}

// authorize lets a request pass that brings what its method asks for, and keeps the claims for the function.
func (m *method) authorize(x *exchange, now func() time.Time) error {
	x.asked = x.start
	if m.authorizer != nil {
		claims, err := m.authorizer.check(x.request)
		x.authorized, x.authorizerErr, x.asked = true, err, now()
		if err != nil {
			return err
		}
		x.claims = claimTexts(claims)
	}
	return nil
}

func (a *authorizer) check(r *http.Request) (token.Claims, error) {
	sent := r.Header[a.header]
	// Of two tokens, what is in front of the gateway might have looked at the other one.
	if len(sent) != 1 {
		return token.Claims{}, fmt.Errorf("%w: %d tokens", errUnauthorized, len(sent))
	}
	claims, err := a.verifier.Verify(r.Context(), strings.TrimPrefix(sent[0], "Bearer "))
	switch {
	case errors.Is(err, token.ErrExpired):
		return token.Claims{}, fmt.Errorf("%w: %w", errExpired, err)
	case errors.Is(err, token.ErrInvalid):
		return token.Claims{}, fmt.Errorf("%w: %w", errUnauthorized, err)
	case err != nil:
		return token.Claims{}, fmt.Errorf("%w: %w", errAuthorizer, err)
	}
	return claims, a.admit(claims)
}

// admit asks whether a good token is the right one: an ID token where the method has no scopes, else an access token
// that holds one of them.
func (a *authorizer) admit(claims token.Claims) error {
	use := "id"
	if len(a.scopes) > 0 {
		use = "access"
	}
	if got := claims.String("token_use"); got != use {
		return fmt.Errorf("%w: %q token, want %q", errUnauthorized, got, use)
	}
	if len(a.scopes) > 0 {
		held := strings.Fields(claims.String("scope"))
		if !slices.ContainsFunc(a.scopes, func(s string) bool { return slices.Contains(held, s) }) {
			return fmt.Errorf("%w: none of the scopes asked for", errUnauthorized)
		}
	}
	if a.validation != nil && !slices.ContainsFunc(claims.Strings("aud"), a.validation.MatchString) {
		return fmt.Errorf("%w: audience does not fit the validation expression", errUnauthorized)
	}
	return nil
}
