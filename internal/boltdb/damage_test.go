package boltdb_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
)

// Where things are in a data file: two pages that each describe the whole, of which the newer valid one holds.
const (
	pageHeader   = 16
	metaFreelist = pageHeader + 32 // the page of the list of free pages
	metaPages    = pageHeader + 40 // how many pages there are
	metaCommit   = pageHeader + 48 // the number of the commit
	metaEnd      = pageHeader + 64
)

// written gives the content of a data file with some changes in it, the last of them the key "last".
func written(t *testing.T) []byte {
	t.Helper()
	path := newFile(t)
	db := open(t, path)
	for i := range 300 {
		key := fmt.Sprint("key ", i)
		err := db.Update(t.Context(), func(tx *bolt.Tx) error {
			return errors.Join(put(key)(tx), put("large")(tx), tx.Bucket(bucket).Put([]byte(key), make([]byte, 500)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Update(t.Context(), put("last")); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestADamagedFileIsRefusedAndLeftAsItIs(t *testing.T) {
	good, page := written(t), os.Getpagesize()
	flip := func(offsets ...int) []byte {
		data := bytes.Clone(good)
		for _, offset := range offsets {
			data[offset] ^= 0x10
		}
		return data
	}
	newest := 0
	if number(good, metaCommit) < number(good, page+metaCommit) {
		newest = page
	}
	freelist, pages := int(number(good, newest+metaFreelist)), int(number(good, newest+metaPages))
	damaged := map[string][]byte{
		"one byte":                   {'x'},
		"a text":                     []byte("this is not a data file\n"),
		"a long text":                bytes.Repeat([]byte("this is not a data file\n"), 4096),
		"zeros":                      make([]byte, 16*page),
		"another program's":          append([]byte("SQLite format 3\x00"), make([]byte, 8*page)...),
		"cut in its first page":      good[:page/2],
		"cut after its first page":   good[:page],
		"cut in its second page":     good[:page+page/2],
		"cut after its second page":  good[:2*page],
		"cut in the middle":          good[:pages/2*page],
		"cut by its last used page":  good[:(pages-1)*page],
		"with the magic flipped":     flip(pageHeader, page+pageHeader),
		"of another version":         flip(pageHeader+4, page+pageHeader+4),
		"with the roots flipped":     flip(pageHeader+16, page+pageHeader+16),
		"with the check sum flipped": flip(metaEnd-1, page+metaEnd-1),
		"with a broken free list":    flip(freelist*page + 8),
	}
	for name, data := range damaged {
		t.Run(name, func(t *testing.T) {
			path := newFile(t)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := boltdb.Open(path)
			if !errors.Is(err, boltdb.ErrCorrupt) || !strings.Contains(err.Error(), path) {
				if err == nil {
					err = db.Close()
				}
				t.Fatalf("got error %v, want ErrCorrupt with the file's name", err)
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(after, data) {
				t.Error("the file has been changed")
			}
		})
	}
}

func number(data []byte, offset int) uint64 { return binary.NativeEndian.Uint64(data[offset:]) }

// TestATornCommitIsNoDamage tears the description of the newest commit, or of the one before, as a loss of power can.
func TestATornCommitIsNoDamage(t *testing.T) {
	good, page := written(t), os.Getpagesize()
	for first, name := range []string{"the first page", "the second page"} {
		t.Run(name, func(t *testing.T) {
			data := bytes.Clone(good)
			clear(data[first*page+metaEnd-12 : first*page+page])
			path := newFile(t)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			db := open(t, path)
			if !has(t, db, "large") {
				t.Error("the changes before the torn commit are lost")
			}
			if err := db.Update(t.Context(), put("new")); err != nil || !has(t, db, "new") {
				t.Errorf("a change: got error %v", err)
			}
		})
	}
}

func TestWhatIsNotAFile(t *testing.T) {
	directory := t.TempDir()
	for name, path := range map[string]string{"a directory": directory, "in no directory": directory + "/none/todo.db"} {
		_, err := boltdb.Open(path)
		if err == nil || errors.Is(err, boltdb.ErrCorrupt) || errors.Is(err, boltdb.ErrLocked) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got error %v, want one of the file system with the name", name, err)
		}
	}
}

func TestAnEmptyFileIsANewOne(t *testing.T) {
	path := newFile(t)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Update(t.Context(), put("key")); err != nil {
		t.Error(err)
	}
}
