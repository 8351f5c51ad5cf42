package boltstore_test

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
	"example.com/todo/internal/todo/storetest"
)

const id = "01920000-0000-7000-8000-000000000001"

var epoch = time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)

// open opens a store on a file that the test may have used before; what the test leaves is checked page by page.
func open(t testing.TB, path string) (*boltstore.Store, *boltdb.DB) {
	t.Helper()
	db, err := boltdb.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		check := func(tx *bolt.Tx) error {
			for err := range tx.Check() {
				t.Errorf("the data file: %v", err)
			}
			return nil
		}
		if err := db.View(check); err != nil && err != boltdb.ErrClosed {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	store, err := boltstore.New(db)
	if err != nil {
		t.Fatal(err)
	}
	return store, db
}

func newItem(owner, text string) todo.Item {
	return todo.Item{ID: id, Owner: owner, Text: text, Created: epoch, Updated: epoch, Version: 1}
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) todo.Store {
		store, _ := open(t, filepath.Join(t.TempDir(), "todo.db"))
		return store
	})
}

func TestLongList(t *testing.T) {
	store, _ := open(t, filepath.Join(t.TempDir(), "todo.db"))
	storetest.RunLong(t, store)
}

func TestArchive(t *testing.T) {
	storetest.RunArchive(t, func(t *testing.T) interface {
		todo.Store
		todo.Archive
	} {
		store, _ := open(t, filepath.Join(t.TempDir(), "todo.db"))
		return store
	})
}

func TestItemsAndTokensOutliveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "todo.db")
	store, db := open(t, path)
	first, second := newItem("ann", "first"), newItem("ann", "second")
	second.ID = id[:len(id)-1] + "2"
	for _, item := range []todo.Item{first, second} {
		if _, err := store.Add(t.Context(), item); err != nil {
			t.Fatal(err)
		}
	}
	page, err := storetest.Page(t.Context(), store, "ann", todo.Query{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	store, _ = open(t, path)
	if got, err := store.Get(t.Context(), "ann", first.ID); err != nil || got != first {
		t.Errorf("got %+v, %v, want %+v", got, err, first)
	}
	page, err = storetest.Page(t.Context(), store, "ann", todo.Query{After: page.Next})
	if err != nil || len(page.Items) != 1 || string(page.Items[0]) != string(second.JSON()) {
		t.Errorf("the second page: got %s, %v, want %s", page.Items, err, second.JSON())
	}
}

func TestAClosedFile(t *testing.T) {
	store, db := open(t, filepath.Join(t.TempDir(), "todo.db"))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Add(t.Context(), newItem("ann", "text")); err != boltdb.ErrClosed {
		t.Errorf("Add: got error %v, want %v", err, boltdb.ErrClosed)
	}
	if _, err := storetest.Page(t.Context(), store, "ann", todo.Query{}); err != boltdb.ErrClosed {
		t.Errorf("List: got error %v, want %v", err, boltdb.ErrClosed)
	}
}

// TestDamagedRecords changes records behind the store's back. The errors say which item it is, for the operator, and
// not what is in it.
func TestDamagedRecords(t *testing.T) {
	const secret = "a secret text"
	for name, damage := range map[string]func(record []byte) []byte{
		"empty":                 func([]byte) []byte { return []byte{} },
		"cut":                   func(r []byte) []byte { return r[:len(r)-1] },
		"cut in its header":     func(r []byte) []byte { return r[:3] },
		"longer":                func(r []byte) []byte { return append(r, ' ') },
		"of an unknown state":   func(r []byte) []byte { r[0] = 2; return r },
		"of the other state":    func(r []byte) []byte { r[0] ^= 1; return r },
		"with a bit flipped":    func(r []byte) []byte { r[len(r)/2] ^= 4; return r },
		"without its check sum": func(r []byte) []byte { binary.BigEndian.PutUint32(r[1:], 0); return r },
	} {
		t.Run(name, func(t *testing.T) {
			store, db := open(t, filepath.Join(t.TempDir(), "todo.db"))
			for _, owner := range []string{"ann", "bob"} {
				if _, err := store.Add(t.Context(), newItem(owner, secret)); err != nil {
					t.Fatal(err)
				}
			}
			rewrite(t, db, func(items *bolt.Bucket, k, v []byte) error {
				if !strings.Contains(string(k), "ann") {
					return nil
				}
				return items.Put(k, damage(v))
			})
			wantDamaged(t, store, secret)
			if got, err := store.Get(t.Context(), "bob", id); err != nil || got.Text != secret {
				t.Errorf("another's item: got %+v, %v", got, err)
			}
		})
	}
}

// TestARecordUnderAnotherOwnersKeyIsDamage is the last line of defence: it does not hand one person's item to another.
func TestARecordUnderAnotherOwnersKeyIsDamage(t *testing.T) {
	const secret = "a secret text"
	store, db := open(t, filepath.Join(t.TempDir(), "todo.db"))
	if _, err := store.Add(t.Context(), newItem("bob", secret)); err != nil {
		t.Fatal(err)
	}
	rewrite(t, db, func(items *bolt.Bucket, k, v []byte) error {
		return items.Put([]byte(strings.Replace(string(k), "bob", "ann", 1)), v)
	})
	wantDamaged(t, store, secret)
}

// rewrite gives a function the records as they are, with copies of their keys and values.
func rewrite(t *testing.T, db *boltdb.DB, fn func(items *bolt.Bucket, k, v []byte) error) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *bolt.Tx) error {
		items := tx.Bucket([]byte("items"))
		records := map[string]string{}
		if err := items.ForEach(func(k, v []byte) error { records[string(k)] = string(v); return nil }); err != nil {
			return err
		}
		for k, v := range records {
			if err := fn(items, []byte(k), []byte(v)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func wantDamaged(t *testing.T, store *boltstore.Store, secret string) {
	t.Helper()
	text := "other"
	for call, do := range map[string]func(context.Context) error{
		"Get":  func(ctx context.Context) error { _, err := store.Get(ctx, "ann", id); return err },
		"List": func(ctx context.Context) error { _, err := storetest.Page(ctx, store, "ann", todo.Query{}); return err },
		"Add":  func(ctx context.Context) error { _, err := store.Add(ctx, newItem("ann", "new")); return err },
		"Update": func(ctx context.Context) error {
			_, err := store.Update(ctx, "ann", id, todo.Change{Text: &text})
			return err
		},
		"Delete": func(ctx context.Context) error { return store.Delete(ctx, "ann", id, 0) },
	} {
		err := do(t.Context())
		if err == nil || !strings.Contains(err.Error(), id) || !strings.Contains(err.Error(), `"ann"`) {
			t.Errorf("%s: got error %v, want one that names the item and its owner", call, err)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error tells the text: %v", call, err)
		}
	}
}

// TestRefusalsCostNoCommit counts what reaches the disk: whoever floods the store with changes to items that are not
// there must not keep it busy for everybody.
func TestRefusalsCostNoCommit(t *testing.T) {
	store, db := open(t, filepath.Join(t.TempDir(), "todo.db"))
	item := newItem("ann", "text")
	if _, err := store.Add(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	before := lastCommit(t, db)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, _ = store.Add(t.Context(), item)
			_, _ = store.Update(t.Context(), "ann", id, todo.Change{})
			_, _ = store.Update(t.Context(), "bob", id, todo.Change{})
			_ = store.Delete(t.Context(), "ann", id, 7)
		})
	}
	wg.Wait()
	if diff := cmp.Diff(before, lastCommit(t, db)); diff != "" {
		t.Errorf("the number of commits: -before +after\n%s", diff)
	}
}

func lastCommit(t *testing.T, db *boltdb.DB) (number int) {
	t.Helper()
	if err := db.View(func(tx *bolt.Tx) error { number = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	return number
}
