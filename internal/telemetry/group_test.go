package telemetry

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A disk that takes room bytes and is full then.
type disk struct {
	mu   sync.Mutex
	room int
	data bytes.Buffer
}

var errFull = errors.New("no space left on device")

func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := min(len(p), d.room)
	d.room -= n
	d.data.Write(p[:n])
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

func (d *disk) Close() error { return nil }

func (d *disk) grow(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room += n
}

func TestAFullDiskDelaysLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		d := &disk{room: 5}
		g := newGroup(d, slog.New(slog.NewTextHandler(&log, nil)))
		g.WriteLine([]byte("abc"))
		g.WriteLine([]byte("def")) // is cut in the middle
		time.Sleep(3 * flushEvery)
		g.WriteLine([]byte("ghi"))
		d.grow(100)
		if err := g.close(); err != nil {
			t.Errorf("got error %v, want none", err)
		}
		if got, want := d.data.String(), "abc\ndef\nghi\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := strings.Count(log.String(), "no space left"); got != 1 {
			t.Errorf("the log tells it %d times, want once:\n%s", got, &log)
		}
	})
}

func TestADiskThatStaysFullCostsLinesAndNotMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		d := &disk{}
		g := newGroup(d, slog.New(slog.NewTextHandler(&log, nil)))
		line := bytes.Repeat([]byte("x"), 1<<20)
		for range 40 {
			g.WriteLine(line)
		}
		if got := len(g.pending); got > maxPending {
			t.Errorf("got %d bytes pending, want at most %d", got, maxPending)
		}
		if err := g.close(); !errors.Is(err, errFull) || !strings.Contains(err.Error(), "lines lost") {
			t.Errorf("got error %v, want the disk's and the loss", err)
		}
		g.WriteLine(line) // after the end: no harm
	})
}
