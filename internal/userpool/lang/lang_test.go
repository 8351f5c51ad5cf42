package lang_test

import (
	"strings"
	"testing"

	"example.com/todo/internal/userpool/lang"
)

func TestMatch(t *testing.T) {
	for name, c := range map[string]struct {
		wishes []string
		want   lang.Language
		ok     bool
	}{
		"nothing":                       {nil, "en", false},
		"empty":                         {[]string{"", ""}, "en", false},
		"a language":                    {[]string{"de"}, "de", true},
		"another country's":             {[]string{"de-AT"}, "de", true},
		"Portuguese of any country":     {[]string{"pt"}, "pt-BR", true},
		"Spanish of America":            {[]string{"es-419"}, "es", true},
		"any case, an underscore":       {[]string{"PT_br"}, "pt-BR", true},
		"one that is not spoken":        {[]string{"zh-CN"}, "en", false},
		"the next wish":                 {[]string{"ko", "", "fr-CA"}, "fr", true},
		"the first wish":                {[]string{"ja", "fr"}, "ja", true},
		"a browser's":                   {[]string{"it-IT,it;q=0.9,ar;q=0.8,en;q=0.7"}, "ar", true},
		"by quality, not by place":      {[]string{"en;q=0.1, ja;q=0.9"}, "ja", true},
		"anything":                      {[]string{"*"}, "en", false},
		"not wanted at all":             {[]string{"de;q=0"}, "en", false},
		"rubbish":                       {[]string{`"><script>`, "\x00", "de-", "de"}, "de", true},
		"rubbish without end":           {[]string{strings.Repeat("a-", 100_000)}, "en", false},
		"a tag within rubbish":          {[]string{"de'; DROP TABLE"}, "en", false},
		"English, though others follow": {[]string{"en-GB,de"}, "en", true},
	} {
		if got, ok := lang.Match(c.wishes...); got != c.want || ok != c.ok {
			t.Errorf("%s: got %s %t, want %s %t", name, got, ok, c.want, c.ok)
		}
	}
}

func TestPlural(t *testing.T) {
	for l, counts := range map[lang.Language]map[int]string{
		"en":    {0: "other", 1: "one", 2: "other", 11: "other"},
		"fr":    {0: "one", 1: "one", 2: "other"},
		"pt-BR": {0: "one", 1: "one", 2: "other"},
		"ja":    {0: "other", 1: "other"},
		"ar":    {0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many", 100: "other", 103: "few"},
	} {
		for n, want := range counts {
			if got := l.Plural(n); got != want {
				t.Errorf("%s, %d: got %s, want %s", l, n, got, want)
			}
		}
	}
}

func TestFrom(t *testing.T) {
	ctx := t.Context()
	if got := lang.From(ctx); got != "" {
		t.Errorf("got %q, want none", got)
	}
	if got := lang.From(lang.Into(ctx, "ja")); got != "ja" {
		t.Errorf("got %q, want ja", got)
	}
}
