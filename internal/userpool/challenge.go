package userpool

import (
	"context"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
)

type challengeRecord struct {
	lapsing
	Sub      string `json:"sub"`
	ClientID string `json:"client_id"`
	Spent    bool   `json:"spent,omitempty"`
	// Name is which challenge it is; empty for a new password.
	Name string `json:"name,omitempty"`
	// Proven is set when the second factor that is being set up has proven itself.
	Proven bool `json:"proven,omitempty"`
	// First tells a mailed code that begins a sign-in from one that follows a password.
	First bool `json:"first,omitempty"`
	// MAC is over a mailed code; empty for one that was never mailed and that nothing matches.
	MAC   string `json:"mac,omitempty"`
	Wrong int    `json:"wrong,omitempty"`
	// Passkey is what was asked of the authenticator that a new passkey is being made on.
	Passkey *webauthn.SessionData `json:"passkey,omitempty"`
}

func errSession(how string) *Error {
	return refuse(typeNotAuthorized, "Invalid session for the user"+how)
}

// StartNewPassword opens the challenge that follows ErrNewPasswordRequired: its session is single use and lives as
// long as the client's AuthSessionValidity.
func (p *Pool) StartNewPassword(ctx context.Context, c *Client, sub string) (session string, err error) {
	return p.openChallenge(ctx, challengeRecord{
		lapsing: lapsing{p.cfg.Now().Add(c.AuthSessionValidity)}, Sub: sub, ClientID: c.ID,
	})
}

// MissingAttributes are the attributes that the account must be given at the first sign-in.
func (p *Pool) MissingAttributes(u User) []string {
	a := account{Attributes: u.Attributes}
	return slices.DeleteFunc(p.schema.required(), func(name string) bool { return a.attribute(name) != "" })
}

// FinishNewPassword replaces the temporary password and confirms the account. attrs are those that the account still
// misses. A password or attribute that is refused does not spend the session. What the pool asks for beyond the password
// is told as by SignIn.
func (p *Pool) FinishNewPassword(ctx context.Context, c *Client, session, password string, attrs []Attribute) (User, error) {
	now := p.cfg.Now()
	var a account
	err := p.view(now, func(t tx) error {
		var err error
		a, err = p.challenged(t, c, session)
		return err
	})
	if err != nil {
		return User{}, err
	}
	if _, err := p.completed(c, a, attrs); err != nil {
		return User{}, err
	}
	if err := checkPolicy(p.cfg.Pool.PasswordPolicy, password); err != nil {
		return User{}, err
	}
	fresh, err := p.replacement(ctx, a, password)
	if err != nil {
		return User{}, err
	}
	err = p.change(ctx, now, func(t tx) error {
		a, err = p.answer(t, c, session, fresh, attrs)
		return err
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), p.nextFactor(a.Sub, now)
}

// answer spends a session and stores what it was opened for. All is looked at again: of two answers at once, one wins.
func (p *Pool) answer(t tx, c *Client, session string, fresh credential, attrs []Attribute) (account, error) {
	was, err := p.challenged(t, c, session)
	if err != nil {
		return account{}, err
	}
	a := was
	if a.Attributes, err = p.completed(c, was, attrs); err != nil {
		return account{}, err
	}
	p.renew(&a, fresh)
	a.Status, a.TemporaryUntil, a.Modified = Confirmed, time.Time{}, t.now
	if attribute, taken := p.taken(t, was, a); taken {
		return account{}, errTaken(attribute)
	}
	r, _, err := get[challengeRecord](t, challenges, hashed(session))
	if err != nil {
		return account{}, err
	}
	r.Spent = true
	if err := t.put(challenges, hashed(session), r); err != nil {
		return account{}, err
	}
	return a, p.save(t, was, a)
}

// challenged finds the account that a session is for.
func (p *Pool) challenged(t tx, c *Client, session string) (account, error) {
	r, found, err := get[challengeRecord](t, challenges, hashed(session))
	switch {
	case err != nil:
		return account{}, err
	case !found || r.ClientID != c.ID || r.Name != "":
		return account{}, errSession(".")
	case r.Spent:
		return account{}, errSession(", session can only be used once.")
	case !t.now.Before(r.Expires):
		return account{}, errSession(", session is expired.")
	}
	a, found, err := get[account](t, users, r.Sub)
	switch {
	case err != nil:
		return account{}, err
	case !found || a.Status != ForceChangePassword:
		return account{}, errSession(".")
	case a.Disabled:
		return account{}, errDisabled()
	}
	return a, nil
}

// completed are the account's attributes with those added that a person gives at the first sign-in.
func (p *Pool) completed(c *Client, a account, attrs []Attribute) ([]Attribute, error) {
	if err := writable(c, attrs); err != nil {
		return nil, err
	}
	for _, given := range attrs {
		if a.attribute(given.Name) != "" {
			return nil, refuse(typeInvalidParam, "Cannot modify an already provided "+given.Name)
		}
	}
	all := append(slices.Clone(a.Attributes), attrs...)
	if err := p.schema.check(all); err != nil {
		return nil, err
	}
	if err := p.schema.missing(all); err != nil {
		return nil, err
	}
	return all, nil
}
