package userpool

import (
	"context"
	"fmt"
	"io"
)

// softwareToken is the one kind of second factor that runs here.
const softwareToken = "SOFTWARE_TOKEN_MFA"

// factor is an account's second factor. Secrets are sealed.
type factor struct {
	// Pending is a secret that was handed out and not yet proven to have arrived in an app.
	Pending []byte `json:"pending,omitempty"`
	// Secret is that of the app in use; empty when there is none.
	Secret []byte `json:"secret,omitempty"`
	// LastStep is the step of the newest code that was taken: no code of it or of one before is taken again.
	LastStep int64  `json:"last_step,omitempty"`
	Name     string `json:"name,omitempty"`
	// Enabled asks for a code at sign-in where the pool leaves that to the person.
	Enabled   bool `json:"enabled,omitempty"`
	Preferred bool `json:"preferred,omitempty"`
}

// SecondFactor is what a person chose.
type SecondFactor struct {
	Enabled   bool // asked for at sign-in
	Preferred bool
}

func errTokenUsed() *Error {
	return refuse(typeExpiredCode, "Your software token has already been used once.")
}

// factorsRun refuses a pool without second factors.
func (p *Pool) factorsRun() error {
	if p.cfg.Pool.MFA != "ON" && p.cfg.Pool.MFA != "OPTIONAL" {
		return refuse("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool.")
	}
	return nil
}

// required tells whether a sign-in asks for a code, which only a person with a factor in use can give.
func (p *Pool) required(f factor) bool {
	return len(f.Secret) > 0 && (p.cfg.Pool.MFA == "ON" || p.cfg.Pool.MFA == "OPTIONAL" && f.Enabled)
}

// AssociateSoftwareToken draws the secret of a new second factor for a person who is signed in, in base32. It is in use
// once VerifySoftwareToken has proven that it arrived; until then an earlier one stays.
func (p *Pool) AssociateSoftwareToken(ctx context.Context, sub string) (secret string, err error) {
	if err := p.factorsRun(); err != nil {
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
// Where the pool leaves second factors to the person, sign-in asks for codes once SetSecondFactor says so.
func (p *Pool) VerifySoftwareToken(ctx context.Context, sub, code, name string) error {
	if err := p.factorsRun(); err != nil {
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

// SetSecondFactor says whether sign-in asks for codes, where the pool leaves that to the person. It cannot be switched on
// without a factor in use.
func (p *Pool) SetSecondFactor(ctx context.Context, sub string, choice SecondFactor) error {
	if err := p.factorsRun(); err != nil {
		return err
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		if _, err := usable(t, sub); err != nil {
			return err
		}
		f, _, err := get[factor](t, factors, sub)
		if err != nil {
			return err
		}
		if (choice.Enabled || choice.Preferred) && len(f.Secret) == 0 {
			return refuse(typeInvalidParam, "User has not verified software token mfa")
		}
		f.Enabled, f.Preferred = choice.Enabled, choice.Preferred && choice.Enabled
		return t.put(factors, sub, f)
	})
}

// SecondFactor reads what a person chose, or has to have.
func (p *Pool) SecondFactor(_ context.Context, sub string) (SecondFactor, error) {
	var f factor
	err := p.view(p.cfg.Now(), func(t tx) (err error) {
		f, _, err = get[factor](t, factors, sub)
		return err
	})
	return SecondFactor{Enabled: f.Enabled || p.required(f), Preferred: f.Preferred}, err
}
