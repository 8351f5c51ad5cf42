package userpool

import "context"

func errRefresh(how string) *Error { return refuse(typeNotAuthorized, how) }

// RefreshTokens makes new ID and access tokens, and with rotation a new refresh token, which lives no longer than the
// first one would have. With rotation, a token that was replaced longer ago than the grace period revokes all tokens of
// its sign-in: one of the two that used it has stolen it.
func (p *Pool) RefreshTokens(ctx context.Context, c *Client, refreshToken string) (Tokens, error) {
	now := p.cfg.Now()
	next := ""
	if c.RefreshTokenRotation {
		var err error
		if next, err = newSecret(p.cfg.Rand); err != nil {
			return Tokens{}, err
		}
	}
	var s signIn
	var a account
	refreshIn := func(t tx) (err error) {
		r, f, err := p.refreshable(t, c, refreshToken)
		if err != nil {
			return err
		}
		if a, err = usable(t, f.Sub); err != nil {
			return err
		}
		s = signIn{family: f, refresh: next}
		if next == "" {
			return nil
		}
		return s.rotate(t, c, refreshToken, r)
	}
	var err error
	if next == "" { // nothing is stored but, now and then, that it happened
		err = p.view(now, refreshIn)
	} else {
		err = p.change(ctx, now, refreshIn)
	}
	if err == nil {
		err = p.noteUse(ctx, now, s.family)
	}
	if err != nil {
		return Tokens{}, err
	}
	return p.sign(now, c, s, a, "")
}

// refreshable finds a refresh token that is in force, with its family.
func (p *Pool) refreshable(t tx, c *Client, refreshToken string) (refreshRecord, family, error) {
	r, found, err := get[refreshRecord](t, refreshes, hashed(refreshToken))
	if err != nil {
		return refreshRecord{}, family{}, err
	}
	if !found || r.ClientID != c.ID {
		return refreshRecord{}, family{}, errRefresh("Invalid Refresh Token")
	}
	f, found, err := get[family](t, families, r.Family)
	switch {
	case err != nil:
		return refreshRecord{}, family{}, err
	case !found:
		return refreshRecord{}, family{}, errRefresh("Refresh Token has been revoked")
	case !t.now.Before(f.RefreshUntil):
		return refreshRecord{}, family{}, errRefresh("Refresh Token has expired")
	}
	return r, f, nil
}

// rotate replaces a refresh token by the next one.
func (s signIn) rotate(t tx, c *Client, refreshToken string, r refreshRecord) error {
	if r.ReplacedAt.IsZero() {
		r.ReplacedAt = t.now
	} else if !t.now.Before(r.ReplacedAt.Add(c.RefreshTokenGracePeriod)) {
		if err := t.remove(families, s.key()); err != nil {
			return err
		}
		return refuse("RefreshTokenReuseException", "Refresh Token has been reused")
	}
	if err := t.put(refreshes, hashed(refreshToken), r); err != nil {
		return err
	}
	return s.storeRefresh(t)
}

// RevokeToken revokes a refresh token and every access token of its sign-in. An unknown token is no error, unless it is
// one of the pool's own ID or access tokens.
func (p *Pool) RevokeToken(ctx context.Context, c *Client, refreshToken string) error {
	if !c.EnableTokenRevocation {
		return refuse(typeUnsupported, "Token revocation is not enabled for this client")
	}
	if p.signed(refreshToken) {
		return refuse("UnsupportedTokenTypeException", "Unsupported token type")
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		r, found, err := get[refreshRecord](t, refreshes, hashed(refreshToken))
		if err != nil || !found || r.ClientID != c.ID {
			return err
		}
		return t.remove(families, r.Family)
	})
}

// GlobalSignOut revokes all tokens of a user. Browser sessions go on, as Cognito's do.
func (p *Pool) GlobalSignOut(ctx context.Context, sub string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error { return endFamilies(t, sub) })
}
