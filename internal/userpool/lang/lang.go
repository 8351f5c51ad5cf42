// Package lang knows the languages in which a user pool speaks to people: which they are, which of them suits
// somebody, and what each needs to be written right. The words themselves are with those who say them.
package lang

import (
	"context"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A Language is one that the pool speaks, as a BCP 47 tag.
type Language string

// The languages of the pool.
const (
	English    Language = "en"
	Spanish    Language = "es"
	Portuguese Language = "pt-BR"
	German     Language = "de"
	French     Language = "fr"
	Japanese   Language = "ja"
	Arabic     Language = "ar"
)

// All are the languages of the pool; whoever is given none of their own choice is given the first.
var All = []Language{English, Spanish, Portuguese, German, French, Japanese, Arabic}

var matcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range All {
		tags = append(tags, language.Make(string(l)))
	}
	return language.NewMatcher(tags)
}()

// Match finds the language for the first wish that the pool can grant. A wish is a tag or the value of an
// Accept-Language header; one that is empty, malformed or for other languages is passed over. ok is false when none can
// be granted; l is then English.
func Match(wishes ...string) (l Language, ok bool) {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil {
			continue
		}
		if _, i, confidence := matcher.Match(tags...); confidence != language.No {
			return All[i], true
		}
	}
	return English, false
}

// Dir is the direction of its writing, ltr or rtl, as in HTML.
func (l Language) Dir() string {
	if l == Arabic {
		return "rtl"
	}
	return "ltr"
}

var forms = map[plural.Form]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
}

// Plural is the category of n things (CLDR): zero, one, two, few, many or other.
func (l Language) Plural(n int) string {
	return forms[plural.Cardinal.MatchPlural(language.Make(string(l)), n, 0, 0, 0, 0)]
}

type key struct{}

// Into makes l the language in which whatever is done under ctx speaks to the person.
func Into(ctx context.Context, l Language) context.Context { return context.WithValue(ctx, key{}, l) }

// From is the language of ctx, empty when it has none.
func From(ctx context.Context) Language {
	l, _ := ctx.Value(key{}).(Language)
	return l
}
