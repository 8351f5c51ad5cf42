package pages_test

import (
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

// options are what the page asks the browser for.
func (p *person) options(t *testing.T) []byte {
	t.Helper()
	form := find(p.page, "form")
	if form == nil || attribute(form, "data-options") == "" {
		t.Fatalf("no passkey is asked for at %s\n%s", p.at, p.body)
	}
	return []byte(attribute(form, "data-options"))
}

const (
	addTitle     = "Add a passkey"
	passkeyTitle = "Use your passkey"
	mailTitle    = "Sign in with a code"
)

func TestAPasskeyIsAddedAndUsed(t *testing.T) {
	f := start(t, choosing)
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/passkeys/add?"+request())
	p.sees(t, "/login", "Sign in")
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password).sees(t, "/passkeys/add", addTitle)
	key := pooltest.NewAuthenticator(t, pooltest.AppOrigin)
	made := key.Register(t, p.options(t))
	p.submit(t, "credential", "{}").sees(t, "/passkeys/add", addTitle, "There is a problem")
	p.submit(t, "credential", made).arrived(t)
	p.open(t, "/passkeys/add?"+request()).submit(t, "credential", made).sees(t, "/passkeys/add", addTitle, "That did not work.")
	p.press(t, "Not now").arrived(t)

	there := visitor(t, f).open(t, "/login?"+request()).follow(t, "Sign in with a passkey")
	there.sees(t, "/passkey", passkeyTitle)
	answer := key.Assert(t, there.options(t))
	again := there.value("session")
	there.submit(t, "credential", answer).arrived(t)

	thief := visitor(t, f).open(t, "/passkey?"+request())
	thief.submit(t, "credential", answer).sees(t, "/passkey", passkeyTitle, "That did not work.")
	thief.submit(t, "credential", answer, "session", again).sees(t, "/login", "Sign in", "That took too long.")
	late := visitor(t, f).open(t, "/passkey?"+request())
	f.Wait(15 * time.Minute)
	late.submit(t, "credential", key.Assert(t, late.options(t))).sees(t, "/login", "Sign in", "That took too long.")
}

// TestAPasskeyIsSuggested: the sign-in page takes passwords as ever, and a passkey that the browser suggests goes on from
// there.
func TestAPasskeyIsSuggested(t *testing.T) {
	f := start(t, choosing)
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/passkeys/add?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	key := pooltest.NewAuthenticator(t, pooltest.AppOrigin)
	p.submit(t, "credential", key.Register(t, p.options(t))).arrived(t)

	p = visitor(t, f).open(t, "/login?"+request())
	p.submit(t, "username", "ana@example.com", "password", "Wrong-horse-9").sees(t, "/login", "Sign in", "Incorrect username or password.")
	form := find(p.page, "form")
	if got := attribute(form, "data-passkey"); got != "suggest" {
		t.Errorf("the page asks to %q a passkey", got)
	}
	if strings.Contains(p.body, "passkey-failed") || find(p.page, "noscript") != nil {
		t.Error("the page speaks of what nobody has asked for")
	}
	f.Wait(14 * time.Minute) // the page lies open
	values := map[string][]string{"_csrf": {p.value("_csrf")}, "session": {p.value("session")}, "credential": {key.Assert(t, p.options(t))}}
	p.post(t, attribute(form, "data-action"), values).arrived(t)
}

// TestPasskeysAreAddedByTheirOwnersOnly tries to give somebody's account another's passkey.
func TestPasskeysAreAddedByTheirOwnersOnly(t *testing.T) {
	f := start(t, choosing)
	f.SignUp(t, "ana@example.com")
	f.SignUp(t, "eve@example.com")
	eve := visitor(t, f).open(t, "/passkeys/add?"+request()).submit(t, "username", "eve@example.com", "password", pooltest.Password)
	eves := pooltest.NewAuthenticator(t, pooltest.AppOrigin).Register(t, eve.options(t))
	ana := visitor(t, f).open(t, "/passkeys/add?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	ana.submit(t, "credential", eves).sees(t, "/passkeys/add", addTitle, "That did not work.")
	action := pooltest.Prefix + "/passkeys/add?" + request()
	values := map[string][]string{"credential": {pooltest.NewAuthenticator(t, pooltest.AppOrigin).Register(t, ana.options(t))}}
	if ana.post(t, action, values).status != 403 {
		t.Errorf("a form of somebody else's: got %d", ana.status)
	}
	nobody := visitor(t, f).post(t, action, values)
	nobody.sees(t, "/login", "Sign in")
	for _, email := range []string{"ana@example.com", "eve@example.com"} {
		user, err := f.Pool.AdminGetUser(t.Context(), email)
		if err != nil {
			t.Fatal(err)
		}
		if keys, err := f.Pool.Passkeys(t.Context(), user.Sub); err != nil || len(keys) != 0 {
			t.Errorf("%s has %v, %v", email, keys, err)
		}
	}
}

func TestPasskeyPagesRunTheirOwnScriptOnly(t *testing.T) {
	f := start(t, choosing)
	p := visitor(t, f).open(t, "/passkey?"+request())
	if policy := p.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "script-src 'self'; default-src 'none'; ") {
		t.Errorf("got the policy %s", policy)
	}
	scripts := all(p.page, "script")
	if len(scripts) != 1 || text(scripts[0]) != "" {
		t.Fatalf("got %d scripts, want the one of the page's own\n%s", len(scripts), p.body)
	}
	p.open(t, strings.TrimPrefix(attribute(scripts[0], "src"), pooltest.Prefix))
	if p.header.Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("got a %s", p.header.Get("Content-Type"))
	}
	usual := start(t, nil)
	for _, without := range []*person{visitor(t, f).open(t, "/signup?"+request()), visitor(t, usual).open(t, "/login?"+request())} {
		if strings.Contains(without.header.Get("Content-Security-Policy"), "script") || find(without.page, "script") != nil {
			t.Errorf("a page without passkeys runs scripts: %s", without.at)
		}
	}
	for _, path := range []string{"/passkey", "/passkeys/add", "/passkeys/skip", "/code"} {
		if visitor(t, usual).open(t, path+"?"+request()).status != 404 {
			t.Errorf("%s is there in a pool without", path)
		}
	}
	for _, label := range []string{"Sign in with a passkey", "Sign in with a code by e-mail"} {
		if strings.Contains(text(visitor(t, usual).open(t, "/login?"+request()).page), label) {
			t.Errorf("%q is offered in a pool without", label)
		}
	}
}

func TestSignInByMailedCode(t *testing.T) {
	f := start(t, choosing)
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/login?"+request()).follow(t, "Sign in with a code by e-mail")
	p.sees(t, "/code", mailTitle)
	p.submit(t, "username", "ana@example.com").sees(t, "/mfaMail", codeTitle, "a code is on its way to a***@e***", "8 digits")
	code := f.Code(t, "ana@example.com")
	p.submit(t, "code", "12345678").sees(t, "/mfaMail", codeTitle, "This is not the code that we sent last.")
	if q := p.at.Query(); q.Has("session") || q.Has("username") {
		t.Errorf("at %s", p.at)
	}
	p.submit(t, "code", code[:4]+" "+code[4:]).arrived(t)
	stranger := visitor(t, f).open(t, "/mfaMail?"+request())
	stranger.submit(t, "code", code).sees(t, "/login", "Sign in", "That took too long.")

	// Nobody and somebody see the same.
	var want string
	for _, name := range []string{"ana@example.com", "abe@example.com"} {
		q := visitor(t, f).open(t, "/code?"+request()).submit(t, "username", name)
		q.sees(t, "/mfaMail", codeTitle)
		got := text(find(q.page, "main"))
		if want != "" && got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		want = got
		for range 5 {
			q.submit(t, "code", "00000000").sees(t, "/mfaMail", codeTitle, "This is not the code")
		}
		q.submit(t, "code", "00000000").sees(t, "/login", "Sign in", "That took too long.")
	}
}

func TestSecondFactorsToChooseFrom(t *testing.T) {
	f := start(t, choosing)
	enrol(t, f, "ana@example.com")
	f.Wait(time.Minute)
	login := func() *person {
		p := visitor(t, f).open(t, "/login?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
		p.sees(t, "/mfaChoice", "Choose your second step")
		return p
	}
	byMail := login().press(t, "Send me a code by e-mail")
	byMail.sees(t, "/mfaMail", codeTitle, "We sent a code to a***@e***", "6 digits")
	byMail.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
	byApp := login().submit(t)
	byApp.sees(t, "/mfa", codeTitle)
	byApp.submit(t, "code", f.Code(t, "ana@example.com")).sees(t, "/mfa", codeTitle, "This is not the code that your app shows now.")

	user, err := f.Pool.AdminGetUser(t.Context(), "ana@example.com")
	if err == nil {
		err = f.Pool.SetSecondFactors(t.Context(), user.Sub, nil, &userpool.FactorChoice{Enabled: true, Preferred: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	preferred := visitor(t, f).open(t, "/login?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	preferred.sees(t, "/mfaMail", codeTitle)

	// A passkey does not go round it.
	key := pooltest.NewAuthenticator(t, pooltest.AppOrigin)
	options, err := f.Pool.StartPasskeyRegistration(t.Context(), f.Client(t, pooltest.ClientID), user.Sub)
	if err == nil {
		err = f.Pool.FinishPasskeyRegistration(t.Context(), f.Client(t, pooltest.ClientID), user.Sub, []byte(key.Register(t, options)))
	}
	if err != nil {
		t.Fatal(err)
	}
	p := visitor(t, f).open(t, "/passkey?"+request())
	p.submit(t, "credential", key.Assert(t, p.options(t))).sees(t, "/mfaMail", codeTitle)
}
