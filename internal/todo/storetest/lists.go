package storetest

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

// fill adds items 0 to n-1, several at a time, so that a store may share the cost of making them durable.
func (s suite) fill(t *testing.T, owner string, n int, item func(i int) todo.Item) {
	t.Helper()
	var wg sync.WaitGroup
	var next atomic.Int64
	for range callers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if _, err := s.Add(t.Context(), item(i)); err != nil {
					t.Errorf("Add: got error %v", err)
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// RunLong walks a list of 10,000 items by pages of the greatest size, and of the size that the store chooses.
func RunLong(t *testing.T, store todo.Store) {
	const n = 10_000
	s, owner := suite{store}, newOwner()
	s.fill(t, owner, n, func(i int) todo.Item { return newItem(owner, nthID(i), "text") })
	want := firstIDs(n)
	for _, limit := range []int{0, todo.MaxLimit} {
		if diff := cmp.Diff(want, ids(s.walk(t, owner, todo.Query{Limit: limit}))); diff != "" {
			t.Errorf("limit %d: -want +got\n%s", limit, diff)
		}
	}
}

func ids(items []todo.Item) []string {
	var all []string
	for _, item := range items {
		all = append(all, item.ID)
	}
	return all
}

func firstIDs(n int) []string {
	var all []string
	for i := range n {
		all = append(all, nthID(i))
	}
	return all
}

func (s suite) lists(t *testing.T) {
	t.Run("of an owner without items is empty", func(t *testing.T) {
		page := s.mustList(t, newOwner(), todo.Query{})
		if len(page.Items) != 0 || page.Scanned != 0 || page.Next != "" {
			t.Errorf("got %+v, want an empty page", page)
		}
	})
	t.Run("is in the order of the ids, not of adding", func(t *testing.T) {
		owner := newOwner()
		for _, n := range []int{3, 0, 4, 1, 2} {
			s.mustAdd(t, newItem(owner, nthID(n), "text"))
		}
		if diff := cmp.Diff(firstIDs(5), ids(s.walk(t, owner, todo.Query{}))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
	t.Run("belongs to the caller", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(0), "text"))
		for _, raw := range s.mustList(t, item.Owner, todo.Query{}).Items {
			clear(raw)
		}
		s.wantItem(t, item)
	})
	t.Run("is the same by pages of any size", s.pages)
	t.Run("is cut at 1 MB", s.largePages)
	t.Run("does not lose or repeat an item while others come and go", s.movingList)
}

func (s suite) pages(t *testing.T) {
	const n = 23
	owner := newOwner()
	completed := func(i int) bool { return i >= 5 && i < 15 || i == 22 }
	s.fill(t, owner, n, func(i int) todo.Item {
		item := newItem(owner, nthID(i), fmt.Sprintf("item %d", i))
		item.Completed = completed(i)
		return item
	})
	yes, no := true, false
	for _, filter := range []*bool{nil, &yes, &no} {
		var want []string
		for i, id := range firstIDs(n) {
			if filter == nil || *filter == completed(i) {
				want = append(want, id)
			}
		}
		for _, limit := range []int{0, 1, 2, 5, 22, 23, 24, todo.MaxLimit} {
			q := todo.Query{Limit: limit, Completed: filter}
			if diff := cmp.Diff(want, ids(s.walk(t, owner, q))); diff != "" {
				t.Errorf("limit %d: -want +got\n%s", limit, diff)
			}
		}
	}
	page := s.mustList(t, owner, todo.Query{Limit: 5, Completed: &yes})
	if len(page.Items) != 0 || page.Scanned != 5 || page.Next == "" {
		t.Errorf("a page that the filter empties: got %+v, want no items, 5 examined and a token", page)
	}
}

func (s suite) largePages(t *testing.T) {
	const n = 300 // of about 4.2 kB: more than one page and less than two
	owner := newOwner()
	// As many bytes as the longest text has, in ASCII: not all servers count the others as UTF-8.
	text := strings.Repeat("x", 4*todo.MaxText)
	s.fill(t, owner, n, func(i int) todo.Item { return newItem(owner, nthID(i), text) })
	first := s.mustList(t, owner, todo.Query{})
	size := 0
	for _, raw := range first.Items {
		size += len(raw)
	}
	if first.Next == "" || size > todo.MaxPageBytes*21/20 || size < todo.MaxPageBytes*19/20 {
		t.Errorf("got a first page of %d items and %d bytes, next %q: want about %d bytes", len(first.Items), size, first.Next, todo.MaxPageBytes)
	}
	limited := s.mustList(t, owner, todo.Query{Limit: todo.MaxLimit})
	if limited.Scanned != first.Scanned {
		t.Errorf("with a limit of %d: got %d items, want %d as without", todo.MaxLimit, limited.Scanned, first.Scanned)
	}
	done := true
	filtered := s.mustList(t, owner, todo.Query{Completed: &done})
	if filtered.Scanned != first.Scanned || len(filtered.Items) != 0 || filtered.Next == "" {
		t.Errorf("a filter that nothing passes: examined %d, got %d, next %q: want a page that ends at 1 MB all the same",
			filtered.Scanned, len(filtered.Items), filtered.Next)
	}
	if diff := cmp.Diff(firstIDs(n), ids(s.walk(t, owner, todo.Query{}))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// movingList deletes, between the pages, the very item that the token stands on, and adds before and after it.
func (s suite) movingList(t *testing.T) {
	const n = 20
	owner := newOwner()
	var want, got []string
	for i := range n {
		want = append(want, nthID(10*i))
	}
	s.fill(t, owner, n, func(i int) todo.Item { return newItem(owner, want[i], "stays") })
	q := todo.Query{Limit: 3}
	for round := 0; ; round++ {
		page := s.mustList(t, owner, q)
		items := decodeAll(t, page)
		for _, item := range items {
			if item.Text == "stays" {
				got = append(got, item.ID)
			}
		}
		if page.Next == "" {
			break
		}
		q.After = page.Next
		last := items[len(items)-1].ID
		if err := s.Delete(t.Context(), owner, last, 0); err != nil {
			t.Fatal(err)
		}
		s.mustAdd(t, newItem(owner, fmt.Sprintf("%s-%d", nthID(0), round), "comes before"))
		s.mustAdd(t, newItem(owner, last+"-", "comes after"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the items that were there when the walk came by: -want +got\n%s", diff)
	}
}
