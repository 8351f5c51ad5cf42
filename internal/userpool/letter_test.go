package userpool

import (
	"context"
	"strings"
	"testing"

	"example.com/todo/internal/userpool/lang"
)

func TestEveryLanguageHasItsLetters(t *testing.T) {
	for _, l := range lang.All {
		own := letters[l]
		if own.codeSubject == "" || own.invitationSubject == "" || strings.ContainsAny(own.codeSubject+own.invitationSubject, "\r\n{") {
			t.Errorf("%s: the subjects are %q and %q", l, own.codeSubject, own.invitationSubject)
		}
		if strings.Count(own.code, "{####}") != 1 || strings.Contains(own.code, "{username}") {
			t.Errorf("%s: the code comes as %q", l, own.code)
		}
		if strings.Count(own.invitation, "{####}") != 1 || strings.Count(own.invitation, "{username}") != 1 {
			t.Errorf("%s: the temporary password comes as %q", l, own.invitation)
		}
	}
}

func TestLanguageOfALetter(t *testing.T) {
	marked := func(locale string) account { return account{Attributes: []Attribute{{Name: "locale", Value: locale}}} }
	german := lang.Into(context.Background(), lang.German)
	for name, c := range map[string]struct {
		ctx  context.Context
		a    account
		want lang.Language
	}{
		"nothing known":        {context.Background(), account{}, lang.English},
		"of the pages":         {german, account{}, lang.German},
		"of the account":       {context.Background(), marked("pt_BR"), lang.Portuguese},
		"the account's own":    {german, marked("ja-JP"), lang.Japanese},
		"one that has no name": {german, marked("Klingon, please"), lang.German},
	} {
		if got := language(c.ctx, c.a); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
