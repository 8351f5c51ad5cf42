package telemetry

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Groups are the open log groups of a directory. It is safe for concurrent use.
type Groups struct {
	root *os.Root
	cfg  Config

	mu     sync.Mutex
	open   map[string]*Group
	closed bool
}

// ErrClosed is the use of groups that have been closed.
var ErrClosed = errors.New("telemetry: log groups are closed")

// flushEvery is how long a line stays in memory at most, while the disk is well.
const flushEvery = time.Second

// Config is what Groups need. Every field is required, but Retention may be empty.
type Config struct {
	// Retention is how long a group keeps its lines, by the group's name. One that is not named, or has 0, keeps them for
	// ever, as far as MaxGroup allows.
	Retention map[string]time.Duration
	Now       func() time.Time
	// Logger hears of lines that could not be written, and of those that were removed before their time.
	Logger *slog.Logger
}

// OpenGroups opens a directory of log groups for writing, and makes it where it is missing. Only one process may do so
// at a time.
func OpenGroups(dir string, cfg Config) (*Groups, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	return &Groups{root: root, cfg: cfg, open: map[string]*Group{}}, nil
}

// Group opens a group by its name; the same name gives the same group. A name that CloudWatch would refuse, or that no
// file can be named by, is an error.
func (g *Groups) Group(name string) (*Group, error) {
	file, err := fileName(name)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, ErrClosed
	}
	if group, ok := g.open[name]; ok {
		return group, nil
	}
	logger := g.cfg.Logger.With("logGroup", name)
	log, err := openRotating(g.root, file, g.cfg.Retention[name], g.cfg.Now, logger)
	if err != nil {
		return nil, fmt.Errorf("telemetry: log group %s: %w", name, err)
	}
	group := newGroup(log, logger)
	g.open[name] = group
	return group, nil
}

// Close writes what is still in memory and closes every group. Lines that come later are dropped, so whoever writes must
// have stopped. An error names each group of which lines were lost.
func (g *Groups) Close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil
	}
	g.closed = true
	var errs []error
	for name, group := range g.open {
		if err := group.close(); err != nil {
			errs = append(errs, fmt.Errorf("telemetry: log group %s: %w", name, err))
		}
	}
	return errors.Join(append(errs, g.root.Close())...)
}
