package telemetry

import (
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
		if of, _, ok := parsePart(file); ok {
			file = of
		}
		if group, ok := groupOf(file); ok {
			groups = append(groups, group)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("telemetry: %s: %w", dir, err)
	}
	slices.Sort(groups)
	return slices.Compact(groups), nil
}

// Copy writes a group's lines to w, oldest first: those that are there when it begins. A last line that has no end,
// being written just now or torn by a kill, is left out.
func Copy(dir, group string, w io.Writer) error {
	r, err := openReader(dir, group, w)
	if err != nil {
		return err
	}
	defer r.close()
	return r.copy()
}

// Follow writes a group's lines to w, and goes on with those that are added, until ctx ends (which is no error) or w
// fails. It goes along when the group's file is rotated, and waits for a new one when it is removed; of a file that is
// cut short it goes on with what comes next.
func Follow(ctx context.Context, dir, group string, w io.Writer) error {
	r, err := openReader(dir, group, w)
	if err != nil {
		return err
	}
	defer r.close()
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		if err := r.copy(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := r.advance(); err != nil {
			return err
		}
	}
}

// A reader reads a group's parts and then its file, while another process rotates it.
type reader struct {
	file string // the path of the group's file
	to   io.Writer

	done part     // the newest part that has been read
	f    *os.File // was the group's file when it was opened; nil while there is none
	from lineCopier
}

// openReader opens a group that has a file or a part, and reads the parts.
func openReader(dir, group string, to io.Writer) (*reader, error) {
	file, err := fileName(group)
	if err != nil {
		return nil, err
	}
	r := &reader{file: filepath.Join(dir, filepath.FromSlash(file)), to: to}
	if err := r.next(); err != nil {
		return nil, errors.Join(err, r.close())
	}
	if r.f == nil && r.done == (part{}) {
		return nil, fmt.Errorf("telemetry: %w: %s", ErrNoGroup, group)
	}
	return r, nil
}

func (r *reader) close() error {
	if r.f == nil {
		return nil
	}
	return r.f.Close()
}

// copy copies what has come to the file by now.
func (r *reader) copy() error {
	if r.f == nil {
		return nil
	}
	info, err := r.f.Stat()
	if err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	if info.Size() < r.from.offset { // cut short
		if _, err := r.f.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("telemetry: %w", err)
		}
		r.from = lineCopier{}
	}
	return r.from.copy(r.f, r.to)
}

// advance goes on to a newer file, if there is one. Until then the one that is open may still be written, even if it has
// another name by now, or none.
func (r *reader) advance() error {
	current, err := os.Stat(r.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("telemetry: %w", err)
	}
	if r.f != nil {
		mine, err := r.f.Stat()
		if err != nil {
			return fmt.Errorf("telemetry: %w", err)
		}
		if os.SameFile(current, mine) {
			return nil
		}
		if err := r.copy(); err != nil { // what came before the new file did
			return err
		}
	}
	return r.next()
}

// next copies the parts that have not been read and opens the group's file. The file is opened before the parts are
// listed: if it becomes one of them meanwhile, it is met in the list, which ends there. The other way round, the
// lines of such a file would be missed.
func (r *reader) next() error {
	last := r.f
	r.f, r.from = nil, lineCopier{}
	if last != nil {
		defer last.Close()
	}
	f, err := os.Open(r.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("telemetry: %w", err)
	}
	if err == nil {
		r.f = f
	}
	listing, err := os.ReadDir(filepath.Dir(r.file))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("telemetry: %w", err)
	}
	for _, p := range partsOf(filepath.Base(r.file), listing) {
		if p.compare(r.done) <= 0 {
			continue
		}
		if reached, err := r.copyPart(p, last); reached || err != nil {
			return err
		}
		r.done = p
	}
	return nil
}

// copyPart copies a part, unless it is the file that was read before, or the one that is to be read next: then the end of
// the list is reached.
func (r *reader) copyPart(p part, last *os.File) (reached bool, err error) {
	f, err := os.Open(p.name(r.file))
	if errors.Is(err, fs.ErrNotExist) { // removed since it was listed
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("telemetry: %w", err)
	}
	defer f.Close()
	if same, err := sameFile(f, last); same || err != nil {
		return false, err
	}
	if same, err := sameFile(f, r.f); same || err != nil {
		return same, err
	}
	var lines lineCopier
	return false, lines.copy(f, r.to)
}

func sameFile(f, g *os.File) (bool, error) {
	if g == nil {
		return false, nil
	}
	a, err := f.Stat()
	if err != nil {
		return false, fmt.Errorf("telemetry: %w", err)
	}
	b, err := g.Stat()
	if err != nil {
		return false, fmt.Errorf("telemetry: %w", err)
	}
	return os.SameFile(a, b), nil
}
