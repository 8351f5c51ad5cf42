package userpool

import (
	"context"
	"errors"
	"slices"
	"time"
)

// What SignIn, FinishSRP and FinishNewPassword answer, beside the user, when the password is right and is not all that
// the pool asks for.
var (
	ErrCodeRequired        = errors.New("a code of the second factor is required")
	ErrFactorSetupRequired = errors.New("a second factor must be set up")
)

const (
	mfaSetup = "MFA_SETUP"
	// setupLifetime is how long setting up may take, which for many means to install an app first. It is the longest that
	// Cognito allows an authentication session, whatever the client's is.
	setupLifetime = 15 * time.Minute
)

// quotaCodes is how many wrong codes of a second factor are looked at in an hour for one user. The right password
// resets the count of wrong ones, so that codes need their own: at this pace a guesser has even odds after some
// seventeen years.
var quotaCodes = quota{"mfa", 15}

// nextFactor tells what stands between a right password and the tokens.
func (p *Pool) nextFactor(sub string, now time.Time) error {
	var in SecondFactors
	err := p.view(now, func(t tx) (err error) {
		in, err = p.secondFactors(t, sub)
		return err
	})
	switch {
	case err != nil:
		return err
	case len(in.Kinds) > 0:
		return ErrCodeRequired
	case p.cfg.Pool.MFA == "ON":
		return ErrFactorSetupRequired
	}
	return nil
}

// NextFactor answers ErrCodeRequired or ErrFactorSetupRequired when the pool asks for more than the password of a person
// who has proven to know it otherwise than by SignIn.
func (p *Pool) NextFactor(_ context.Context, sub string) error { return p.nextFactor(sub, p.cfg.Now()) }

// openChallenge begins a step that is answered by its session.
func (p *Pool) openChallenge(ctx context.Context, r challengeRecord) (session string, err error) {
	session, err = newSecret(p.cfg.Rand)
	if err != nil {
		return "", err
	}
	return session, p.change(ctx, p.cfg.Now(), func(t tx) error { return t.putLapsing(challenges, hashed(session), r, r.Expires) })
}

// Step is what a sign-in asks for next, to be answered by its session.
type Step struct {
	Kind    string // SoftwareToken, EmailOTP or SelectFactor
	Session string
	// Device is what the person calls their authenticator app; it may be empty.
	Device string
	// Delivery says where a code was mailed.
	Delivery Delivery
	// Choices are the kinds to select from.
	Choices []string
}

// StartCode opens the challenge that follows ErrCodeRequired.
func (p *Pool) StartCode(ctx context.Context, c *Client, sub string) (Step, error) {
	var in SecondFactors
	err := p.view(p.cfg.Now(), func(t tx) (err error) {
		in, err = p.secondFactors(t, sub)
		return err
	})
	if err != nil {
		return Step{}, err
	}
	return p.startFactor(ctx, c, sub, in.ask())
}

// ChooseFactor answers SelectFactor with one of its choices.
func (p *Pool) ChooseFactor(ctx context.Context, c *Client, session, kind string) (Step, error) {
	var sub string
	err := p.change(ctx, p.cfg.Now(), func(t tx) error {
		r, _, err := t.under(SelectFactor, session, ofClient(c))
		if err != nil {
			return err
		}
		in, err := p.secondFactors(t, r.Sub)
		if err != nil {
			return err
		}
		if !slices.Contains(in.Kinds, kind) {
			return refuse(typeInvalidParam, "The answer is not one of the factors to choose from.")
		}
		sub = r.Sub
		return t.spend(session, r)
	})
	if err != nil {
		return Step{}, err
	}
	return p.startFactor(ctx, c, sub, kind)
}

func (p *Pool) startFactor(ctx context.Context, c *Client, sub, kind string) (Step, error) {
	now := p.cfg.Now()
	var a account
	var f factor
	err := p.view(now, func(t tx) (err error) {
		if a, err = usable(t, sub); err != nil {
			return err
		}
		f, _, err = get[factor](t, factors, sub)
		return err
	})
	if err != nil {
		return Step{}, err
	}
	r := challengeRecord{lapsing: lapsing{now.Add(c.AuthSessionValidity)}, Sub: sub, ClientID: c.ID, Name: kind}
	s := Step{Kind: kind}
	switch kind {
	case EmailOTP:
		s.Delivery = Delivery{Destination: mask(a.verifiedEmail()), Medium: "EMAIL", Attribute: "email"}
		s.Session, err = p.mailFactor(ctx, now, who{guards, sub}, r, a)
		return s, err
	case SoftwareToken:
		s.Device = f.Name
	case SelectFactor:
		s.Choices = p.inUse(a, f).Kinds
	}
	s.Session, err = p.openChallenge(ctx, r)
	return s, err
}

// ofClient fits challenges that this client's sign-ins opened.
func ofClient(c *Client) func(challengeRecord) bool {
	return func(r challengeRecord) bool { return r.ClientID == c.ID }
}

// FinishCode checks a code of an authenticator app. Each is good once, and only so many wrong ones are looked at. A wrong
// code does not spend the session.
func (p *Pool) FinishCode(ctx context.Context, c *Client, session, code string) (User, error) {
	var a account
	err := p.change(ctx, p.cfg.Now(), func(t tx) error {
		r, of, err := t.under(SoftwareToken, session, ofClient(c))
		if err != nil {
			return err
		}
		a = of
		f, _, err := get[factor](t, factors, a.Sub)
		if err != nil {
			return err
		}
		if err := p.tryCode(ctx, t, a, &f, code); err != nil {
			return err
		}
		if err := t.spend(session, r); err != nil {
			return err
		}
		return t.put(factors, a.Sub, f)
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

// tryCode compares a code with the factor in use and counts a wrong one.
func (p *Pool) tryCode(ctx context.Context, t tx, a account, f *factor, code string) error {
	if err := p.mayTry(ctx, t); err != nil {
		return err
	}
	secret, err := p.atRest.open(f.Secret, "totp", a.Sub)
	if err != nil {
		return err
	}
	w := who{guards, a.Sub}
	g, err := t.guard(w)
	if err != nil {
		return err
	}
	tried := g.clone()
	if !tried.use(t.now, quotaCodes) {
		return errLimit()
	}
	step, ok := totpMatch(secret, t.now, code)
	switch {
	case ok && step > f.LastStep:
		f.LastStep = step
		return nil
	case ok:
		return errTokenUsed()
	}
	if err := t.keep(w, tried); err != nil {
		return err
	}
	return p.countWrong(ctx, t, refuse(typeCodeMismatch, "Invalid code received for user"))
}

// StartFactorSetup opens the challenge that follows ErrFactorSetupRequired. Its sessions follow one another:
// AssociateBySession, VerifyBySession and FinishFactorSetup each spend one and the first two give the next.
func (p *Pool) StartFactorSetup(ctx context.Context, c *Client, sub string) (session string, err error) {
	return p.openChallenge(ctx, challengeRecord{
		lapsing: lapsing{p.cfg.Now().Add(setupLifetime)}, Sub: sub, ClientID: c.ID, Name: mfaSetup,
	})
}

// AssociateBySession draws the secret of a second factor in the course of a sign-in.
func (p *Pool) AssociateBySession(ctx context.Context, session string) (secret, next string, err error) {
	var drawn factorSecret
	next, err = p.setupStep(ctx, session, func(t tx, r *challengeRecord) error {
		if drawn, err = p.newFactorSecret(r.Sub); err != nil {
			return err
		}
		return t.pend(r.Sub, drawn)
	})
	return drawn.text, next, err
}

// VerifyBySession takes that factor into use by its first code. A wrong code does not spend the session.
func (p *Pool) VerifyBySession(ctx context.Context, session, code, name string) (next string, err error) {
	return p.setupStep(ctx, session, func(t tx, r *challengeRecord) error {
		f, err := p.proven(t, r.Sub, code, name)
		if err != nil {
			return err
		}
		f.Enabled, r.Proven = true, true
		return t.put(factors, r.Sub, f)
	})
}

// setupStep takes one step of setting up. Once the account has a factor, however it came by it, no session that was
// opened before may give it another: its owner may be somebody else than whoever knows the password.
func (p *Pool) setupStep(ctx context.Context, session string, do func(tx, *challengeRecord) error) (next string, err error) {
	next, err = newSecret(p.cfg.Rand)
	if err != nil {
		return "", err
	}
	err = p.change(ctx, p.cfg.Now(), func(t tx) error {
		r, _, err := t.under(mfaSetup, session, func(r challengeRecord) bool { return !r.Proven })
		if err != nil {
			return err
		}
		f, _, err := get[factor](t, factors, r.Sub)
		if err != nil {
			return err
		}
		if len(f.Secret) > 0 || !p.factorRuns(SoftwareToken) {
			return errSession(".")
		}
		was := r
		if err := do(t, &r); err != nil {
			return err
		}
		if err := t.spend(session, was); err != nil {
			return err
		}
		return t.putLapsing(challenges, hashed(next), r, r.Expires)
	})
	if err != nil {
		return "", err
	}
	return next, nil
}

// FinishFactorSetup ends the sign-in of somebody whose second factor was set up in its course.
func (p *Pool) FinishFactorSetup(ctx context.Context, c *Client, session string) (User, error) {
	var a account
	err := p.change(ctx, p.cfg.Now(), func(t tx) error {
		r, of, err := t.under(mfaSetup, session, func(r challengeRecord) bool { return r.Proven && r.ClientID == c.ID })
		if err != nil {
			return err
		}
		a = of
		return t.spend(session, r)
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

// under finds a live session of a challenge, with its account.
func (t tx) under(name, session string, fits func(challengeRecord) bool) (challengeRecord, account, error) {
	r, err := t.live(name, session, fits)
	if err != nil {
		return challengeRecord{}, account{}, err
	}
	a, err := usable(t, r.Sub)
	if err == nil && a.Status != Confirmed {
		err = errSession(".")
	}
	return r, a, err
}

// live finds a session of a challenge that can still be answered.
func (t tx) live(name, session string, fits func(challengeRecord) bool) (challengeRecord, error) {
	r, found, err := get[challengeRecord](t, challenges, hashed(session))
	switch {
	case err != nil:
		return challengeRecord{}, err
	case !found || r.Name != name || !fits(r):
		return challengeRecord{}, errSession(".")
	case r.Spent:
		return challengeRecord{}, errSession(", session can only be used once.")
	case !t.now.Before(r.Expires):
		return challengeRecord{}, errSession(", session is expired.")
	}
	return r, nil
}

func (t tx) spend(session string, r challengeRecord) error {
	r.Spent = true
	return t.put(challenges, hashed(session), r)
}
