package userpool

import (
	"context"
	"time"
)

// apiScope lets a token call the JSON API for its user.
const apiScope = "aws.cognito.signin.user.admin"

// IssueTokens makes the tokens of a new sign-in.
func (p *Pool) IssueTokens(ctx context.Context, r TokenRequest) (Tokens, error) {
	now := p.cfg.Now()
	s, err := p.newSignIn(now, r)
	if err != nil {
		return Tokens{}, err
	}
	s.Agent = agentOf(ctx)
	var a account
	err = p.change(ctx, now, func(t tx) error {
		if a, err = usable(t, r.Sub); err != nil {
			return err
		}
		return s.store(t)
	})
	if err != nil {
		return Tokens{}, err
	}
	return p.sign(now, r.Client, s, a, r.Nonce)
}

// usable reads an account that may have tokens.
func usable(t tx, sub string) (account, error) {
	a, err := existing(t, sub)
	if err == nil && a.Disabled {
		return account{}, errDisabled()
	}
	return a, err
}

// signIn is a family with the refresh token that is about to be handed out; without one it is empty.
type signIn struct {
	family
	refresh string
}

func (p *Pool) newSignIn(now time.Time, r TokenRequest) (s signIn, err error) {
	s.Sub, s.ClientID, s.API, s.Scopes, s.AuthTime = r.Sub, r.Client.ID, r.API, r.Scopes, r.AuthTime
	s.Resource, s.Session = r.Resource, r.Session
	if r.API {
		s.Scopes = []string{apiScope}
	}
	if s.EventID, err = p.newOrderedID(now); err != nil {
		return signIn{}, err
	}
	if s.OriginJTI, err = p.newID(); err != nil {
		return signIn{}, err
	}
	s.Expires = now.Add(r.Client.AccessTokenValidity)
	if r.Refresh {
		s.RefreshUntil = now.Add(r.Client.RefreshTokenValidity)
		s.Expires = s.RefreshUntil.Add(r.Client.AccessTokenValidity)
		s.refresh, err = newSecret(p.cfg.Rand)
	}
	return s, err
}

func (s signIn) store(t tx) error {
	if err := t.addFamily(s.family); err != nil {
		return err
	}
	return s.storeRefresh(t)
}

func (s signIn) storeRefresh(t tx) error {
	if s.refresh == "" {
		return nil
	}
	r := refreshRecord{lapsing: lapsing{s.Expires}, Family: s.key(), ClientID: s.ClientID}
	return t.putLapsing(refreshes, hashed(s.refresh), r, r.Expires)
}

// sign makes the tokens of a sign-in, new or refreshed.
func (p *Pool) sign(now time.Time, c *Client, s signIn, a account, nonce string) (Tokens, error) {
	keys := p.keys.ring.Load()
	tokens := Tokens{Refresh: s.refresh, ExpiresIn: c.AccessTokenValidity, Scopes: s.Scopes}
	in, err := p.groupsNow(now, a.Sub)
	if err != nil {
		return Tokens{}, err
	}
	claims, err := p.accessClaims(now, c, s.family, a)
	if err != nil {
		return Tokens{}, err
	}
	claimGroups(claims, in)
	if tokens.Access, err = keys.access.sign(claims); err != nil {
		return Tokens{}, err
	}
	if !s.identifies() {
		return tokens, nil
	}
	if claims, err = p.idClaims(now, c, s.family, a); err != nil {
		return Tokens{}, err
	}
	claimGroups(claims, in)
	claimRoles(claims, in)
	if !s.API {
		claims["at_hash"] = atHash(tokens.Access)
		if nonce != "" {
			claims["nonce"] = nonce
		}
	}
	tokens.ID, err = keys.id.sign(claims)
	return tokens, err
}
