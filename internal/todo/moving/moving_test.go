package moving_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
	"example.com/todo/internal/todo/moving"
)

var at = time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)

func item(owner string, n byte) todo.Item {
	return todo.Item{
		ID: "01920000-0000-7000-8000-00000000000" + string('0'+n), Owner: owner, Text: `<b>"text"</b>`, Due: "2026-02-28", Notes: "two\nlines",
		Position: "a1", Created: at, Updated: at, Version: 3,
	}
}

func stream(items ...todo.Item) moving.Items {
	return func(yield func(todo.Item, error) bool) {
		for _, i := range items {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func collect(items moving.Items) (all []todo.Item, err error) {
	for i, failed := range items {
		if failed != nil {
			return all, failed
		}
		all = append(all, i)
	}
	return all, nil
}

func file(t *testing.T, items ...todo.Item) string {
	t.Helper()
	var b bytes.Buffer
	tally, err := moving.Write(&b, stream(items...))
	if err != nil || tally.Items != len(items) {
		t.Fatalf("Write: got %+v, %v, want %d items", tally, err, len(items))
	}
	return b.String()
}

func TestAFileHoldsItemsWhole(t *testing.T) {
	for _, want := range [][]todo.Item{nil, {item("ann", 1)}, {item("ann", 1), item("ann", 2), item("бен", 1)}} {
		got, err := collect(moving.Read(strings.NewReader(file(t, want...))))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("got error %v, -want +got\n%s", err, diff)
		}
	}
}

func TestFilesThatAreNotAsTheyWere(t *testing.T) {
	whole := file(t, item("ann", 1), item("ann", 2), item("ben", 1))
	lines := strings.SplitAfter(whole, "\n")
	for name, test := range map[string]struct{ content, tells string }{
		"empty":                   {"", "line 1: the file is cut off"},
		"without its end":         {strings.Join(lines[:3], ""), "line 4: the file is cut off"},
		"cut within a line":       {whole[:len(lines[0])+20], "line 2: is not an item"},
		"without a line":          {lines[0] + lines[2] + lines[3], "line 3: the file is damaged: it should hold 3 items"},
		"with a line twice":       {lines[0] + whole, "line 5: the file is damaged"},
		"with lines exchanged":    {lines[1] + lines[0] + lines[2] + lines[3], "line 4: the file is damaged"},
		"with another text":       {strings.Replace(whole, "text", "tent", 1), "line 4: the file is damaged"},
		"with more after its end": {whole + lines[0], "line 5: comes after the end"},
		"two files":               {whole + whole, "line 5: comes after the end"},
		"something else":          {"hello\n", "line 1: is not an item"},
		"null":                    {"null\n", "line 1: is not an item"},
		"what a newer one writes": {strings.Replace(whole, `"version":3`, `"version":3,"colour":"red"`, 1), "line 1: is not an item as this version of the program writes it"},
		"a bad id":                {strings.Replace(whole, "01920000-0000-7000-8000-000000000001", "1", 1), "line 1: id must be"},
		"a bad version":           {strings.Replace(whole, `"version":3`, `"version":0`, 1), "line 1: version must be"},
		"a bad date":              {strings.Replace(whole, "2026-02-28", "2026-02-30", 1), "line 1: due_date must be"},
		"an endless line":         {strings.Repeat("x", 2<<20), "line 1: bufio.Scanner: token too long"},
	} {
		_, err := collect(moving.Read(strings.NewReader(test.content)))
		if err == nil || !strings.HasPrefix(err.Error(), test.tells) {
			t.Errorf("%s: got %v, want %s", name, err, test.tells)
		}
	}
}

func open(t *testing.T) *boltstore.Store {
	t.Helper()
	db, err := boltdb.Open(filepath.Join(t.TempDir(), "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store, err := boltstore.New(db)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestFill(t *testing.T) {
	store := open(t)
	newer, other := item("ann", 2), item("ann", 3)
	newer.Text, newer.Version, newer.Updated = "newer", 4, at.Add(time.Hour)
	older := item("ann", 4)
	older.Text, older.Version = "older", 2
	other.Text = "another of the same version"
	for _, there := range []todo.Item{newer, other, older} {
		if _, err := store.Put(t.Context(), there); err != nil {
			t.Fatal(err)
		}
	}
	items := stream(item("ann", 1), item("ann", 2), item("ann", 3), item("ann", 4))
	for _, want := range []moving.Report{{Added: 1, Replaced: 1, Kept: 2}, {Same: 2, Kept: 2}} {
		var kept []string
		got, err := moving.Fill(t.Context(), store, items, func(i todo.Item) { kept = append(kept, i.ID[35:]) })
		slices.Sort(kept)
		if err != nil || got != want || !slices.Equal(kept, []string{"2", "3"}) {
			t.Errorf("got %+v, %v and kept %v, want %+v and 2 and 3 kept", got, err, kept, want)
		}
	}
	all, err := collect(store.Items(t.Context()))
	if diff := cmp.Diff([]todo.Item{item("ann", 1), newer, other, item("ann", 4)}, all); err != nil || diff != "" {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
}

// breaking fails at its nth item.
type breaking struct {
	todo.Archive
}

var errBroken = errors.New("broken")

func (b *breaking) Put(ctx context.Context, i todo.Item) (todo.Outcome, error) {
	if i.ID[35] == '3' {
		return 0, errBroken
	}
	return b.Archive.Put(ctx, i)
}

func TestFillGoesOn(t *testing.T) {
	store := open(t)
	items := stream(item("ann", 1), item("ann", 2), item("ann", 3), item("ann", 4))
	none := func(i todo.Item) { t.Errorf("%s was kept", i.ID) }
	first, err := moving.Fill(t.Context(), &breaking{Archive: store}, items, none)
	if !errors.Is(err, errBroken) {
		t.Fatalf("got %v, want what broke it", err)
	}
	second, err := moving.Fill(t.Context(), store, items, none)
	if err != nil || first.Added+second.Added != 4 || second.Same != first.Added {
		t.Errorf("got %+v and then %+v, %v, want four items added in all", first, second, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := moving.Fill(ctx, store, items, none); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: got %v, want Canceled", err)
	}
	failing := func(yield func(todo.Item, error) bool) { yield(todo.Item{}, errBroken) }
	if _, err := moving.Fill(t.Context(), store, failing, none); !errors.Is(err, errBroken) {
		t.Errorf("from a broken source: got %v", err)
	}
}

const oldPool = `{"Users":[
	{"Username":"old-ann","Attributes":[{"Name":"email","Value":"Ann@example.com"},{"Name":"email_verified","Value":"true"}]},
	{"Username":"old-ben","Attributes":[{"Name":"email","Value":"ben@example.com"},{"Name":"email_verified","Value":"true"}]},
	{"Username":"old-eva","Attributes":[{"Name":"email","Value":"eva@example.com"},{"Name":"email_verified","Value":"true"}]}]}`

// In the new pool somebody else has signed up with Ben's address, and has not verified it.
const newPool = `{"Users":[
	{"Username":"new-ann","Attributes":[{"Name":"email_verified","Value":"true"},{"Name":"email","Value":"ann@example.com"}]},
	{"Username":"thief","Attributes":[{"Name":"email","Value":"ben@example.com"},{"Name":"email_verified","Value":"false"}]},
	{"Username":"nobody","Attributes":[]}]}`

func users(t *testing.T, text string) moving.Users {
	t.Helper()
	u, err := moving.ReadUsers(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestOwnersByVerifiedEmail(t *testing.T) {
	owners, err := moving.Match(users(t, oldPool), users(t, newPool))
	if diff := cmp.Diff(moving.Owners{"old-ann": "new-ann"}, owners); err != nil || diff != "" {
		t.Fatalf("%v -want +got\n%s", err, diff)
	}
	var skipped []string
	got, err := collect(owners.Rename(stream(item("old-ann", 1), item("old-ben", 1), item("ghost", 1)), func(i todo.Item) { skipped = append(skipped, i.Owner) }))
	if diff := cmp.Diff([]todo.Item{item("new-ann", 1)}, got); err != nil || diff != "" {
		t.Errorf("%v -want +got\n%s", err, diff)
	}
	if !slices.Equal(skipped, []string{"old-ben", "ghost"}) {
		t.Errorf("got %v left out", skipped)
	}
	if _, err := moving.Match(users(t, strings.Replace(oldPool, "ben@", "ann@", 1)), users(t, newPool)); err == nil || !strings.Contains(err.Error(), "ann@example.com") {
		t.Errorf("two accounts of one address: got %v", err)
	}
	for _, text := range []string{"", "[]", "{}", "Users"} {
		if _, err := moving.ReadUsers(strings.NewReader(text)); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}
