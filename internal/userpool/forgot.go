package userpool

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"
)

// ForgotPassword mails a code for a new password; for an unknown account it answers as if it had.
func (p *Pool) ForgotPassword(ctx context.Context, c *Client, username string) (Delivery, error) {
	if slices.Equal(p.cfg.Pool.RecoveryMechanisms, []string{"admin_only"}) {
		return Delivery{}, refuse(typeNotAuthorized, "Contact administrator to reset password.")
	}
	return p.mailCode(ctx, c, username, quotaRecovery, toReset, func(a account) (string, *Error) {
		to := a.verifiedEmail()
		if !p.recoversByEmail() {
			to = ""
		}
		switch {
		case a.Status == ForceChangePassword:
			return "", refuse(typeNotAuthorized, "User password cannot be reset in the current state.")
		case a.Disabled && !c.PreventUserExistenceErrors:
			return "", errDisabled()
		case to == "" && !c.PreventUserExistenceErrors:
			return "", refuse(typeInvalidParam, "Cannot reset password for the user as there is no registered/verified email or phone_number")
		case a.Disabled || a.Status == Unconfirmed:
			return "", nil
		}
		return to, nil
	})
}

// recoversByEmail tells whether the template has e-mail among the ways to a new password; without any setting it is.
func (p *Pool) recoversByEmail() bool {
	ways := p.cfg.Pool.RecoveryMechanisms
	return len(ways) == 0 || slices.Contains(ways, "verified_email")
}

// ConfirmForgotPassword sets a new password by the code that was mailed. It ends neither sessions nor tokens, as
// Cognito's does not.
func (p *Pool) ConfirmForgotPassword(ctx context.Context, c *Client, username, digits, password string) error {
	if !utf8.ValidString(username) {
		return errNotUTF8()
	}
	if err := checkPolicy(p.cfg.Pool.PasswordPolicy, password); err != nil {
		return err
	}
	now := p.cfg.Now()
	var a account
	err := p.change(ctx, now, func(t tx) error {
		var err error
		a, err = p.tryResetCode(ctx, t, c, username, digits)
		return err
	})
	if err != nil {
		return err
	}
	fresh, err := p.replacement(ctx, a, password)
	if err != nil {
		return err
	}
	return p.change(ctx, now, func(t tx) error { return p.reset(t, a.Sub, digits, fresh) })
}

// tryResetCode counts an attempt and compares the code, without spending it.
func (p *Pool) tryResetCode(ctx context.Context, t tx, c *Client, username, digits string) (account, error) {
	a, known, err := p.find(t, username)
	if err != nil {
		return account{}, err
	}
	switch {
	case !known && !c.PreventUserExistenceErrors:
		return account{}, errNoSuchPair()
	case known && a.Disabled && !c.PreventUserExistenceErrors:
		return account{}, errDisabled()
	}
	if err := p.mayTry(ctx, t); err != nil {
		return account{}, err
	}
	w := p.who(username, a, known)
	g, err := t.guard(w)
	if err != nil {
		return account{}, err
	}
	if !g.use(t.now, quotaRecovery) {
		return account{}, errLimit()
	}
	refusal := p.checkCode(&g, t.now, w, toReset, digits)
	if err := t.keep(w, g); err != nil || refusal == nil {
		return a, err
	}
	return account{}, p.countWrong(ctx, t, refusal)
}

// reset spends the code and sets the password. The code is looked at again: of two who use it at once, one wins.
func (p *Pool) reset(t tx, sub, digits string, fresh credential) error {
	was, w, g, err := t.guarded(sub)
	if err != nil {
		return err
	}
	if refusal := p.checkCode(&g, t.now, w, toReset, digits); refusal != nil {
		return errCodeExpired()
	}
	delete(g.Codes, string(toReset))
	g.succeeded() // whoever locks an account by wrong passwords cannot keep its owner out
	if err := t.keep(w, g); err != nil {
		return err
	}
	return p.setPassword(t, was, fresh, Confirmed, time.Time{})
}

// setPassword stores an account's new password with the state that follows.
func (p *Pool) setPassword(t tx, was account, fresh credential, status Status, temporaryUntil time.Time) error {
	a := was.clone()
	p.renew(&a, fresh)
	a.Status, a.TemporaryUntil, a.Modified = status, temporaryUntil, t.now
	return p.save(t, was, a)
}

// ChangePassword replaces the password of a person who is signed in and knows it, or gives one to an account without. A
// wrong one counts as a failed sign-in.
func (p *Pool) ChangePassword(ctx context.Context, sub, previous, proposed string) error {
	if err := checkLength(previous); err != nil {
		return err
	}
	if err := checkPolicy(p.cfg.Pool.PasswordPolicy, proposed); err != nil {
		return err
	}
	now := p.cfg.Now()
	var a account
	err := p.change(ctx, now, func(t tx) error {
		of, w, g, err := t.guarded(sub)
		if err != nil {
			return err
		}
		a = of
		if !g.use(now, quotaChange) {
			return errLimit()
		}
		return t.keep(w, g)
	})
	if err != nil {
		return err
	}
	if a.Password != "" {
		if a, err = p.tryPassword(ctx, now, who{guards, sub}, previous); err != nil {
			return err
		}
	}
	fresh, err := p.replacement(ctx, a, proposed)
	if err != nil {
		return err
	}
	return p.change(ctx, now, func(t tx) error {
		was, err := existing(t, sub)
		if err != nil {
			return err
		}
		if was.Password != a.Password { // somebody else changed it meanwhile
			return errWrongPassword()
		}
		return p.setPassword(t, was, fresh, was.Status, was.TemporaryUntil)
	})
}
