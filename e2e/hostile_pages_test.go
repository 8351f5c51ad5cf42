package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A browser keeps cookies and shows redirects rather than follows them.
type browser struct {
	*http.Client
	target *target
}

func (h *target) browse(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, h}
}

func (b *browser) get(t *testing.T, path string) reply {
	t.Helper()
	return b.ask(t, "GET", path, nil, nil)
}

// post sends a form with the token of this browser's own page.
func (b *browser) post(t *testing.T, path string, form url.Values) reply {
	t.Helper()
	form = cloneForm(form)
	form.Set("_csrf", b.formToken(t))
	return b.ask(t, "POST", path, form, nil)
}

func (b *browser) ask(t *testing.T, method, path string, form url.Values, header http.Header) reply {
	t.Helper()
	request, err := http.NewRequest(method, b.target.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	if method == "POST" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{response.StatusCode, response.Header, string(body)}
	b.target.harmless(t, r)
	return r
}

func cloneForm(form url.Values) url.Values {
	clone := url.Values{}
	for name, values := range form {
		clone[name] = slices.Clone(values)
	}
	return clone
}

// formToken opens the sign-in page for its form's token.
func (b *browser) formToken(t *testing.T) string {
	t.Helper()
	r := b.get(t, b.target.page("/login"))
	for node := range parse(t, r.body).Descendants() {
		if node.Data == "input" && attribute(node, "name") == "_csrf" {
			return attribute(node, "value")
		}
	}
	t.Fatalf("no form token: %d %s", r.status, r.body)
	return ""
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	node, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return node
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// session is the browser's session, or empty.
func (b *browser) session(t *testing.T) string {
	t.Helper()
	at, err := url.Parse(b.target.url + "/auth/login")
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range b.Jar.Cookies(at) {
		if cookie.Name == "cognito" {
			return cookie.Value
		}
	}
	return ""
}

// plantCookie puts a cookie into the browser, as another server of the same name could.
func (b *browser) plantCookie(t *testing.T, name, value string) {
	t.Helper()
	at, err := url.Parse(b.target.url + "/auth")
	if err != nil {
		t.Fatal(err)
	}
	b.Jar.SetCookies(at, []*http.Cookie{{Name: name, Value: value, Path: "/auth"}})
}

func (b *browser) signIn(t *testing.T, email string) {
	t.Helper()
	r := b.post(t, b.target.page("/login"), url.Values{"username": {email}, "password": {password}})
	to, err := url.Parse(r.header.Get("Location"))
	if err != nil || r.status != 302 || to.Query().Get("code") == "" || b.session(t) == "" {
		t.Fatalf("sign-in of %s: got %d to %q (%v), want a session and a code", email, r.status, to, err)
	}
	b.target.plant(b.session(t), to.Query().Get("code"))
}

func (h *target) signInAtPages(t *testing.T, email string) *browser {
	t.Helper()
	b := h.browse(t)
	b.signIn(t, email)
	return b
}

// attackForms posts the pages' forms from elsewhere, with everything right but where they come from.
func attackForms(t *testing.T, h *target) {
	form := url.Values{
		"username": {h.ana.email}, "password": {password}, "code": {"123456"},
		"_csrf": {"00000000-0000-4000-8000-000000000000"},
	}
	foreign := h.browse(t).formToken(t)
	for _, c := range []struct {
		name   string
		header http.Header
		change func(t *testing.T, b *browser, form url.Values)
	}{
		{"a browser without a token", nil, nil},
		{"no token in the form", nil, func(t *testing.T, b *browser, form url.Values) { b.formToken(t); form.Del("_csrf") }},
		{"an empty token on both sides", nil, func(t *testing.T, b *browser, form url.Values) {
			b.plantCookie(t, "XSRF-TOKEN", "")
			form.Set("_csrf", "")
		}},
		{"a token of the attacker's making on both sides", nil, func(t *testing.T, b *browser, form url.Values) {
			b.plantCookie(t, "XSRF-TOKEN", "x")
			form.Set("_csrf", "x")
		}},
		{"another browser's token", nil, func(t *testing.T, b *browser, form url.Values) { b.formToken(t); form.Set("_csrf", foreign) }},
		{"another site's page", http.Header{"Origin": {"https://evil.example"}}, nil},
		{"another site's page that knows the token", http.Header{"Origin": {"https://evil.example"}}, own},
		{"a page of no origin that knows the token", http.Header{"Origin": {"null"}}, own},
		{"another port's page that knows the token", http.Header{"Origin": {"http://localhost:1"}}, own},
		{"another site, by the browser's word", http.Header{"Sec-Fetch-Site": {"cross-site"}}, own},
		{"a neighbouring site, by the browser's word", http.Header{"Sec-Fetch-Site": {"same-site"}}, own},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, path := range []string{"/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword", "/newPassword"} {
				b, form := h.browse(t), cloneForm(form)
				if c.change != nil {
					c.change(t, b, form)
				}
				if r := b.ask(t, "POST", h.page(path), form, c.header); r.status != 403 || b.session(t) != "" {
					t.Errorf("%s: got %d, session %q, want 403 and none", path, r.status, b.session(t))
				}
			}
		})
	}
	t.Run("everything in the address", func(t *testing.T) {
		b := h.browse(t)
		query := url.Values{"username": {h.ana.email}, "password": {password}, "_csrf": {b.formToken(t)}}.Encode()
		b.get(t, h.page("/login")+"&"+query)
		b.ask(t, "POST", h.page("/login")+"&"+query, nil, nil)
		if b.session(t) != "" {
			t.Error("a sign-in by the address alone began a session")
		}
	})
}

// own makes the form one of the browser's own page.
func own(t *testing.T, b *browser, form url.Values) { form.Set("_csrf", b.formToken(t)) }

// attackFixation has Ana sign in with a browser that an attacker had first.
func attackFixation(t *testing.T, h *target) {
	signedIn := func(b *browser) bool {
		return strings.Contains(b.get(t, h.page("/oauth2/authorize")).header.Get("Location"), "code=")
	}
	withSession := func(session string) *browser {
		b := h.browse(t)
		b.plantCookie(t, "cognito", session)
		return b
	}
	t.Run("with a session of the attacker's making", func(t *testing.T) {
		made := strings.Repeat("A", 43)
		b := withSession(made)
		if signedIn(b) {
			t.Fatal("a session that nobody began is signed in")
		}
		b.signIn(t, h.ana.email)
		if b.session(t) == made || signedIn(withSession(made)) {
			t.Error("the planted session became Ana's")
		}
	})
	t.Run("with the attacker's own session", func(t *testing.T) {
		his := h.signInAtPages(t, h.ben.email).session(t)
		b := withSession(his)
		b.signIn(t, h.ana.email)
		if b.session(t) == his || signedIn(withSession(his)) {
			t.Error("the planted session lives on")
		}
	})
	t.Run("with what is left after signing out", func(t *testing.T) {
		b := h.signInAtPages(t, h.ana.email)
		old := b.session(t)
		b.get(t, "/auth/logout?client_id="+h.clientID()+"&logout_uri="+url.QueryEscape(h.url+"/"))
		if b.session(t) != "" || signedIn(withSession(old)) {
			t.Error("the session outlived its end")
		}
	})
	t.Run("what the cookie allows", func(t *testing.T) {
		r := h.browse(t).post(t, h.page("/login"), url.Values{"username": {h.ana.email}, "password": {password}})
		cookies := strings.Join(r.header.Values("Set-Cookie"), "\n")
		for _, want := range []string{"cognito=", "Path=/auth;", "Max-Age=3600", "HttpOnly", "SameSite=Lax"} {
			if !strings.Contains(cookies, want) {
				t.Errorf("got the cookies\n%s\nwant %s", cookies, want)
			}
		}
	})
}

// attackMarkup puts markup wherever a page repeats what it was given. The page must have the elements and attributes
// that it has for a plain word, and no more.
func attackMarkup(t *testing.T, h *target) {
	show := func(word string) []string {
		b, q := h.browse(t), url.QueryEscape(word)
		typed := url.Values{"username": {word}, "password": {"short"}, "code": {word}, "email": {word}}
		pages := []reply{
			b.get(t, h.page("/login")+"&login_hint="+q+"&nonce="+q+"&lang="+q),
			b.get(t, h.page("/signup")+"&login_hint="+q),
			b.get(t, "/auth/error?error="+q+"&client_id="+q+"&error_description="+q),
			b.get(t, "/auth/login?client_id="+q+"&redirect_uri="+q),
			b.get(t, h.page("/login")+"&"+q+"="+q),
			b.get(t, strings.Replace(h.page("/login"), "state=s", "state="+q, 1)),
		}
		for _, path := range []string{"/login", "/signup", "/confirm", "/forgotPassword", "/confirmforgotPassword", "/newPassword"} {
			pages = append(pages, b.post(t, h.page(path)+"&login_hint="+q, typed))
		}
		var shapes []string
		for _, r := range pages {
			shapes = append(shapes, shape(t, r.body))
			if policy := r.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("got the policy %q, want nothing allowed but what is named", policy)
			}
		}
		return shapes
	}
	for plain, words := range map[string][]string{
		"plain": {
			`"><script>alert(1)</script>`,
			`" autofocus onfocus=alert(1) x="`,
			`'><img src=x onerror=alert(1)>`,
			`</title></style></textarea><svg onload=alert(1)>`,
			"<scr\x00ipt>alert(1)</script>",
			"`${alert(1)}{{.Token}}{{define \"x\"}}",
			"\"\u2028\u2029\ufeff<b>",
			"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
			"javascript:alert(1)//\"><a href=javascript:alert(1)>",
			"&quot;&gt;&lt;script&gt;",
		},
		"no UTF-8 \xff": {"\xf8\"><b>\xff"},
	} {
		want := show(plain)
		for _, word := range words {
			for i, got := range show(word) {
				if got != want[i] {
					t.Errorf("page %d with %q: got\n%s\nwant what a plain word gives\n%s", i, word, got, want[i])
				}
			}
		}
	}
}

// shape is a page's elements with the names of their attributes, and whatever could run.
func shape(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	for node := range parse(t, page).Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		b.WriteString("<" + node.Data)
		for _, a := range node.Attr {
			b.WriteString(" " + a.Key)
			if value := strings.ToLower(strings.TrimSpace(a.Val)); strings.HasPrefix(value, "javascript:") && a.Key != "value" {
				b.WriteString("=" + value)
			}
		}
		b.WriteString(">")
	}
	return b.String()
}
