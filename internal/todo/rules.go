package todo

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxText is the greatest length of an item's text, in characters (Unicode code points).
	MaxText = 1000
	// MaxLimit is the greatest number of items that a page can be asked to examine.
	MaxLimit = 1000
	// maxOwner is DynamoDB's bound for a partition key, in bytes; Cognito's user names are far shorter.
	maxOwner = 2048
)

// CleanText trims white space and byte order marks from both ends of a text and checks what remains: 1 to MaxText
// characters of valid UTF-8, at least one of them visible, and no control character (Unicode's category Cc: C0, DEL
// and C1) but newline and tab.
//
// Format characters stay: joiners make up emoji and Persian words, and direction marks, isolates and overrides belong
// to right-to-left writing. An item is shown to nobody but its owner, so they deceive no one. Line and paragraph
// separators stay inside a text as the white space they are.
func CleanText(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", &InvalidError{"item", "must be valid UTF-8"}
	}
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' })
	length, visible := 0, false
	for _, r := range text {
		length++
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return "", &InvalidError{"item", "must not contain control characters other than newline and tab"}
		}
		visible = visible || !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r)
	}
	if !visible || length > MaxText {
		return "", &InvalidError{"item", fmt.Sprintf("must be 1 to %d characters long", MaxText)}
	}
	return text, nil
}

// CheckID accepts a UUID of any version in canonical form: 36 characters, lower case.
func CheckID(id string) error {
	if !isUUID(id) {
		return &InvalidError{"id", "must be a UUID in lower case, such as 01920000-0000-7000-8000-000000000000"}
	}
	return nil
}

// CanonicalID makes an id of a UUID written in any case; ok is false when it is none.
func CanonicalID(uuid string) (id string, ok bool) {
	id = strings.ToLower(uuid)
	return id, len(uuid) == len(id) && isUUID(id)
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}

func checkOwner(owner string) error {
	if owner == "" || len(owner) > maxOwner || !utf8.ValidString(owner) {
		return &InvalidError{"cognito-username", fmt.Sprintf("must be 1 to %d bytes of valid UTF-8", maxOwner)}
	}
	return nil
}
