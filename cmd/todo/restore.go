package main

import (
	"archive/tar"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
)

type restoreCmd struct {
	File string `arg:"" type:"path" help:"The backup."`
	Data string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The data directory to make; it must be absent or empty (default ${default})."`
}

// Help is the manual of `todo restore`.
func (restoreCmd) Help() string {
	return `Makes a data directory of a backup. Everything is checked first, in a directory beside the new one: that the backup is
whole, by its digests, and that the data file has no damage. Only then the directory gets its name.`
}

// Run restores.
func (c restoreCmd) Run(s streams) error {
	if err := mustBeEmpty(c.Data); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(c.Data), 0o700); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	fresh, err := os.MkdirTemp(filepath.Dir(c.Data), ".restoring-")
	if err != nil {
		return err
	}
	if err := restore(f, fresh); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", c.File, err), os.RemoveAll(fresh))
	}
	if err := os.Remove(c.Data); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty one
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, c.Data); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := boltdb.SyncDir(filepath.Dir(c.Data)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, c.Data)
	return err
}

func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("--data: %w", err)
	case len(entries) > 0:
		return fmt.Errorf("--data: %s is not empty; a backup is restored into a directory of its own", dir)
	}
	return nil
}

// restore writes the files of a backup into an empty directory and checks them.
func restore(r io.Reader, dir string) error {
	digests, err := unpack(tar.NewReader(r), dir)
	if err != nil {
		return err
	}
	if err := checkSums(filepath.Join(dir, sums), digests); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, sums)); err != nil {
		return err
	}
	if _, ok := digests[dataFile]; !ok {
		return fmt.Errorf("has no %s: it is no backup of a data directory", dataFile)
	}
	if err := checkData(filepath.Join(dir, dataFile)); err != nil {
		return err
	}
	return boltdb.SyncDir(dir)
}

// unpack writes each file for this user alone, makes it durable and gives its digest by its name.
func unpack(archive *tar.Reader, dir string) (map[string]string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	digests := map[string]string{}
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return digests, nil
		}
		if err != nil {
			return nil, fmt.Errorf("is no backup, or damaged: %w", err)
		}
		name := header.Name
		_, again := digests[name]
		if again || header.Typeflag != tar.TypeReg || name != path.Clean(name) || !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("holds %q, which no backup does", name)
		}
		if err := root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o700); err != nil {
			return nil, err
		}
		f, err := root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, err
		}
		sum := sha256.New()
		_, err = io.Copy(io.MultiWriter(f, sum), archive)
		if err := errors.Join(err, f.Sync(), f.Close(), boltdb.SyncDir(filepath.Join(dir, filepath.FromSlash(path.Dir(name))))); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		digests[name] = fmt.Sprintf("%x", sum.Sum(nil))
	}
}

// checkSums compares the files with the digests that the backup has of them: all of them and no others.
func checkSums(file string, got map[string]string) error {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("is not whole: its end is missing")
	}
	if err != nil {
		return err
	}
	listed := 1 // the list itself
	for line := range strings.Lines(string(content)) {
		digest, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if got[name] != digest {
			return fmt.Errorf("%s is missing or not as it was backed up", name)
		}
		listed++
	}
	if listed != len(got) {
		return fmt.Errorf("holds %d files that %s does not name", len(got)-listed, sums)
	}
	return nil
}

// checkData looks at every page of a data file.
func checkData(file string) error {
	db, err := boltdb.Open(file)
	if err != nil {
		return err
	}
	err = db.View(func(tx *bolt.Tx) error {
		var damage error
		for found := range tx.Check() {
			if damage == nil {
				damage = fmt.Errorf("%s: %w: %w", dataFile, boltdb.ErrCorrupt, found)
			}
		}
		return damage
	})
	return errors.Join(err, db.Close())
}
