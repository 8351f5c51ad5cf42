package todo_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"example.com/todo/internal/todo"
)

// form is the canonical form as encoding/json has it.
type form struct {
	ID        string `json:"id"`
	Owner     string `json:"cognito-username"`
	Text      string `json:"item"`
	Completed bool   `json:"completed"`
	Due       string `json:"due_date,omitempty"`
	Notes     string `json:"notes,omitempty"`
	Position  string `json:"position,omitempty"`
	Created   string `json:"creation_date"`
	Updated   string `json:"lastupdate_date"`
	Version   int64  `json:"version"`
}

func formOf(i todo.Item) form {
	return form{
		i.ID, i.Owner, i.Text, i.Completed, i.Due, i.Notes, i.Position,
		i.Created.UTC().Format(todo.TimeLayout), i.Updated.UTC().Format(todo.TimeLayout), i.Version,
	}
}

func FuzzItemJSONIsThatOfEncodingJSON(f *testing.F) {
	for _, text := range []string{
		"milk", "", `"quotes"`, `a\b`, "tab\tline\n\r\x00\x1f\x7f", "<b>&amp;</b>", "Äpfel und 🍎", "\u2028\u2029", "\xff", "cut \xe2\x82", "\uFFFD", `","item":"`,
	} {
		f.Add(text, "ann", "", int64(1), true)
		f.Add("milk", text, "", int64(-1), false)
		f.Add("milk", "ann", text, int64(1<<62), false)
	}
	f.Fuzz(func(t *testing.T, text, owner, optional string, version int64, completed bool) {
		item := todo.Item{
			ID: text, Owner: owner, Text: text, Completed: completed, Due: optional, Notes: optional, Position: optional,
			Created: time.UnixMilli(version % 1e12), Updated: time.UnixMilli(1e12), Version: version,
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(formOf(item)); err != nil {
			t.Fatal(err)
		}
		if got := item.JSON(); string(got)+"\n" != want.String() {
			t.Errorf("got %s\nwant %s", got, want.Bytes())
		}
	})
}

func FuzzItemIsReadAsByEncodingJSON(f *testing.F) {
	const times = `"creation_date":"2026-01-02T03:00:00.000Z","lastupdate_date":"2026-01-02T03:04:05.060Z"`
	for _, text := range []string{
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":3}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":true,"due_date":"2026-02-28","notes":"x","position":"V",` + times + `,"version":3}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":true,"position":"V","notes":"x",` + times + `,"version":3}`,
		`{"id":"1","cognito-username":"ann","item":"a \"b\" \\ \u0041","completed":false,` + times + `,"version":3}`,
		`{"id":"1","cognito-username":"ann","item":"ends with \\","completed":false,` + times + `,"version":3}`,
		"{\"id\":\"1\",\"cognito-username\":\"ann\",\"item\":\"\xff\",\"completed\":false," + times + `,"version":3}`,
		"{\"id\":\"1\",\"cognito-username\":\"ann\",\"item\":\"a\tb\",\"completed\":false," + times + `,"version":3}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":03}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":+3}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":-0}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":3e0}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":9223372036854775808}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":3}}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,` + times + `,"version":3,"version":4}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":falsey,` + times + `,"version":3}`,
		`{"id":"1","cognito-username":"ann","item":"milk","completed":false,"due_date":"a` + "\n" + `b",` + times + `,"version":3}`,
		` { "version": 3, "id": "1", ` + times + ` } `,
		`null`, `{}`, ``,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want form
		wrong := json.Unmarshal(text, &want)
		var got todo.Item
		err := got.UnmarshalJSON(text)
		if wrong != nil && err == nil {
			t.Fatalf("got %+v, want an error as %v", got, wrong)
		}
		if err != nil {
			return // of dates more is asked
		}
		want.Created, want.Updated = formOf(got).Created, formOf(got).Updated
		if formOf(got) != want {
			t.Errorf("got %+v\nwant %+v", formOf(got), want)
		}
	})
}
