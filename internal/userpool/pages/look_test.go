package pages

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ownTokens are those that only the hosted pages have.
var ownTokens = []string{
	"--cover", "--cover-ink", "--cover-rule", "--danger-note", "--good-note", "--step-heading",
}

// TestThePagesLookLikeTheWebApp: a token of both has the same values, by day and by night.
func TestThePagesLookLikeTheWebApp(t *testing.T) {
	own, err := content.ReadFile("assets/pool.css")
	if err != nil {
		t.Fatal(err)
	}
	web, err := os.ReadFile("../../../web/src/styles/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	for at, theme := range []string{"", "prefers-color-scheme: dark"} {
		mine, theirs := tokens(t, string(own), theme), tokens(t, string(web), "")
		for name, value := range theirs {
			theirs[name] = lightDark.ReplaceAllString(value, []string{"$1", "$2"}[at])
		}
		for name, value := range mine {
			switch want, shared := theirs[name]; {
			case !shared && !slices.Contains(ownTokens, name):
				t.Errorf("%s, %q: the web app has no such token", name, theme)
			case shared && value != want:
				t.Errorf("%s, %q: got %s, the web app has %s", name, theme, value, want)
			}
		}
	}
	if light, dark := tokens(t, string(own), ""), tokens(t, string(own), "prefers-color-scheme: dark"); len(dark) < 15 {
		t.Errorf("only %d of %v have a value for the night", len(dark), slices.Sorted(maps.Keys(light)))
	}
}

var (
	token = regexp.MustCompile(`(?s)(--[\w-]+):\s*(.*?);`)
	space = regexp.MustCompile(`\s+`)
	// The web app gives a colour's two values in one place: the person may choose between them.
	lightDark = regexp.MustCompile(`light-dark\(((?:[^(),]|\([^()]*\))+), ((?:[^(),]|\([^()]*\))+)\)`)
)

// tokens are the custom properties of the first :root after the theme's media query.
func tokens(t *testing.T, css, theme string) map[string]string {
	t.Helper()
	_, css, ok := strings.Cut(css, theme)
	_, css, found := strings.Cut(css, ":root")
	block, _, closed := strings.Cut(css, "}")
	if !ok || !found || !closed {
		t.Fatalf("no tokens for %q", theme)
	}
	values := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(block, -1) {
		values[m[1]] = space.ReplaceAllString(m[2], " ")
	}
	return values
}

// TestOnlyTokensHaveColours: a colour that is written where it is used would drift away.
func TestOnlyTokensHaveColours(t *testing.T) {
	own, err := content.ReadFile("assets/pool.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(own), "\n") {
		if regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl`).MatchString(line) && !strings.HasPrefix(strings.TrimSpace(line), "--") {
			t.Errorf("not by a token: %s", line)
		}
	}
}

// TestSidesFollowTheWriting: nothing is laid out by left and right, which Arabic turns round.
func TestSidesFollowTheWriting(t *testing.T) {
	own, err := content.ReadFile("assets/pool.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, physical := range regexp.MustCompile(`[^\n]*(?:-left|-right|\bleft\b|\bright\b)[^\n]*`).FindAllString(string(own), -1) {
		t.Errorf("not by the writing's direction: %s", physical)
	}
}
