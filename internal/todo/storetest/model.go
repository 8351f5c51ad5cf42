package storetest

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/todo/internal/todo"
)

// model compares the store with a plain map over random operations on few ids, so that they meet.
func (s suite) model(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := machine{s: s, t: t, owner: newOwner(), items: map[string]todo.Item{}, now: epoch}
		rt.Repeat(map[string]func(*rapid.T){
			"add":    m.add,
			"update": m.update,
			"delete": m.delete,
			"":       m.check,
		})
	})
}

type machine struct {
	s     suite
	t     *testing.T
	owner string
	items map[string]todo.Item
	now   time.Time
}

var (
	someID      = rapid.Custom(func(t *rapid.T) string { return nthID(rapid.IntRange(0, 4).Draw(t, "n")) })
	someText    = rapid.SampledFrom([]string{"a", "b", `"\`})
	someOption  = rapid.SampledFrom([]string{"", "a", "b"})
	someVersion = rapid.Int64Range(0, 3)
)

func (m *machine) add(t *rapid.T) {
	item := newItem(m.owner, someID.Draw(t, "id"), someText.Draw(t, "text"))
	item.Completed = rapid.Bool().Draw(t, "completed")
	item.Due, item.Notes, item.Position = someOption.Draw(t, "due"), someOption.Draw(t, "notes"), someOption.Draw(t, "position")
	want, wantErr := item, error(nil)
	if existing, ok := m.items[item.ID]; ok {
		want, wantErr = existing, todo.ErrExists
	}
	got, err := m.s.Add(m.t.Context(), item)
	m.compare(t, got, want, err, wantErr)
	m.items[item.ID] = want
}

func (m *machine) update(t *rapid.T) {
	m.now = m.now.Add(time.Millisecond)
	id := someID.Draw(t, "id")
	c := todo.Change{Completed: rapid.Bool().Draw(t, "completed"), At: m.now, IfVersion: someVersion.Draw(t, "ifVersion")}
	if rapid.Bool().Draw(t, "withText") {
		text := someText.Draw(t, "text")
		c.Text = &text
	}
	c.Due, c.Notes, c.Position = maybe(t, "due"), maybe(t, "notes"), maybe(t, "position")
	want, wantErr := m.items[id], error(nil)
	switch _, ok := m.items[id]; {
	case !ok:
		wantErr = todo.ErrNotFound
	case c.IfVersion != 0 && c.IfVersion != want.Version:
		wantErr = todo.ErrStale
	default:
		before := want
		want.Completed = c.Completed
		for _, f := range []struct{ field, by *string }{{&want.Text, c.Text}, {&want.Due, c.Due}, {&want.Notes, c.Notes}, {&want.Position, c.Position}} {
			if f.by != nil {
				*f.field = *f.by
			}
		}
		if want != before {
			want.Updated, want.Version = m.now, want.Version+1
		}
		m.items[id] = want
	}
	if wantErr != nil {
		want = todo.Item{}
	}
	got, err := m.s.Update(m.t.Context(), m.owner, id, c)
	m.compare(t, got, want, err, wantErr)
}

// maybe is an optional field to be set, taken away or, if nil, left as it is.
func maybe(t *rapid.T, name string) *string {
	if !rapid.Bool().Draw(t, "with "+name) {
		return nil
	}
	value := someOption.Draw(t, name)
	return &value
}

func (m *machine) delete(t *rapid.T) {
	id, version := someID.Draw(t, "id"), someVersion.Draw(t, "ifVersion")
	var wantErr error
	switch item, ok := m.items[id]; {
	case !ok:
		wantErr = todo.ErrNotFound
	case version != 0 && version != item.Version:
		wantErr = todo.ErrStale
	default:
		delete(m.items, id)
	}
	err := m.s.Delete(m.t.Context(), m.owner, id, version)
	m.compare(t, todo.Item{}, todo.Item{}, err, wantErr)
}

// check reads the whole list by pages of a random size.
func (m *machine) check(t *rapid.T) {
	var want []todo.Item
	for _, id := range slices.Sorted(maps.Keys(m.items)) {
		want = append(want, m.items[id])
	}
	got := m.s.walk(m.t, m.owner, todo.Query{Limit: rapid.IntRange(0, 6).Draw(t, "limit")})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the list: -want +got\n%s", diff)
	}
}

func (m *machine) compare(t *rapid.T, got, want todo.Item, err, wantErr error) {
	if !errors.Is(err, wantErr) {
		t.Fatalf("got error %v, want %v", err, wantErr)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the item answered: -want +got\n%s", diff)
	}
}
