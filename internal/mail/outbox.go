package mail

import (
	"slices"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// outboxSize is how many messages an outbox keeps.
const outboxSize = 200

// Outbox stands in for a mail server during development: it keeps the newest messages in memory and delivers none. It
// is safe for concurrent use.
type Outbox struct {
	mu       sync.Mutex
	messages []Message // the newest first
}

// Send keeps the message, and forgets the oldest one when there are too many.
func (o *Outbox) Send(tx *bolt.Tx, m Message) error {
	if m.To != "" {
		tx.OnCommit(func() { o.keep(m) })
	}
	return nil
}

func (o *Outbox) keep(m Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.messages) == outboxSize {
		o.messages = o.messages[:outboxSize-1]
	}
	o.messages = slices.Insert(o.messages, 0, m)
}

// Messages are the messages kept, the newest first. The list is never nil.
func (o *Outbox) Messages() []Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Message{}, o.messages...)
}
