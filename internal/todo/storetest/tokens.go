package storetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

const tokenAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func (s suite) tokens(t *testing.T) {
	owner, other := newOwner(), newOwner()
	for _, name := range []string{owner, other} {
		s.fill(t, name, 4, func(i int) todo.Item { return newItem(name, nthID(i), "of "+name) })
	}
	token := s.mustList(t, owner, todo.Query{Limit: 2}).Next
	if token == "" || len(token) > 2048 || strings.Trim(token, tokenAlphabet) != "" {
		t.Fatalf("got the token %q, want 1 to 2,048 letters, digits, '-' and '_'", token)
	}
	t.Run("leads on with another limit and filter", func(t *testing.T) {
		open := false
		page := s.mustList(t, owner, todo.Query{Limit: 1, After: token, Completed: &open})
		if diff := cmp.Diff([]string{nthID(2)}, ids(decodeAll(t, page))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
	bad := map[string]string{
		"garbage":                   "garbage",
		"an id":                     nthID(2),
		"another owner's":           s.mustList(t, other, todo.Query{Limit: 2}).Next,
		"cut":                       token[:len(token)-1],
		"half":                      token[:len(token)/2],
		"with an end":               token + "A",
		"twice":                     token + token,
		"padded":                    token + "=",
		"with a line break":         token + "\n",
		"with a line break in it":   token[:4] + "\r\n" + token[4:],
		"with a space before":       " " + token,
		"not UTF-8":                 "\xff\xfe",
		"a path":                    "../" + token,
		"another owner, separated":  other + "/" + token,
		"another owner, with a NUL": other + "\x00" + token,
		"1 MB":                      strings.Repeat("A", 1<<20),
	}
	for i := range token {
		replacement := "A"
		if token[i] == 'A' {
			replacement = "B"
		}
		bad["edited: "+token[:i]+"*"] = token[:i] + replacement + token[i+1:]
	}
	for name, token := range bad {
		page, err := Page(t.Context(), s, owner, todo.Query{After: token})
		var invalid *todo.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "next" || len(page.Items) > 0 {
			t.Errorf("a token that is %s: got %d items and error %v, want an InvalidError for next", name, len(page.Items), err)
		}
	}
}

// owners checks names made to be mistaken for parts of a key.
func (s suite) owners(t *testing.T) {
	base := newOwner()
	names := []string{
		base, base + "/", base + "/a", base + "\x00", base + "\x00a", base + "#a", base + "|a", base + "a", base + "A",
		base + "é", base + "e\u0301", base + "\U0010ffff", base + " ", base + "%2F", base + `"`, base + "\n",
		"\x00" + base, "\x2a" + base, strings.Repeat(base, 40)[:1500], base[:len(base)-1],
	}
	keys := []string{nthID(1), "a" + nthID(1), "/" + nthID(1), "\x00" + nthID(1), "a/" + nthID(1), "a\x00" + nthID(1), nthID(1) + "\x00"}
	for _, owner := range names {
		for _, id := range keys {
			s.mustAdd(t, newItem(owner, id, "of "+owner))
		}
	}
	for _, owner := range names {
		listed := s.walk(t, owner, todo.Query{Limit: 3})
		if len(listed) != len(keys) {
			t.Errorf("owner %q: got %d items, want %d", owner, len(listed), len(keys))
		}
		for _, item := range listed {
			if item.Owner != owner || item.Text != "of "+owner {
				t.Errorf("owner %q: the list has an item of %q", owner, item.Owner)
			}
		}
	}
	for _, id := range keys {
		if err := s.Delete(t.Context(), names[0], id, 0); err != nil {
			t.Fatal(err)
		}
	}
	for _, owner := range names[1:] {
		if got := len(s.walk(t, owner, todo.Query{})); got != len(keys) {
			t.Errorf("owner %q: got %d items after another owner's were deleted, want %d", owner, got, len(keys))
		}
	}
}

func (s suite) contexts(t *testing.T) {
	ctx, owner := ended(t), newOwner()
	kept := s.mustAdd(t, newItem(owner, nthID(1), "text"))
	text := "other"
	calls := map[string]func() error{
		"List":   func() error { _, err := Page(ctx, s, owner, todo.Query{}); return err },
		"Get":    func() error { _, err := s.Get(ctx, owner, kept.ID); return err },
		"Add":    func() error { _, err := s.Add(ctx, newItem(owner, nthID(2), "new")); return err },
		"Update": func() error { _, err := s.Update(ctx, owner, kept.ID, todo.Change{Text: &text, At: at}); return err },
		"Delete": func() error { return s.Delete(ctx, owner, kept.ID, 0) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, ctx.Err()) {
			t.Errorf("%s: got error %v, want %v", name, err, ctx.Err())
		}
	}
	s.wantItem(t, kept)
	s.wantNone(t, owner, nthID(2))
}
