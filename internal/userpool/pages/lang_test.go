package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/lang"
	"example.com/todo/internal/userpool/pages"
	"example.com/todo/internal/userpool/pooltest"
)

// speaks fails the test unless the page is in the language.
func (p *person) speaks(t *testing.T, want lang.Language) {
	t.Helper()
	if got := attribute(find(p.page, "html"), "lang"); got != string(want) || foreign(want, text(find(p.page, "h1"))) {
		t.Errorf("at %s: got a page in %q headed %q, want it in %s", p.at, got, text(find(p.page, "h1")), want)
	}
}

func TestTheApplicationNamesTheLanguage(t *testing.T) {
	f := start(t, nil)
	p := visitor(t, f)
	p.languages = "fr"
	p.open(t, "/oauth2/authorize?"+request()).speaks(t, "fr")
	p.open(t, "/oauth2/authorize?"+request("lang", "de")).speaks(t, "de")
	p.submit(t).speaks(t, "de")
	p.follow(t, "Konto erstellen").speaks(t, "de")
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password).speaks(t, "de")
	p.open(t, "/error?error=redirect_mismatch").speaks(t, "de") // kept by the browser
	p.open(t, "/login?"+request()).speaks(t, "de")
	p.open(t, "/login?"+request("lang", "pt")).speaks(t, "pt-BR")
	p.open(t, "/login?"+request()).speaks(t, "pt-BR")
	p.open(t, "/error?lang=ja").speaks(t, "ja")
}

func TestTheLanguageIsKept(t *testing.T) {
	f := start(t, nil)
	p := visitor(t, f).open(t, "/login?"+request("lang", "ar"))
	want := "lang=ar; Path=/auth; Max-Age=31536000; HttpOnly; SameSite=Lax"
	if got := p.header.Values("Set-Cookie"); len(got) == 0 || got[0] != want {
		t.Errorf("got %q, want the first to be %q", got, want)
	}
	if got := strings.Join(p.open(t, "/login?"+request("lang", "ar")).header.Values("Set-Cookie"), "\n"); strings.Contains(got, "lang=") {
		t.Errorf("what is kept already is set again: %s", got)
	}
}

func TestALanguageThatIsNotSpoken(t *testing.T) {
	f := start(t, nil)
	for _, unknown := range []string{"zh-CN", "xx", "", "*", `"><script>`, "\x00", strings.Repeat("de-", 5000)} {
		p := visitor(t, f)
		p.languages = "ja-JP, en;q=0.5"
		p.open(t, "/login?"+request("lang", unknown)).speaks(t, "ja")
		if got := strings.Join(p.header.Values("Set-Cookie"), "\n"); strings.Contains(got, "lang=") {
			t.Errorf("%q was kept: %s", unknown, got)
		}
	}
	for _, unknown := range []string{"ko", strings.Repeat("x", 10_000), "de,\xff", ";q=1"} {
		p := visitor(t, f)
		p.languages = unknown
		p.open(t, "/login?"+request()).speaks(t, "en")
	}
	p := visitor(t, f)
	domain, err := url.Parse(f.Domain + "/")
	if err != nil {
		t.Fatal(err)
	}
	p.http.Jar.SetCookies(domain, []*http.Cookie{{Name: "lang", Value: "../../etc"}})
	p.languages = "es"
	p.open(t, "/login?"+request()).speaks(t, "es")
}

// TestProblemsAreSaidInThePersonsLanguage: those that the pool words in English too.
func TestProblemsAreSaidInThePersonsLanguage(t *testing.T) {
	f := start(t, func(pool *stack.UserPool) {
		pool.UsernameAttributes = nil
		pool.Schema = []stack.Attribute{{Name: "birthdate", Type: "String", Required: true, Mutable: true}, {Name: "phone_number", Type: "String", Required: true, Mutable: true}}
	})
	good := map[string]string{
		"username": "ana", "password": pooltest.Password, "attribute.email": "ana@example.com", "attribute.birthdate": "2000-01-01",
		"attribute.phone_number": "+14255550123",
	}
	for _, l := range lang.All {
		for _, c := range []struct{ field, value, key, label string }{
			{"attribute.email", "ana", "email-form", ""},
			{"attribute.birthdate", strings.Repeat("x", 3000), "attribute-form", "attribute.birthdate"},
			{"attribute.phone_number", "12", "phone-form", ""},
			{"attribute.birthdate", "\xff", "refused", ""},
			{"username", "a b", "username-form", ""},
			{"attribute.birthdate", "", "missing.attribute", "attribute.birthdate"},
			{"password", "short", "password.length", ""},
		} {
			pairs := []string{}
			for field, value := range good {
				if field == c.field {
					value = c.value
				}
				pairs = append(pairs, field, value)
			}
			words := pages.Catalogue(l)
			want := strings.ReplaceAll(words[c.key], "%s", words[c.label])
			visitor(t, f).open(t, "/signup?"+request("lang", string(l))).submit(t, pairs...).sees(t, "/signup", words["signup.title"], want)
		}
	}
}

func TestNamesOfAllKindsAreAskedForInThePersonsLanguage(t *testing.T) {
	for name, c := range map[string]struct {
		usernames, aliases   []string
		typed, label, missed string
		refused              string
		hint, signInHint     string
	}{
		"addresses":                    {[]string{"email"}, nil, "ana", "field.email", "missing.email", "email-form", "", ""},
		"numbers":                      {[]string{"phone_number"}, nil, "ana", "field.phone", "missing.phone", "phone-form", "hint.phone", "hint.phone"},
		"numbers or addresses":         {[]string{"email", "phone_number"}, nil, "ana", "field.email-or-phone", "missing.email-or-phone", "email-or-phone-form", "hint.phone", "hint.phone"},
		"a name with an address":       {nil, []string{"email", "preferred_username"}, "ana@example.com", "field.username", "missing.username", "username-email", "", "hint.alias-email"},
		"a name with a number":         {nil, []string{"phone_number"}, "+14255550123", "field.username", "missing.username", "username-phone", "", "hint.alias-phone"},
		"a name with either beside it": {nil, []string{"phone_number", "email"}, "+14255550123", "field.username", "missing.username", "username-phone", "", "hint.alias-either"},
		"a name alone":                 {nil, nil, "a b", "field.username", "missing.username", "username-form", "", ""},
	} {
		f := start(t, func(pool *stack.UserPool) {
			pool.UsernameAttributes, pool.AliasAttributes, pool.AutoVerifiedAttributes = c.usernames, c.aliases, nil
			pooltest.Choice(pool)
		})
		for _, l := range lang.All {
			words := pages.Catalogue(l)
			p := visitor(t, f).open(t, "/signup?"+request("lang", string(l)))
			p.hints(t, words[c.hint])
			p.submit(t, "username", "", "password", pooltest.Password).sees(t, "/signup", words["signup.title"], words[c.label], words[c.missed])
			p.submit(t, "username", c.typed, "password", pooltest.Password).sees(t, "/signup", words["signup.title"], words[c.refused])
			for _, path := range []string{"/login", "/forgotPassword", "/confirmforgotPassword", "/code"} {
				p.open(t, path+"?"+request("lang", string(l))).hints(t, words[c.signInHint])
			}
		}
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// hints fails the test unless the page says this, and no more, about how the name is written.
func (p *person) hints(t *testing.T, want string) {
	t.Helper()
	got := ""
	for _, n := range all(p.page, "p") {
		if attribute(n, "id") == "username-hint" {
			got = text(n)
		}
	}
	if got != want {
		t.Errorf("at %s: got the hint %q, want %q", p.at.Path, got, want)
	}
}

func TestTheLetterIsInTheLanguageOfThePages(t *testing.T) {
	f := start(t, nil)
	visitor(t, f).open(t, "/signup?"+request("lang", "de")).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	if got := f.Outbox.Messages()[0]; got.Subject != "Ihr Bestätigungscode" || !strings.HasPrefix(got.Text, "Ihr Bestätigungscode lautet ") {
		t.Errorf("got %+v", got)
	}
	visitor(t, f).open(t, "/resendcode?"+request("lang", "ar")).submit(t, "username", "ana@example.com")
	if got := f.Outbox.Messages()[0]; got.Subject != "رمز التحقق الخاص بك" {
		t.Errorf("got %+v", got)
	}

	own := start(t, func(pool *stack.UserPool) { pool.VerificationSubject, pool.VerificationMessage = "Ours", "Use {####}" })
	visitor(t, own).open(t, "/signup?"+request("lang", "de")).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	if got := own.Outbox.Messages()[0]; got.Subject != "Ours" || !strings.HasPrefix(got.Text, "Use ") {
		t.Errorf("got %+v, want the template's texts", got)
	}
}
