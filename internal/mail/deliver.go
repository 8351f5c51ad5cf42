package mail

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	gomail "github.com/wneessen/go-mail"
	bolt "go.etcd.io/bbolt"
)

// run delivers what is due, and sleeps until more is, or news comes.
func (q *Queue) run(ctx context.Context) {
	defer close(q.done)
	for {
		q.round(ctx)
		timer := time.NewTimer(q.untilDue())
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-q.news:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// round tries every message that is due, over one connection.
func (q *Queue) round(ctx context.Context) {
	now := q.Now()
	if now.Before(q.relay.next) {
		return
	}
	places := q.due(ctx, now)
	if len(places) == 0 || ctx.Err() != nil {
		return
	}
	c, err := q.Relay.connect(ctx)
	if err != nil {
		q.unreachable(ctx, err)
		return
	}
	defer c.close()
	for _, place := range places {
		if ctx.Err() != nil {
			return
		}
		if err := q.deliver(ctx, c, place); err != nil {
			q.unreachable(ctx, err)
			return
		}
	}
	q.relay = turn{}
}

// due are the places of the messages whose turn it is, in the order of their turns. Those that are of no use any more
// leave, those to nobody without a word.
func (q *Queue) due(ctx context.Context, now time.Time) []uint64 {
	q.mu.Lock()
	var due, useless, nobodys []uint64
	for _, place := range slices.Sorted(maps.Keys(q.waiting)) {
		switch t := q.waiting[place]; {
		case !now.Before(t.expires) && t.nobodys:
			nobodys = append(nobodys, place)
		case !now.Before(t.expires):
			useless = append(useless, place)
		case !now.Before(t.next):
			due = append(due, place)
		}
	}
	slices.SortStableFunc(due, func(a, b uint64) int { return q.waiting[a].next.Compare(q.waiting[b].next) })
	q.mu.Unlock()
	if len(nobodys) > 0 {
		q.forget(ctx, nobodys...)
	}
	if len(useless) > 0 {
		q.drop(ctx, errors.New("the mail server did not take it while it was of use"), useless...)
	}
	return due
}

// deliver tries one message. An error says that the connection is of no use any more.
func (q *Queue) deliver(ctx context.Context, c *connection, place uint64) error {
	m, err := q.read(place)
	if err != nil {
		q.drop(ctx, err, place)
		return nil
	}
	err = c.send(m.Message, m.ID)
	var answer *gomail.SendError
	switch {
	case err == nil:
		q.forget(ctx, place)
	case errors.Is(err, errRefused):
		q.drop(ctx, err, place)
	case errors.As(err, &answer) && answer.ErrorCode() != 0:
		q.postpone(ctx, place, m.To, err)
	default:
		q.postpone(ctx, place, m.To, err) // behind the others, should it be the message that ends the connection
		return err
	}
	return nil
}

func (q *Queue) read(place uint64) (m queued, err error) {
	err = q.DB.View(func(tx *bolt.Tx) error {
		m, err = q.sealer.open(place, tx.Bucket(bucket).Get(key(place)))
		return err
	})
	return m, err
}

// drop gives messages up.
func (q *Queue) drop(ctx context.Context, reason error, places ...uint64) {
	for _, place := range places {
		m, err := q.read(place)
		q.Logger.ErrorContext(ctx, "mail: a message was given up", "to", m.To, "reason", errors.Join(reason, err))
	}
	q.forget(ctx, places...)
}

func (q *Queue) forget(ctx context.Context, places ...uint64) {
	err := q.DB.Update(context.WithoutCancel(ctx), func(tx *bolt.Tx) (err error) {
		for _, place := range places {
			err = errors.Join(err, tx.Bucket(bucket).Delete(key(place)))
		}
		return err
	})
	if err != nil {
		q.Logger.ErrorContext(ctx, "mail: messages that were dealt with stay in the queue", "error", err)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, place := range places {
		delete(q.waiting, place)
	}
}

func (q *Queue) postpone(ctx context.Context, place uint64, to string, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	t := q.waiting[place]
	q.later(t)
	q.Logger.WarnContext(ctx, "mail: a message waits", "to", to, "until", t.next, "error", err)
}

func (q *Queue) unreachable(ctx context.Context, err error) {
	if ctx.Err() != nil { // it was this end that hung up
		return
	}
	q.later(&q.relay)
	q.Logger.WarnContext(ctx, "mail: the mail server cannot be used", "until", q.relay.next, "error", fmt.Errorf("%s: %w", q.Relay.host, err))
}

// later puts a next try off, the longer the more have failed.
func (q *Queue) later(t *turn) {
	pause := q.MaxPause
	if t.failures < 20 { // more would overflow
		pause = min(pause, q.FirstPause<<t.failures)
	}
	t.failures++
	t.next = q.Now().Add(pause)
}

// untilDue is how long nothing is to do.
func (q *Queue) untilDue() time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	wait := time.Hour
	now := q.Now()
	for _, t := range q.waiting {
		next := t.next
		if q.relay.next.After(next) {
			next = q.relay.next
		}
		wait = min(wait, next.Sub(now))
	}
	return wait
}
