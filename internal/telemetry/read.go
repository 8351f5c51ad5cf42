package telemetry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ErrNoGroup is a log group that holds nothing yet.
var ErrNoGroup = errors.New("no such log group")

// followEvery is how often Follow looks for new lines.
const followEvery = 200 * time.Millisecond

// List names the groups of a directory, sorted. A directory that is not there has none.
func List(dir string) ([]string, error) {
	var groups []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		if group, ok := groupOf(file); ok {
			groups = append(groups, group)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	slices.Sort(groups)
	return groups, nil
}

// Copy writes a group's lines to w. A last line that has no end, being written just now or torn by a kill, is left out.
func Copy(dir, group string, w io.Writer) error {
	f, err := openGroup(dir, group)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := lineCopier{from: f, to: w}
	return lines.copy()
}

// Follow writes a group's lines to w, and goes on with those that are added, until ctx ends (which is no error) or w
// fails.
func Follow(ctx context.Context, dir, group string, w io.Writer) error {
	f, err := openGroup(dir, group)
	if err != nil {
		return err
	}
	defer f.Close()
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	lines := lineCopier{from: f, to: w}
	for {
		if err := lines.copy(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// A lineCopier copies whole lines, and keeps the beginning of one until its end arrives.
type lineCopier struct {
	from io.Reader
	to   io.Writer
	held []byte
}

// copy copies what there is by now.
func (c *lineCopier) copy() error {
	block := make([]byte, 64<<10)
	for {
		n, err := c.from.Read(block)
		c.held = append(c.held, block[:n]...)
		if end := bytes.LastIndexByte(c.held, '\n') + 1; end > 0 {
			if _, err := c.to.Write(c.held[:end]); err != nil {
				return err
			}
			c.held = append(c.held[:0], c.held[end:]...)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("telemetry: %w", err)
		}
	}
}

func openGroup(dir, group string) (*os.File, error) {
	file, err := fileName(group)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(dir, filepath.FromSlash(file)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("telemetry: %w: %s", ErrNoGroup, group)
	}
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	return f, nil
}
