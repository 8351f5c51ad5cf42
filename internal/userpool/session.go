package userpool

import (
	"context"
	"time"
)

// sessionLifetime is the same for every pool and is not extended by use.
const sessionLifetime = time.Hour

type sessionRecord struct {
	lapsing
	// Sub is empty once EndSignIn has ended the session.
	Sub      string    `json:"sub"`
	AuthTime time.Time `json:"auth_time"`
}

// StartSession begins a browser session of one hour; the token is for the browser's cookie and is stored hashed.
func (p *Pool) StartSession(ctx context.Context, sub string) (token string, err error) {
	token, err = newSecret(p.cfg.Rand)
	if err != nil {
		return "", err
	}
	now := p.cfg.Now()
	s := sessionRecord{lapsing: lapsing{now.Add(sessionLifetime)}, Sub: sub, AuthTime: now}
	err = p.change(ctx, now, func(t tx) error {
		if _, err := existing(t, sub); err != nil {
			return err
		}
		return t.putLapsing(sessions, hashed(token), s, s.Expires)
	})
	return token, err
}

// Session finds a live session; ok is false when there is none. A session ends with its account, also when that is
// disabled, and by EndSignIns.
func (p *Pool) Session(_ context.Context, token string) (s Session, ok bool, err error) {
	now := p.cfg.Now()
	err = p.view(now, func(t tx) error {
		id := hashed(token)
		record, found, err := get[sessionRecord](t, sessions, id)
		if err != nil || !found || !now.Before(record.Expires) {
			return err
		}
		a, found, err := get[account](t, users, record.Sub)
		if err != nil || !found || a.Disabled || !record.AuthTime.After(a.SignedOut) {
			return err
		}
		s, ok = Session{ID: id, User: a.user(), AuthTime: record.AuthTime}, true
		return nil
	})
	return s, ok, err
}

// EndSession ends a session; an unknown one is no error.
func (p *Pool) EndSession(ctx context.Context, token string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		id := hashed(token)
		s, found, err := get[sessionRecord](t, sessions, id)
		if err != nil || !found || s.Sub == "" {
			return err
		}
		return t.remove(sessions, id)
	})
}
