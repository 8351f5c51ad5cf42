package userpool

import (
	"bytes"
	"encoding/base64"
	"maps"
	"time"
)

// guard counts what is tried in the name of somebody, and holds the codes mailed to them. A name without an account has
// one too and is treated alike in every way, so that no answer, and no time taken, tells whether there is an account.
type guard struct {
	lapsing
	// Failures counts wrong passwords in a row.
	Failures    int              `json:"failures,omitempty"`
	LockedUntil time.Time        `json:"locked_until,omitzero"`
	ForgetAt    time.Time        `json:"forget_at,omitzero"`
	Used        map[string]usage `json:"used,omitempty"`
	Codes       map[string]code  `json:"codes,omitempty"`
}

// usage is how often an operation was called in the hour that began at Since.
type usage struct {
	Since time.Time `json:"since"`
	Count int       `json:"count"`
}

// quota is how often an operation, or several together, may be called for one user in an hour.
type quota struct {
	name  string
	limit int
}

// Cognito's hourly quotas per user. Of the recovery's range of 5 to 20, which Cognito chooses by risk, the middle.
var (
	quotaConfirm  = quota{"confirm", 15}
	quotaResend   = quota{"resend", 5}
	quotaRecovery = quota{"recovery", 10}
	quotaChange   = quota{"change", 5}
)

const (
	freeFailures = 5 // from this failure on, each locks
	maxLock      = 15 * time.Minute
	// forgetAfter without a failure, the count starts anew.
	forgetAfter = 15 * time.Minute
	// maxStrangers bounds what names without an account can fill the data file with, some tens of megabytes, and
	// addresses as much again. Beyond it an arbitrary one is forgotten for each that comes.
	maxStrangers = 100_000
)

// who is a name that somebody gave, resolved: an account's guard or a stranger's. It is an address's, too.
type who struct {
	bucket bucket
	key    string
}

func (p *Pool) who(name string, a account, known bool) who {
	if known {
		return who{guards, a.Sub}
	}
	sum := p.digest("stranger", p.naming.fold(name))
	return who{strangers, base64.RawStdEncoding.EncodeToString(sum[:18])}
}

func (t tx) guard(w who) (guard, error) {
	g, _, err := get[guard](t, w.bucket, w.key)
	return g, err
}

// guarded reads an account that ought to be there, with its guard and the guard's place.
func (t tx) guarded(sub string) (account, who, guard, error) {
	w := who{guards, sub}
	a, err := existing(t, sub)
	if err != nil {
		return account{}, w, guard{}, err
	}
	g, err := t.guard(w)
	return a, w, g, err
}

// keep stores a guard, but no new one in which nothing counts.
func (t tx) keep(w who, g guard) error {
	g.Expires = g.counts()
	known := t.in(w.bucket).Get([]byte(w.key)) != nil
	switch {
	case known:
		return t.put(w.bucket, w.key, g)
	case !g.Expires.After(t.now):
		return nil
	}
	if w.bucket != guards {
		if err := t.makeRoom(w); err != nil {
			return err
		}
	}
	return t.putLapsing(w.bucket, w.key, g, g.Expires)
}

// counts is until when anything in the guard matters.
func (g guard) counts() time.Time {
	until := g.ForgetAt
	for _, u := range g.Used {
		until = later(until, u.Since.Add(time.Hour))
	}
	for _, c := range g.Codes {
		until = later(until, c.Expires)
	}
	return until
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// makeRoom counts a new stranger or address in and, when there are too many, forgets the one whose key comes next: keys
// are keyed hashes, so nobody outside can choose whom.
func (t tx) makeRoom(w who) error {
	if t.in(w.bucket).Sequence() < maxStrangers {
		return t.count(w.bucket, 1)
	}
	c := t.in(w.bucket).Cursor()
	next, _ := c.Seek([]byte(w.key))
	if next == nil {
		next, _ = c.First()
	}
	if next == nil {
		return nil
	}
	return t.in(w.bucket).Delete(bytes.Clone(next))
}

// clone can be counted on while the guard stays as it is.
func (g guard) clone() guard {
	g.Used = maps.Clone(g.Used)
	return g
}

// use counts a call against a quota and reports whether it may go on.
func (g *guard) use(now time.Time, q quota) bool {
	u := g.Used[q.name]
	if !now.Before(u.Since.Add(time.Hour)) {
		u = usage{Since: now}
	}
	if u.Count >= q.limit {
		return false
	}
	u.Count++
	if g.Used == nil {
		g.Used = map[string]usage{}
	}
	g.Used[q.name] = u
	return true
}

// spent reports whether an operation may not be called again before its hour is over.
func (g guard) spent(now time.Time, q quota) bool {
	u := g.Used[q.name]
	return u.Count >= q.limit && now.Before(u.Since.Add(time.Hour))
}

// locked reports whether passwords are refused unseen for now.
func (g guard) locked(now time.Time) bool { return now.Before(g.LockedUntil) }

// failed counts a wrong password: the fifth in a row locks for a second, and each one after for twice as long.
func (g *guard) failed(now time.Time) {
	if !now.Before(g.ForgetAt) {
		g.Failures = 0
	}
	g.Failures++
	g.ForgetAt = now.Add(forgetAfter)
	if g.Failures < freeFailures {
		return
	}
	lock := maxLock
	if doublings := g.Failures - freeFailures; doublings < 10 { // 2^10 s is already longer
		lock = time.Second << doublings
	}
	g.LockedUntil = now.Add(lock)
}

// succeeded forgets the failures.
func (g *guard) succeeded() { g.Failures, g.LockedUntil, g.ForgetAt = 0, time.Time{}, time.Time{} }
