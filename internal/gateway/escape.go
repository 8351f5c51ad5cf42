package gateway

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// plain are the bytes that stand for themselves.
var plain = func() (plain [256]bool) {
	for c := ' '; c < 0x7f; c++ {
		plain[c] = c != '"' && c != '\\'
	}
	return plain
}()

// appendEscaped makes text fit between the quotes of a JSON string, and of a log line: nothing in it can end the string
// or the line, or steer the terminal that shows it.
func appendEscaped(b []byte, s string) []byte {
	begin := 0 // of what needs no escape
	for i := 0; i < len(s); {
		if plain[s[i]] {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:]) // a byte that is no UTF-8 comes as U+FFFD
		if special(r) {
			b = append(b, s[begin:i]...)
			begin = i + size
			if r == '"' || r == '\\' {
				b = append(b, '\\', byte(r))
			} else {
				b = fmt.Appendf(b, `\u%04x`, r)
			}
		}
		i += size
	}
	return append(b, s[begin:]...)
}

func special(r rune) bool {
	switch r {
	case '"', '\\', unicode.ReplacementChar, '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(r)
}
