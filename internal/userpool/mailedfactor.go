package userpool

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"time"
)

const (
	// A code that begins a sign-in is longer than one that only follows a password.
	firstCodeSize  = 8
	secondCodeSize = 6
	// maxMailedTries is how many wrong guesses void a code and its session.
	maxMailedTries = 5
)

// How many codes to sign in with are mailed to one user in an hour. With maxMailedTries it bounds guessing too: a guesser
// of first codes has even odds after some hundred years. Those that follow a password are counted for themselves, since
// anybody can ask for the first.
var (
	quotaFirstMails  = quota{"mailed first", 10}
	quotaSecondMails = quota{"mailed second", 10}
)

// mailFactor opens a challenge whose code is mailed to the account, or to nobody where it is no account; the rest is the
// same for both.
func (p *Pool) mailFactor(ctx context.Context, now time.Time, w who, r challengeRecord, a account) (session string, err error) {
	size, mails := secondCodeSize, quotaSecondMails
	if r.First {
		size, mails = firstCodeSize, quotaFirstMails
	}
	digits, err := newCodeOf(size, p.cfg.Rand)
	if err != nil {
		return "", err
	}
	if session, err = newSecret(p.cfg.Rand); err != nil {
		return "", err
	}
	if a.Sub != "" {
		r.MAC = p.factorMAC(session, a.verifiedEmail(), digits)
	}
	err = p.change(ctx, now, func(t tx) error {
		if err := p.countFrom(ctx, t, quotaAddressMails); err != nil {
			return err
		}
		g, err := t.guard(w)
		if err != nil {
			return err
		}
		if !g.use(now, mails) {
			return errLimit()
		}
		if err := t.keep(w, g); err != nil {
			return err
		}
		p.send(ctx, t, p.factorLetter(ctx, a, digits), r.Expires)
		return t.putLapsing(challenges, hashed(session), r, r.Expires)
	})
	if err != nil {
		return "", err
	}
	return session, nil
}

// factorMAC binds a code to its session and to the address that it was mailed to.
func (p *Pool) factorMAC(session, email, digits string) string {
	return base64.RawStdEncoding.EncodeToString(p.digest("factor", session, email, digits))
}

// FinishMailedCode checks a code that was mailed for a sign-in; a few wrong ones spend the session. One that began the
// sign-in leads on as the right password does in SignIn.
func (p *Pool) FinishMailedCode(ctx context.Context, c *Client, session, digits string) (User, error) {
	now := p.cfg.Now()
	var a account
	var r challengeRecord
	err := p.change(ctx, now, func(t tx) (err error) {
		if r, err = t.live(EmailOTP, session, ofClient(c)); err != nil {
			return err
		}
		if err := p.mayTry(ctx, t); err != nil {
			return err
		}
		a = account{}
		if r.Sub != "" {
			if a, err = usable(t, r.Sub); err != nil {
				return err
			}
		}
		right := hmac.Equal([]byte(r.MAC), []byte(p.factorMAC(session, a.verifiedEmail(), digits)))
		if err := t.countMailed(r, right); err != nil {
			return err
		}
		if right {
			return t.spend(session, r)
		}
		r.Wrong++
		r.Spent = r.Wrong >= maxMailedTries
		if err := t.put(challenges, hashed(session), r); err != nil {
			return err
		}
		return p.countWrong(ctx, t, refuse(typeCodeMismatch, "Invalid code or auth state for the user."))
	})
	switch {
	case err != nil:
		return User{}, err
	case r.First:
		return a.user(), p.admit(a, now)
	case a.Status != Confirmed:
		return User{}, errSession(".")
	}
	return a.user(), nil
}

// countMailed counts a wrong code of the second factor and refuses even a right one after too many. First codes, which
// anybody can ask for, are bounded by how many are mailed: nobody can keep a person's second factor from them.
func (t tx) countMailed(r challengeRecord, right bool) error {
	if r.First {
		return nil
	}
	w := who{guards, r.Sub}
	g, err := t.guard(w)
	if err != nil {
		return err
	}
	if !g.use(t.now, quotaCodes) {
		return errLimit()
	}
	if right {
		return nil
	}
	return t.keep(w, g)
}
