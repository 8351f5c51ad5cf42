package main

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"
)

// A target is a server under load, with what is known of the people there.
type target struct {
	*process
	dialect dialect
	users   []*user
	// replays is set for a server that has no store: only the status of its answers is checked.
	replays bool
	loads   uint64
}

// everything lists all items of a person, in pages so short that they do not make the server's memory grow.
func (t *target) everything(c *conn, u *user) ([]item, error) {
	const limit = 100
	var all []item
	after := ""
	for {
		status, body, err := c.do(u.Token, t.dialect.list(limit, after))
		if err != nil {
			return nil, err
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("status %d: %s", status, body)
		}
		items, next, err := t.dialect.page(body, limit, after)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == "" {
			return all, nil
		}
		after = next
	}
}

// each asks for everything of everybody.
func (t *target) each(do func(u *user, has []item) error) error {
	c, err := dial(t.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, u := range t.users {
		has, err := t.everything(c, u)
		if err == nil {
			err = do(u, has)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// known fills in what the server has, before the first load. A server that has something else is stopped.
func (t *target) known(items int) (*target, error) {
	err := t.each(func(u *user, has []item) error {
		if len(has) != items {
			return fmt.Errorf("%s was to have %d items and has %d", u.Name, items, len(has))
		}
		for _, it := range has {
			u.add(it)
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, t.stop())
	}
	return t, nil
}

// compare tells whether the server has what it answered.
func (t *target) compare() error {
	if t.replays {
		return nil
	}
	err := t.each(func(u *user, has []item) error { return u.differs(has) })
	if err != nil {
		return fmt.Errorf("what is stored is not what was answered: %w", err)
	}
	return nil
}

// measure loads the server once, and compares what it has then.
func (t *target) measure(l load) (Round, error) {
	runtime.GC() // what the generator left behind is not to be collected at the server's cost
	before, err := t.usage()
	if err != nil {
		return Round{}, err
	}
	generator := ownCPU()
	most := t.watch()
	sum, took, err := l.send(t)
	memory := most()
	if err != nil {
		return Round{}, err
	}
	generator = ownCPU() - generator
	after, err := t.usage()
	if err != nil {
		return Round{}, err
	}
	if sum.count() == 0 {
		return Round{}, fmt.Errorf("nothing was answered: %w", sum.first)
	}
	round := newRound(sum, took, after-before, generator, memory)
	if err := t.compare(); err != nil {
		round.Errors++
		if round.FirstError == "" {
			round.FirstError = err.Error()
		}
	}
	return round, nil
}

// watch looks at the memory of the process until the function that it gives is called, which tells the most there was.
func (t *target) watch() func() Memory {
	stop := make(chan struct{})
	var most Memory
	var all sync.WaitGroup
	all.Go(func() {
		for {
			if now, err := t.memory(); err == nil {
				most = most.max(now)
			}
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return func() Memory {
		close(stop)
		all.Wait()
		return most
	}
}
