package storetest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

// at is when an item of the suite is changed.
var at = epoch.Add(90 * time.Minute)

func (s suite) items(t *testing.T) {
	t.Run("an added item is there, whatever its text", func(t *testing.T) {
		owner := newOwner()
		for i, text := range []string{
			"x", "Buy milk", "two\nlines\tand a tab", `"quoted" \ and {"json":1}`, "<b>&amp;</b>", "null", "👩‍👩‍👧", "שלום\u200f עולם",
			"line\u2028separator", "e\u0301 and é", strings.Repeat("🙂", todo.MaxText),
		} {
			item := newItem(owner, nthID(i), text)
			item.Completed = i%2 == 1
			if diff := cmp.Diff(item, s.mustAdd(t, item)); diff != "" {
				t.Errorf("Add: -want +got\n%s", diff)
			}
			s.wantItem(t, item)
		}
	})
	t.Run("an item has optional fields or not", func(t *testing.T) {
		owner := newOwner()
		for i := range 1 << 3 {
			item := newItem(owner, nthID(i), "text")
			if i&1 != 0 {
				item.Due = "2026-02-28"
			}
			if i&2 != 0 {
				item.Notes = strings.Repeat("🙂", todo.MaxNotes-4) + "\n\t\"x"
			}
			if i&4 != 0 {
				item.Position = strings.Repeat("z", todo.MaxPosition)
			}
			if diff := cmp.Diff(item, s.mustAdd(t, item)); diff != "" {
				t.Errorf("Add: -want +got\n%s", diff)
			}
			s.wantItem(t, item)
		}
	})
	t.Run("adding under a taken id answers who has it", func(t *testing.T) {
		first := s.mustAdd(t, newItem(newOwner(), nthID(1), "first"))
		second := first
		second.Text, second.Completed = "second", true
		got, err := s.Add(t.Context(), second)
		if !errors.Is(err, todo.ErrExists) {
			t.Fatalf("got error %v, want ErrExists", err)
		}
		if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("the item answered: -want +got\n%s", diff)
		}
		s.wantItem(t, first)
	})
	t.Run("nothing comes of a change to an item that is not there", func(t *testing.T) {
		owner, text := newOwner(), "text"
		if _, err := s.Update(t.Context(), owner, nthID(1), todo.Change{Text: &text, At: at}); !errors.Is(err, todo.ErrNotFound) {
			t.Errorf("Update: got error %v, want ErrNotFound", err)
		}
		if _, err := s.Update(t.Context(), owner, nthID(1), todo.Change{Completed: true, At: at, IfVersion: 1}); !errors.Is(err, todo.ErrNotFound) {
			t.Errorf("Update of a version: got error %v, want ErrNotFound", err)
		}
		for _, version := range []int64{0, 1} {
			if err := s.Delete(t.Context(), owner, nthID(1), version); !errors.Is(err, todo.ErrNotFound) {
				t.Errorf("Delete of version %d: got error %v, want ErrNotFound", version, err)
			}
		}
		s.wantNone(t, owner, nthID(1))
	})
	t.Run("a change", s.changes)
	t.Run("a change of the optional fields", s.optionalChanges)
	t.Run("a deleted item is gone, and its id is free", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "first"))
		if err := s.Delete(t.Context(), item.Owner, item.ID, 1); err != nil {
			t.Fatal(err)
		}
		s.wantNone(t, item.Owner, item.ID)
		again := newItem(item.Owner, item.ID, "again")
		s.mustAdd(t, again)
		s.wantItem(t, again)
		if err := s.Delete(t.Context(), item.Owner, item.ID, 0); err != nil {
			t.Fatal(err)
		}
		s.wantNone(t, item.Owner, item.ID)
	})
	t.Run("a stale version is not deleted", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
		if err := s.Delete(t.Context(), item.Owner, item.ID, 2); !errors.Is(err, todo.ErrStale) {
			t.Errorf("got error %v, want ErrStale", err)
		}
		s.wantItem(t, item)
	})
}

func (s suite) changes(t *testing.T) {
	same, other := "text", "other"
	for _, test := range []struct {
		name        string
		change      todo.Change
		wantErr     error
		wantText    string
		wantDone    bool
		wantVersion int64
	}{
		{"of the text", todo.Change{Text: &other}, nil, "other", false, 2},
		{"of the state", todo.Change{Completed: true}, nil, "text", true, 2},
		{"of both", todo.Change{Text: &other, Completed: true}, nil, "other", true, 2},
		{"of the version it has", todo.Change{Text: &other, IfVersion: 1}, nil, "other", false, 2},
		{"that leaves it as it is", todo.Change{Text: &same}, nil, "text", false, 1},
		{"that leaves it as it is, of its version", todo.Change{IfVersion: 1}, nil, "text", false, 1},
		{"of another version", todo.Change{Text: &other, IfVersion: 2}, todo.ErrStale, "text", false, 1},
		{"of another version that would leave it as it is", todo.Change{Text: &same, IfVersion: 7}, todo.ErrStale, "text", false, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
			neighbour := s.mustAdd(t, newItem(item.Owner, nthID(2), "text"))
			test.change.At = at
			got, err := s.Update(t.Context(), item.Owner, item.ID, test.change)
			if !errors.Is(err, test.wantErr) {
				t.Fatalf("got error %v, want %v", err, test.wantErr)
			}
			want := item
			want.Text, want.Completed, want.Version = test.wantText, test.wantDone, test.wantVersion
			if want.Version > 1 {
				want.Updated = at
			}
			if err == nil {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the item answered: -want +got\n%s", diff)
				}
			}
			s.wantItem(t, want)
			s.wantItem(t, neighbour)
		})
	}
}

func (s suite) optionalChanges(t *testing.T) {
	none := ""
	for _, field := range []struct {
		name         string
		first, other string
		of           func(*todo.Item) *string
		in           func(*todo.Change) **string
	}{
		{
			"due date", "2026-02-28", "0001-01-01",
			func(i *todo.Item) *string { return &i.Due }, func(c *todo.Change) **string { return &c.Due },
		},
		{
			"notes", "first", "one\ntwo",
			func(i *todo.Item) *string { return &i.Notes }, func(c *todo.Change) **string { return &c.Notes },
		},
		{
			"position", "V", "0z",
			func(i *todo.Item) *string { return &i.Position }, func(c *todo.Change) **string { return &c.Position },
		},
	} {
		for _, test := range []struct {
			name    string
			before  string
			by      *string
			after   string
			version int64
		}{
			{"set where there is none", none, &field.first, field.first, 2},
			{"replaced", field.first, &field.other, field.other, 2},
			{"taken away", field.first, &none, none, 2},
			{"left as it is", field.first, nil, field.first, 1},
			{"left out where there is none", none, nil, none, 1},
			{"set to what it is", field.first, &field.first, field.first, 1},
			{"taken away where there is none", none, &none, none, 1},
		} {
			t.Run(field.name+" "+test.name, func(t *testing.T) {
				want := newItem(newOwner(), nthID(1), "text")
				want.Due, want.Notes, want.Position = "2026-01-01", "notes", "k"
				*field.of(&want) = test.before
				s.mustAdd(t, want)
				change := todo.Change{At: at}
				*field.in(&change) = test.by
				got, err := s.Update(t.Context(), want.Owner, want.ID, change)
				if err != nil {
					t.Fatal(err)
				}
				*field.of(&want), want.Version = test.after, test.version
				if want.Version > 1 {
					want.Updated = at
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("the item answered: -want +got\n%s", diff)
				}
				s.wantItem(t, want)
			})
		}
	}
	t.Run("all at once, of its version", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
		text, due, notes, position := "other", "2026-02-28", "notes", "V"
		change := todo.Change{Text: &text, Due: &due, Notes: &notes, Position: &position, Completed: true, At: at, IfVersion: 2}
		if _, err := s.Update(t.Context(), item.Owner, item.ID, change); !errors.Is(err, todo.ErrStale) {
			t.Errorf("of another version: got error %v, want ErrStale", err)
		}
		s.wantItem(t, item)
		change.IfVersion = 1
		want := item
		want.Text, want.Due, want.Notes, want.Position, want.Completed, want.Updated, want.Version = text, due, notes, position, true, at, 2
		if got, err := s.Update(t.Context(), item.Owner, item.ID, change); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		s.wantItem(t, want)
	})
}
