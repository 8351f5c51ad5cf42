package pages

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/todo/internal/userpool/lang"
)

// TestEveryWordIsThereAndUsed holds the English catalogue against what the program says.
func TestEveryWordIsThereAndUsed(t *testing.T) {
	catalogue := english()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") || strings.Contains(string(source), "() map[string]string {") {
			continue
		}
		program.Write(source)
	}
	said := regexp.MustCompile(`(?:say\(|count\(|newPasswordInput\(|missing: |word: |Notice: )"([^"]+)"`)
	for _, found := range said.FindAllStringSubmatch(program.String(), -1) {
		if catalogue[found[1]] == "" {
			t.Errorf("%q has no words", found[1])
		}
	}
	for _, e := range explanations {
		if catalogue[e.word] == "" {
			t.Errorf("%q has no words", e.word)
		}
	}
	for key := range catalogue {
		made := strings.HasPrefix(key, "attribute.") || strings.HasPrefix(key, "error.") || plain(key) != key
		if !made && !strings.Contains(program.String(), `"`+key+`"`) {
			t.Errorf("%q is never said", key)
		}
	}
}

var categories = []string{"zero", "one", "two", "few", "many"}

// plain is the key that a form of a plural belongs to, and any other key as it is.
func plain(key string) string {
	at := strings.LastIndex(key, ".")
	if at < 0 || !slices.Contains(categories, key[at+1:]) {
		return key
	}
	return key[:at]
}

var place = regexp.MustCompile(`%.`)

// TestEveryLanguageSaysTheSame: the same keys with the same places in each, and the forms that its plurals need.
func TestEveryLanguageSaysTheSame(t *testing.T) {
	for _, l := range lang.All {
		catalogue := catalogues[l]
		for key, text := range catalogue {
			if _, ok := english()[plain(key)]; !ok {
				t.Errorf("%s: %q is not said in English", l, key)
			}
			if strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%s: %q is %q", l, key, text)
			}
		}
		for key, text := range english() {
			if plain(key) != key {
				for n := range 200 {
					if form := plain(key) + "." + l.Plural(n); l.Plural(n) != "other" && catalogue[form] == "" {
						t.Fatalf("%s: %q is missing", l, form)
					}
				}
				continue
			}
			switch own, ok := catalogue[key]; {
			case !ok:
				t.Errorf("%s: %q is missing", l, key)
			case !slices.Equal(place.FindAllString(text, -1), place.FindAllString(own, -1)):
				t.Errorf("%s: %q has other places than in English: %q", l, key, own)
			}
		}
	}
}
