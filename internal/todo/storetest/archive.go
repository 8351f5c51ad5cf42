package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

// RunArchive holds an archive that is a store to the contract of both. open gives one that is empty.
func RunArchive(t *testing.T, open func(t *testing.T) interface {
	todo.Store
	todo.Archive
}) {
	t.Run("what is put is there, and a repeat changes nothing", func(t *testing.T) {
		a := open(t)
		item := newItem(newOwner(), nthID(1), "text")
		item.Completed, item.Version, item.Updated = true, 7, epoch.Add(time.Hour)
		item.Due, item.Notes, item.Position = "2026-02-28", "notes", "a1"
		for _, want := range []todo.Outcome{todo.Added, todo.Same, todo.Same} {
			if got, err := a.Put(t.Context(), item); err != nil || got != want {
				t.Errorf("Put: got %v, %v, want %v", got, err, want)
			}
		}
		suite{a}.wantItem(t, item)
	})
	t.Run("only an earlier one is replaced", func(t *testing.T) {
		a := open(t)
		there := newItem(newOwner(), nthID(1), "there")
		there.Version, there.Updated = 3, epoch.Add(time.Hour)
		if _, err := a.Put(t.Context(), there); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			version int64
			updated time.Duration
			want    todo.Outcome
		}{
			{2, 2 * time.Hour, todo.Kept}, {3, 2 * time.Hour, todo.Kept}, {4, 0, todo.Kept}, {4, time.Hour, todo.Replaced}, {5, 2 * time.Hour, todo.Replaced},
		} {
			item := there
			item.Text, item.Version, item.Updated = fmt.Sprintf("version %d", c.version), c.version, epoch.Add(c.updated)
			got, err := a.Put(t.Context(), item)
			if err != nil || got != c.want {
				t.Errorf("version %d, changed after %v: got %v, %v, want %v", c.version, c.updated, got, err, c.want)
			}
			if got == todo.Replaced {
				there = item
			}
			suite{a}.wantItem(t, there)
		}
	})
	t.Run("of many puts at once the latest stays", func(t *testing.T) {
		a := open(t)
		owner := newOwner()
		for _, err := range together(callers, func(i int) error {
			item := newItem(owner, nthID(1), fmt.Sprintf("version %d", i+1))
			item.Version = int64(i + 1)
			_, err := a.Put(t.Context(), item)
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if got, err := a.Get(t.Context(), owner, nthID(1)); err != nil || got.Version != callers {
			t.Errorf("got %+v, %v, want version %d", got, err, callers)
		}
	})
	t.Run("all items of all owners are given once", func(t *testing.T) {
		a := open(t)
		want := map[string]todo.Item{}
		text := strings.Repeat("x", 4000) // together more than DynamoDB reads at once
		for range 3 {
			owner := newOwner()
			suite{a}.fill(t, owner, 100, func(i int) todo.Item { return newItem(owner, nthID(i), text) })
			for i := range 100 {
				want[owner+nthID(i)] = newItem(owner, nthID(i), text)
			}
		}
		got := map[string]todo.Item{}
		for item, err := range a.Items(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if _, again := got[item.Owner+item.ID]; again {
				t.Fatalf("%s is given twice", item.ID)
			}
			got[item.Owner+item.ID] = item
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		for range a.Items(t.Context()) {
			break // a caller may have enough
		}
	})
	t.Run("a context that has ended", func(t *testing.T) {
		a := open(t)
		item := newItem(newOwner(), nthID(1), "text")
		if _, err := a.Put(ended(t), item); err == nil {
			t.Error("Put: got no error")
		}
		suite{a}.wantNone(t, item.Owner, item.ID)
		if _, err := a.Put(t.Context(), item); err != nil {
			t.Fatal(err)
		}
		var failed error
		for _, err := range a.Items(ended(t)) {
			failed = errors.Join(failed, err)
		}
		if failed == nil {
			t.Error("Items: got no error")
		}
	})
}
