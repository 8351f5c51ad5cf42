package pages

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryWordIsThereAndUsed holds the catalogue against what the program says.
func TestEveryWordIsThereAndUsed(t *testing.T) {
	catalogue := english()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var program strings.Builder
	for _, file := range files {
		if file == "words.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		program.Write(source)
	}
	said := regexp.MustCompile(`(?:say\(|newPasswordInput\(|missing: |word: |Notice: )"([^"]+)"`)
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
	for key, text := range catalogue {
		made := strings.HasPrefix(key, "attribute.") || strings.HasPrefix(key, "error.")
		if !made && !strings.Contains(program.String(), `"`+key+`"`) {
			t.Errorf("%q is never said", key)
		}
		if text == "" {
			t.Errorf("%q is empty", key)
		}
	}
}
