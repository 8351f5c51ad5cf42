package api_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/todo/internal/todo"
)

func TestBodiesRefused(t *testing.T) {
	for _, test := range []struct{ name, body, field string }{
		{"none", ``, "body"},
		{"white space", " \n", "body"},
		{"no JSON", `item=x`, "body"},
		{"a string", `"x"`, "body"},
		{"a list", `[{"item":"x","completed":true}]`, "body"},
		{"null", `null`, "body"},
		{"cut in a name", `{"ite`, "body"},
		{"cut in a text", `{"item":"x`, "body"},
		{"cut after a field", `{"item":"x","completed":true`, "body"},
		{"a comma at the end", `{"item":"x","completed":true,}`, "body"},
		{"no comma", `{"item":"x" "completed":true}`, "body"},
		{"no colon", `{"item" "x","completed":true}`, "body"},
		{"a name without quotes", `{item:"x","completed":true}`, "body"},
		{"single quotes", `{'item':'x','completed':true}`, "body"},
		{"a comment", `{"item":"x","completed":true/**/}`, "body"},
		{"another object after it", `{"item":"x","completed":true}{"item":"y","completed":true}`, "body"},
		{"a bracket after it", `{"item":"x","completed":true}]`, "body"},
		{"a word after it", `{"item":"x","completed":true} true`, "body"},
		{"a NUL after it", "{\"item\":\"x\",\"completed\":true}\x00", "body"},
		{"a byte order mark", "\ufeff" + `{"item":"x","completed":true}`, "body"},
		{"UTF-16", "\x00{\x00}", "body"},
		{"a newline in a text", "{\"item\":\"x\ny\",\"completed\":true}", "body"},
		{"an unknown escape", `{"item":"\x","completed":true}`, "body"},
		{"a cut escape", `{"item":"\u12","completed":true}`, "body"},
		{"not UTF-8", "{\"item\":\"\xff\",\"completed\":true}", "body"},
		{"not UTF-8 in a name", "{\"item\":\"x\",\"completed\":true,\"\xff\":1}", "body"},
		{"a surrogate in UTF-8", "{\"item\":\"\xed\xa0\xbd\",\"completed\":true}", "body"},
		{"half a pair", `{"item":"\ud83d","completed":true}`, "body"},
		{"the other half", `{"item":"\ude00","completed":true}`, "body"},
		{"a pair the wrong way round", `{"item":"\ude00\ud83d","completed":true}`, "body"},
		{"half a pair before a character", `{"item":"\ud83dx\ude00","completed":true}`, "body"},
		{"half a pair before another escape", `{"item":"\ud83d\n","completed":true}`, "body"},
		{"half a pair twice", `{"item":"\ud83d\ud83d\ude00","completed":true}`, "body"},
		{"too long", `{"item":"x","completed":true` + strings.Repeat(" ", 160<<10) + `}`, "body"},
		{"too deep for any reader", strings.Repeat("[", 1<<15), "body"},
		{"a field too deep for any reader", `{"item":` + strings.Repeat("[", 1<<15) + strings.Repeat("]", 1<<15) + `}`, "body"},

		{"no item", `{"completed":true}`, "item"},
		{"an empty object", `{}`, "item"},
		{"an empty item", `{"item":"","completed":true}`, "item"},
		{"a blank item", `{"item":" \t\u2003","completed":true}`, "item"},
		{"a long item", `{"item":"` + strings.Repeat("x", 1001) + `","completed":true}`, "item"},
		{"a control character", `{"item":"a\u0000b","completed":true}`, "item"},
		{"an escape sequence", `{"item":"a\u001b[2Jb","completed":true}`, "item"},
		{"an item that is null", `{"item":null,"completed":true}`, "item"},
		{"an item that is a number", `{"item":1,"completed":true}`, "item"},
		{"an item that is too great a number", `{"item":1e999999,"completed":true}`, "item"},
		{"an item that is true", `{"item":true,"completed":true}`, "item"},
		{"an item that is an object", `{"item":{"S":"x"},"completed":true}`, "item"},
		{"an item that is a deep list", `{"item":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, "item"},
		{"an item twice", `{"item":"x","item":"y","completed":true}`, "item"},
		{"an item twice, once by an escape", `{"item":"x","\u0069tem":"y","completed":true}`, "item"},

		{"a state that is null", `{"item":"x","completed":null}`, "completed"},
		{"a state that is a string", `{"item":"x","completed":"true"}`, "completed"},
		{"a state that is a number", `{"item":"x","completed":1}`, "completed"},
		{"a state that is a list", `{"item":"x","completed":[true]}`, "completed"},
		{"a state twice", `{"completed":true,"item":"x","completed":true}`, "completed"},

		{"a due date that is none", `{"item":"x","completed":true,"due_date":"2026-02-30"}`, "due_date"},
		{"a due date with a time", `{"item":"x","completed":true,"due_date":"2026-02-28T00:00:00Z"}`, "due_date"},
		{"a due date that is blank", `{"item":"x","completed":true,"due_date":" "}`, "due_date"},
		{"a due date that is a number", `{"item":"x","completed":true,"due_date":20260228}`, "due_date"},
		{"a due date that is false", `{"item":"x","completed":true,"due_date":false}`, "due_date"},
		{"a due date that is a list", `{"item":"x","completed":true,"due_date":["2026-02-28"]}`, "due_date"},
		{"a due date twice", `{"item":"x","completed":true,"due_date":null,"due_date":"2026-02-28"}`, "due_date"},
		{"long notes", `{"item":"x","completed":true,"notes":"` + strings.Repeat("x", 10_001) + `"}`, "notes"},
		{"notes with a control character", `{"item":"x","completed":true,"notes":"a\u0000b"}`, "notes"},
		{"notes that are an object", `{"item":"x","completed":true,"notes":{"S":"x"}}`, "notes"},
		{"notes that are a number", `{"item":"x","completed":true,"notes":1e999999}`, "notes"},
		{"a position with another character", `{"item":"x","completed":true,"position":"a-b"}`, "position"},
		{"a position that ends in 0", `{"item":"x","completed":true,"position":"a0"}`, "position"},
		{"a long position", `{"item":"x","completed":true,"position":"` + strings.Repeat("z", 129) + `"}`, "position"},
		{"a position that is a number", `{"item":"x","completed":true,"position":1}`, "position"},
		{"a position in another case", `{"item":"x","completed":true,"Position":"V"}`, `"Position"`},

		{"an unknown field", `{"item":"x","completed":true,"due":null}`, `"due"`},
		{"an owner", `{"cognito-username":"bob","item":"x","completed":true}`, `"cognito-username"`},
		{"an id", `{"item":"x","completed":true,"id":"` + secondID + `"}`, `"id"`},
		{"a version", `{"item":"x","completed":true,"version":1}`, `"version"`},
		{"a field in another case", `{"Item":"x","completed":true}`, `"Item"`},
		{"a field twice, in two cases", `{"item":"x","ITEM":"y","completed":true}`, `"ITEM"`},
		{"a field with the long s, which folds", `{"item":"x","\u017ftate":true}`, `"ſtate"`},
		{"a field without a name", `{"":"x"}`, `""`},
		{"a field with a NUL", `{"item\u0000":"x"}`, `"item\x00"`},
		{"a field that a terminal would obey", `{"\u001b[2J":"x"}`, `"\x1b[2J"`},
		{"a prototype", `{"__proto__":{"item":"x"}}`, `"__proto__"`},
		{"a field with a long name", `{"` + strings.Repeat("n", 1<<15) + `":1}`, `"` + strings.Repeat("n", 64) + `…"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			s.refused(t, "add", withBody(from("ann"), test.body), test.field)
			s.refused(t, "update", withBody(withID("ann", firstID), test.body), test.field)
			s.want(t, "list", from("ann"), 200, `{"Items":[],"Count":0,"ScannedCount":0}`)
		})
	}
	s := newServer(t)
	s.refused(t, "update", withBody(withID("ann", firstID), `{"item":"x"}`), "completed")
}

func TestBodiesAccepted(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte(`{"item":"x"}`))
	for _, test := range []struct {
		name, body, text string
		completed        bool
	}{
		{"only a text", `{"item":"x"}`, "x", false},
		{"both fields, in any order, with space", "\r\n{ \"completed\" :\ttrue , \"item\" : \"x\" } \n", "x", true},
		{"a name with an escape", `{"\u0069tem":"x"}`, "x", false},
		{"escapes", `{"item":"\"\\\/\n\t\u00e9"}`, "\"\\/\n\té", false},
		{"a pair of surrogates", `{"item":"\ud83d\ude00\uD83D\uDE00"}`, "😀😀", false},
		{"an escaped backslash before a u", `{"item":"\\ud83d"}`, `\ud83d`, false},
		{"the replacement character", `{"item":"\ufffd�"}`, "��", false},
		{"characters that are special elsewhere", `{"item":"<script>&'\";--${x}{{y}}%s"}`, `<script>&'";--${x}{{y}}%s`, false},
		{"optional fields that are null", `{"item":"x","due_date":null,"notes":null,"position":null}`, "x", false},
		{"optional fields that are empty", `{"item":"x","due_date":"","notes":" \n","position":""}`, "x", false},
		{"the longest text, all escaped", `{"item":"` + strings.Repeat(`\ud83d\ude00`, 1000) + `"}`, strings.Repeat("😀", 1000), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			r := s.call(t, "add", withBody(from("ann"), test.body))
			var answer struct{ Item todo.Item }
			if err := json.Unmarshal([]byte(r.Body), &answer); err != nil {
				t.Fatal(err)
			}
			if r.StatusCode != http.StatusOK || answer.Item.Text != test.text || answer.Item.Completed != test.completed ||
				answer.Item.Due+answer.Item.Notes+answer.Item.Position != "" {
				t.Errorf("got %d %s, want the text %q, completed %v", r.StatusCode, r.Body, test.text, test.completed)
			}
		})
	}
	t.Run("of the greatest length, all escaped", func(t *testing.T) {
		s := newServer(t)
		body := fmt.Sprintf(`{"item":"%s","completed":false,"due_date":"2026-02-28","notes":"%s","position":"%s"}`,
			strings.Repeat(`\ud83d\ude00`, 1000), strings.Repeat(`\ud83d\ude00`, 10_000), strings.Repeat("z", 128))
		var answer struct{ Item todo.Item }
		r := s.call(t, "add", withBody(from("ann"), body))
		if err := json.Unmarshal([]byte(r.Body), &answer); err != nil || r.StatusCode != http.StatusOK {
			t.Fatalf("got %d %.200s, %v", r.StatusCode, r.Body, err)
		}
		if got := answer.Item; got.Due != "2026-02-28" || got.Notes != strings.Repeat("😀", 10_000) || got.Position != strings.Repeat("z", 128) {
			t.Errorf("got %.200s", r.Body)
		}
	})
	t.Run("marked as base64", func(t *testing.T) {
		s := newServer(t)
		e := withBody(from("ann"), encoded)
		s.refused(t, "add", e, "body")
		e.IsBase64Encoded = true
		s.want(t, "add", e, 200, `{"Item":`+itemJSON(firstID, "ann", "x", false, 1)+`}`)
		e.Body = `{"item":"x"}`
		s.refused(t, "add", e, "body")
	})
	t.Run("ignored by calls that need none", func(t *testing.T) {
		s := newServer(t)
		s.call(t, "add", withBody(from("ann"), `{"item":"x"}`))
		for _, function := range []string{"list", "get", "complete", "delete"} {
			if r := s.call(t, function, withBody(withID("ann", firstID), `{"cognito-username":"bob"`)); r.StatusCode != http.StatusOK {
				t.Errorf("%s: got %d %s", function, r.StatusCode, r.Body)
			}
		}
	})
}

// FuzzBody looks for a body that is taken although a lenient reader would understand something else.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"item":"x"}`, `{"item":"x","completed":true}`, `{"item":"\ud83d\ude00"}`, `{"item":"\ud83d"}`, `{"item":"\\ud83d"}`,
		`{"item":"x","due_date":"2026-02-28","notes":" y ","position":"V"}`, `{"item":"x","due_date":null,"notes":"","position":null}`,
		`{"item":"x","item":"y"}`, `{"item":"x","Item":"y"}`, `{"item":["x"]}`, `{"item":null}`, `{"item":"x"}{}`, `{"cognito-username":"bob"}`,
		"{\"item\":\"\xff\"}", `{"completed":true}`, `[`, ``, `{"item":" "}`, `{"item":"a\u0085b"}`,
	} {
		f.Add(body)
	}
	s := serve(accepting{})
	f.Fuzz(func(t *testing.T, body string) {
		r := s.call(t, "add", withBody(from("ann"), body))
		switch r.StatusCode {
		case http.StatusBadRequest:
			return
		case http.StatusOK:
		default:
			t.Fatalf("got %d %s", r.StatusCode, r.Body)
		}
		var fields map[string]any
		var answer struct{ Item todo.Item }
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatalf("taken, and no JSON: %v", err)
		}
		if err := json.Unmarshal([]byte(r.Body), &answer); err != nil {
			t.Fatal(err)
		}
		want, _ := fields["item"].(string)
		want, err := todo.CleanText(want)
		completed, given := fields["completed"].(bool)
		known := 1
		if given {
			known = 2
		}
		for name, got := range map[string]string{"due_date": answer.Item.Due, "notes": answer.Item.Notes, "position": answer.Item.Position} {
			if value, given := fields[name]; given {
				known++
				want, ok := value.(string)
				if !ok && value != nil || name == "notes" && got != "" && !strings.Contains(want, got) || name != "notes" && got != want {
					t.Errorf("%q was taken as %s", body, r.Body)
				}
			} else if got != "" {
				t.Errorf("%q was given a %s of %q", body, name, got)
			}
		}
		if err != nil || len(fields) != known || answer.Item.Text != want || answer.Item.Completed != completed || !utf8.ValidString(body) {
			t.Errorf("%q was taken as %s", body, r.Body)
		}
		if answer.Item.Owner != "ann" || answer.Item.Version != 1 {
			t.Errorf("%q made an item of %q, version %d", body, answer.Item.Owner, answer.Item.Version)
		}
	})
}
