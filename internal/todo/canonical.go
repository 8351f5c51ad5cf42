package todo

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// JSON is the item's canonical form, byte for byte the same for equal items. It leaves characters such as < as they
// are: escaping them for HTML would make a page of 1 MB six times as long.
func (i Item) JSON() []byte {
	b := make([]byte, 0, 256+len(i.Text)+len(i.Notes))
	b = appendText(b, `{"id":`, i.ID)
	b = appendText(b, `,"cognito-username":`, i.Owner)
	b = appendText(b, `,"item":`, i.Text)
	b = strconv.AppendBool(append(b, `,"completed":`...), i.Completed)
	if i.Due != "" {
		b = appendText(b, `,"due_date":`, i.Due)
	}
	if i.Notes != "" {
		b = appendText(b, `,"notes":`, i.Notes)
	}
	if i.Position != "" {
		b = appendText(b, `,"position":`, i.Position)
	}
	b = appendTime(append(b, `,"creation_date":"`...), i.Created)
	b = appendTime(append(b, `","lastupdate_date":"`...), i.Updated)
	b = strconv.AppendInt(append(b, `","version":`...), i.Version, 10)
	return append(b, '}')
}

// appendTime writes a time as TimeLayout has it. Package time is quick with RFC 3339, which has no milliseconds, and has to
// take other layouts apart.
func appendTime(b []byte, t time.Time) []byte {
	b = t.UTC().AppendFormat(b, time.RFC3339)
	ms := t.Nanosecond() / 1e6
	return append(b[:len(b)-1], '.', '0'+byte(ms/100), '0'+byte(ms/10%10), '0'+byte(ms%10), 'Z')
}

// appendText writes a name as given, and a text as a JSON string.
func appendText(b []byte, name, text string) []byte {
	b = append(b, name...)
	if plain(text) {
		return append(append(append(b, '"'), text...), '"')
	}
	var escaped bytes.Buffer
	enc := json.NewEncoder(&escaped)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string, which cannot fail
	return append(b, bytes.TrimSuffix(escaped.Bytes(), []byte("\n"))...)
}

// read reads what Item.JSON wrote, if none of its texts had to be escaped. Of anything else, it says so with false and leaves
// the record half read.
func (r *record) read(s string) bool {
	ok := cutText(&s, `{"id":`, &r.ID) &&
		cutText(&s, `,"cognito-username":`, &r.Owner) &&
		cutText(&s, `,"item":`, &r.Text) &&
		cut(&s, `,"completed":`)
	if !ok {
		return false
	}
	if r.Completed = cut(&s, "true"); !r.Completed && !cut(&s, "false") {
		return false
	}
	cutText(&s, `,"due_date":`, &r.Due)
	cutText(&s, `,"notes":`, &r.Notes)
	cutText(&s, `,"position":`, &r.Position)
	ok = cutText(&s, `,"creation_date":`, &r.Created) && cutText(&s, `,"lastupdate_date":`, &r.Updated) && cut(&s, `,"version":`)
	if !ok {
		return false
	}
	digits, closed := strings.CutSuffix(s, "}")
	var err error
	r.Version, err = strconv.ParseInt(digits, 10, 64)
	return closed && err == nil && strconv.FormatInt(r.Version, 10) == digits
}

// cut takes a prefix off, if it is there.
func cut(s *string, prefix string) bool {
	rest, ok := strings.CutPrefix(*s, prefix)
	*s = rest
	return ok
}

// cutText takes a name and the plain text after it off, if they are there.
func cutText(s *string, name string, text *string) bool {
	rest, named := strings.CutPrefix(*s, name)
	rest, opened := strings.CutPrefix(rest, `"`)
	value, rest, closed := strings.Cut(rest, `"`)
	if !named || !opened || !closed || !plain(value) {
		return false
	}
	*s, *text = rest, value
	return true
}

// plain tells whether a JSON string has the text's own bytes, for whoever writes and for whoever reads.
func plain(text string) bool {
	ascii := true
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(text) && !strings.ContainsAny(text, "\u2028\u2029")
}
