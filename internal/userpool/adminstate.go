package userpool

import "context"

// AdminUpdateUserAttributes changes any attributes that may be changed at all, also whether an e-mail is verified; a
// blank value takes one away. For an e-mail that is not said to be verified see UpdateUserAttributes.
func (p *Pool) AdminUpdateUserAttributes(ctx context.Context, username string, attrs []Attribute) error {
	_, err := p.amendAccount(ctx, attrs, false, func(t tx) (account, error) { return p.named(t, username) })
	return err
}

// AdminDeleteUserAttributes takes attributes away.
func (p *Pool) AdminDeleteUserAttributes(ctx context.Context, username string, names []string) error {
	return p.AdminUpdateUserAttributes(ctx, username, blank(names))
}

// AdminDisableUser keeps a user from signing in and revokes all their tokens. Their browser sessions give nothing until
// they are enabled again.
func (p *Pool) AdminDisableUser(ctx context.Context, username string) error {
	return p.alter(ctx, username, func(t tx, a *account) error {
		a.Disabled = true
		return endFamilies(t, a.Sub)
	})
}

// AdminEnableUser lets a user sign in again. Tokens of before stay revoked.
func (p *Pool) AdminEnableUser(ctx context.Context, username string) error {
	return p.alter(ctx, username, func(_ tx, a *account) error {
		a.Disabled = false
		return nil
	})
}

// AdminUserGlobalSignOut revokes all tokens of a user.
func (p *Pool) AdminUserGlobalSignOut(ctx context.Context, username string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, err := p.named(t, username)
		if err != nil {
			return err
		}
		return endFamilies(t, a.Sub)
	})
}

// AdminResetUserPassword makes a user's password useless and mails a code for a new one, as ForgotPassword does.
func (p *Pool) AdminResetUserPassword(ctx context.Context, username string) error {
	digits, err := newCode(p.cfg.Rand)
	if err != nil {
		return err
	}
	now := p.cfg.Now()
	return p.change(ctx, now, func(t tx) error {
		was, err := p.named(t, username)
		if err != nil {
			return err
		}
		switch {
		case was.Disabled:
			return errDisabled()
		case was.Status != Confirmed && was.Status != ResetRequired:
			return refuse(typeNotAuthorized, "User password cannot be reset in the current state.")
		case was.verifiedEmail() == "":
			return refuse(typeInvalidParam, "Cannot reset password for the user as there is no registered/verified email or phone_number")
		}
		w := who{guards, was.Sub}
		g, err := t.guard(w)
		if err != nil {
			return err
		}
		p.setCode(&g, now, w, toReset, digits)
		if err := t.keep(w, g); err != nil {
			return err
		}
		p.send(ctx, t, p.codeLetter(ctx, was, digits), now.Add(toReset.lifetime()))
		a := was
		a.Status, a.Modified = ResetRequired, now
		return p.save(t, was, a)
	})
}

// alter changes an account that an administrator names.
func (p *Pool) alter(ctx context.Context, username string, fn func(tx, *account) error) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		was, err := p.named(t, username)
		if err != nil {
			return err
		}
		a := was
		a.Modified = t.now
		if err := fn(t, &a); err != nil {
			return err
		}
		return p.save(t, was, a)
	})
}
