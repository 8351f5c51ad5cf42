package telemetry

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Group takes the lines of one log group. It is safe for concurrent use.
type Group struct {
	file   io.WriteCloser
	logger *slog.Logger

	mu      sync.Mutex
	pending []byte // whole lines, not yet written
	writing int    // bytes that are being written
	spare   []byte // the buffer that pending will swap with
	lost    int    // lines dropped since the last report
	failure error  // of the last write; nil while the disk is well
	closed  bool

	wake chan struct{} // holds at most one: pending has grown past wakeAt, or close was called
	done chan struct{} // closed when the writing goroutine has ended
}

// Pending lines are written when they reach wakeAt bytes, or at the next tick. Beyond maxPending they are dropped: it
// takes a disk that stands still to get there, and then requests matter more than their log. A buffer that has grown
// past maxSpare is given back after use.
const (
	wakeAt     = 64 << 10
	maxPending = 16 << 20
	maxSpare   = 1 << 20
)

func newGroup(file io.WriteCloser, logger *slog.Logger) *Group {
	g := &Group{file: file, logger: logger, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go g.write()
	return g
}

// WriteLine adds a line, given without its end, which it copies. It does not wait for the disk.
func (g *Group) WriteLine(line []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.writing+len(g.pending)+len(line) >= maxPending {
		g.lost++
		return
	}
	g.pending = append(append(g.pending, line...), '\n')
	if len(g.pending) >= wakeAt {
		g.signal()
	}
}

func (g *Group) signal() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// write is the one goroutine that touches the file.
func (g *Group) write() {
	defer close(g.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-g.wake:
		}
		// Asked before the flush, so that the last flush comes after the last line.
		g.mu.Lock()
		closed := g.closed
		g.mu.Unlock()
		g.flush()
		if closed {
			return
		}
	}
}

// flush writes the pending lines. What the disk does not take stays pending, in front of what has come meanwhile.
func (g *Group) flush() {
	g.mu.Lock()
	lines := g.pending
	g.pending, g.writing = g.spare, len(lines)
	g.mu.Unlock()
	n, err := g.file.Write(lines)

	g.mu.Lock()
	defer g.mu.Unlock()
	g.writing = 0
	if err != nil {
		if g.failure == nil {
			g.logger.Error("log lines wait for the disk", "error", err)
		}
		g.failure = err
		g.pending, g.spare = slices.Concat(lines[n:], g.pending), nil
		return
	}
	if g.lost > 0 {
		g.logger.Error("log lines were lost", "lines", g.lost)
		g.lost = 0
	}
	g.failure = nil
	g.spare = lines[:0]
	if cap(g.spare) > maxSpare {
		g.spare = nil
	}
}

// close writes what is pending and closes the file.
func (g *Group) close() error {
	g.mu.Lock()
	g.closed = true
	g.signal()
	g.mu.Unlock()
	<-g.done
	err := g.failure
	if g.lost > 0 {
		err = errors.Join(err, fmt.Errorf("%d lines lost", g.lost))
	}
	return errors.Join(err, g.file.Close())
}
