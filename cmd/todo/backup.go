package main

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/todo/internal/boltdb"
)

type backupCmd struct {
	File string `arg:"" type:"path" help:"The file to make. One that exists is refused."`
	Data string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The data directory (default ${default})."`
}

// Help is the manual of `todo backup`.
func (backupCmd) Help() string {
	return `Writes everything in the data directory but the logs into a tar file, for this user alone: the data file as it is at one
moment, also while a server works on it, and the keys beside it. Whoever has the file has all accounts and items, and the
keys that open and administer them: keep it as you keep those. todo restore makes a directory of it.`
}

// sums is a backup's last file: a digest for each of the others, as sha256sum writes and checks them.
const sums = "SHA256SUMS"

// Run makes the backup.
func (c backupCmd) Run(ctx context.Context, s streams) error {
	if inside, err := filepath.Rel(c.Data, c.File); err == nil && filepath.IsLocal(inside) {
		return usageError{fmt.Errorf("%s is in the data directory itself", c.File)}
	}
	if err := writeNew(c.File, func(w io.Writer) error { return backUp(ctx, c.Data, w) }); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.out, c.File)
	return err
}

// writeNew makes a file for this user alone, which has its name only once it is whole and on the disk.
func writeNew(name string, write func(io.Writer) error) error {
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is something already", name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*.new") // of mode 0600
	if err != nil {
		return err
	}
	temporary := f.Name()
	err = write(f)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	if err := os.Rename(temporary, name); err != nil {
		return err
	}
	return boltdb.SyncDir(filepath.Dir(name))
}

// backUp writes a data directory as a tar archive.
func backUp(ctx context.Context, dir string, w io.Writer) error {
	archive := tar.NewWriter(w)
	var digests strings.Builder
	put := func(name string, size int64, write func(io.Writer) error) error {
		if err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: time.Now(), Format: tar.FormatPAX}); err != nil {
			return err
		}
		sum := sha256.New()
		if err := write(io.MultiWriter(archive, sum)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&digests, "%x  %s\n", sum.Sum(nil), name)
		return nil
	}
	err := putSnapshot(ctx, dir, put)
	if err != nil {
		return err
	}
	files, err := besideDataFile(dir)
	if err != nil {
		return err
	}
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if err := put(name, int64(len(content)), func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
			return err
		}
	}
	list := digests.String()
	if err := put(sums, int64(len(list)), func(w io.Writer) error { _, err := io.WriteString(w, list); return err }); err != nil {
		return err
	}
	return archive.Close()
}

// putSnapshot puts the data file in through a pipe, because put wants to be told the size first and then to be handed
// something that writes.
func putSnapshot(ctx context.Context, dir string, put func(string, int64, func(io.Writer) error) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	size, taken := make(chan int64, 1), make(chan error, 1)
	r, w := io.Pipe()
	go func() {
		err := snapshot(ctx, dir, func(n int64) (io.Writer, error) {
			size <- n
			return w, nil
		})
		w.CloseWithError(err) // nil is the end of the file
		taken <- err
	}()
	var err error
	select {
	case n := <-size:
		err = put(dataFile, n, func(w io.Writer) error { _, err := io.Copy(w, r); return err })
		r.CloseWithError(err)
	case err = <-taken:
		return err
	}
	if failed := <-taken; err == nil {
		err = failed
	}
	return err
}

// besideDataFile are the files that belong to a backup, by their slashed paths: all but the data file, the logs, what only
// a running server needs and what was never finished.
func besideDataFile(dir string) ([]string, error) {
	var files []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == logsDir || name == controlDir:
			return fs.SkipDir
		case !entry.Type().IsRegular() || name == dataFile || strings.HasSuffix(name, ".new") || strings.HasPrefix(name, ".writable-"):
			return nil
		}
		files = append(files, name)
		return nil
	})
	slices.Sort(files)
	return files, err
}
