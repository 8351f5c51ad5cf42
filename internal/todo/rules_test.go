package todo_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/todo/internal/todo"
)

func TestCleanText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a text", "Buy milk", "Buy milk"},
		{"white space at its ends", " \t\n\u00a0\u3000Buy  milk\u2028 \r\n", "Buy  milk"},
		{"a byte order mark", "\ufeffBuy milk\ufeff", "Buy milk"},
		{"newlines and tabs inside", "one\n\ttwo", "one\n\ttwo"},
		{"one character", "x", "x"},
		{"the greatest length", strings.Repeat("x", 1000), strings.Repeat("x", 1000)},
		{"the greatest length in four bytes each", strings.Repeat("🙂", 1000), strings.Repeat("🙂", 1000)},
		{"the greatest length between spaces", strings.Repeat(" ", 5000) + strings.Repeat("x", 1000) + "\n", strings.Repeat("x", 1000)},
		{"joiners", "👩\u200d👩\u200d👧 می\u200cخواهم", "👩\u200d👩\u200d👧 می\u200cخواهم"},
		{"direction", "\u200fשלום \u2067abc\u2069 \u202edef\u202c", "\u200fשלום \u2067abc\u2069 \u202edef\u202c"},
		{"line separators inside", "one\u2028two\u2029three", "one\u2028two\u2029three"},
		{"the replacement character itself", "\ufffd", "\ufffd"},
		{"no normalisation", "e\u0301é", "e\u0301é"},
	} {
		if got, err := todo.CleanText(test.text); err != nil || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.name, got, err, test.want)
		}
	}
}

func TestTextsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                      "",
		"white space":                " \t\r\n\u00a0\u2003\u3000\u2028",
		"nothing visible":            "\u200b\u200d\u200e\u2060\ufeff",
		"marks in white space":       "\u200f \u200f",
		"too long":                   strings.Repeat("x", 1001),
		"too long in wide ones":      strings.Repeat("🙂", 1001),
		"NUL":                        "a\x00b",
		"escape":                     "a\x1b[31mb",
		"carriage return":            "a\r\nb",
		"vertical tab":               "a\vb",
		"DEL":                        "a\x7fb",
		"C1, next line":              "a\u0085b",
		"C1, control sequence":       "a\u009bb",
		"a cut character":            "a\xf0\x9f\x99",
		"an overlong form":           "a\xc0\x80b",
		"a surrogate in UTF-8":       "a\xed\xa0\x80b",
		"Latin-1":                    "caf\xe9",
		"invalid bytes at its ends":  "\xffa",
		"beyond the last code point": "\xf4\x90\x80\x80",
	} {
		got, err := todo.CleanText(text)
		var invalid *todo.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != "item" || got != "" {
			t.Errorf("%s: got %q, %v, want an InvalidError for item", name, got, err)
		} else if !strings.HasPrefix(err.Error(), "item must ") {
			t.Errorf("%s: got the message %q", name, err)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, test := range []struct{ name, notes, want string }{
		{"none", "", ""},
		{"white space", " \t\r\n\u2003", ""},
		{"nothing visible", "\ufeff\u200b \u200d", ""},
		{"lines", "\n one\n\ttwo \r\n", "one\n\ttwo"},
		{"the greatest length", strings.Repeat("🙂", 10_000), strings.Repeat("🙂", 10_000)},
		{"the greatest length between spaces", " " + strings.Repeat("x", 10_000) + "\n", strings.Repeat("x", 10_000)},
	} {
		if got, err := todo.CleanNotes(test.notes); err != nil || got != test.want {
			t.Errorf("%s: got %.40q, %v, want %.40q", test.name, got, err, test.want)
		}
	}
	for name, notes := range map[string]string{
		"too long":                     strings.Repeat("x", 10_001),
		"too long in wide ones":        strings.Repeat("🙂", 10_001),
		"NUL":                          "a\x00b",
		"a carriage return":            "a\r\nb",
		"C1, control sequence":         "a\u009bb",
		"a control that is all":        "\x00",
		"a control in nothing visible": "\u200b\x07\u200b",
		"a cut character":              "a\xf0\x9f\x99",
		"invalid bytes at the ends":    "\xff",
	} {
		got, err := todo.CleanNotes(notes)
		if invalid, ok := errors.AsType[*todo.InvalidError](err); !ok || invalid.Field != "notes" || got != "" {
			t.Errorf("%s: got %.40q, %v, want an InvalidError for notes", name, got, err)
		}
	}
}

func TestDueDates(t *testing.T) {
	for _, due := range []string{"2026-02-28", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31", "2026-12-01"} {
		if err := todo.CheckDue(due); err != nil {
			t.Errorf("%s: got %v", due, err)
		}
	}
	for name, due := range map[string]string{
		"empty": "", "a blank": " ", "a month alone": "2026-02", "the 30th of February": "2026-02-30",
		"the 29th in a common year": "2026-02-29", "the 29th in a common century": "1900-02-29", "month 13": "2026-13-01",
		"month 0": "2026-00-10", "day 0": "2026-01-00", "day 32": "2026-01-32", "year 0": "0000-01-01", "a negative year": "-001-01-01",
		"a year with a sign": "+026-01-01", "a year of five digits": "12026-01-01", "no zeros": "2026-1-1", "slashes": "2026/01/01",
		"no hyphens": "20260101", "the other way round": "01-02-2026", "a time": "2026-01-01T00:00:00Z", "a zone": "2026-01-01Z",
		"a newline after": "2026-01-01\n", "a blank before": " 2026-01-01", "a NUL": "2026-01-0\x00", "wide digits": "２０２６-01-01",
		"Arabic digits": "٢٠٢٦-٠١-٠١", "a word": "tomorrow", "an underscore": "2_26-01-01", "hexadecimal": "0x1F-01-01",
	} {
		err := todo.CheckDue(due)
		if invalid, ok := errors.AsType[*todo.InvalidError](err); !ok || invalid.Field != "due_date" {
			t.Errorf("%s: got %v, want an InvalidError for due_date", name, err)
		}
	}
}

func TestPositions(t *testing.T) {
	for _, position := range []string{"1", "V", "z", "A", "a", "01", "00z", "V0V", strings.Repeat("0", 127) + "1", strings.Repeat("z", 128)} {
		if err := todo.CheckPosition(position); err != nil {
			t.Errorf("%s: got %v", position, err)
		}
	}
	for name, position := range map[string]string{
		"empty": "", "zero": "0", "a zero at the end": "V0", "too long": strings.Repeat("z", 129), "a point": "0.5", "a sign": "-1",
		"a blank": "V V", "a blank after": "V ", "a newline after": "V\n", "a NUL": "V\x00V", "a hyphen": "a-b", "an underscore": "a_b",
		"a slash": "a/b", "after 9": "a:b", "before A": "a@b", "after Z": "a[b", "before a": "a`b", "after z": "a{b", "another letter": "é",
		"a wide digit": "１", "no UTF-8": "V\xff",
	} {
		err := todo.CheckPosition(position)
		if invalid, ok := errors.AsType[*todo.InvalidError](err); !ok || invalid.Field != "position" {
			t.Errorf("%s: got %v, want an InvalidError for position", name, err)
		}
	}
}

func TestIDs(t *testing.T) {
	const id = "01920000-0000-7000-8000-00000000abcd"
	for name, bad := range map[string]string{
		"empty":             "",
		"upper case":        strings.ToUpper(id),
		"braces":            "{" + id + "}",
		"a URN":             "urn:uuid:" + id,
		"no hyphens":        strings.ReplaceAll(id, "-", ""),
		"hyphens elsewhere": "0192000-00000-7000-8000-00000000abcd",
		"too short":         id[1:],
		"too long":          id + "0",
		"not hexadecimal":   "g" + id[1:],
		"a slash":           "/" + id[1:],
		"a colon":           ":" + id[1:],
		"a NUL":             id[:35] + "\x00",
		"a newline after":   id[:35] + "\n",
		"wide digits":       "０" + id[3:],
		"the Kelvin sign":   id[:33] + "\u212a",
	} {
		var invalid *todo.InvalidError
		if err := todo.CheckID(bad); !errors.As(err, &invalid) || invalid.Field != "id" {
			t.Errorf("%s: got %v, want an InvalidError for id", name, err)
		}
		if got, ok := todo.CanonicalID(bad); ok && name != "upper case" {
			t.Errorf("%s: CanonicalID made %q of it", name, got)
		}
	}
	if err := todo.CheckID(id); err != nil {
		t.Error(err)
	}
	for _, form := range []string{id, strings.ToUpper(id), "01920000-0000-7000-8000-00000000AbCd"} {
		if got, ok := todo.CanonicalID(form); !ok || got != id {
			t.Errorf("CanonicalID(%s): got %q, %v, want %s", form, got, ok, id)
		}
	}
}
