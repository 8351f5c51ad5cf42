package todo_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

func TestItemJSON(t *testing.T) {
	zone := time.FixedZone("", 3600)
	item := todo.Item{
		ID: "01920000-0000-7000-8000-000000000000", Owner: "ann", Text: "<b> & \"quotes\"\n\u2028", Completed: true,
		Created: time.Date(2026, 1, 2, 4, 0, 0, 0, zone), Updated: time.Date(2026, 1, 2, 3, 4, 5, 60e6, time.UTC), Version: 3,
	}
	const want = `{"id":"01920000-0000-7000-8000-000000000000","cognito-username":"ann","item":"<b> & \"quotes\"\n\u2028",` +
		`"completed":true,"creation_date":"2026-01-02T03:00:00.000Z","lastupdate_date":"2026-01-02T03:04:05.060Z","version":3}`
	if got := string(item.JSON()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	var back todo.Item
	if err := json.Unmarshal([]byte(want), &back); err != nil {
		t.Fatal(err)
	}
	item.Created = item.Created.UTC()
	if diff := cmp.Diff(item, back); diff != "" {
		t.Errorf("read back: -want +got\n%s", diff)
	}
	wrapped, err := json.Marshal(map[string]todo.Item{"Item": item})
	if err != nil {
		t.Fatal(err)
	}
	var unwrapped map[string]todo.Item
	if err := json.Unmarshal(wrapped, &unwrapped); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(item, unwrapped["Item"]); diff != "" {
		t.Errorf("inside other JSON: -want +got\n%s", diff)
	}
}

// The optional fields are left out where there are none: an item without them looks as it did before there were any.
func TestItemJSONWithOptionalFields(t *testing.T) {
	for _, test := range []struct {
		item todo.Item
		want string
	}{
		{todo.Item{Due: "2026-02-28"}, `"completed":false,"due_date":"2026-02-28","creation_date"`},
		{todo.Item{Notes: "one\n<two>"}, `"completed":false,"notes":"one\n<two>","creation_date"`},
		{todo.Item{Position: "Az"}, `"completed":false,"position":"Az","creation_date"`},
		{
			todo.Item{Due: "0001-01-01", Notes: "x", Position: "V"},
			`"completed":false,"due_date":"0001-01-01","notes":"x","position":"V","creation_date"`,
		},
	} {
		got := test.item.JSON()
		if !strings.Contains(string(got), test.want) {
			t.Errorf("got %s, want it to hold %s", got, test.want)
		}
		var back todo.Item
		if err := json.Unmarshal(got, &back); err != nil || back != test.item {
			t.Errorf("read back: got %+v, %v, want %+v", back, err, test.item)
		}
	}
}

func TestItemJSONThatIsNone(t *testing.T) {
	good := string(todo.Item{}.JSON())
	for name, bad := range map[string]string{
		"another type":             `[]`,
		"no dates":                 `{"id":"x"}`,
		"a creation date of words": strings.Replace(good, `"creation_date":"0001`, `"creation_date":"year`, 1),
		"a short hour":             strings.Replace(good, `T00:00:00.000Z`, `T0:00:00.0000Z`, 1),
		"more than milliseconds":   strings.Replace(good, `T00:00:00.000Z`, `T00:00:00.0000Z`, 1),
		"a day of no month":        strings.Replace(good, `0001-01-01T`, `0001-02-30T`, 1),
		"an update date of words":  strings.Replace(good, `"lastupdate_date":"0001`, `"lastupdate_date":"year`, 1),
		"a version of words":       strings.Replace(good, `"version":0`, `"version":"0"`, 1),
	} {
		item := todo.Item{ID: "untouched"}
		if err := json.Unmarshal([]byte(bad), &item); err == nil || item.ID != "untouched" {
			t.Errorf("%s: got %+v, %v, want an error", name, item, err)
		}
	}
}
