package boltdb

import (
	"runtime"
	"slices"
	"sync"
)

// maxBatch bounds the changes of one commit, and so the time that the first of them waits.
const maxBatch = 512

// A queue is the changes that wait for their turn.
type queue struct {
	mu      sync.Mutex
	waiting []*change
	closed  bool
	wake    *sync.Cond // something waits, or the queue is closed
}

func newQueue() *queue {
	q := &queue{}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// add tells whether the queue was open.
func (q *queue) add(c *change) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.waiting = append(q.waiting, c)
	q.wake.Signal()
	return true
}

// withdraw takes a change back, unless its turn has come.
func (q *queue) withdraw(c *change) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, c)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}

// take waits for changes and gives those whose turn it is: none when the queue is closed and empty.
func (q *queue) take() []*change {
	// Whoever can run may be about to ask for a change, which then shares the next commit.
	runtime.Gosched()
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && !q.closed {
		q.wake.Wait()
	}
	n := min(len(q.waiting), maxBatch)
	batch := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return batch
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Signal()
}
