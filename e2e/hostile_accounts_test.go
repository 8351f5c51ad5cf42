package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// body is the JSON of a call about a person.
func (h *target) body(t *testing.T, email string, more map[string]string) string {
	t.Helper()
	members := map[string]string{"ClientId": h.clientID(), "Username": email}
	for name, value := range more {
		members[name] = value
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// want makes a call and wants it to be refused by an exception, or to succeed where that is empty.
func (h *target) want(t *testing.T, exception, operation, body string) {
	t.Helper()
	status, answer := h.call(t, operation, body)
	if exception == "" && status != 200 || exception != "" && (status != 400 || !strings.Contains(answer, `"`+exception+`"`)) {
		t.Errorf("%s: got %d %s, want %q", operation, status, answer, exception)
	}
}

// wrong is a code other than the right one.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

// attackCodes guesses mailed codes. After some guesses the right one is of no use either, until there is a new one.
func attackCodes(t *testing.T, h *target) {
	t.Run("of a sign-up", func(t *testing.T) {
		const email = "guessed@example.com"
		h.want(t, "", "SignUp", h.body(t, email, map[string]string{"Password": password}))
		confirm := func(code string) string { return h.body(t, email, map[string]string{"ConfirmationCode": code}) }
		first := h.mailed(t, email)
		for range 10 {
			h.want(t, "CodeMismatchException", "ConfirmSignUp", confirm(wrong(first)))
		}
		h.want(t, "ExpiredCodeException", "ConfirmSignUp", confirm(first))
		h.want(t, "", "ResendConfirmationCode", h.body(t, email, nil))
		h.want(t, "", "ConfirmSignUp", confirm(h.mailed(t, email)))
	})
	t.Run("of a forgotten password", func(t *testing.T) {
		p := h.join(t, "forgetful@example.com")
		const another = "Another-Horse-7"
		h.plant(another)
		reset := func(code string) string {
			return h.body(t, p.email, map[string]string{"ConfirmationCode": code, "Password": another})
		}
		h.want(t, "", "ForgotPassword", h.body(t, p.email, nil))
		right := h.mailed(t, p.email)
		for range 9 {
			h.want(t, "CodeMismatchException", "ConfirmForgotPassword", reset(wrong(right)))
		}
		h.want(t, "LimitExceededException", "ConfirmForgotPassword", reset(right))
		h.want(t, "LimitExceededException", "ForgotPassword", h.body(t, p.email, nil))
		h.want(t, "NotAuthorizedException", "InitiateAuth", h.signInBody(p.email, another))
		h.want(t, "", "InitiateAuth", h.signInBody(p.email, password))
	})
}

// attackCodesAtOnce guesses in parallel, so that no guess sees the others counted.
func attackCodesAtOnce(t *testing.T, h *target) {
	const email = "raced@example.com"
	h.want(t, "", "SignUp", h.body(t, email, map[string]string{"Password": password}))
	bad := wrong(h.mailed(t, email))
	answers := make(chan string)
	const guesses = 60
	for range guesses {
		go func() {
			_, answer := h.call(t, "ConfirmSignUp", h.body(t, email, map[string]string{"ConfirmationCode": bad}))
			answers <- answer
		}()
	}
	compared := 0
	for range guesses {
		if strings.Contains(<-answers, "CodeMismatchException") {
			compared++
		}
	}
	if compared > 10 {
		t.Errorf("%d of %d guesses at once were compared with the code, want at most 10", compared, guesses)
	}
}

// attackEnumeration asks about somebody who has an account and somebody who has none: the two must get the same bytes.
func attackEnumeration(t *testing.T, h *target) {
	const known, waiting, nobody = "kate@example.com", "kurt@example.com", "kain@example.com"
	h.join(t, known)
	h.want(t, "", "SignUp", h.body(t, waiting, map[string]string{"Password": password}))
	weak := map[string]string{"ConfirmationCode": "000000", "Password": "Wrong-Horse-7"}
	for _, c := range []struct {
		name, operation, has string
		body                 func(email string) string
	}{
		{"a wrong password", "InitiateAuth", known, func(email string) string { return h.signInBody(email, "Wrong-Horse-7") }},
		{"a password too long", "InitiateAuth", known, func(email string) string { return h.signInBody(email, strings.Repeat("x", 300)) }},
		{"a forgotten password", "ForgotPassword", known, func(email string) string { return h.body(t, email, nil) }},
		{"its code", "ConfirmForgotPassword", known, func(email string) string { return h.body(t, email, weak) }},
		{"a new code", "ResendConfirmationCode", waiting, func(email string) string { return h.body(t, email, nil) }},
		{"that code", "ConfirmSignUp", waiting, func(email string) string { return h.body(t, email, weak) }},
		{"a forgotten password before the first code", "ForgotPassword", waiting, func(email string) string { return h.body(t, email, nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, header, answer := h.callWith(t, c.operation, c.body(c.has))
			otherStatus, otherHeader, otherAnswer := h.callWith(t, c.operation, c.body(nobody))
			for _, of := range []http.Header{header, otherHeader} {
				of.Del("Date")
				of.Del("X-Amzn-Requestid")
			}
			if status != otherStatus || answer != otherAnswer || cmp.Diff(header, otherHeader) != "" {
				t.Errorf("got for an account\n%d %v %s\nand for none\n%d %v %s", status, header, answer, otherStatus, otherHeader, otherAnswer)
			}
		})
	}
	for _, path := range []string{"/login", "/forgotPassword", "/confirmforgotPassword"} {
		t.Run("the page "+path, func(t *testing.T) {
			b := h.browse(t)
			ask := func(email string) string {
				r := b.post(t, h.page(path), map[string][]string{"username": {email}, "password": {"Wrong-Horse-7"}, "code": {"000000"}})
				return fmt.Sprintf("%d %s %s", r.status, r.header.Get("Location"), strings.ReplaceAll(r.body, email, "EMAIL"))
			}
			if diff := cmp.Diff(ask(known), ask(nobody)); diff != "" {
				t.Errorf("an account and none (-with +without):\n%s", diff)
			}
		})
	}
}

// attackOutbox asks for other people's mail from where its readers are not.
func attackOutbox(t *testing.T, h *target) {
	for name, c := range map[string]struct {
		method, host, header string
		status               int
	}{
		"a name that leads here":     {"GET", "evil.example", "", 403},
		"a name that begins alike":   {"GET", "localhost.evil.example", "", 403},
		"an address that is not":     {"GET", "127.0.0.1.nip.io", "", 403},
		"every address":              {"GET", "0.0.0.0", "", 403},
		"another machine":            {"GET", "192.168.0.1", "", 403},
		"a proxy's client":           {"GET", "localhost", "X-Forwarded-For: 127.0.0.1\r\n", 403},
		"a proxy's client, standard": {"GET", "localhost", "Forwarded: for=127.0.0.1\r\n", 403},
		"a proxy":                    {"GET", "localhost", "Via: 1.1 proxy\r\n", 403},
		"a proxy's client's name":    {"GET", "localhost", "x-real-ip: 127.0.0.1\r\n", 403},
		"a proxy's host":             {"GET", "localhost", "X-Forwarded-Host: localhost\r\n", 403},
		"somebody who deletes":       {"DELETE", "localhost", "", 405},
	} {
		t.Run(name, func(t *testing.T) {
			r := h.one(t, c.method+" /auth/outbox HTTP/1.1\r\nHost: "+c.host+"\r\nConnection: close\r\nAccept: application/json\r\n"+c.header+"\r\n")
			if r.status != c.status {
				t.Errorf("got %d %s, want %d", r.status, r.body, c.status)
			}
		})
	}
	all := h.send(t, "GET /auth/outbox HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: close\r\nAccept: application/json\r\n\r\n")
	if len(all) != 1 || all[0].header.Get("Access-Control-Allow-Origin") != "" || all[0].header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a foreign page: got %v, want nothing that lets it read", all)
	}
}

// TestHostileRestart locks an account in two lives of the server: the failures before the restart count after it.
func TestHostileRestart(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	h := &target{server: serve(t, data)}
	h.join(t, "ana@example.com")
	bad := h.signInBody("ana@example.com", "Wrong-Horse-7")
	for range 4 {
		h.want(t, "NotAuthorizedException", "InitiateAuth", bad)
	}
	h.kill()

	h = &target{server: serve(t, data)}
	var attempts sync.WaitGroup
	answers := make(chan string, 12)
	for range cap(answers) {
		attempts.Go(func() {
			_, answer := h.call(t, "InitiateAuth", bad)
			answers <- answer
		})
	}
	attempts.Wait()
	close(answers)
	compared := 0
	for answer := range answers {
		if !strings.Contains(answer, "Password attempts exceeded") {
			compared++
		}
	}
	// One by right: it is the fifth failure. On a machine that stands still, the lock of a second may run out once.
	if compared > 3 {
		t.Errorf("%d of %d attempts after the restart were compared with the password, want one", compared, cap(answers))
	}
}
