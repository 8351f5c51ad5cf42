package pages_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

var mailedLink = regexp.MustCompile(`(?m)^http\S+$`)

func byLink(pool *stack.UserPool) { pool.ConfirmByLink = true }

// signedUpByLink is the path of the link that was mailed to somebody who has just signed up.
func signedUpByLink(t *testing.T, f *pooltest.Fixture, email string) string {
	t.Helper()
	if _, _, err := f.Pool.SignUp(t.Context(), f.Client(t, pooltest.ClientID), email, pooltest.Password, nil); err != nil {
		t.Fatal(err)
	}
	for _, m := range f.Outbox.Messages() {
		if m.To == email {
			link := mailedLink.FindString(m.Text)
			if path, ok := strings.CutPrefix(link, f.Domain); ok && strings.Contains(m.Text, "Verify Email:\n") && m.Subject == "Your verification link" {
				return path
			}
			t.Fatalf("got the mail %q: %q", m.Subject, m.Text)
		}
	}
	t.Fatal("no mail")
	return ""
}

func TestConfirmingByALink(t *testing.T) {
	f := start(t, byLink)
	path := signedUpByLink(t, f, "ana@example.com")
	confirmed := func() bool {
		u, err := f.Pool.AdminGetUser(t.Context(), "ana@example.com")
		if err != nil {
			t.Fatal(err)
		}
		return u.Status == "CONFIRMED"
	}
	p := visitor(t, f).open(t, path)
	p.sees(t, "/confirmUser", "Confirm your account")
	if confirmed() {
		t.Fatal("opening the link confirmed the account: a program that looks into mails would have")
	}
	if p.submit(t); !confirmed() || !strings.Contains(p.body, "Your account is confirmed.") {
		t.Errorf("got %d %s", p.status, p.body)
	}
	if again := visitor(t, f).open(t, path).submit(t); !strings.Contains(again.body, "already") {
		t.Errorf("again: got %d %s", again.status, again.body)
	}
}

// TestNobodyIsAskedForTheCodeOfALink: the letter shows none.
func TestNobodyIsAskedForTheCodeOfALink(t *testing.T) {
	f := start(t, byLink)
	old := signedUpByLink(t, f, "ana@example.com")
	asked := func(p *person, words ...string) {
		t.Helper()
		p.sees(t, "/confirm", "Confirm your account", words...)
		p.marks(t, "aria-required", "username")
	}
	p := visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "ben@example.com", "password", pooltest.Password)
	asked(p, "We sent a link to b***@e***")
	p.open(t, "/login?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	asked(p, "Open the link that we sent you")
	p.submit(t)
	asked(p, "We sent you a new link.", "a***@e***")
	fresh := mailedLink.FindString(f.Outbox.Messages()[0].Text)
	if p := visitor(t, f).open(t, old).submit(t); !strings.Contains(p.body, "This link no longer works.") {
		t.Errorf("an old link: got %d %s", p.status, p.body)
	}
	if p := visitor(t, f).open(t, strings.TrimPrefix(fresh, f.Domain)).submit(t); !strings.Contains(p.body, "Your account is confirmed.") {
		t.Errorf("the new one: got %d %s", p.status, p.body)
	}
	p.submit(t).sees(t, "/login", "Sign in", "This account is confirmed already.")
	p.follow(t, "Get a new confirmation link")
	asked(p, "Open the link from the message")
	p.open(t, "/resendcode?"+request()).sees(t, "/resendcode", "Confirm your account")
	p.submit(t, "username", "ben@example.com")
	asked(p, "We sent you a new link.")
}

func TestLinksThatConfirmNothing(t *testing.T) {
	f := start(t, byLink)
	path := signedUpByLink(t, f, "ana@example.com")
	_, query, _ := strings.Cut(path, "?")
	change := func(name, value string) string {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		q.Set(name, value)
		return "/confirmUser?" + q.Encode()
	}
	for name, path := range map[string]string{
		"no client": change("client_id", ""), "an unknown client": change("client_id", "nobody"), "no name": change("user_name", ""),
		"no code": change("confirmation_code", ""), "nothing": "/confirmUser", "unreadable": "/confirmUser?%zz",
	} {
		if p := visitor(t, f).open(t, path); p.status != 400 || len(all(p.page, "form")) != 0 {
			t.Errorf("%s: got %d %s", name, p.status, p.body)
		}
	}
	const evil = `"'><script>alert(1)</script>`
	for name, path := range map[string]string{
		"another code": change("confirmation_code", "x"), "another name": change("user_name", "nobody@example.com"), "markup": change("user_name", evil),
	} {
		p := visitor(t, f).open(t, path).submit(t)
		if p.status != 200 || strings.Contains(p.body, "<script") || strings.Contains(p.body, "is confirmed") {
			t.Errorf("%s: got %d %s", name, p.status, p.body)
		}
	}
	foreign := visitor(t, f).post(t, pooltest.Prefix+path, url.Values{}, "Origin", "https://evil.example")
	if foreign.status != 403 {
		t.Errorf("another site's form: got %d", foreign.status)
	}
	if u, err := f.Pool.AdminGetUser(t.Context(), "ana@example.com"); err != nil || u.Status != "UNCONFIRMED" {
		t.Errorf("got %+v, %v", u, err)
	}
}

func TestLinksAreForSignUpsAlone(t *testing.T) {
	f := start(t, byLink)
	visitor(t, f).open(t, signedUpByLink(t, f, "ana@example.com")).submit(t)
	if _, err := f.Pool.ForgotPassword(t.Context(), f.Client(t, pooltest.ClientID), "ana@example.com"); err != nil {
		t.Fatal(err)
	}
	if text := f.Outbox.Messages()[0].Text; mailedLink.MatchString(text) || f.Code(t, "ana@example.com") == "" {
		t.Errorf("a forgotten password: got %q, want a code", text)
	}
}
