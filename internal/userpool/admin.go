package userpool

import (
	"context"
	"time"
)

// NewUser is what an administrator says of an account to create.
type NewUser struct {
	// Username is the e-mail or the telephone number in a pool whose users sign in by it.
	Username   string
	Attributes []Attribute
	// TemporaryPassword is drawn when it is empty.
	TemporaryPassword string
	// Suppress sends no invitation.
	Suppress bool
	// TakeAlias takes a verified e-mail or telephone number that is another account's alias from that one.
	TakeAlias bool
	// Resend gives an account that exists and was never signed in to a new temporary password, and invites again.
	Resend bool
}

// AdminCreateUser creates an account with a temporary password, which its owner replaces at the first sign-in, and
// mails an invitation to its e-mail, if it has one.
func (p *Pool) AdminCreateUser(ctx context.Context, n NewUser) (User, error) {
	now := p.cfg.Now()
	password := n.TemporaryPassword
	if password == "" {
		var err error
		if password, err = temporaryPassword(p.cfg.Rand, p.cfg.Pool.PasswordPolicy); err != nil {
			return User{}, err
		}
	}
	if err := checkPolicy(p.cfg.Pool.PasswordPolicy, password); err != nil {
		return User{}, err
	}
	var a account
	var err error
	if n.Resend {
		if a, err = p.namedNow(now, n.Username); err != nil {
			return User{}, err
		}
	} else {
		if a, err = p.newAccount(n.Username, n.Attributes); err != nil {
			return User{}, err
		}
		a.Status, a.TemporaryUntil = ForceChangePassword, now.Add(p.cfg.Pool.PasswordPolicy.TemporaryValidity)
	}
	fresh, err := p.newCredential(ctx, a.Username, password)
	if err != nil {
		return User{}, err
	}
	err = p.change(ctx, now, func(t tx) error {
		if n.Resend {
			a, err = p.reinvite(t, n.Username, fresh)
		} else {
			a.credential = fresh
			err = p.createInvited(t, a, n.TakeAlias)
		}
		if err == nil && a.attribute("email") != "" && !n.Suppress {
			p.send(ctx, t, p.invitation(ctx, a, password), a.TemporaryUntil)
		}
		return err
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

// createInvited stores a new account. Its aliases may be another's, as long as its other names are free.
func (p *Pool) createInvited(t tx, a account, take bool) error {
	own := a.clone()
	for _, address := range addressAttributes {
		own.unset(address + "_verified")
	}
	if err := p.free(t, own); err != nil {
		return err
	}
	if attribute, taken := p.taken(t, account{}, a); taken {
		if !take {
			return errTaken(attribute)
		}
		if err := p.releaseAliases(t, a); err != nil {
			return err
		}
	}
	return p.create(t, a)
}

func (p *Pool) reinvite(t tx, username string, fresh credential) (account, error) {
	was, err := p.named(t, username)
	if err != nil {
		return account{}, err
	}
	if was.Status != ForceChangePassword {
		return account{}, refuse(typeUnsupportedUser, "Resend not possible. "+username+" status is not FORCE_CHANGE_PASSWORD")
	}
	a := was
	a.credential, a.Modified = fresh, t.now
	a.TemporaryUntil = t.now.Add(p.cfg.Pool.PasswordPolicy.TemporaryValidity)
	return a, p.save(t, was, a)
}

// named finds an account for an administrator, who may know that there is none.
func (p *Pool) named(t tx, username string) (account, error) {
	a, found, err := p.find(t, username)
	if err == nil && !found {
		return account{}, errNoSuchUser()
	}
	return a, err
}

func (p *Pool) namedNow(now time.Time, username string) (a account, err error) {
	err = p.view(now, func(t tx) error {
		a, err = p.named(t, username)
		return err
	})
	return a, err
}

// AdminGetUser finds an account by its user name, or by an alias such as the e-mail.
func (p *Pool) AdminGetUser(_ context.Context, username string) (User, error) {
	var a account
	err := p.view(p.cfg.Now(), func(t tx) error {
		var err error
		a, err = p.named(t, username)
		return err
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

// AdminSetUserPassword sets a password: the person's own when it is permanent, which also confirms the account, or else
// a temporary one.
func (p *Pool) AdminSetUserPassword(ctx context.Context, username, password string, permanent bool) error {
	if err := checkPolicy(p.cfg.Pool.PasswordPolicy, password); err != nil {
		return err
	}
	now := p.cfg.Now()
	a, err := p.namedNow(now, username) // before the dear part
	if err != nil {
		return err
	}
	fresh, err := p.replacement(ctx, a, password)
	if err != nil {
		return err
	}
	status, until := Confirmed, time.Time{}
	if !permanent {
		status, until = ForceChangePassword, now.Add(p.cfg.Pool.PasswordPolicy.TemporaryValidity)
	}
	return p.change(ctx, now, func(t tx) error {
		was, err := p.named(t, username)
		if err != nil {
			return err
		}
		return p.setPassword(t, was, fresh, status, until)
	})
}

// AdminConfirmSignUp confirms an account without a code. Its e-mail stays unverified: nobody has proven it.
func (p *Pool) AdminConfirmSignUp(ctx context.Context, username string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		was, err := p.named(t, username)
		if err != nil {
			return err
		}
		if refusal := p.confirmable(was, true); refusal != nil {
			return refusal
		}
		a := was
		a.Status, a.Modified = Confirmed, t.now
		return p.save(t, was, a)
	})
}

// AdminDeleteUser deletes an account by its user name or an alias, see DeleteUser.
func (p *Pool) AdminDeleteUser(ctx context.Context, username string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, err := p.named(t, username)
		if err != nil {
			return err
		}
		return p.erase(t, a)
	})
}

// DeleteUser deletes an account by its sub. Its sessions, codes and tokens end with it; what the application keeps for
// the sub is the application's.
func (p *Pool) DeleteUser(ctx context.Context, sub string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, err := existing(t, sub)
		if err != nil {
			return err
		}
		return p.erase(t, a)
	})
}
