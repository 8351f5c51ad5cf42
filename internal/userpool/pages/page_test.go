package pages_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/lang"
	"example.com/todo/internal/userpool/pages"
	"example.com/todo/internal/userpool/pooltest"
)

var update = flag.Bool("update", false, "rewrite the golden pages")

// pools are one as most are, and for the pages that only they have one that demands a second factor and one that lets
// people choose the first and the second.
type pools struct{ usual, demanding, choosing *pooltest.Fixture }

func startPools(t *testing.T) pools {
	t.Helper()
	both := pools{start(t, nil), start(t, pooltest.MFA("ON")), start(t, choosing)}
	both.usual.SignUp(t, "used@example.com")
	return both
}

// screens are the pages as people meet them whose browsers prefer a language.
func (both pools) screens(t *testing.T, l lang.Language) map[string]*person {
	f, demanding := both.usual, both.demanding
	ana, fresh := "ana."+string(l)+"@example.com", "new."+string(l)+"@example.com"
	visitor := func(t *testing.T, f *pooltest.Fixture) *person {
		p := visitor(t, f)
		p.languages = string(l)
		return p
	}
	if _, err := f.Pool.AdminCreateUser(t.Context(), userpool.NewUser{Username: fresh, TemporaryPassword: "First-password-1", Suppress: true}); err != nil {
		t.Fatal(err)
	}
	demanding.SignUp(t, ana)
	demandingLogin := func() *person {
		return visitor(t, demanding).open(t, "/login?"+request()).submit(t, "username", ana, "password", pooltest.Password)
	}
	setup, setupWrong := demandingLogin(), demandingLogin().submit(t, "code", "12345")
	enrolled := demandingLogin()
	enrolled.submit(t, "code", appCode(t, demanding, enrolled.appKey(t)))
	open := func(path string) *person { return visitor(t, f).open(t, path+"?"+request()) }
	enrol(t, both.choosing, ana)
	choosing := func(path string) *person { return visitor(t, both.choosing).open(t, path+"?"+request()) }
	mfaChoice := func() *person {
		return choosing("/login").submit(t, "username", ana, "password", pooltest.Password)
	}
	adding := choosing("/passkeys/add").submit(t, "username", "plain."+ana, "password", pooltest.Password)
	return map[string]*person{
		"signin":              open("/login"),
		"signin-hint":         visitor(t, f).open(t, "/login?"+request("login_hint", ana)),
		"signin-empty":        open("/login").submit(t),
		"signin-wrong":        open("/login").submit(t, "username", ana, "password", "x"),
		"signup":              open("/signup"),
		"signup-used":         open("/signup").submit(t, "username", "used@example.com", "password", pooltest.Password),
		"confirm":             open("/confirm"),
		"confirm-after":       open("/signup").submit(t, "username", ana, "password", pooltest.Password),
		"confirm-wrong":       open("/confirm").submit(t, "username", "ben@example.com", "code", "000000"),
		"resend":              open("/resendcode"),
		"forgot":              open("/forgotPassword"),
		"reset":               open("/confirmforgotPassword"),
		"reset-after":         open("/forgotPassword").submit(t, "username", "used@example.com"),
		"newpassword":         open("/login").submit(t, "username", fresh, "password", "First-password-1"),
		"mfa":                 demandingLogin(),
		"mfa-wrong":           demandingLogin().submit(t, "code", "12345"),
		"mfasetup":            setup,
		"mfasetup-wrong":      setupWrong,
		"signin-choice":       choosing("/login"),
		"mailcode":            choosing("/code"),
		"mailed-first":        choosing("/code").submit(t, "username", ana),
		"mailed-wrong":        mfaChoice().press(t, choiceMail(l)).submit(t, "code", "12345"),
		"mfachoice":           mfaChoice(),
		"passkey":             choosing("/passkey"),
		"passkey-unscripted":  choosing("/passkey").submit(t),
		"passkeyadd":          adding,
		"signin-notice":       open("/newPassword").submit(t, "password", "x"),
		"error-redirect":      visitor(t, f).open(t, "/error?error=redirect_mismatch&client_id=x"),
		"error-logout":        visitor(t, f).open(t, "/logout?client_id="+pooltest.ClientID),
		"error-unknown":       visitor(t, f).open(t, "/error?error=whatever"),
		"signin-foreign-form": open("/login").post(t, pooltest.Prefix+"/login?"+request(), nil),
	}
}

// choosing is a pool that lets people choose.
func choosing(pool *stack.UserPool) {
	pooltest.Choice(pool)
	pool.MFA, pool.SecondFactors = "OPTIONAL", []string{userpool.SoftwareToken, userpool.EmailOTP}
}

func choiceMail(l lang.Language) string { return pages.Catalogue(l)["mfachoice.mail"] }

// enrol makes an account with both second factors, and one beside it without.
func enrol(t *testing.T, f *pooltest.Fixture, email string) {
	t.Helper()
	user := f.SignUp(t, email)
	f.SignUp(t, "plain."+email)
	key, err := f.Pool.AssociateSoftwareToken(t.Context(), user.Sub)
	if err == nil {
		err = f.Pool.VerifySoftwareToken(t.Context(), user.Sub, appCode(t, f, key), "")
	}
	if err == nil {
		err = f.Pool.SetSecondFactors(t.Context(), user.Sub, &userpool.FactorChoice{Enabled: true}, &userpool.FactorChoice{Enabled: true})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// kept are the golden pages of other languages than English.
var kept = []string{"signup-used", "mfasetup", "error-redirect"}

func TestPages(t *testing.T) {
	both := startPools(t)
	for _, l := range lang.All {
		for name, p := range both.screens(t, l) {
			t.Run(string(l)+"/"+name, func(t *testing.T) {
				if l == lang.English {
					golden(t, name, p.body)
				} else if slices.Contains(kept, name) {
					golden(t, name+"."+string(l), p.body)
				}
				wellMade(t, p.page, l)
				failing := find(p.page, "h2") != nil
				if title := text(find(p.page, "title")); strings.HasPrefix(title, pages.Catalogue(l)["problem.prefix"]) != failing || !strings.HasSuffix(title, " – Errands & more") {
					t.Errorf("title %q, with a problem: %t", title, failing)
				}
				for d := range p.page.Descendants() {
					if english := strings.TrimSpace(d.Data); d.Type == html.TextNode && foreign(l, english) {
						t.Errorf("in English: %q", english)
					}
				}
			})
		}
	}
}

// foreign tells words that are said in English and not in the language.
func foreign(l lang.Language, text string) bool {
	for key, english := range pages.Catalogue(lang.English) {
		if text == english && pages.Catalogue(l)[key] != english {
			return true
		}
	}
	return false
}

// golden compares a page with the one that was looked at; tokens, which differ each time, are left out.
func golden(t *testing.T, name, body string) {
	t.Helper()
	got := regexp.MustCompile(`(name="_csrf" value=")[^"]*`).ReplaceAllString(body, "${1}TOKEN")
	got = regexp.MustCompile(`(secret=)[A-Z2-7]+`).ReplaceAllString(got, "${1}KEY")
	got = regexp.MustCompile(`(data-options="|name="session" value=")[^"]+`).ReplaceAllString(got, "${1}FRESH")
	got = regexp.MustCompile(`(crispEdges" d=")[^"]+`).ReplaceAllString(got, "${1}MODULES")
	got = regexp.MustCompile(`<span>[A-Z2-7]{4}</span>`).ReplaceAllString(got, "<span>FOUR</span>")
	got = regexp.MustCompile(`(/assets/\w+\.)[0-9a-f]{12}`).ReplaceAllString(got, "${1}HASH")
	file := filepath.Join("testdata", name+".html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("go test -update accepts the change (-want +got):\n%s", diff)
	}
}

// wellMade checks what assistive technology and password managers rely on.
func wellMade(t *testing.T, page *html.Node, l lang.Language) {
	t.Helper()
	if root := find(page, "html"); attribute(root, "lang") != string(l) || attribute(root, "dir") != l.Dir() {
		t.Errorf("the page is %v, want it in %s", root.Attr, l)
	}
	if n := len(all(page, "h1")); n != 1 {
		t.Errorf("%d first-level headings, want 1", n)
	}
	// Whoever lands in a field hears what encloses it, and not the heading above.
	if named := attribute(find(page, "main"), "aria-labelledby"); named == "" || named != attribute(find(page, "h1"), "id") {
		t.Errorf("what the page is about is named by %q, want it by its heading", named)
	}
	if strings.Contains(text(page), "%!") {
		t.Errorf("words with a place that was not filled, or none for what was to fill it: %s", text(page))
	}
	ids := map[string]bool{}
	for _, n := range all(page, "") {
		id := attribute(n, "id")
		if id != "" && ids[id] {
			t.Errorf("the id %s is used twice", id)
		}
		ids[id] = true
	}
	labels := map[string]string{}
	for _, label := range all(page, "label") {
		labels[attribute(label, "for")] = text(label)
	}
	focused := 0
	for _, n := range all(page, "") {
		if has(n, "autofocus") {
			focused++
		}
		if href := attribute(n, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
			t.Errorf("a link leads to %s, which is not there", href)
		}
		if has(n, "style") {
			t.Error("a style attribute, which the policy forbids")
		}
	}
	if focused > 1 {
		t.Errorf("%d elements take the focus", focused)
	}
	for _, input := range all(page, "input") {
		field(t, input, labels, ids)
	}
}

// completions are what password managers and keyboards are told of each field.
var completions = map[string][]string{
	"username": {"username", "username webauthn"}, "password": {"current-password", "new-password"}, "code": {"one-time-code"},
}

func field(t *testing.T, input *html.Node, labels map[string]string, ids map[string]bool) {
	t.Helper()
	name := attribute(input, "name")
	if attribute(input, "type") == "hidden" {
		return
	}
	if labels[attribute(input, "id")] == "" {
		t.Errorf("%s has no label", name)
	}
	if has(input, "required") {
		t.Errorf("%s counts as invalid before anything is typed", name)
	}
	if !slices.Contains(completions[name], attribute(input, "autocomplete")) {
		t.Errorf("%s is completed as %q", name, attribute(input, "autocomplete"))
	}
	if name == "code" && attribute(input, "inputmode") != "numeric" {
		t.Error("a code is not typed with digits")
	}
	if attribute(input, "type") == "password" && attribute(input, "value") != "" {
		t.Error("a password stands in the page")
	}
	for _, id := range strings.Fields(attribute(input, "aria-describedby")) {
		if !ids[id] {
			t.Errorf("%s is described by %s, which is not there", name, id)
		}
	}
}
