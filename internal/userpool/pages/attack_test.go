package pages_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/userpool/pooltest"
)

var forms = []string{"/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword", "/newPassword", "/mfa", "/mfaSetup"}

func TestFormsOfOthersAreRefused(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "ana@example.com")
	action := pooltest.Prefix + "/login?" + request()
	form := func(token string) url.Values {
		return url.Values{"username": {"ana@example.com"}, "password": {pooltest.Password}, "_csrf": {token}}
	}
	other := visitor(t, f).open(t, "/login?"+request()).value("_csrf")
	for name, c := range map[string]struct {
		token  func(own string) string
		header []string
		fresh  bool // the browser has not been here before
	}{
		"no token":                    {token: func(string) string { return "" }},
		"another browser's token":     {token: func(string) string { return other }},
		"an altered token":            {token: func(own string) string { return strings.ToUpper(own[:8]) + own[8:35] + "x" }},
		"a token without its cookie":  {token: func(string) string { return other }, fresh: true},
		"neither token nor cookie":    {token: func(string) string { return "" }, fresh: true},
		"from another site":           {token: func(own string) string { return own }, header: []string{"Sec-Fetch-Site", "cross-site"}},
		"from a neighbouring domain":  {token: func(own string) string { return own }, header: []string{"Sec-Fetch-Site", "same-site"}},
		"from another site, old way":  {token: func(own string) string { return own }, header: []string{"Origin", "https://evil.example"}},
		"from nowhere, the old way":   {token: func(own string) string { return own }, header: []string{"Origin", "null"}},
		"not as a form":               {token: func(own string) string { return own }, header: []string{"Content-Type", "text/plain"}},
		"as a form of another format": {token: func(own string) string { return own }, header: []string{"Content-Type", "multipart/form-data; boundary=x"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := visitor(t, f)
			own := ""
			if !c.fresh {
				own = p.open(t, "/login?"+request()).value("_csrf")
			}
			p.post(t, action, form(c.token(own)), c.header...)
			if p.status != http.StatusForbidden && p.status != http.StatusBadRequest || strings.Contains(p.at.Host, "app.example.com") {
				t.Fatalf("got %d at %s, want a refusal", p.status, p.at)
			}
			if cookies := strings.Join(p.header.Values("Set-Cookie"), "\n"); strings.Contains(cookies, "cognito=") {
				t.Errorf("a session was begun: %s", cookies)
			}
			if p.status == http.StatusForbidden && name != "not as a form" && name != "as a form of another format" {
				p.submit(t, "password", pooltest.Password).arrived(t) // the form that comes back can be sent
			}
		})
	}
	p := visitor(t, f).open(t, "/login?"+request())
	p.post(t, action, form(p.value("_csrf")), "Sec-Fetch-Site", "same-origin", "Origin", "null").arrived(t)
	p.open(t, "/login?"+request("prompt", "login"))
	p.post(t, action, form(p.value("_csrf")), "Origin", f.Origin).arrived(t)
}

func TestTwoTabsBothWork(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/login?"+request())
	first := *p
	p.open(t, "/signup?"+request())
	first.submit(t, "username", "ana@example.com", "password", pooltest.Password).arrived(t)
}

// TestSignInLeavesNothingPlanted: whatever cookies an attacker put into the browser beforehand mean nothing afterwards.
func TestSignInLeavesNothingPlanted(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "mallory@example.com")
	f.SignUp(t, "ana@example.com")
	domain, err := url.Parse(f.Domain + "/")
	if err != nil {
		t.Fatal(err)
	}
	p := visitor(t, f).open(t, "/login?"+request())
	p.submit(t, "username", "mallory@example.com", "password", pooltest.Password).arrived(t)
	planted := cookies(p, domain)
	p.open(t, "/login?"+request())
	token := p.value("_csrf")
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password).arrived(t)
	if now := cookies(p, domain); now["cognito"] == planted["cognito"] || now["XSRF-TOKEN"] == token {
		t.Errorf("got %v, want a new session and no form token of before", now)
	}
	thief := visitor(t, f)
	thief.http.Jar.SetCookies(domain, []*http.Cookie{{Name: "cognito", Value: planted["cognito"]}})
	thief.open(t, "/oauth2/authorize?"+request()).sees(t, "/login", "Sign in")
}

func cookies(p *person, at *url.URL) map[string]string {
	found := map[string]string{}
	for _, c := range p.http.Jar.Cookies(at) {
		found[c.Name] = c.Value
	}
	return found
}

func TestCookiesAreTheDomainsOwn(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/login?"+request())
	if got := p.header.Get("Set-Cookie"); !regexp.MustCompile(`^XSRF-TOKEN=[0-9a-f-]{36}; Path=/auth; HttpOnly; SameSite=Lax$`).MatchString(got) {
		t.Errorf("form token: got %q", got)
	}
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password).arrived(t)
	all := strings.Join(p.header.Values("Set-Cookie"), "\n")
	for _, want := range []string{
		`(?m)^cognito=[\w-]{22,}; Path=/auth; Max-Age=3600; HttpOnly; SameSite=Lax$`,
		`(?m)^XSRF-TOKEN=; Path=/auth; Max-Age=0; HttpOnly; SameSite=Lax$`, `(?m)^pool-step=; Path=/auth; Max-Age=0; HttpOnly; SameSite=Lax$`,
	} {
		if !regexp.MustCompile(want).MatchString(all) {
			t.Errorf("got\n%s\nwant a line like %s", all, want)
		}
	}
}

// TestNothingThatIsSentBecomesMarkup puts markup wherever a page repeats what it was sent.
func TestNothingThatIsSentBecomesMarkup(t *testing.T) {
	f := start(t, nil)
	const evil = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{.}}javascript:alert(1)`
	query := request("state", evil, "nonce", evil, "login_hint", evil, "lang", evil, "resource", "https://a/"+evil, "acr_values", evil, "max_age", evil, "prompt", evil)
	clean := func(t *testing.T, p *person) {
		t.Helper()
		for _, n := range all(p.page, "") {
			if n.Data == "script" || n.Data == "img" {
				t.Errorf("the page has a %s", n.Data)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || (a.Key == "href" || a.Key == "action" || a.Key == "formaction") && strings.HasPrefix(a.Val, "javascript") {
					t.Errorf("the page has %s=%q", a.Key, a.Val)
				}
			}
		}
		if strings.Contains(p.body, "<script") {
			t.Error("the markup is in the page")
		}
	}
	for _, path := range forms {
		p := visitor(t, f).open(t, path+"?"+query+"&"+url.QueryEscape(evil)+"="+url.QueryEscape(evil))
		if p.status != 200 {
			t.Fatalf("%s: got %d", path, p.status)
		}
		clean(t, p)
		if !strings.HasPrefix(path, "/mfa") && path != "/newPassword" { // those that ask for a name
			clean(t, p.submit(t, "username", evil))
			if p.value("username") != evil && path != "/forgotPassword" && path != "/resendcode" {
				t.Errorf("%s: what was typed came back as %q", path, p.value("username"))
			}
		}
	}
	clean(t, visitor(t, f).open(t, "/error?error="+url.QueryEscape(evil)+"&client_id="+url.QueryEscape(evil)))
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/login?"+query).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	if got := p.at.Query().Get("state"); got != evil || strings.ContainsAny(p.header.Get("Location"), "<>\"' \r\n") {
		t.Errorf("got %s, want the state encoded and whole", p.header.Get("Location"))
	}
}

// TestNoPageTellsWhoHasAnAccount compares what people with a confirmed, an unconfirmed and no account are shown, word for
// word. That an account is confirmed already is not hidden when a code is used or asked for, as Cognito does not hide it.
func TestNoPageTellsWhoHasAnAccount(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "ana@example.com")
	visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "amy@example.com", "password", pooltest.Password)
	everybody := []string{"ana@example.com", "amy@example.com", "abe@example.com"}
	for name, c := range map[string]struct {
		who []string
		do  func(p *person, email string)
	}{
		"wrong password": {everybody, func(p *person, email string) {
			p.open(t, "/login?"+request()).submit(t, "username", email, "password", "Wrong-horse-9")
		}},
		"forgotten password": {everybody, func(p *person, email string) {
			p.open(t, "/forgotPassword?"+request()).submit(t, "username", email)
		}},
		"new password, wrong code": {everybody, func(p *person, email string) {
			p.open(t, "/forgotPassword?"+request()).submit(t, "username", email).submit(t, "code", "x", "password", "New-password-7")
		}},
		"another code": {everybody[1:], func(p *person, email string) {
			p.open(t, "/resendcode?"+request()).submit(t, "username", email)
		}},
		"confirming, wrong code": {everybody[1:], func(p *person, email string) {
			p.open(t, "/resendcode?"+request()).submit(t, "username", email).submit(t, "code", "x")
		}},
	} {
		own := regexp.MustCompile(`name="_csrf" value="[^"]*"|a\w+@example\.com`)
		var first string
		for i, email := range c.who {
			p := visitor(t, f)
			c.do(p, email)
			seen := fmt.Sprint(p.status, p.at, own.ReplaceAllString(p.body, ""))
			if i == 0 {
				first = seen
			}
			if diff := cmp.Diff(first, seen); diff != "" {
				t.Errorf("%s: %s is shown something else (-%s +%s):\n%s", name, email, c.who[0], email, diff)
			}
		}
	}
}

func TestPagesNeedAProvenApplication(t *testing.T) {
	f := start(t, nil)
	for _, path := range forms {
		for _, query := range []string{"", "client_id=nobody", request("redirect_uri", "https://evil.example/"), "%zz", request() + "&client_id=x"} {
			p := visitor(t, f).open(t, path+"?"+query)
			if p.status != http.StatusBadRequest {
				t.Errorf("%s?%s: got %d, want the error page", path, query, p.status)
			}
			p.sees(t, "/error", "Something is not right", "An error was encountered with the requested page.")
			p.post(t, pooltest.Prefix+path+"?"+query, url.Values{"username": {"x"}}).sees(t, "/error", "Something is not right")
		}
	}
}

func TestHeaders(t *testing.T) {
	f := start(t, nil)
	for redirect, want := range map[string]string{
		pooltest.Callback: "'self' https://app.example.com", "com.example.app:/done": "'self' com.example.app:",
	} {
		p := visitor(t, f).open(t, "/login?"+request("redirect_uri", redirect))
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " + want,
			"X-Frame-Options":         "DENY",
			"X-Content-Type-Options":  "nosniff",
			"Cache-Control":           "no-cache, no-store, max-age=0, must-revalidate",
			"Referrer-Policy":         "same-origin",
			"Content-Type":            "text/html; charset=utf-8",

			"Access-Control-Allow-Origin": "",
		} {
			if got := p.header.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
}

func TestFilesAreKeptForGood(t *testing.T) {
	f := start(t, nil)
	p := visitor(t, f).open(t, "/login?"+request())
	links := all(p.page, "link")
	if len(links) != 2 {
		t.Fatalf("got %d files, want the style sheet and the icon", len(links))
	}
	for i, kind := range []string{"text/css; charset=utf-8", "image/svg+xml"} {
		path := strings.TrimPrefix(attribute(links[i], "href"), pooltest.Prefix)
		q := visitor(t, f).open(t, path)
		if q.status != 200 || q.header.Get("Content-Type") != kind || q.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: got %d %v", path, q.status, q.header)
		}
		if !regexp.MustCompile(`^/assets/\w+\.[0-9a-f]{12}\.\w+$`).MatchString(path) {
			t.Errorf("%s has no hash", path)
		}
	}
	for _, path := range []string{"/assets/pool.css", "/assets/pool.000000000000.css", "/assets/..%2fpage.html", "/assets/"} {
		if got := visitor(t, f).open(t, path).status; got != 404 {
			t.Errorf("%s: got %d, want 404", path, got)
		}
	}
}

func TestMethodsAndPaths(t *testing.T) {
	f := start(t, nil)
	for request, want := range map[[2]string]int{
		{"PUT", "/login?" + request()}: 405, {"DELETE", "/signup"}: 405, {"POST", "/error"}: 405, {"HEAD", "/login?" + request()}: 200, {"GET", "/nothing"}: 404,
	} {
		r, err := http.NewRequest(request[0], f.Domain+request[1], nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := visitor(t, f).do(t, r).status; got != want {
			t.Errorf("%s %s: got %d, want %d", request[0], request[1], got, want)
		}
	}
}

func TestRubbish(t *testing.T) {
	f := start(t, nil)
	send := func(body io.Reader, cookie string) int {
		r, err := http.NewRequest("POST", f.Domain+"/login?"+request(), body)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", cookie)
		return visitor(t, f).do(t, r).status
	}
	token := "XSRF-TOKEN=0f8fad5b-d9cb-469f-a165-70867728950e"
	const field = "_csrf=0f8fad5b-d9cb-469f-a165-70867728950e"
	for name, c := range map[string]struct {
		body   string
		cookie string
		want   int
	}{
		"too long":                  {field + "&username=" + strings.Repeat("x", 20<<10), token, 400},
		"unreadable":                {"username=%zz", token, 400},
		"bytes that are no text":    {field + "&username=%ff%fe%00&password=%00", token, 200},
		"a step of another key":     {field + "&username=a&password=b", token + "; pool-step=" + strings.Repeat("QUJD", 20), 200},
		"a step that is too short":  {field, token + "; pool-step=QQ", 200},
		"a step that is no base64":  {field, token + "; pool-step=!!!", 200},
		"a token that is no UUID":   {"_csrf=x", "XSRF-TOKEN=x", 403},
		"an empty token":            {"_csrf=", "XSRF-TOKEN=", 403},
		"hundreds of form tokens":   {strings.Repeat(field+"&", 300), token, 200},
		"an endless field name":     {strings.Repeat("x", 10<<10) + "=1", token, 403},
		"a session that is rubbish": {field + "&username=a&password=b", token + "; cognito=%00", 200},
	} {
		if got := send(strings.NewReader(c.body), c.cookie); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
	if got := send(bytes.NewReader(bytes.Repeat([]byte{0xff}, 8<<10)), token); got != 403 {
		t.Errorf("bytes: got %d, want 403", got)
	}
}
