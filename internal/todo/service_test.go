package todo_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
	"example.com/todo/internal/todo/storetest"
)

const key = "01920000-0000-4000-8000-0000000000ff"

// now is the service's clock: finer than milliseconds and not in UTC, as the wall clock is.
var now = time.Date(2026, 5, 6, 9, 8, 9, 123456789, time.FixedZone("", 2*3600))

var stamp = time.Date(2026, 5, 6, 7, 8, 9, 123e6, time.UTC)

func newStore(t *testing.T) todo.Store {
	t.Helper()
	db, err := boltdb.Open(filepath.Join(t.TempDir(), "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	store, err := boltstore.New(db)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func newService(t *testing.T) *todo.Service {
	var n atomic.Int64
	return todo.NewService(newStore(t), func() time.Time { return now }, func() string {
		return fmt.Sprintf("01920000-0000-7000-8000-%012x", n.Add(1))
	})
}

func TestTheLifeOfAnItem(t *testing.T) {
	s := newService(t)
	want := todo.Item{
		ID: "01920000-0000-7000-8000-000000000001", Owner: "ann", Text: "Buy milk", Created: stamp, Updated: stamp, Version: 1,
	}
	check := func(call string, got todo.Item, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%s: got error %v; -want +got\n%s", call, err, diff)
		}
	}
	got, err := s.Add(t.Context(), "ann", todo.Draft{Text: "  Buy milk\n"})
	check("Add", got, err)
	got, err = s.Get(t.Context(), "ann", want.ID)
	check("Get", got, err)
	want.Text, want.Version = "Buy bread", 2
	got, err = s.Update(t.Context(), "ann", want.ID, todo.Edit{Text: " Buy bread ", IfVersion: 1})
	check("Update", got, err)
	want.Completed, want.Version = true, 3
	got, err = s.Complete(t.Context(), "ann", want.ID, 0)
	check("Complete", got, err)
	got, err = s.Complete(t.Context(), "ann", want.ID, 3)
	check("Complete again", got, err)
	page, err := storetest.Page(t.Context(), s, "ann", todo.Query{})
	if err != nil || len(page.Items) != 1 || string(page.Items[0]) != string(want.JSON()) {
		t.Errorf("List: got %s, %v", page.Items, err)
	}
	if _, err := s.Complete(t.Context(), "ann", want.ID, 2); !errors.Is(err, todo.ErrStale) {
		t.Errorf("Complete of an old version: got error %v, want ErrStale", err)
	}
	if err := s.Delete(t.Context(), "ann", want.ID, 1); !errors.Is(err, todo.ErrStale) {
		t.Errorf("Delete of an old version: got error %v, want ErrStale", err)
	}
	if err := s.Delete(t.Context(), "ann", want.ID, 3); err != nil {
		t.Error(err)
	}
	if _, err := s.Get(t.Context(), "ann", want.ID); !errors.Is(err, todo.ErrNotFound) {
		t.Errorf("Get after Delete: got error %v, want ErrNotFound", err)
	}
}

func TestOptionalFields(t *testing.T) {
	s := newService(t)
	want := todo.Item{
		ID: "01920000-0000-7000-8000-000000000001", Owner: "ann", Text: "Buy milk", Due: "2026-05-31", Notes: "one\ntwo", Position: "V",
		Created: stamp, Updated: stamp, Version: 1,
	}
	check := func(call string, got todo.Item, err error) {
		t.Helper()
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("%s: got error %v; -want +got\n%s", call, err, diff)
		}
	}
	got, err := s.Add(t.Context(), "ann", todo.Draft{Text: "Buy milk", Due: "2026-05-31", Notes: " one\ntwo\n", Position: "V"})
	check("Add", got, err)
	want.Text, want.Version = "Buy bread", 2
	got, err = s.Update(t.Context(), "ann", want.ID, todo.Edit{Text: "Buy bread"})
	check("Update without them", got, err)
	due, notes, position := "2026-06-01", " three ", "W"
	want.Due, want.Version = due, 3
	got, err = s.Update(t.Context(), "ann", want.ID, todo.Edit{Text: "Buy bread", Due: &due})
	check("Update of the due date", got, err)
	want.Notes, want.Position, want.Version = "three", position, 4
	got, err = s.Update(t.Context(), "ann", want.ID, todo.Edit{Text: "Buy bread", Notes: &notes, Position: &position})
	check("Update of the others", got, err)
	if notes != " three " {
		t.Errorf("the caller's notes have become %q", notes)
	}
	want.Completed, want.Version = true, 5
	got, err = s.Complete(t.Context(), "ann", want.ID, 0)
	check("Complete", got, err)
	none, blank := "", " \n"
	want.Due, want.Notes, want.Position, want.Version = "", "", "", 6
	got, err = s.Update(t.Context(), "ann", want.ID, todo.Edit{Text: "Buy bread", Completed: true, Due: &none, Notes: &blank, Position: &none})
	check("Update that takes them away", got, err)
	got, err = s.Update(t.Context(), "ann", want.ID, todo.Edit{Text: "Buy bread", Completed: true, Due: &none, Notes: &none, Position: &none})
	check("the same again", got, err)
}

func TestADraftWithAKeyAndOptionalFields(t *testing.T) {
	s := newService(t)
	draft := todo.Draft{Text: "Buy milk", Due: "2026-05-31", Notes: "two litres", Position: "V", Key: key}
	first, err := s.Add(t.Context(), "ann", draft)
	if err != nil {
		t.Fatal(err)
	}
	repeat := draft
	repeat.Notes = " two litres\n"
	if got, err := s.Add(t.Context(), "ann", repeat); err != nil || got != first {
		t.Errorf("a repeat: got %+v, %v, want the first item", got, err)
	}
	for name, change := range map[string]func(*todo.Draft){
		"another due date": func(d *todo.Draft) { d.Due = "2026-06-01" },
		"no due date":      func(d *todo.Draft) { d.Due = "" },
		"other notes":      func(d *todo.Draft) { d.Notes = "one litre" },
		"no notes":         func(d *todo.Draft) { d.Notes = "" },
		"another position": func(d *todo.Draft) { d.Position = "W" },
		"no position":      func(d *todo.Draft) { d.Position = "" },
	} {
		other := draft
		change(&other)
		if _, err := s.Add(t.Context(), "ann", other); !errors.Is(err, todo.ErrExists) {
			t.Errorf("%s: got error %v, want ErrExists", name, err)
		}
	}
}

func TestADraftWithAKey(t *testing.T) {
	s := newService(t)
	first, err := s.Add(t.Context(), "ann", todo.Draft{Text: "Buy milk", Key: key})
	if err != nil || first.ID != key {
		t.Fatalf("got %+v, %v, want an item under the key", first, err)
	}
	repeat, err := s.Add(t.Context(), "ann", todo.Draft{Text: " Buy milk ", Key: key})
	if err != nil || repeat != first {
		t.Errorf("a repeat: got %+v, %v, want the first item", repeat, err)
	}
	if _, err := s.Add(t.Context(), "ann", todo.Draft{Text: "Buy bread", Key: key}); !errors.Is(err, todo.ErrExists) {
		t.Errorf("another text: got error %v, want ErrExists", err)
	}
	if bobs, err := s.Add(t.Context(), "bob", todo.Draft{Text: "Buy bread", Key: key}); err != nil || bobs.Owner != "bob" {
		t.Errorf("another owner: got %+v, %v, want an item of bob's", bobs, err)
	}
	done, err := s.Complete(t.Context(), "ann", key, 0)
	if err != nil {
		t.Fatal(err)
	}
	repeat, err = s.Add(t.Context(), "ann", todo.Draft{Text: "Buy milk", Key: key})
	if err != nil || repeat != done {
		t.Errorf("a late repeat: got %+v, %v, want the item as it is now", repeat, err)
	}
	if page, err := storetest.Page(t.Context(), s, "ann", todo.Query{}); err != nil || len(page.Items) != 1 {
		t.Errorf("got %d items, %v, want 1", len(page.Items), err)
	}
}

func TestConcurrentRepeatsMakeOneItem(t *testing.T) {
	s := newService(t)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got, err := s.Add(t.Context(), "ann", todo.Draft{Text: "Buy milk", Key: key}); err != nil || got.Version != 1 {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	wg.Wait()
	if page, err := storetest.Page(t.Context(), s, "ann", todo.Query{}); err != nil || len(page.Items) != 1 {
		t.Errorf("got %d items, %v, want 1", len(page.Items), err)
	}
}

func TestAnIDThatIsNotNewIsAFault(t *testing.T) {
	s := todo.NewService(newStore(t), func() time.Time { return now }, func() string { return key })
	if _, err := s.Add(t.Context(), "ann", todo.Draft{Text: "Buy milk"}); err != nil {
		t.Fatal(err)
	}
	_, err := s.Add(t.Context(), "ann", todo.Draft{Text: "Buy milk"})
	if err == nil || errors.Is(err, todo.ErrExists) {
		t.Errorf("got error %v, want one that is not the client's", err)
	}
}

// untouched fails the test when anything reaches it.
type untouched struct{ todo.Store }

func TestBadInputsDoNotReachTheStore(t *testing.T) {
	s := todo.NewService(untouched{}, func() time.Time { return now }, func() string { return key })
	ctx, bad := context.Background(), "a\x00b"
	for _, test := range []struct {
		name, field string
		call        func() error
	}{
		{"List without an owner", "cognito-username", func() error { _, err := storetest.Page(ctx, s, "", todo.Query{}); return err }},
		{"List with a negative limit", "limit", func() error { _, err := storetest.Page(ctx, s, "ann", todo.Query{Limit: -1}); return err }},
		{"List with too great a limit", "limit", func() error { _, err := storetest.Page(ctx, s, "ann", todo.Query{Limit: 1001}); return err }},
		{"Get without an owner", "cognito-username", func() error { _, err := s.Get(ctx, "", key); return err }},
		{"Get with a bad id", "id", func() error { _, err := s.Get(ctx, "ann", "1"); return err }},
		{"Add with too long an owner", "cognito-username", func() error {
			_, err := s.Add(ctx, strings.Repeat("a", 2049), todo.Draft{Text: "x"})
			return err
		}},
		{"Add with a bad text", "item", func() error { _, err := s.Add(ctx, "ann", todo.Draft{Text: " "}); return err }},
		{"Add with a bad due date", "due_date", func() error { _, err := s.Add(ctx, "ann", todo.Draft{Text: "x", Due: bad}); return err }},
		{"Add with bad notes", "notes", func() error { _, err := s.Add(ctx, "ann", todo.Draft{Text: "x", Notes: bad}); return err }},
		{"Add with a bad position", "position", func() error { _, err := s.Add(ctx, "ann", todo.Draft{Text: "x", Position: bad}); return err }},
		{"Add with a bad key", "id", func() error { _, err := s.Add(ctx, "ann", todo.Draft{Text: "x", Key: "1"}); return err }},
		{"Update with an invalid owner", "cognito-username", func() error { _, err := s.Update(ctx, "\xff", key, todo.Edit{Text: "x"}); return err }},
		{"Update with a bad id", "id", func() error { _, err := s.Update(ctx, "ann", "ann/"+key, todo.Edit{Text: "x"}); return err }},
		{"Update with a bad text", "item", func() error { _, err := s.Update(ctx, "ann", key, todo.Edit{Text: "\x00"}); return err }},
		{"Update with a bad due date", "due_date", func() error { _, err := s.Update(ctx, "ann", key, todo.Edit{Text: "x", Due: &bad}); return err }},
		{"Update with bad notes", "notes", func() error { _, err := s.Update(ctx, "ann", key, todo.Edit{Text: "x", Notes: &bad}); return err }},
		{"Update with a bad position", "position", func() error { _, err := s.Update(ctx, "ann", key, todo.Edit{Text: "x", Position: &bad}); return err }},
		{"Complete with a bad id", "id", func() error { _, err := s.Complete(ctx, "ann", "", 0); return err }},
		{"Delete with a bad id", "id", func() error { return s.Delete(ctx, "ann", strings.ToUpper(key), 0) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			var invalid *todo.InvalidError
			if err := test.call(); !errors.As(err, &invalid) || invalid.Field != test.field {
				t.Errorf("got error %v, want an InvalidError for %s", err, test.field)
			}
		})
	}
}
