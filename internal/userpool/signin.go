package userpool

import (
	"context"
	"errors"
	"time"
)

// ErrNewPasswordRequired is what SignIn answers, beside the user, when the password is right but temporary.
var ErrNewPasswordRequired = errors.New("the temporary password must be replaced")

func errLockedOut() *Error { return refuse(typeNotAuthorized, "Password attempts exceeded") }

// SignIn checks a password. The username may be an alias, such as the e-mail.
//
// From the fifth wrong password in a row on, further attempts are refused unseen for a time that doubles each time, up
// to 15 minutes. A name without an account is treated alike unless the client may tell that there is none.
//
// With ErrNewPasswordRequired, ErrCodeRequired and ErrFactorSetupRequired the password was right, but the person is not
// signed in yet.
func (p *Pool) SignIn(ctx context.Context, c *Client, username, password string) (User, error) {
	if err := checkLength(password); err != nil {
		return User{}, err
	}
	now := p.cfg.Now()
	var a account
	var known bool
	err := p.view(now, func(t tx) error {
		var err error
		a, known, err = p.find(t, username)
		return err
	})
	if err != nil {
		return User{}, err
	}
	if !known && !c.PreventUserExistenceErrors {
		return User{}, p.change(ctx, now, func(t tx) error { return p.countWrong(ctx, t, errNoSuchUser()) })
	}
	if a, err = p.tryPassword(ctx, now, p.who(username, a, known), password); err != nil {
		return User{}, err
	}
	if err := p.learn(ctx, a, password); err != nil {
		return User{}, err
	}
	return a.user(), p.admit(a, now)
}

// tryPassword compares a password in its turn among the attempts at that account, and counts a wrong one. For a stranger
// it does the same with a hash that nothing matches.
func (p *Pool) tryPassword(ctx context.Context, now time.Time, w who, password string) (account, error) {
	done, err := p.turns.take(ctx, w.key)
	if err != nil {
		return account{}, err
	}
	defer done()
	var a account
	var g guard
	err = p.view(now, func(t tx) error {
		if w.bucket == guards {
			if a, err = existing(t, w.key); err != nil {
				return err
			}
		}
		if err := p.mayTry(ctx, t); err != nil {
			return err
		}
		g, err = t.guard(w)
		return err
	})
	if err != nil {
		return account{}, err
	}
	if g.locked(now) {
		return account{}, errLockedOut()
	}
	right, err := p.hasher.matches(ctx, or(a.Password, p.hasher.decoy), password)
	if err != nil {
		return account{}, err
	}
	if right && g.Failures == 0 {
		return a, nil
	}
	return a, p.countTry(ctx, now, w, right)
}

// countTry records how a comparison went.
func (p *Pool) countTry(ctx context.Context, now time.Time, w who, right bool) error {
	return p.change(ctx, now, func(t tx) error {
		g, err := t.guard(w)
		if err != nil {
			return err
		}
		return p.outcome(ctx, t, w, g, right)
	})
}

// outcome keeps what a comparison means for the next ones.
func (p *Pool) outcome(ctx context.Context, t tx, w who, g guard, right bool) error {
	if right {
		g.succeeded()
		return t.keep(w, g)
	}
	g.failed(t.now)
	if err := t.keep(w, g); err != nil {
		return err
	}
	return p.countWrong(ctx, t, errWrongPassword())
}

// admit tells what stands in the way of somebody whose first factor was right. Only they learn the account's state.
func (p *Pool) admit(a account, now time.Time) error {
	if err := p.standing(a, now); err != nil {
		return err
	}
	return p.nextFactor(a.Sub, now)
}

// standing tells what of an account's state stands in the way.
func (p *Pool) standing(a account, now time.Time) error {
	switch {
	case a.Disabled:
		return errDisabled()
	case a.Status == Unconfirmed:
		return refuse("UserNotConfirmedException", "User is not confirmed.")
	case a.Status == ResetRequired:
		return refuse("PasswordResetRequiredException", "Password reset required for the user")
	case a.Status == ForceChangePassword && !now.Before(a.TemporaryUntil):
		return refuse(typeNotAuthorized, "Temporary password has expired and must be reset by an administrator.")
	case a.Status == ForceChangePassword:
		return ErrNewPasswordRequired
	}
	return nil
}
