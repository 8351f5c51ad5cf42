package userpool

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// publishedFor is how long a key that signs no more is published: Cognito's longest life of an ID or access token,
	// whatever the template says now and said before, and some minutes for those being signed meanwhile.
	publishedFor = 24*time.Hour + 5*time.Minute
	// maxReplaced is how many replaced keys are published at once, of both uses together.
	maxReplaced = 20
)

// keys are the pool's signing keys, which a rotation replaces while others sign and verify.
type keys struct {
	newKey newKeyFunc
	turn   sync.Mutex // of rotations
	ring   atomic.Pointer[ring]
}

// A ring is the keys in force between two changes of them. It is not altered.
type ring struct {
	records    []keyRecord
	id, access signingKey
	byID       map[string]heldKey
	set        jose.JSONWebKeySet
	// lapses is when the first replaced key is to go; zero when there is none.
	lapses time.Time
}

type heldKey struct {
	signingKey
	use string
}

// newRing reads keys. Those that sign come first in the set.
func newRing(records []keyRecord) (*ring, error) {
	r := &ring{records: records, byID: map[string]heldKey{}}
	var replaced []jose.JSONWebKey
	for _, record := range records {
		key, err := loadKey(record)
		if err != nil {
			return nil, err
		}
		r.byID[record.ID] = heldKey{key, record.Use}
		switch {
		case record.replaced():
			replaced = append(replaced, key.published())
			if r.lapses.IsZero() || record.Until.Before(r.lapses) {
				r.lapses = record.Until
			}
		case record.Use == idUse:
			r.id = key
		case record.Use == accessUse:
			r.access = key
		}
	}
	if r.id.signer == nil || r.access.signer == nil {
		return nil, errors.New("userpool: a signing key is missing")
	}
	r.set.Keys = append([]jose.JSONWebKey{r.id.published(), r.access.published()}, replaced...)
	return r, nil
}

func (r *ring) find(kid, use string) (signingKey, bool) {
	k, ok := r.byID[kid]
	return k.signingKey, ok && k.use == use
}

// published are the records without those whose time has come.
func published(records []keyRecord, now time.Time) []keyRecord {
	var left []keyRecord
	for _, r := range records {
		if !r.replaced() || now.Before(r.Until) {
			left = append(left, r)
		}
	}
	return left
}

// at is the ring without the keys whose time has come.
func (k *keys) at(now time.Time) *ring {
	r := k.ring.Load()
	if r.lapses.IsZero() || now.Before(r.lapses) {
		return r
	}
	fewer, err := newRing(published(r.records, now))
	if err != nil {
		return r // cannot be: these keys have been read before
	}
	if !k.ring.CompareAndSwap(r, fewer) {
		return k.at(now) // a rotation came first
	}
	return fewer
}

// RotateKeys has new keys sign from now on and tells until when the keys of before are published. Tokens that they have
// signed stay in force, and verify, until they expire. With withdraw, for keys that have leaked, all keys of before are
// gone at once, and so is every ID and access token; refresh tokens bring new ones. The new keys are on the disk before
// they sign.
func (p *Pool) RotateKeys(ctx context.Context, withdraw bool) (until time.Time, err error) {
	p.keys.turn.Lock()
	defer p.keys.turn.Unlock()
	now := p.cfg.Now()
	until = now.Add(publishedFor)
	if withdraw {
		until = now
	}
	records, err := newKeyRecords(p.cfg.Rand, p.keys.newKey)
	if err != nil {
		return time.Time{}, err
	}
	was := p.keys.ring.Load()
	for _, r := range published(was.records, now) {
		if !r.replaced() {
			r.PKCS8, r.PKCS1, r.Until = nil, x509.MarshalPKCS1PublicKey(was.byID[r.ID].public), until
		}
		if !withdraw {
			records = append(records, r)
		}
	}
	if len(records) > 2+maxReplaced {
		return time.Time{}, refuse("LimitExceededException", fmt.Sprintf("%d replaced keys are published still; rotate again when some have lapsed.", maxReplaced))
	}
	next, err := newRing(records)
	if err != nil {
		return time.Time{}, err
	}
	// A caller that goes away must not leave the keys on the disk and those that sign apart.
	if err := p.change(context.WithoutCancel(ctx), now, func(t tx) error { return t.put(settings, keysRecord, records) }); err != nil {
		return time.Time{}, err
	}
	p.keys.ring.Store(next)
	p.cfg.Logger.InfoContext(ctx, "user pool: new keys sign", "id", next.id.id, "access", next.access.id, "replacedUntil", until)
	return until, nil
}
