package userpool

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// root holds all buckets of the pool. A data file has one pool; records are JSON, so that they can grow.
var root = []byte("userpool")

// bucket names a kind of record below root.
type bucket string

const (
	settings   bucket = "settings"   // what the pool made for itself: keys, pepper
	clients    bucket = "clients"    // client id -> secret
	users      bucket = "users"      // sub -> account; the bucket's sequence is their number
	names      bucket = "names"      // user name or alias -> sub
	index      bucket = "index"      // attribute, value and sub -> nothing, see search.go
	guards     bucket = "guards"     // sub -> guard
	strangers  bucket = "strangers"  // hashed name without an account -> guard; the sequence is their number
	addresses  bucket = "addresses"  // hashed address -> guard; the sequence is their number
	sessions   bucket = "sessions"   // hashed token -> session
	grants     bucket = "grants"     // hashed code -> grant
	challenges bucket = "challenges" // hashed session -> challenge
	factors    bucket = "factors"    // sub -> factor
	passkeys   bucket = "passkeys"   // sub -> its passkeys
	families   bucket = "families"   // sub and event id -> family
	refreshes  bucket = "refreshes"  // hashed token -> refresh
	groups     bucket = "groups"     // name -> group; the sequence is their number
	joined     bucket = "joined"     // sub and group -> nothing
	members    bucket = "members"    // group, 0 and sub -> nothing
	expiries   bucket = "expiries"   // time, bucket and key of a record that will lapse
)

var buckets = [...]bucket{
	settings, clients, users, names, index, guards, strangers, addresses, sessions, grants, challenges, factors, passkeys, families, refreshes,
	expiries,
	groups, joined, members,
}

// sweepAtOnce is how many lapsed records a change takes away: more than any change makes, so that they cannot pile up.
const sweepAtOnce = 8

// tx is a transaction of the pool with the one time that counts in it.
type tx struct {
	root *bolt.Bucket
	now  time.Time
}

func (t tx) in(b bucket) *bolt.Bucket { return t.root.Bucket([]byte(b)) }

// view runs fn on a snapshot.
func (p *Pool) view(now time.Time, fn func(tx) error) error {
	return p.cfg.DB.View(func(b *bolt.Tx) error { return fn(tx{root: b.Bucket(root), now: now}) })
}

// change runs fn in a transaction. A refusal that fn returns does not undo what fn wrote: attempts are counted just
// when they fail. So fn writes nothing before a refusal but what is to stay. Like boltdb's Update, it may run fn twice.
func (p *Pool) change(ctx context.Context, now time.Time, fn func(tx) error) error {
	var refusal *Error
	err := p.cfg.DB.Update(ctx, func(b *bolt.Tx) error {
		refusal = nil
		t := tx{root: b.Bucket(root), now: now}
		if err := fn(t); err != nil && !errors.As(err, &refusal) {
			return err
		}
		return t.sweep(sweepAtOnce)
	})
	if err == nil && refusal != nil {
		return refusal
	}
	return err
}

func get[T any](t tx, b bucket, key string) (record T, found bool, err error) {
	value := t.in(b).Get([]byte(key))
	if value == nil {
		return record, false, nil
	}
	if err := json.Unmarshal(value, &record); err != nil {
		return record, false, fmt.Errorf("userpool: record in %s: %w", b, err)
	}
	return record, true, nil
}

func (t tx) put(b bucket, key string, record any) error {
	value, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("userpool: record in %s: %w", b, err)
	}
	return t.in(b).Put([]byte(key), value)
}

func (t tx) remove(b bucket, key string) error { return t.in(b).Delete([]byte(key)) }

// count changes the number of records that a bucket keeps in its sequence.
func (t tx) count(b bucket, by int) error {
	n := int64(t.in(b).Sequence()) + int64(by)
	return t.in(b).SetSequence(uint64(max(n, 0)))
}

// lapsing is what every record has that is taken away by itself.
type lapsing struct {
	Expires time.Time `json:"expires"`
}

// putLapsing stores a new record that the sweep takes away once its Expires has passed. A record stored anew with put
// keeps its place in the queue, and the sweep looks at its Expires when the place comes up.
func (t tx) putLapsing(b bucket, key string, record any, expires time.Time) error {
	if err := t.put(b, key, record); err != nil {
		return err
	}
	return t.in(expiries).Put(expiryKey(expires, b, key), nil)
}

func expiryKey(at time.Time, b bucket, key string) []byte {
	k := binary.BigEndian.AppendUint64(nil, uint64(max(at.UnixMilli(), 0)))
	return append(append(append(k, b...), 0), key...)
}

// sweep takes away at most limit records that have lapsed, the oldest first.
func (t tx) sweep(limit int) error {
	queue := t.in(expiries)
	for range limit {
		first, _ := queue.Cursor().First()
		if first == nil || binary.BigEndian.Uint64(first) >= uint64(max(t.now.UnixMilli(), 0)) {
			return nil
		}
		first = bytes.Clone(first) // the page it lies on is about to change
		name, key, _ := bytes.Cut(first[8:], []byte{0})
		if err := queue.Delete(first); err != nil {
			return err
		}
		if err := t.lapse(bucket(name), string(key)); err != nil {
			return err
		}
	}
	return nil
}

// lapse takes a record away, or queues it again when its life was extended.
func (t tx) lapse(b bucket, key string) error {
	record, found, err := get[lapsing](t, b, key)
	if err != nil || !found {
		return err
	}
	if record.Expires.After(t.now) {
		return t.in(expiries).Put(expiryKey(record.Expires, b, key), nil)
	}
	if b == strangers || b == addresses {
		if err := t.count(b, -1); err != nil {
			return err
		}
	}
	return t.remove(b, key)
}
