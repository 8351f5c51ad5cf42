package boltstore_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
)

// perOwner is how many items each owner has.
const perOwner = 20

// stock is a store in use: the n-th of its items belongs to owner n/perOwner.
func stock(b *testing.B) *boltstore.Store {
	b.Helper()
	store, _ := open(b, filepath.Join(b.TempDir(), "todo.db"))
	add(b, store, 0, 500*perOwner)
	return store
}

// add stores the items from first to before end, many at a time.
func add(b *testing.B, store *boltstore.Store, first, end int) {
	b.Helper()
	var wg sync.WaitGroup
	for ; first < end; first += 512 {
		for n := first; n < min(first+512, end); n++ {
			wg.Go(func() {
				if _, err := store.Add(b.Context(), numbered(n)); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
	}
}

func numbered(n int) todo.Item {
	item := newItem(fmt.Sprintf("01920000-0000-7000-9000-%012x", n/perOwner), strings.Repeat("milk ", 10))
	item.ID = fmt.Sprintf("01920000-0000-7000-8000-%012x", n)
	return item
}

func BenchmarkList(b *testing.B) {
	store := stock(b)
	owner := numbered(100 * perOwner).Owner
	b.ReportAllocs()
	for b.Loop() {
		err := store.List(b.Context(), owner, todo.Query{}, func(page todo.Page) {
			if len(page.Items) != perOwner {
				b.Fatalf("got %d items", len(page.Items))
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	store := stock(b)
	item := numbered(2010)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Get(b.Context(), item.Owner, item.ID); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAdd commits each item, and waits for the disk.
func BenchmarkAdd(b *testing.B) {
	b.Run("writers=1", func(b *testing.B) {
		store := stock(b)
		n := 500 * perOwner
		b.ReportAllocs()
		for b.Loop() {
			if _, err := store.Add(b.Context(), numbered(n)); err != nil {
				b.Fatal(err)
			}
			n++
		}
	})
	b.Run("writers=64", func(b *testing.B) {
		store := stock(b)
		var n, left atomic.Int64
		n.Store(500 * perOwner)
		left.Store(int64(b.N))
		var wg sync.WaitGroup
		b.ReportAllocs()
		b.ResetTimer()
		for range 64 {
			wg.Go(func() {
				for left.Add(-1) >= 0 {
					if _, err := store.Add(b.Context(), numbered(int(n.Add(1)))); err != nil {
						b.Error(err)
					}
				}
			})
		}
		wg.Wait()
	})
}

func BenchmarkUpdate(b *testing.B) {
	store := stock(b)
	item := numbered(2010)
	text, other := item.Text, strings.ToUpper(item.Text)
	b.ReportAllocs()
	for b.Loop() {
		text, other = other, text
		after, err := store.Update(b.Context(), item.Owner, item.ID, todo.Change{Text: &text, At: epoch, IfVersion: item.Version})
		if err != nil {
			b.Fatal(err)
		}
		item = after
	}
}

func BenchmarkDone(b *testing.B) {
	store := stock(b)
	item := numbered(2010)
	done := false
	b.ReportAllocs()
	for b.Loop() {
		done = !done
		if _, err := store.Update(b.Context(), item.Owner, item.ID, todo.Change{Completed: done, At: epoch}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDelete(b *testing.B) {
	store := stock(b)
	next, end := 0, 500*perOwner
	b.ReportAllocs()
	for b.Loop() {
		if next == end {
			b.StopTimer()
			add(b, store, 0, end)
			next = 0
			b.StartTimer()
		}
		item := numbered(next)
		if err := store.Delete(b.Context(), item.Owner, item.ID, 1); err != nil {
			b.Fatal(err)
		}
		next++
	}
}
