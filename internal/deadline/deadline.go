// Package deadline makes contexts with a deadline for calls that mostly end long before it and mostly do not wait for it.
package deadline

import (
	"context"
	"sync"
	"time"
)

// With is context.WithDeadline, but for what it costs: there is no timer, and nothing is asked of the parent, until
// somebody asks for Done. Until then Err looks at the clock.
func With(parent context.Context, at time.Time) (context.Context, context.CancelFunc) {
	if earlier, ok := parent.Deadline(); ok && earlier.Before(at) {
		at = earlier
	}
	c := &lazy{parent: parent, at: at}
	return c, c.cancel
}

// A lazy context makes the real one when it is needed, and is the same as it from then on.
type lazy struct {
	parent context.Context
	at     time.Time

	mu   sync.Mutex
	real context.Context // nil until then
	end  context.CancelFunc
	err  error // once it has been told
}

func (c *lazy) Deadline() (time.Time, bool) { return c.at, true }

func (c *lazy) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real == nil {
		c.real, c.end = context.WithDeadline(c.parent, c.at)
		if c.err != nil {
			c.end()
		}
	}
	return c.real.Done()
}

func (c *lazy) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
	case c.real != nil:
		c.err = c.real.Err()
	case c.parent.Err() != nil:
		c.err = c.parent.Err()
	case !time.Now().Before(c.at):
		c.err = context.DeadlineExceeded
	}
	return c.err
}

// Value finds the real context too, so that those derived from this one need no goroutine to hear of its end.
func (c *lazy) Value(key any) any {
	c.mu.Lock()
	from := c.real
	c.mu.Unlock()
	if from == nil {
		from = c.parent
	}
	return from.Value(key)
}

func (c *lazy) cancel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real != nil {
		c.end()
	} else if c.err == nil {
		c.err = context.Canceled
	}
}
