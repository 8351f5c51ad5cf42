// Package storetest is what every todo.Store must do: the port's comment as tests.
package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/todo/internal/todo"
)

// Run holds a store to the port's contract. open gives a store that stays open until the end of the test. It may hold
// other items: the suite makes owners of its own.
func Run(t *testing.T, open func(t *testing.T) todo.Store) {
	s := suite{open(t)}
	t.Run("Items", s.items)
	t.Run("Lists", s.lists)
	t.Run("Tokens", s.tokens)
	t.Run("Owners", s.owners)
	t.Run("Contexts", s.contexts)
	t.Run("Concurrency", s.concurrency)
	t.Run("Model", s.model)
}

type suite struct{ todo.Store }

// epoch is when items of the suite are made. Its milliseconds are not zero, so that their loss shows.
var epoch = time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)

// newOwner is an owner without items.
func newOwner() string { return "owner-" + uuid.NewString() }

// nthID is an id; a greater n gives a greater one.
func nthID(n int) string { return fmt.Sprintf("01920000-0000-7000-8000-%012x", n) }

func newItem(owner, id, text string) todo.Item {
	return todo.Item{ID: id, Owner: owner, Text: text, Created: epoch, Updated: epoch, Version: 1}
}

func (s suite) mustAdd(t *testing.T, item todo.Item) todo.Item {
	t.Helper()
	got, err := s.Add(t.Context(), item)
	if err != nil {
		t.Fatalf("Add(%s): got error %v", item.ID, err)
	}
	return got
}

// wantItem checks that the store holds the item, as it is read alone and in the list.
func (s suite) wantItem(t *testing.T, want todo.Item) {
	t.Helper()
	got, err := s.Get(t.Context(), want.Owner, want.ID)
	if err != nil {
		t.Fatalf("Get(%s): got error %v", want.ID, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("Get(%s): -want +got\n%s", want.ID, diff)
	}
	for _, listed := range s.walk(t, want.Owner, todo.Query{}) {
		if listed.ID == want.ID {
			if diff := cmp.Diff(want, listed); diff != "" {
				t.Fatalf("the listed item: -want +got\n%s", diff)
			}
			return
		}
	}
	t.Fatalf("the list lacks %s", want.ID)
}

func (s suite) wantNone(t *testing.T, owner, id string) {
	t.Helper()
	if got, err := s.Get(t.Context(), owner, id); !errors.Is(err, todo.ErrNotFound) {
		t.Fatalf("Get(%s): got %v, %v, want ErrNotFound", id, got, err)
	}
	for _, listed := range s.walk(t, owner, todo.Query{}) {
		if listed.ID == id {
			t.Fatalf("the list has %s", id)
		}
	}
}

// walk reads a list to its end and checks what holds of every page.
func (s suite) walk(t *testing.T, owner string, q todo.Query) []todo.Item {
	t.Helper()
	var all []todo.Item
	for {
		page := s.mustList(t, owner, q)
		all = append(all, decodeAll(t, page)...)
		if page.Next == "" {
			return all
		}
		q.After = page.Next
	}
}

func (s suite) mustList(t *testing.T, owner string, q todo.Query) todo.Page {
	t.Helper()
	page, err := Page(t.Context(), s, owner, q)
	if err != nil {
		t.Fatalf("List(%+v): got error %v", q, err)
	}
	switch {
	case q.Limit > 0 && page.Scanned > q.Limit:
		t.Fatalf("List(%+v): examined %d items, more than the limit", q, page.Scanned)
	case len(page.Items) > page.Scanned, q.Completed == nil && len(page.Items) != page.Scanned:
		t.Fatalf("List(%+v): got %d items of %d examined", q, len(page.Items), page.Scanned)
	case page.Next != "" && page.Scanned == 0:
		t.Fatalf("List(%+v): a page that is not the last has examined nothing", q)
	}
	return page
}

// A Lister is a todo.Store or a todo.Service.
type Lister interface {
	List(ctx context.Context, owner string, q todo.Query, use func(todo.Page)) error
}

// Page is a copy of the page that a list gives.
func Page(ctx context.Context, l Lister, owner string, q todo.Query) (page todo.Page, err error) {
	err = l.List(ctx, owner, q, func(p todo.Page) {
		page = p
		page.Items = nil
		for _, item := range p.Items {
			page.Items = append(page.Items, bytes.Clone(item))
		}
	})
	return page, err
}

// decodeAll decodes a page and checks that each item is in its canonical form.
func decodeAll(t *testing.T, page todo.Page) []todo.Item {
	t.Helper()
	var items []todo.Item
	for _, raw := range page.Items {
		var item todo.Item
		if err := json.Unmarshal(raw, &item); err != nil {
			t.Fatalf("a listed item: %v", err)
		}
		if got, want := string(raw), string(item.JSON()); got != want {
			t.Fatalf("a listed item: got %s, want the canonical %s", got, want)
		}
		items = append(items, item)
	}
	return items
}

func ended(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
