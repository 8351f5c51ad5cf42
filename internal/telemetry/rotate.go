package telemetry

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"time"
)

const (
	// maxPart is the size at which a group's file is rotated; one write can take it over that.
	maxPart = 64 << 20
	// MaxGroup is about how many bytes a group takes at most. The oldest part goes first.
	MaxGroup = 4 << 30
)

// A rotating log is a group's file with its parts. It is written by one goroutine.
type rotating struct {
	root      *os.Root
	dir, file string // the folder of the file below root, in slashes, and its name there
	retention time.Duration
	now       func() time.Time
	logger    *slog.Logger

	f     *os.File
	size  int64
	first string // the day of the first line in f
	last  string // the day of its last line, which is another one only when a rotation failed
	whole bool   // f does not end within a line
	// seen is the day on which the parts were last looked through.
	seen  string
	stuck bool // the last rotation failed
}

// openRotating opens a group's file for appending, which may have been left by an earlier day. When a killed process
// left a line without its end, the end is added, so that the next line stands alone.
func openRotating(root *os.Root, file string, retention time.Duration, now func() time.Time, logger *slog.Logger) (*rotating, error) {
	r := &rotating{root: root, dir: path.Dir(file), file: path.Base(file), retention: retention, now: now, logger: logger}
	if err := r.open(); err != nil {
		return nil, err
	}
	r.turn()
	return r, nil
}

// Write appends lines, in a new file where it is time for one. Without lines it only looks whether a day has ended.
// A rotation that fails costs no line: they go on into the file that there is.
func (r *rotating) Write(lines []byte) (int, error) {
	r.turn()
	if len(lines) == 0 {
		return 0, nil
	}
	n, err := r.f.Write(lines)
	if n > 0 {
		r.size += int64(n)
		r.last = dayOf(r.now())
		r.whole = lines[n-1] == '\n'
	}
	return n, err
}

func (r *rotating) Close() error { return r.f.Close() }

// turn rotates the file when its day has ended or it has grown enough, but never within a line, and removes what is past
// its time. It does so at most once a day, a full file aside, unless it failed.
func (r *rotating) turn() {
	today := dayOf(r.now())
	if today == r.seen && r.size < maxPart {
		return
	}
	if !r.whole {
		return
	}
	var err error
	if r.size > 0 && (r.first != today || r.size >= maxPart) {
		err = r.rotate()
	} else {
		r.first = today // of an empty file
	}
	if err == nil {
		err = r.prune()
	}
	if err != nil && !r.stuck {
		r.logger.Error("the log could not be rotated; it grows on", "error", err)
	}
	r.stuck = err != nil
	if !r.stuck {
		r.seen = today
	}
}

// rotate makes a part of the file. If the process ends between its two steps, the next start makes the new file.
func (r *rotating) rotate() error {
	parts, err := r.parts()
	if err != nil {
		return err
	}
	next := part{day: r.last, number: 1}
	for _, p := range parts {
		if p.day == next.day {
			next.number = p.number + 1
		}
	}
	from, to := path.Join(r.dir, r.file), path.Join(r.dir, next.name(r.file))
	// Where the file is gone, an earlier try has renamed it, or somebody has removed it.
	if err := r.root.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	old := r.f
	if err := r.open(); err != nil {
		return err
	}
	return old.Close()
}

// prune removes parts that are past the retention, and the oldest of a group that takes too much.
func (r *rotating) prune() error {
	parts, err := r.parts()
	if err != nil {
		return err
	}
	total := int64(maxPart) // the file's share
	for i := len(parts) - 1; i >= 0; i-- {
		name := path.Join(r.dir, parts[i].name(r.file))
		info, err := r.root.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		total += info.Size()
		end, dated := parts[i].end()
		past := dated && r.retention > 0 && !r.now().Before(end.Add(r.retention))
		if !past && total <= MaxGroup {
			continue
		}
		if err := r.root.Remove(name); err != nil {
			return err
		}
		if !past {
			r.logger.Error("the log group is too large: its oldest lines were removed before their time", "file", name)
		}
	}
	return nil
}

func (r *rotating) parts() ([]part, error) {
	listing, err := fs.ReadDir(r.root.FS(), r.dir)
	if err != nil {
		return nil, err
	}
	return partsOf(r.file, listing), nil
}

// open opens the file, old or new. It changes nothing when it fails.
func (r *rotating) open() error {
	if err := r.root.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	f, err := r.root.OpenFile(path.Join(r.dir, r.file), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	size, written, err := endLine(f)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if size == 0 {
		written = r.now()
	}
	r.f, r.size, r.whole, r.first, r.last = f, size, true, dayOf(written), dayOf(written)
	return nil
}

// endLine ends the last line of a file that has none. It tells the size, and when the file was written before.
func endLine(f *os.File) (size int64, written time.Time, err error) {
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return 0, time.Time{}, err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, info.Size()-1); err != nil {
		return 0, time.Time{}, err
	}
	if last[0] == '\n' {
		return info.Size(), info.ModTime(), nil
	}
	_, err = f.Write([]byte{'\n'})
	return info.Size() + 1, info.ModTime(), err
}
