// Package telemetry keeps what the running parts say of themselves: log groups, one file each, as CloudWatch keeps them.
//
// One process writes a directory of groups (Groups); any number may read it at the same time (List, Copy, Follow).
package telemetry

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path"
	"sync"
	"time"
)

// Groups are the open log groups of a directory. It is safe for concurrent use.
type Groups struct {
	root   *os.Root
	logger *slog.Logger

	mu     sync.Mutex
	open   map[string]*Group
	closed bool
}

// ErrClosed is the use of groups that have been closed.
var ErrClosed = errors.New("telemetry: log groups are closed")

// flushEvery is how long a line stays in memory at most, while the disk is well.
const flushEvery = time.Second

// OpenGroups opens a directory of log groups for writing, and makes it where it is missing. The logger hears of lines
// that could not be written.
func OpenGroups(dir string, logger *slog.Logger) (*Groups, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	return &Groups{root: root, logger: logger, open: map[string]*Group{}}, nil
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
	f, err := openLog(g.root, file)
	if err != nil {
		return nil, fmt.Errorf("telemetry: log group %s: %w", name, err)
	}
	group := newGroup(f, g.logger.With("logGroup", name))
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

// openLog opens a log file for appending. When a killed process left a line without its end, the end is added, so that
// the next line stands alone.
func openLog(root *os.Root, file string) (*os.File, error) {
	if err := root.MkdirAll(path.Dir(file), 0o700); err != nil {
		return nil, err
	}
	f, err := root.OpenFile(file, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := endLine(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func endLine(f *os.File) error {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, info.Size()-1); err != nil {
		return err
	}
	if last[0] != '\n' {
		_, err = f.Write([]byte{'\n'})
	}
	return err
}
