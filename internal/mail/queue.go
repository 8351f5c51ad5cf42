package mail

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
)

// QueueConfig is what a Queue needs. Every field is required.
type QueueConfig struct {
	DB     *boltdb.DB
	Relay  *Relay
	Now    func() time.Time
	Rand   io.Reader // fit for secrets, as crypto/rand.Reader is
	Logger *slog.Logger
	// SealKey encrypts the messages in the data file. It has SealKeySize bytes and is to be kept outside that file.
	SealKey []byte
	// FirstPause is how long it waits after a first failure; each further one doubles it, up to MaxPause.
	FirstPause, MaxPause time.Duration
}

const (
	// maxQueued bounds the messages that wait.
	maxQueued = 10_000
	// maxWait is how long a message waits at most, however long it would be of use.
	maxWait = 3 * 24 * time.Hour
	// nobodysWait is how long a message to nobody stays, and maxNobodys bounds those that do: strangers bring them, and there
	// is to be room for people's.
	nobodysWait = time.Minute
	maxNobodys  = maxQueued / 2
)

// ErrFull says that as many messages wait as may.
var ErrFull = errors.New("mail: too many messages wait for the mail server")

var bucket = []byte("mail")

// A Queue brings messages to a relay. What it has taken survives a crash, and waits while the relay cannot be reached.
// A message is tried again until it is delivered, the relay refuses it for good, or it is of no use any more, at the
// latest after three days. A crash at the moment of a delivery can deliver it twice, under one Message-ID.
type Queue struct {
	QueueConfig
	sealer sealer
	news   chan struct{}
	cancel context.CancelFunc
	done   chan struct{}

	// relay is when the relay is tried next, after a failure to reach it; it is run's alone.
	relay turn

	mu      sync.Mutex
	waiting map[uint64]*turn // by place
}

// A turn is when something is tried next.
type turn struct {
	failures int
	next     time.Time
	expires  time.Time // of a message
	nobodys  bool
}

// turn is a new message's. That to nobody only leaves.
func (m queued) turn() *turn {
	if m.To == "" {
		return &turn{next: m.Expires, expires: m.Expires, nobodys: true}
	}
	return &turn{expires: m.Expires}
}

// queued is a message as it is kept.
type queued struct {
	Message
	ID      string    `json:"id"`
	Expires time.Time `json:"expires"`
}

// OpenQueue opens the queue in the data file and begins to deliver what is in it.
func OpenQueue(ctx context.Context, c QueueConfig) (*Queue, error) {
	s, err := newSealer(c.SealKey)
	if err != nil {
		return nil, err
	}
	q := &Queue{QueueConfig: c, sealer: s, news: make(chan struct{}, 1), done: make(chan struct{}), waiting: map[uint64]*turn{}}
	if err := c.DB.Update(ctx, q.load); err != nil {
		return nil, fmt.Errorf("mail: opening the queue: %w", err)
	}
	ctx, q.cancel = context.WithCancel(context.WithoutCancel(ctx))
	go q.run(ctx)
	return q, nil
}

// load reads what waits. All of it is tried at once: a restart may be how the operator mended what stood in the way.
func (q *Queue) load(tx *bolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists(bucket)
	if err != nil {
		return err
	}
	clear(q.waiting)
	return b.ForEach(func(k, sealed []byte) error {
		place := binary.BigEndian.Uint64(k)
		m, err := q.sealer.open(place, sealed)
		q.waiting[place] = m.turn()
		return err
	})
}

// Close lets the delivery under way end, which takes some seconds at most. What was not delivered waits for the next
// OpenQueue.
func (q *Queue) Close() {
	q.cancel()
	<-q.done
}

// Send puts a message into the queue.
func (q *Queue) Send(tx *bolt.Tx, m Message) error {
	b := tx.Bucket(bucket)
	q.mu.Lock()
	waiting := len(q.waiting)
	q.mu.Unlock()
	switch {
	case m.To == "" && waiting >= maxNobodys:
		return nil
	case waiting >= maxQueued:
		return ErrFull
	}
	place, err := b.NextSequence()
	if err != nil {
		return err
	}
	var id [16]byte
	if _, err := io.ReadFull(q.Rand, id[:]); err != nil {
		return fmt.Errorf("mail: drawing an id: %w", err)
	}
	wait := maxWait
	if m.To == "" {
		wait = nobodysWait
	}
	kept := queued{Message: m, ID: hex.EncodeToString(id[:]), Expires: m.Time.Add(wait)}
	if m.Expires.Before(kept.Expires) {
		kept.Expires = m.Expires
	}
	sealed, err := q.sealer.seal(place, kept)
	if err != nil {
		return err
	}
	if err := b.Put(key(place), sealed); err != nil {
		return err
	}
	tx.OnCommit(func() { q.admit(place, kept.turn()) })
	return nil
}

func (q *Queue) admit(place uint64, t *turn) {
	q.mu.Lock()
	q.waiting[place] = t
	q.mu.Unlock()
	select {
	case q.news <- struct{}{}:
	default: // it is told already
	}
}
