package userpool

import (
	"context"
	"slices"
)

// SignUp registers an account and mails a code when an auto-verified attribute was given; otherwise delivery is nil. The
// password may be empty if the client's sign-ins may begin with a mailed code and this account's will be able to; an account
// without one can be given one like any other.
func (p *Pool) SignUp(ctx context.Context, c *Client, username, password string, attrs []Attribute) (u User, delivery *Delivery, err error) {
	if p.cfg.Pool.AdminCreateUserOnly {
		return User{}, nil, refuse(typeNotAuthorized, "SignUp is not permitted for this user pool")
	}
	if err := writable(c, attrs); err != nil {
		return User{}, nil, err
	}
	a, err := p.newAccount(username, attrs)
	if err != nil {
		return User{}, nil, err
	}
	without := password == ""
	if without && !p.passwordless(c, a) {
		return User{}, nil, refuse(typeInvalidParam, "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null")
	}
	if !without {
		if err := checkPolicy(p.cfg.Pool.PasswordPolicy, password); err != nil {
			return User{}, nil, err
		}
	}
	// Before the dear part. It counts also when the name is taken, which it tells.
	err = p.change(ctx, a.Created, func(t tx) error {
		if err := p.countFrom(ctx, t, quotaAddressSignUps); err != nil {
			return err
		}
		return p.free(t, a)
	})
	if err != nil {
		return User{}, nil, err
	}
	a.Status = Unconfirmed
	for _, address := range addressAttributes {
		if a.attribute(address) != "" {
			a.set(address+"_verified", "false")
		}
	}
	if p.naming.PreferredAlias && a.attribute("preferred_username") != "" { // or names could be taken by sign-ups alone
		return User{}, nil, refuse(typeInvalidParam, "preferred_username cannot be provided for unconfirmed account")
	}
	if !without {
		if a.credential, err = p.newCredential(ctx, a.Username, password); err != nil {
			return User{}, nil, err
		}
	}
	digits, err := newCode(p.cfg.Rand)
	if err != nil {
		return User{}, nil, err
	}
	mailed := p.verifiesEmail() && a.attribute("email") != ""
	err = p.change(ctx, a.Created, func(t tx) error {
		if err := p.create(t, a); err != nil || !mailed {
			return err
		}
		w := who{guards, a.Sub}
		var g guard
		p.setCode(&g, t.now, w, toConfirm, digits)
		p.send(ctx, t, p.confirmationLetter(ctx, c, a, digits), t.now.Add(toConfirm.lifetime()))
		return t.keep(w, g)
	})
	if err != nil {
		return User{}, nil, err
	}
	if mailed {
		delivery = p.deliveryTo(username, a.attribute("email"))
	}
	return a.user(), delivery, nil
}

func (p *Pool) verifiesEmail() bool {
	return slices.Contains(p.cfg.Pool.AutoVerifiedAttributes, "email")
}

// newAccount makes an account of a name and attributes, both checked. In a pool whose users sign in by e-mail or telephone
// number the name is that, and the account's user name is its sub.
func (p *Pool) newAccount(username string, attrs []Attribute) (account, error) {
	if err := checkName(username); err != nil {
		return account{}, err
	}
	sub, err := p.newID()
	if err != nil {
		return account{}, err
	}
	now := p.cfg.Now()
	a := account{Sub: sub, Username: username, Attributes: slices.Clone(attrs), Created: now, Modified: now}
	address := p.naming.addressOf(username)
	switch {
	case p.naming.byAddress():
		if address == "" {
			return account{}, p.naming.errNoAddress()
		}
		if given := a.attribute(address); given != "" && p.naming.fold(given) != p.naming.fold(username) {
			return account{}, refuse(typeInvalidParam, "The "+address+" attribute should be the username.")
		}
		a.Username = sub
		a.set(address, username)
	case address == "email":
		return account{}, refuse(typeInvalidParam, "Username cannot be of email format, since user pool is configured for email alias.")
	case address == "phone_number":
		return account{}, refuse(typeInvalidParam, "Username cannot be of phone number format, since user pool is configured for phone number alias.")
	}
	if err := p.schema.check(a.Attributes); err != nil {
		return account{}, err
	}
	if err := p.schema.missing(a.Attributes); err != nil {
		return account{}, err
	}
	return a, nil
}

// free refuses an account whose names another one has.
func (p *Pool) free(t tx, a account) error {
	attribute, taken := p.taken(t, account{}, a)
	switch {
	case !taken:
		return nil
	case p.naming.byAddress() && slices.Contains(addressAttributes, attribute):
		return refuse(typeUsernameExists, "An account with the given "+attribute+" already exists.")
	}
	return refuse(typeUsernameExists, "User already exists")
}

// errNoAddress refuses a name that is none of those that people of this pool sign in with.
func (n naming) errNoAddress() *Error {
	switch {
	case n.EmailNames && n.PhoneNames:
		return refuse(typeInvalidParam, "Username should be either an email or a phone number.")
	case n.PhoneNames:
		return refuse(typeInvalidParam, "Username should be a phone number.")
	}
	return refuse(typeInvalidParam, "Username should be an email.")
}

// ConfirmSignUp confirms an account by the code that was mailed to it.
func (p *Pool) ConfirmSignUp(ctx context.Context, c *Client, username, digits string) error {
	return p.confirmSignUp(ctx, c, username, digits, false)
}

// ConfirmSignUpTakingAlias does so also when another account has the e-mail as its alias, and takes it from that one: the
// code has proven whose it is now. What the other one is otherwise called stays.
func (p *Pool) ConfirmSignUpTakingAlias(ctx context.Context, c *Client, username, digits string) error {
	return p.confirmSignUp(ctx, c, username, digits, true)
}

func (p *Pool) confirmSignUp(ctx context.Context, c *Client, username, digits string, take bool) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, known, err := p.find(t, username)
		if err != nil {
			return err
		}
		if !known && !c.PreventUserExistenceErrors {
			return errNoSuchUser()
		}
		if err := p.mayTry(ctx, t); err != nil {
			return err
		}
		w := p.who(username, a, known)
		g, err := t.guard(w)
		if err != nil {
			return err
		}
		if !g.use(t.now, quotaConfirm) {
			return errLimit()
		}
		if _, waits := g.Codes[string(toConfirm)]; !waits && !known { // as for an account that waits for its first code
			p.setCode(&g, t.now, w, toConfirm, "")
		}
		refusal := p.confirmable(a, known)
		if refusal == nil {
			refusal = p.checkCode(&g, t.now, w, toConfirm, digits)
		}
		if refusal == nil {
			if refusal, err = p.confirm(t, a, take); err != nil {
				return err
			}
		}
		if refusal == nil {
			delete(g.Codes, string(toConfirm))
		}
		if err := t.keep(w, g); err != nil || refusal == nil {
			return err
		}
		return p.countWrong(ctx, t, refusal)
	})
}

// orNil keeps a nil refusal from becoming an error that is not nil.
func orNil(refusal *Error) error {
	if refusal == nil {
		return nil
	}
	return refusal
}

func (p *Pool) confirmable(a account, known bool) *Error {
	if known && a.Status != Unconfirmed {
		return refuse(typeNotAuthorized, "User cannot be confirmed. Current status is "+string(a.Status))
	}
	return nil
}

// confirm stores the account as confirmed, its e-mail verified: the code was mailed there.
func (p *Pool) confirm(t tx, was account, take bool) (*Error, error) {
	a := was.clone()
	a.Status, a.Modified = Confirmed, t.now
	a.set("email_verified", "true")
	if take {
		if err := p.releaseAliases(t, a); err != nil {
			return nil, err
		}
	}
	if attribute, taken := p.taken(t, was, a); taken {
		return refuse(typeAliasExists, "An account with the "+or(attribute, "username")+" already exists."), nil
	}
	return nil, p.save(t, was, a)
}

// releaseAliases has the verified addresses of an account be nobody else's aliases.
func (p *Pool) releaseAliases(t tx, a account) error {
	if p.naming.byAddress() {
		return nil
	}
	for _, h := range p.naming.handles(a) {
		sub := a.rival(t, h)
		if sub == "" || !slices.Contains(addressAttributes, h.attribute) {
			continue
		}
		was, err := existing(t, sub)
		if err != nil {
			return err
		}
		other := was.clone()
		other.set(h.attribute+"_verified", "false")
		other.Modified = t.now
		if err := p.save(t, was, other); err != nil {
			return err
		}
	}
	return nil
}

// ResendConfirmationCode mails a new code, which voids the one before.
func (p *Pool) ResendConfirmationCode(ctx context.Context, c *Client, username string) (Delivery, error) {
	return p.mailCode(ctx, c, username, quotaResend, toConfirm, func(a account) (string, *Error) {
		if a.Status != Unconfirmed {
			return "", refuse(typeInvalidParam, "User is already confirmed.")
		}
		if a.attribute("email") == "" || !p.verifiesEmail() {
			return "", refuse(typeInvalidParam, "Auto verification not turned on.")
		}
		return a.attribute("email"), nil
	})
}
