package userpool

import (
	"context"
	"sync"
)

// turns lets the attempts at one account's password follow one another: together they could all be made before the
// first failure is counted. The zero value is ready.
type turns struct {
	mu    sync.Mutex
	taken map[string]*turn
}

type turn struct {
	free    chan struct{} // holds the token of whoever may go
	holders int           // who goes or waits
}

// maxTurns is how many attempts at one key may go or wait; each is a request held in memory.
const maxTurns = 32

// take waits for the turn at a key; the caller gives it back by calling done. It refuses when too many wait already.
func (s *turns) take(ctx context.Context, key string) (done func(), err error) {
	s.mu.Lock()
	if s.taken == nil {
		s.taken = map[string]*turn{}
	}
	t, ok := s.taken[key]
	if !ok {
		t = &turn{free: make(chan struct{}, 1)}
		t.free <- struct{}{}
		s.taken[key] = t
	}
	if t.holders == maxTurns {
		s.mu.Unlock()
		return nil, errBusy()
	}
	t.holders++
	s.mu.Unlock()
	leave := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.holders--; t.holders == 0 {
			delete(s.taken, key)
		}
	}
	select {
	case <-t.free:
		return func() { t.free <- struct{}{}; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
