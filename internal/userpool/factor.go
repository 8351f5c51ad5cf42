package userpool

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// The kinds of second factors that run here: a code of an authenticator app, and one that is mailed.
const (
	SoftwareToken = "SOFTWARE_TOKEN_MFA"
	EmailOTP      = "EMAIL_OTP"
)

// SelectFactor is the step in which a person with several second factors chooses one.
const SelectFactor = "SELECT_MFA_TYPE"

// factor holds an account's second factors. Secrets are sealed.
type factor struct {
	// Pending is a secret that was handed out and not yet proven to have arrived in an app.
	Pending []byte `json:"pending,omitempty"`
	// Secret is that of the app in use; empty when there is none.
	Secret []byte `json:"secret,omitempty"`
	// LastStep is the step of the newest code that was taken: no code of it or of one before is taken again.
	LastStep int64  `json:"last_step,omitempty"`
	Name     string `json:"name,omitempty"`
	// Enabled asks for a code of the app at sign-in where the pool leaves that to the person.
	Enabled bool `json:"enabled,omitempty"`
	// Mailed asks for a mailed one.
	Mailed bool `json:"mailed,omitempty"`
	// Preferred is the app, MailPreferred the mail, for a person who has both.
	Preferred     bool `json:"preferred,omitempty"`
	MailPreferred bool `json:"mail_preferred,omitempty"`
}

// SecondFactors are what sign-in asks a person for beyond the first factor: one of Kinds, which may be empty.
type SecondFactors struct {
	Kinds     []string
	Preferred string // empty when the person is to choose
}

// FactorChoice is what a person says of one kind of second factor.
type FactorChoice struct{ Enabled, Preferred bool }

func errTokenUsed() *Error {
	return refuse(typeExpiredCode, "Your software token has already been used once.")
}

// appsRun refuses a pool without authenticator apps.
func (p *Pool) appsRun() error {
	if !p.factorRuns(SoftwareToken) {
		return refuse("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool.")
	}
	return nil
}

func (p *Pool) factorRuns(kind string) bool { return slices.Contains(p.cfg.Pool.SecondFactors, kind) }

// inUse are the second factors that a sign-in asks one of. Where the pool demands one, a verified e-mail is good for it
// as long as there is no app; else the person has switched on what counts.
func (p *Pool) inUse(a account, f factor) SecondFactors {
	var in SecondFactors
	demanded := p.cfg.Pool.MFA == "ON"
	if p.factorRuns(SoftwareToken) && len(f.Secret) > 0 && (demanded || f.Enabled) {
		in.Kinds = append(in.Kinds, SoftwareToken)
		if f.Preferred {
			in.Preferred = SoftwareToken
		}
	}
	if p.factorRuns(EmailOTP) && a.verifiedEmail() != "" && (f.Mailed || demanded && len(in.Kinds) == 0) {
		in.Kinds = append(in.Kinds, EmailOTP)
		if f.MailPreferred {
			in.Preferred = EmailOTP
		}
	}
	return in
}

// ask is the step that a sign-in takes next.
func (s SecondFactors) ask() string {
	switch {
	case s.Preferred != "":
		return s.Preferred
	case len(s.Kinds) == 1:
		return s.Kinds[0]
	}
	return SelectFactor
}

// AssociateSoftwareToken draws the secret of a new second factor for a person who is signed in, in base32. It is in use
// once VerifySoftwareToken has proven that it arrived; until then an earlier one stays.
func (p *Pool) AssociateSoftwareToken(ctx context.Context, sub string) (secret string, err error) {
	if err := p.appsRun(); err != nil {
		return "", err
	}
	drawn, err := p.newFactorSecret(sub)
	if err != nil {
		return "", err
	}
	err = p.change(ctx, p.cfg.Now(), func(t tx) error {
		if _, err := usable(t, sub); err != nil {
			return err
		}
		return t.pend(sub, drawn)
	})
	return drawn.text, err
}

// factorSecret is a new secret, as it is stored and as it is handed out.
type factorSecret struct {
	sealed []byte
	text   string
}

func (p *Pool) newFactorSecret(sub string) (factorSecret, error) {
	secret := make([]byte, totpSecret)
	if _, err := io.ReadFull(p.cfg.Rand, secret); err != nil {
		return factorSecret{}, fmt.Errorf("userpool: drawing a secret: %w", err)
	}
	sealed, err := p.atRest.seal(secret, "totp", sub)
	return factorSecret{sealed, encodeSecret(secret)}, err
}

// pend puts a secret in the place of any that waits for its proof.
func (t tx) pend(sub string, secret factorSecret) error {
	f, _, err := get[factor](t, factors, sub)
	if err != nil {
		return err
	}
	f.Pending = secret.sealed
	return t.put(factors, sub, f)
}

// VerifySoftwareToken takes a new second factor into use by its first code. name is what the person calls the device.
// Where the pool leaves second factors to the person, sign-in asks for codes once SetSecondFactors says so.
func (p *Pool) VerifySoftwareToken(ctx context.Context, sub, code, name string) error {
	if err := p.appsRun(); err != nil {
		return err
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		if _, err := usable(t, sub); err != nil {
			return err
		}
		f, err := p.proven(t, sub, code, name)
		if err != nil {
			return err
		}
		return t.put(factors, sub, f)
	})
}

// proven is the factor with its pending secret in use.
func (p *Pool) proven(t tx, sub, code, name string) (factor, error) {
	f, _, err := get[factor](t, factors, sub)
	if err != nil {
		return factor{}, err
	}
	if len(f.Pending) == 0 {
		return factor{}, refuse(typeInvalidParam, "No software token was associated that could be verified.")
	}
	secret, err := p.atRest.open(f.Pending, "totp", sub)
	if err != nil {
		return factor{}, err
	}
	step, ok := totpMatch(secret, t.now, code)
	if !ok {
		return factor{}, refuse("EnableSoftwareTokenMFAException", "Code mismatch")
	}
	f.Secret, f.Pending, f.LastStep, f.Name = f.Pending, nil, step, name
	return f, nil
}

// SetSecondFactors says which codes sign-in asks for, where the pool leaves that to the person; a nil choice leaves that
// kind as it is. Neither can be switched on by who cannot give such a code.
func (p *Pool) SetSecondFactors(ctx context.Context, sub string, app, mailed *FactorChoice) error {
	if err := p.appsRun(); app != nil && err != nil {
		return err
	}
	if mailed != nil && !p.factorRuns(EmailOTP) && mailed.Enabled {
		return refuse(typeInvalidParam, "Email MFA is not available in this user pool.")
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, err := usable(t, sub)
		if err != nil {
			return err
		}
		f, _, err := get[factor](t, factors, sub)
		if err != nil {
			return err
		}
		if app != nil {
			if (app.Enabled || app.Preferred) && len(f.Secret) == 0 {
				return refuse(typeInvalidParam, "User has not verified software token mfa")
			}
			f.Enabled, f.Preferred = app.Enabled, app.Preferred && app.Enabled
			f.MailPreferred = f.MailPreferred && !f.Preferred
		}
		if mailed != nil {
			if (mailed.Enabled || mailed.Preferred) && a.verifiedEmail() == "" {
				return refuse(typeInvalidParam, "User does not have a verified email address")
			}
			f.Mailed, f.MailPreferred = mailed.Enabled, mailed.Preferred && mailed.Enabled
			f.Preferred = f.Preferred && !f.MailPreferred
		}
		return t.put(factors, sub, f)
	})
}

// SecondFactors reads what sign-in asks a person for.
func (p *Pool) SecondFactors(_ context.Context, sub string) (in SecondFactors, err error) {
	err = p.view(p.cfg.Now(), func(t tx) error {
		in, err = p.secondFactors(t, sub)
		return err
	})
	return in, err
}

func (p *Pool) secondFactors(t tx, sub string) (SecondFactors, error) {
	a, err := existing(t, sub)
	if err != nil {
		return SecondFactors{}, err
	}
	f, _, err := get[factor](t, factors, sub)
	return p.inUse(a, f), err
}
