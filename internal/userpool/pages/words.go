package pages

import (
	"fmt"
	"strings"

	"example.com/todo/internal/userpool/lang"
)

// catalogues are everything the pages say, by language and key. All have the same keys; beside one that says a number,
// KEY, each has as many KEY.CATEGORY as its plurals need. %s and %d are the places of what is filled in.
var catalogues = map[lang.Language]map[string]string{
	lang.English:    english(),
	lang.Spanish:    spanish(),
	lang.Portuguese: portuguese(),
	lang.German:     german(),
	lang.French:     french(),
	lang.Japanese:   japanese(),
	lang.Arabic:     arabic(),
}

// words are what the pages say in one language.
type words struct{ lang.Language }

// has tells whether there are words for a key.
func (w words) has(key string) bool {
	_, ok := catalogues[w.Language][key]
	return ok
}

// say gives the words of a key with what belongs in their places; words without a place leave it out. A key without
// words is a mistake of the program, which shows as the key itself.
func (w words) say(key string, args ...any) string {
	text, ok := catalogues[w.Language][key]
	switch {
	case !ok:
		return key
	case len(args) == 0 || !strings.Contains(text, "%"):
		return text
	}
	return fmt.Sprintf(text, args...)
}

// count says a number of things.
func (w words) count(key string, n int) string {
	if form := key + "." + w.Plural(n); w.has(form) {
		key = form
	}
	return w.say(key, n)
}
