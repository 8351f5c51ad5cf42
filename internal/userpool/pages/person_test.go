package pages_test

import (
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/oauth"
	"example.com/todo/internal/userpool/pages"
	"example.com/todo/internal/userpool/pooltest"
)

const challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

// start runs the pages beside the endpoints that lead to and from them.
func start(t *testing.T, change func(*stack.UserPool)) *pooltest.Fixture {
	t.Helper()
	f := pooltest.New(t, change)
	log := slog.New(slog.DiscardHandler)
	endpoints, err := oauth.New(oauth.Config{Pool: f.Pool, Rand: rand.Reader, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	endpoints.Register(f.Mux, pooltest.Prefix)
	hosted, err := pages.New(pages.Config{Pool: f.Pool, Name: "Errands & more", Now: f.Now, Rand: rand.Reader, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	hosted.Register(f.Mux, pooltest.Prefix)
	return f
}

func request(pairs ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {pooltest.ClientID}, "redirect_uri": {pooltest.Callback}, "state": {"st8"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}

// person is somebody with a browser of their own, at the page they see.
type person struct {
	*pooltest.Fixture
	http      *http.Client
	languages string // that the browser prefers
	at        *url.URL
	status    int
	header    http.Header
	body      string
	page      *html.Node
}

func visitor(t *testing.T, f *pooltest.Fixture) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	leave := func(r *http.Request, via []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), f.Origin) {
			return http.ErrUseLastResponse // at the application
		}
		return nil
	}
	return &person{Fixture: f, http: &http.Client{Jar: jar, CheckRedirect: leave}}
}

// open goes to an address below the domain and ends where its redirects end.
func (p *person) open(t *testing.T, path string) *person {
	t.Helper()
	r, err := http.NewRequest("GET", p.Domain+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p.do(t, r)
}

func (p *person) do(t *testing.T, r *http.Request) *person {
	t.Helper()
	if p.languages != "" {
		r.Header.Set("Accept-Language", p.languages)
	}
	response, err := p.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	p.at, p.status, p.header, p.body = response.Request.URL, response.StatusCode, response.Header, string(body)
	if location, err := response.Location(); err == nil {
		p.at = location
	}
	if p.page, err = html.Parse(strings.NewReader(p.body)); err != nil {
		t.Fatal(err)
	}
	return p
}

// submit fills in the form of the page and sends it by its first button.
func (p *person) submit(t *testing.T, pairs ...string) *person {
	t.Helper()
	return p.press(t, "", pairs...)
}

// press sends the form by the button that says so.
func (p *person) press(t *testing.T, button string, pairs ...string) *person {
	t.Helper()
	form := find(p.page, "form")
	if form == nil {
		t.Fatalf("no form at %s: %s", p.at, p.body)
	}
	action := attribute(form, "action")
	for _, b := range all(form, "button") {
		if button != "" && text(b) == button {
			action = attribute(b, "formaction")
		}
	}
	values := url.Values{}
	for _, input := range all(form, "input") {
		values.Set(attribute(input, "name"), attribute(input, "value"))
	}
	for i := 0; i < len(pairs); i += 2 {
		if !values.Has(pairs[i]) {
			t.Fatalf("%s has no field %s", p.at, pairs[i])
		}
		values.Set(pairs[i], pairs[i+1])
	}
	return p.post(t, action, values)
}

func (p *person) post(t *testing.T, action string, values url.Values, header ...string) *person {
	t.Helper()
	r, err := http.NewRequest("POST", p.Origin+action, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return p.do(t, r)
}

// follow goes where a link of the page leads.
func (p *person) follow(t *testing.T, label string) *person {
	t.Helper()
	for _, a := range all(p.page, "a") {
		if text(a) == label {
			return p.open(t, strings.TrimPrefix(attribute(a, "href"), pooltest.Prefix))
		}
	}
	t.Fatalf("no link %q at %s", label, p.at)
	return nil
}

// sees fails the test unless the person is at a page of the pool with that path, heading and words.
func (p *person) sees(t *testing.T, path, heading string, words ...string) {
	t.Helper()
	if h := find(p.page, "h1"); p.at.Path != pooltest.Prefix+path || h == nil || text(h) != heading {
		t.Fatalf("at %s (%d), want %s with the heading %q\n%s", p.at, p.status, path, heading, p.body)
	}
	for _, w := range words {
		if !strings.Contains(text(p.page), w) {
			t.Errorf("at %s: does not say %q\n%s", p.at, w, p.body)
		}
	}
}

// arrived fails the test unless the person is back at the application, and gives what they bring.
func (p *person) arrived(t *testing.T) url.Values {
	t.Helper()
	if !strings.HasPrefix(p.at.String(), pooltest.Callback+"?") {
		t.Fatalf("at %s (%d), want the application\n%s", p.at, p.status, p.body)
	}
	q := p.at.Query()
	if q.Get("code") == "" || q.Get("state") != "st8" {
		t.Fatalf("at %s, want a code and the state", p.at)
	}
	return q
}

// value is what a field of the page holds.
func (p *person) value(name string) string {
	for _, input := range all(p.page, "input") {
		if attribute(input, "name") == name {
			return attribute(input, "value")
		}
	}
	return ""
}

// marks fails the test unless these fields of the page have the attribute, and no others.
func (p *person) marks(t *testing.T, name string, fields ...string) {
	t.Helper()
	var got []string
	for _, input := range all(p.page, "input") {
		if has(input, name) {
			got = append(got, attribute(input, "name"))
		}
	}
	if !slices.Equal(got, fields) {
		t.Errorf("at %s: %s is said of %q, want %q", p.at.Path, name, got, fields)
	}
}

func all(n *html.Node, tag string) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (tag == "" || d.Data == tag) {
			found = append(found, d)
		}
	}
	return found
}

func find(n *html.Node, tag string) *html.Node {
	for _, d := range all(n, tag) {
		return d
	}
	return nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}
