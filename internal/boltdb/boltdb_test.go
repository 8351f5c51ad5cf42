package boltdb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
)

var bucket = []byte("test")

func open(t *testing.T, path string) *boltdb.DB {
	t.Helper()
	db, err := boltdb.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func newFile(t *testing.T) string { return filepath.Join(t.TempDir(), "todo.db") }

// put is a change.
func put(key string) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		return b.Put([]byte(key), []byte("value of "+key))
	}
}

func has(t *testing.T, db *boltdb.DB, key string) (found bool) {
	t.Helper()
	err := db.View(func(tx *bolt.Tx) error {
		if b := tx.Bucket(bucket); b != nil {
			found = string(b.Get([]byte(key))) == "value of "+key
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// commits is the number of the last commit.
func commits(t *testing.T, db *boltdb.DB) (number int) {
	t.Helper()
	if err := db.View(func(tx *bolt.Tx) error { number = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return number
}

// inOneCommit holds the commits up while calls, which each make one change, arrive in their order, so that the changes
// meet in one batch. It is for synctest bubbles and gives the number of commits that the calls took.
func inOneCommit(t *testing.T, db *boltdb.DB, calls ...func()) int {
	t.Helper()
	gate := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := db.Update(t.Context(), func(tx *bolt.Tx) error {
			<-gate
			return put("gate")(tx)
		})
		if err != nil {
			t.Error(err)
		}
	})
	synctest.Wait()
	before := commits(t, db)
	for _, call := range calls {
		wg.Go(call)
		synctest.Wait()
	}
	close(gate)
	wg.Wait()
	return commits(t, db) - before - 1
}

func TestConcurrentChangesShareACommit(t *testing.T) {
	for _, test := range []struct{ changes, commits int }{{1, 1}, {100, 1}, {512, 1}, {513, 2}} {
		synctest.Test(t, func(t *testing.T) {
			db := open(t, newFile(t))
			var calls []func()
			for i := range test.changes {
				calls = append(calls, func() {
					if err := db.Update(t.Context(), put(fmt.Sprint(i))); err != nil {
						t.Error(err)
					}
				})
			}
			if got := inOneCommit(t, db, calls...); got != test.commits {
				t.Errorf("%d changes: got %d commits, want %d", test.changes, got, test.commits)
			}
			for i := range test.changes {
				if !has(t, db, fmt.Sprint(i)) {
					t.Errorf("change %d is not there", i)
				}
			}
		})
	}
}

func TestChangesOfACommitSeeThoseBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, newFile(t))
		seen := make([]uint64, 20)
		var calls []func()
		for i := range seen {
			calls = append(calls, func() {
				err := db.Update(t.Context(), func(tx *bolt.Tx) error {
					seen[i] = tx.Bucket(bucket).Sequence()
					return tx.Bucket(bucket).SetSequence(seen[i] + 1)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		inOneCommit(t, db, calls...)
		for i, got := range seen {
			if got != uint64(i) {
				t.Errorf("change %d: saw %d before it, want %d", i, got, i)
			}
		}
	})
}

func TestAFailingChangeLeavesTheOthers(t *testing.T) {
	errRefused := errors.New("refused")
	failing := map[string]func(*bolt.Tx) error{
		"fails":                func(*bolt.Tx) error { return errRefused },
		"fails half-way":       func(tx *bolt.Tx) error { return errors.Join(put("half")(tx), errRefused) },
		"panics":               func(*bolt.Tx) error { panic("a fault") },
		"panics half-way":      func(tx *bolt.Tx) error { _ = put("half")(tx); panic("a fault") },
		"panics with an error": func(*bolt.Tx) error { panic(errRefused) },
	}
	for name, fn := range failing {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				db := open(t, newFile(t))
				good := func(key string) func() {
					return func() {
						if err := db.Update(t.Context(), put(key)); err != nil {
							t.Errorf("%s: got error %v", key, err)
						}
					}
				}
				bad := func() {
					err := db.Update(t.Context(), fn)
					switch {
					case err == nil:
						t.Error("the failing change: got no error")
					case strings.HasPrefix(name, "fails") && !errors.Is(err, errRefused):
						t.Errorf("the failing change: got error %v, want its own", err)
					case strings.HasPrefix(name, "panics") && !strings.Contains(err.Error(), "panic in a change"):
						t.Errorf("the panicking change: got error %v, want one that says so", err)
					}
				}
				if got := inOneCommit(t, db, bad, good("first"), bad, good("second"), bad); got != 1 {
					t.Errorf("got %d commits, want 1", got)
				}
				for key, want := range map[string]bool{"first": true, "second": true, "half": false} {
					if got := has(t, db, key); got != want {
						t.Errorf("%s is there: got %v, want %v", key, got, want)
					}
				}
				good("third")()
			})
		})
	}
}

func TestAChangeThatWritesNothingCostsNoCommit(t *testing.T) {
	db := open(t, newFile(t))
	if err := db.Update(t.Context(), put("key")); err != nil {
		t.Fatal(err)
	}
	before := commits(t, db)
	for name, fn := range map[string]func(*bolt.Tx) error{
		"nothing":                   func(*bolt.Tx) error { return nil },
		"a look":                    func(tx *bolt.Tx) error { tx.Bucket(bucket).Get([]byte("key")); return nil },
		"a bucket that is there":    func(tx *bolt.Tx) error { _, err := tx.CreateBucketIfNotExists(bucket); return err },
		"a key that is not deleted": func(tx *bolt.Tx) error { return tx.Bucket(bucket).Delete([]byte("none")) },
	} {
		if err := db.Update(t.Context(), fn); err != nil {
			t.Errorf("%s: got error %v", name, err)
		}
		if got := commits(t, db); got != before {
			t.Errorf("%s: got %d commits, want none", name, got-before)
		}
	}
	for name, fn := range map[string]func(*bolt.Tx) error{
		"the same value":         put("key"),
		"a sequence":             func(tx *bolt.Tx) error { _, err := tx.Bucket(bucket).NextSequence(); return err },
		"a deletion":             func(tx *bolt.Tx) error { return tx.Bucket(bucket).Delete([]byte("key")) },
		"an empty bucket inside": func(tx *bolt.Tx) error { _, err := tx.Bucket(bucket).CreateBucket([]byte("b")); return err },
		"a deleted bucket":       func(tx *bolt.Tx) error { return tx.DeleteBucket(bucket) },
	} {
		before := commits(t, db)
		if err := db.Update(t.Context(), put("key")); err != nil {
			t.Fatal(err)
		}
		if err := db.Update(t.Context(), fn); err != nil {
			t.Errorf("%s: got error %v", name, err)
		}
		if got := commits(t, db) - before; got != 2 {
			t.Errorf("%s after a change: got %d commits, want 2", name, got)
		}
	}
}

func TestAContextThatEndsBeforeItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, newFile(t))
		ctx, cancel := context.WithCancel(t.Context())
		ran := false
		waiting := func() {
			err := db.Update(ctx, func(*bolt.Tx) error { ran = true; return nil })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got error %v, want %v", err, context.Canceled)
			}
		}
		canceling := func() {
			err := db.Update(t.Context(), func(tx *bolt.Tx) error { cancel(); return put("kept")(tx) })
			if err != nil {
				t.Error(err)
			}
		}
		inOneCommit(t, db, canceling, waiting) // its turn would come in the very commit that ends it
		inOneCommit(t, db, waiting)            // it has ended before it arrives
		if ran {
			t.Error("the change was made")
		}
		if !has(t, db, "kept") {
			t.Error("the change before it was lost")
		}
	})
}

func TestAContextThatEndsInItsTurn(t *testing.T) {
	db := open(t, newFile(t))
	ctx, cancel := context.WithCancel(t.Context())
	err := db.Update(ctx, func(tx *bolt.Tx) error { cancel(); return put("key")(tx) })
	if err != nil || !has(t, db, "key") {
		t.Errorf("got error %v, and the change is there: %v; want the change, and the answer that it was made", err, has(t, db, "key"))
	}
}

func TestAContextThatEndsInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := open(t, newFile(t))
		ctx, cancel := context.WithCancel(t.Context())
		gate, answered := make(chan struct{}), make(chan error)
		go func() {
			answered <- db.Update(t.Context(), func(tx *bolt.Tx) error { <-gate; return nil })
		}()
		synctest.Wait()
		go func() {
			answered <- db.Update(ctx, put("never"))
		}()
		synctest.Wait()
		cancel()
		if err := <-answered; !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v while the commit before goes on, want %v", err, context.Canceled)
		}
		close(gate)
		if err := <-answered; err != nil {
			t.Error(err)
		}
		if has(t, db, "never") {
			t.Error("the change was made")
		}
	})
}

func TestCloseMakesTheChangesThatWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newFile(t)
		db := open(t, path)
		gate := make(chan struct{})
		var wg sync.WaitGroup
		for _, call := range []func() error{
			func() error { return db.Update(t.Context(), func(*bolt.Tx) error { <-gate; return nil }) },
			func() error { return db.Update(t.Context(), put("key")) },
			func() error { return db.Close() },
		} {
			wg.Go(func() {
				if err := call(); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		if err := db.Update(t.Context(), put("late")); !errors.Is(err, boltdb.ErrClosed) {
			t.Errorf("a change after Close: got error %v, want ErrClosed", err)
		}
		close(gate)
		wg.Wait()
		db = open(t, path)
		if !has(t, db, "key") || has(t, db, "late") {
			t.Errorf("the change before Close is there: %v, the one after it: %v; want the first alone", has(t, db, "key"), has(t, db, "late"))
		}
	})
}

func TestCloseUnderLoad(t *testing.T) {
	path := newFile(t)
	db := open(t, path)
	var made sync.Map
	var wg sync.WaitGroup
	started := make(chan struct{}, 16)
	for w := range cap(started) {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d-%d", w, i)
				err := db.Update(t.Context(), put(key))
				if errors.Is(err, boltdb.ErrClosed) {
					return
				}
				if err != nil {
					t.Errorf("got error %v, want none or ErrClosed", err)
					return
				}
				made.Store(key, true)
				if i == 3 {
					started <- struct{}{}
				}
			}
		})
	}
	for range cap(started) {
		<-started
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if err := db.Close(); err != nil {
		t.Errorf("closing again: got error %v", err)
	}
	if err := db.View(func(*bolt.Tx) error { return nil }); !errors.Is(err, boltdb.ErrClosed) {
		t.Errorf("View: got error %v, want ErrClosed", err)
	}
	db = open(t, path)
	made.Range(func(key, _ any) bool {
		if !has(t, db, key.(string)) {
			t.Errorf("the change %s was answered and is lost", key)
		}
		return true
	})
}

// A slow is somebody who takes a copy and stops in the middle of it.
type slow struct{ began, goOn chan struct{} }

func (s slow) Write(p []byte) (int, error) {
	s.began <- struct{}{}
	<-s.goOn
	return 0, errors.New("enough")
}

func TestWhoTakesACopySlowlyHoldsNobodyUp(t *testing.T) {
	db := open(t, newFile(t))
	s := slow{make(chan struct{}), make(chan struct{})}
	copied := make(chan error)
	go func() { copied <- db.Snapshot(func(int64) (io.Writer, error) { return s, nil }) }()
	<-s.began
	for i := range 100 { // which makes the file many times as long
		err := db.Update(t.Context(), func(tx *bolt.Tx) error {
			return errors.Join(put("key")(tx), tx.Bucket(bucket).Put([]byte(fmt.Sprint(i)), make([]byte, 10_000)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !has(t, db, "key") {
		t.Error("the change is not there")
	}
	close(s.goOn)
	if err := <-copied; err == nil {
		t.Error("the copy: got no error")
	}
}

func TestASecondOpenerIsKeptOut(t *testing.T) {
	path := newFile(t)
	db := open(t, path)
	if _, err := boltdb.Open(path); !errors.Is(err, boltdb.ErrLocked) || !strings.Contains(err.Error(), path) {
		t.Errorf("got error %v, want ErrLocked with the file's name", err)
	}
	if err := db.Update(t.Context(), put("key")); err != nil {
		t.Errorf("the first opener: got error %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if !has(t, open(t, path), "key") {
		t.Error("the first opener's change is lost")
	}
}

func TestTheFileIsItsOwnersOnly(t *testing.T) {
	path := newFile(t)
	open(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode(); got != 0o600 {
		t.Errorf("got mode %v, want 0600", got)
	}
}
