package gateway

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// appendEscaped makes text fit between the quotes of a JSON string, and of a log line: nothing in it can end the string
// or the line, or steer the terminal that shows it.
func appendEscaped(b []byte, s string) []byte {
	plain := 0 // where what needs no escape begins
	for i := 0; i < len(s); {
		if c := s[i]; c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:]) // a byte that is no UTF-8 comes as U+FFFD
		if special(r) {
			b = append(b, s[plain:i]...)
			plain = i + size
			if r == '"' || r == '\\' {
				b = append(b, '\\', byte(r))
			} else {
				b = fmt.Appendf(b, `\u%04x`, r)
			}
		}
		i += size
	}
	return append(b, s[plain:]...)
}

func special(r rune) bool {
	switch r {
	case '"', '\\', unicode.ReplacementChar, '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(r)
}
