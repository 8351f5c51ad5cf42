package todo

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxText is the greatest length of an item's text, in characters (Unicode code points).
	MaxText = 1000
	// MaxNotes is that of its notes.
	MaxNotes = 10_000
	// MaxPosition is the greatest length of a position.
	MaxPosition = 128
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
	text, length, err := clean("item", text)
	if err == nil && (length == 0 || length > MaxText) {
		err = &InvalidError{"item", fmt.Sprintf("must be 1 to %d characters long", MaxText)}
	}
	if err != nil {
		return "", err
	}
	return text, nil
}

// CleanNotes does the same for notes of up to MaxNotes characters. Of those with nothing visible in them nothing
// remains: they are none.
func CleanNotes(notes string) (string, error) {
	notes, length, err := clean("notes", notes)
	if err == nil && length > MaxNotes {
		err = &InvalidError{"notes", fmt.Sprintf("must be at most %d characters long", MaxNotes)}
	}
	if err != nil {
		return "", err
	}
	return notes, nil
}

// clean trims a text and checks its characters. Of one with nothing visible in it nothing remains.
func clean(field, text string) (cleaned string, length int, err error) {
	if !utf8.ValidString(text) {
		return "", 0, &InvalidError{field, "must be valid UTF-8"}
	}
	text = strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' })
	visible := false
	for _, r := range text {
		length++
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return "", 0, &InvalidError{field, "must not contain control characters other than newline and tab"}
		}
		visible = visible || !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r)
	}
	if !visible {
		return "", 0, nil
	}
	return text, length, nil
}

// CheckDue accepts a day of the Gregorian calendar from 0001-01-01 to 9999-12-31, written so. It is a day wherever the
// person is, not a moment.
func CheckDue(due string) error {
	day, err := time.Parse(time.DateOnly, due)
	if err != nil || day.Year() < 1 || day.Format(time.DateOnly) != due {
		return &InvalidError{"due_date", "must be a date of the calendar, such as 2026-02-28"}
	}
	return nil
}

// CheckPosition accepts a fractional index: the digits after the point of a number between 0 and 1 in base 62, 1 to
// MaxPosition of them. The digits are 0 to 9, A to Z and a to z, in this order, which is that of their bytes; so
// positions compare as their bytes do. The last digit is not 0: then every number has one position, and between any two
// positions, before the first and after the last there is another, as long as there are digits left.
func CheckPosition(position string) error {
	ok := position != "" && len(position) <= MaxPosition && !strings.HasSuffix(position, "0")
	for i := range len(position) {
		c := position[i]
		ok = ok && (c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z')
	}
	if !ok {
		return &InvalidError{"position", fmt.Sprintf("must be 1 to %d of the characters 0-9, A-Z and a-z, the last not 0", MaxPosition)}
	}
	return nil
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
