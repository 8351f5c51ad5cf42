package gateway

import (
	"fmt"
	"strings"
	"unicode"
)

// escape makes text fit between the quotes of a JSON string, and of a log line: nothing in it can end the string or the
// line, or steer the terminal that shows it.
func escape(s string) string {
	if !strings.ContainsFunc(s, special) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // a byte that is no UTF-8 comes as U+FFFD
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case special(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func special(r rune) bool {
	switch r {
	case '"', '\\', unicode.ReplacementChar, '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(r)
}
