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
