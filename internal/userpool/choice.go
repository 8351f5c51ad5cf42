package userpool

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
)

// What a choice-based sign-in may begin with, beside EmailOTP. A password may be sent, or proven by SRP.
const (
	Password    = "PASSWORD"
	PasswordSRP = "PASSWORD_SRP"
	Passkey     = "WEB_AUTHN"
)

const allowUserAuth = "ALLOW_USER_AUTH"

// AllowsChoice tells whether a client's sign-ins may be begun by what the person chooses.
func AllowsChoice(c *Client) bool { return slices.Contains(c.ExplicitAuthFlows, allowUserAuth) }

func (p *Pool) allowsFirst(factor string) bool {
	return slices.Contains(p.cfg.Pool.FirstFactors, factor)
}

// Offers tells whether a client's sign-ins may begin with a factor.
func (p *Pool) Offers(c *Client, factor string) bool { return AllowsChoice(c) && p.startsWith(factor) }

// passwordless tells whether an account that this client makes can do without a password: a code that is mailed will sign
// in to it, once another has confirmed its e-mail.
func (p *Pool) passwordless(c *Client, a account) bool {
	return p.Offers(c, EmailOTP) && p.verifiesEmail() && a.attribute("email") != ""
}

// startsWith tells whether sign-in may begin with a factor. A mailed code is nobody's way in where two factors are
// demanded, and a passkey only if it counts as both.
func (p *Pool) startsWith(factor string) bool {
	demanded := p.cfg.Pool.MFA == "ON"
	switch factor {
	case EmailOTP:
		return p.allowsFirst(EmailOTP) && !demanded
	case Passkey:
		return p.passkeys != nil && (!demanded || p.cfg.Pool.PasskeysAreTwoFactors)
	}
	return true
}

// FirstFactors are what a sign-in under a name may begin with: where the client may not tell whether there is an account,
// all that the pool has; else what the account has.
func (p *Pool) FirstFactors(_ context.Context, c *Client, username string) ([]string, error) {
	if err := checkName(username); err != nil {
		return nil, err
	}
	if c.PreventUserExistenceErrors {
		return p.offered(func(string) bool { return true }), nil
	}
	var factors []string
	err := p.view(p.cfg.Now(), func(t tx) error {
		a, known, err := p.find(t, username)
		if err == nil && !known {
			return errNoSuchUser()
		}
		if err != nil {
			return err
		}
		factors, err = p.configured(t, a)
		return err
	})
	return factors, err
}

// ConfiguredFactors are what a person's sign-in may begin with.
func (p *Pool) ConfiguredFactors(_ context.Context, sub string) (factors []string, err error) {
	err = p.view(p.cfg.Now(), func(t tx) error {
		a, err := existing(t, sub)
		if err != nil {
			return err
		}
		factors, err = p.configured(t, a)
		return err
	})
	return factors, err
}

func (p *Pool) configured(t tx, a account) ([]string, error) {
	keys, _, err := get[[]passkey](t, passkeys, a.Sub)
	if err != nil {
		return nil, err
	}
	mailable, err := p.mailable(t, a)
	return p.offered(func(factor string) bool {
		switch factor {
		case EmailOTP:
			return mailable
		case Passkey:
			return len(keys) > 0
		}
		return a.Password != ""
	}), err
}

func (p *Pool) offered(has func(string) bool) []string {
	all := []string{}
	for _, factor := range []string{Password, PasswordSRP, EmailOTP, Passkey} {
		if p.startsWith(factor) && has(factor) {
			all = append(all, factor)
		}
	}
	return all
}

// mailable tells whether an account can be signed in to by a mailed code: not if it asks for a second factor, which the
// mailbox would stand for too.
func (p *Pool) mailable(t tx, a account) (bool, error) {
	in, err := p.secondFactors(t, a.Sub)
	return !a.Disabled && a.Status == Confirmed && a.verifiedEmail() != "" && len(in.Kinds) == 0, err
}

// StartMailedCode begins a sign-in by mailing a code, which FinishMailedCode takes. A name without an account, or whose
// account cannot be signed in to so, is answered alike, unless the client may tell.
func (p *Pool) StartMailedCode(ctx context.Context, c *Client, username string) (Step, error) {
	if !p.startsWith(EmailOTP) {
		return Step{}, refuse(typeInvalidParam, "EMAIL_OTP is not enabled for the user pool.")
	}
	if err := checkName(username); err != nil {
		return Step{}, err
	}
	now := p.cfg.Now()
	var a account
	var known, mailable bool
	err := p.view(now, func(t tx) (err error) {
		if a, known, err = p.find(t, username); err != nil || !known {
			return err
		}
		mailable, err = p.mailable(t, a)
		return err
	})
	switch {
	case err != nil:
		return Step{}, err
	case !known && !c.PreventUserExistenceErrors:
		return Step{}, errNoSuchUser()
	}
	w := p.who(username, a, known)
	if !mailable {
		a = account{}
	}
	s := Step{Kind: EmailOTP, Delivery: *p.deliveryTo(username, a.verifiedEmail())}
	s.Session, err = p.mailFactor(ctx, now, w, challengeRecord{
		lapsing: lapsing{now.Add(c.AuthSessionValidity)}, Sub: a.Sub, ClientID: c.ID, Name: EmailOTP, First: true,
	}, a)
	return s, err
}

// choice is a sign-in whose first factor is still to be chosen, or a sign-up under way. It proves nothing and travels with
// the client, sealed.
type choice struct {
	Name    string `json:"n"`
	Expires int64  `json:"e"` // Unix milliseconds
}

const (
	choosing  = "choice"
	signingUp = "sign-up"
)

// StartChoice gives the session of a sign-in whose first factor is still to be chosen.
func (p *Pool) StartChoice(c *Client, username string) (session string, err error) {
	return p.sealChoice(choosing, c, username, c.AuthSessionValidity)
}

// Chosen gives the name that a session of StartChoice was begun with.
func (p *Pool) Chosen(c *Client, session string) (username string, err error) {
	return p.openChoice(choosing, c, session)
}

func (p *Pool) sealChoice(about string, c *Client, name string, lifetime time.Duration) (string, error) {
	return p.sealSession(choice{name, p.cfg.Now().Add(lifetime).UnixMilli()}, about, c.ID)
}

func (p *Pool) openChoice(about string, c *Client, session string) (string, error) {
	var open choice
	switch {
	case !p.openSession(session, &open, about, c.ID):
		return "", errSession(".")
	case p.cfg.Now().UnixMilli() >= open.Expires:
		return "", errSession(", session is expired.")
	}
	return open.Name, nil
}

// sealSession makes a session of what has to be known again when it comes back.
func (p *Pool) sealSession(state any, about ...string) (string, error) {
	plain, err := json.Marshal(state)
	if err != nil {
		return "", err
	}
	sealed, err := p.blocks.seal(plain, about...)
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

func (p *Pool) openSession(session string, state any, about ...string) bool {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(session)
	if err != nil {
		return false
	}
	plain, err := p.blocks.open(sealed, about...)
	return err == nil && json.Unmarshal(plain, state) == nil
}

// afterSignUp is the challenge that the proof of a sign-up's code has already answered.
const afterSignUp = "SIGN_UP"

// StartSignUp gives whoever has just made an account a session, with which ConfirmedSignUp lets them go on once they have
// confirmed it.
func (p *Pool) StartSignUp(c *Client, sub string) (session string, err error) {
	return p.sealChoice(signingUp, c, sub, setupLifetime)
}

// ConfirmedSignUp gives the session that signs in a person who has just confirmed their account, username, by its code. It
// is empty when that is not the account whose sign-up the session is of, or when that was long ago.
func (p *Pool) ConfirmedSignUp(ctx context.Context, c *Client, username, session string) (next string, err error) {
	sub, err := p.openChoice(signingUp, c, session)
	if err != nil {
		return "", nil
	}
	var a account
	err = p.view(p.cfg.Now(), func(t tx) (err error) {
		a, _, err = p.find(t, username)
		return err
	})
	if err != nil || a.Sub != sub {
		return "", err
	}
	return p.openChallenge(ctx, challengeRecord{
		lapsing: lapsing{p.cfg.Now().Add(c.AuthSessionValidity)}, Sub: sub, ClientID: c.ID, Name: afterSignUp,
	})
}

// FinishSignUp signs a person in by the session of ConfirmedSignUp: the code that they confirmed their account with counts
// as the first factor. It leads on as the right password does in SignIn.
func (p *Pool) FinishSignUp(ctx context.Context, c *Client, username, session string) (User, error) {
	now := p.cfg.Now()
	var a account
	err := p.change(ctx, now, func(t tx) error {
		r, of, err := t.under(afterSignUp, session, ofClient(c))
		if err != nil {
			return err
		}
		named, _, err := p.find(t, username)
		if err != nil {
			return err
		}
		if named.Sub != r.Sub {
			return errSession(".")
		}
		a = of
		return t.spend(session, r)
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), p.admit(a, now)
}
