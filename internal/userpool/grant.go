package userpool

import (
	"cmp"
	"context"
	"time"
)

const (
	grantLifetime = 5 * time.Minute
	// replayWatch is for how long a second use of a code is noticed.
	replayWatch = time.Hour
)

type grantRecord struct {
	lapsing
	Grant
	UsableUntil time.Time `json:"usable_until"`
	// Family is the key of what the first use was given, once there was one.
	Family string `json:"family,omitempty"`
	Spent  bool   `json:"spent,omitempty"`
	// Agent is the person's browser: what redeems the code may be a server.
	Agent string `json:"agent,omitempty"`
}

// IssueCode makes an authorization code: single use, five minutes.
func (p *Pool) IssueCode(ctx context.Context, g Grant) (code string, err error) {
	code, err = p.newID()
	if err != nil {
		return "", err
	}
	now := p.cfg.Now()
	r := grantRecord{lapsing: lapsing{now.Add(replayWatch)}, Grant: g, UsableUntil: now.Add(grantLifetime), Agent: agentOf(ctx)}
	err = p.change(ctx, now, func(t tx) error { return t.putLapsing(grants, hashed(code), r, r.Expires) })
	return code, err
}

// RedeemCode exchanges a code for the tokens of its grant. accept is asked whether the exchange fits the grant (client,
// redirect address, PKCE verifier); its error is returned, and the code is spent in any case. A code that is unknown,
// expired or spent is an *Error of type invalid_grant; a second use revokes the tokens of the first.
//
// accept must be a mere comparison: it is called inside a transaction and may be called twice.
func (p *Pool) RedeemCode(ctx context.Context, c *Client, code string, accept func(Grant) error) (Tokens, error) {
	now := p.cfg.Now()
	blank, err := p.newSignIn(now, TokenRequest{Client: c, Refresh: true})
	if err != nil {
		return Tokens{}, err
	}
	var s signIn
	var a account
	var nonce string
	var unfit error
	err = p.change(ctx, now, func(t tx) error {
		s, unfit = blank, nil
		r, err := spend(t, code)
		if err != nil {
			return err
		}
		if unfit = accept(r.Grant); unfit != nil {
			return nil
		}
		if a, err = usable(t, r.Sub); err != nil {
			return err
		}
		if ended, err := r.ended(t, a); err != nil || ended {
			return cmp.Or(err, error(errGrant()))
		}
		s.Sub, s.Scopes, s.Resource, s.AuthTime, nonce = r.Sub, r.Scopes, r.Resource, r.AuthTime, r.Nonce
		s.Agent, s.Session = r.Agent, r.Session
		r.Family = s.key()
		if err := t.put(grants, hashed(code), r); err != nil {
			return err
		}
		return s.store(t)
	})
	if err == nil {
		err = unfit
	}
	if err != nil {
		return Tokens{}, err
	}
	return p.sign(now, c, s, a, nonce)
}

// ended tells whether the sign-in that a code stems from was ended since, by EndSignIn or EndSignIns.
func (g Grant) ended(t tx, a account) (bool, error) {
	s, found, err := get[sessionRecord](t, sessions, g.Session)
	return found && s.Sub == "" || !g.AuthTime.After(a.SignedOut), err
}

func errGrant() *Error { return refuse("invalid_grant", "The code is unknown, expired or used.") }

// spend finds a code that may still be used and marks it as used.
func spend(t tx, code string) (grantRecord, error) {
	r, found, err := get[grantRecord](t, grants, hashed(code))
	if err != nil {
		return grantRecord{}, err
	}
	if !found || !t.now.Before(r.UsableUntil) && !r.Spent {
		return grantRecord{}, errGrant()
	}
	if r.Spent { // whoever has it, the person or a thief, must not keep what it gave (RFC 6749 section 4.1.2)
		if r.Family != "" {
			if err := t.remove(families, r.Family); err != nil {
				return grantRecord{}, err
			}
		}
		return grantRecord{}, errGrant()
	}
	r.Spent = true
	return r, t.put(grants, hashed(code), r)
}
