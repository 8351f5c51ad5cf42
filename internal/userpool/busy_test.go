package userpool

import (
	"context"
	"crypto/rand"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestAFloodOfPasswordsIsBounded holds the only slot, lets as many wait as may, and asks once more.
func TestAFloodOfPasswordsIsBounded(t *testing.T) {
	h, err := newHasher(cost{memory: 8, time: 1, threads: 1}, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(context.Background())
	var waiters sync.WaitGroup
	for range maxWaiting {
		waiters.Go(func() { _, _ = h.hash(ctx, goodPassword) })
	}
	for h.waiting.Load() < maxWaiting {
		runtime.Gosched()
	}
	_, err = h.hash(ctx, goodPassword)
	wantRefusal(t, "one more", err, "TooManyRequestsException: Rate exceeded")
	cancel()
	waiters.Wait()
	<-h.slots
	if _, err := h.hash(context.Background(), goodPassword); err != nil {
		t.Errorf("after the flood: %v", err)
	}
}

// TestManyCoresHashNoMoreAtOnce: each hash takes its memory, of which a machine need not have more for each core.
func TestManyCoresHashNoMoreAtOnce(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(64))
	h := newRig(t).hasher
	var running, most atomic.Int64
	all := make(chan struct{})
	h.argon2id = func([]byte, []byte, uint32, uint32, uint8, uint32) []byte {
		for n := running.Add(1); ; {
			if had := most.Load(); n <= had || most.CompareAndSwap(had, n) {
				break
			}
		}
		<-all
		running.Add(-1)
		return make([]byte, hashSize)
	}
	var askers sync.WaitGroup
	for range 64 {
		askers.Go(func() { _, _ = h.hash(context.Background(), goodPassword) })
	}
	for h.waiting.Load() < 64 {
		runtime.Gosched()
	}
	close(all)
	askers.Wait()
	if got := most.Load(); got > 4 {
		t.Errorf("got %d hashes at once, want 4 at most", got)
	}
}

// TestAFloodAtOneAccountIsBounded does the same with the turns at one account, which leave others alone.
func TestAFloodAtOneAccountIsBounded(t *testing.T) {
	var s turns
	ctx, cancel := context.WithCancel(context.Background())
	done, err := s.take(ctx, "ana")
	if err != nil {
		t.Fatal(err)
	}
	var waiters sync.WaitGroup
	for range maxTurns - 1 {
		waiters.Go(func() { _, _ = s.take(ctx, "ana") })
	}
	for full := false; !full; {
		s.mu.Lock()
		full = s.taken["ana"].holders == maxTurns
		s.mu.Unlock()
	}
	_, err = s.take(ctx, "ana")
	wantRefusal(t, "one more", err, "TooManyRequestsException: Rate exceeded")
	other, err := s.take(ctx, "ben")
	if err != nil {
		t.Fatalf("another account: %v", err)
	}
	other()
	cancel()
	waiters.Wait()
	done()
	if len(s.taken) != 0 {
		t.Errorf("%d turns are still held", len(s.taken))
	}
}
