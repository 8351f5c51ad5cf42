package mail_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/mail"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func filled(t *testing.T, subjects ...string) *mail.Outbox {
	t.Helper()
	o := &mail.Outbox{}
	db := openDB(t, t.TempDir())
	for _, subject := range subjects {
		send(t, db, o, mail.Message{To: "ana@example.com", Subject: subject, Text: "<b>123456</b>", Time: noon})
	}
	return o
}

// get asks from this machine unless the request is changed.
func get(o *mail.Outbox, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "http://localhost:8080/auth/outbox", nil)
	r.RemoteAddr = "127.0.0.1:40000"
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r)
	return w
}

func TestJSON(t *testing.T) {
	w := get(filled(t, "first", "second"), "application/json")
	var got []mail.Message
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []mail.Message{
		{To: "ana@example.com", Subject: "second", Text: "<b>123456</b>", Time: noon},
		{To: "ana@example.com", Subject: "first", Text: "<b>123456</b>", Time: noon},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if body := get(&mail.Outbox{}, "application/json").Body.String(); body != "[]\n" {
		t.Errorf("without messages: got %q, want an empty list", body)
	}
}

func TestPageShowsMessagesAsText(t *testing.T) {
	w := get(filled(t, "<script>alert(1)</script>"), "text/html,application/xhtml+xml,*/*;q=0.8")
	body := w.Body.String()
	for _, want := range []string{"&lt;script&gt;", "&lt;b&gt;123456", "2 January 2026, 12:00:00 UTC"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(body, "<script") {
		t.Error("a message became markup")
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("got policy %q", policy)
	}
}

func TestOldMessagesMakeRoom(t *testing.T) {
	subjects := make([]string, 250)
	for i := range subjects {
		subjects[i] = fmt.Sprint(i)
	}
	messages := filled(t, subjects...).Messages()
	if len(messages) != 200 || messages[0].Subject != "249" || messages[199].Subject != "50" {
		t.Errorf("got %d messages from %s to %s, want 200 from 249 to 50", len(messages), messages[0].Subject, messages[len(messages)-1].Subject)
	}
}

func TestOnlyThisMachine(t *testing.T) {
	for _, c := range []struct {
		name, peer, host, header string
		want                     int
	}{
		{"by name", "127.0.0.1:1", "localhost:8080", "", 200},
		{"by address", "127.0.0.1:1", "127.0.0.1:8080", "", 200},
		{"by IPv6", "[::1]:1", "[::1]:8080", "", 200},
		{"by IPv6 without a port", "[::1]:1", "[::1]", "", 200},
		{"another machine", "192.0.2.7:1", "localhost:8080", "", 403},
		{"a site that was pointed here", "127.0.0.1:1", "evil.example:8080", "", 403},
		{"a name that only begins like ours", "127.0.0.1:1", "localhost.evil.example", "", 403},
		{"the public name", "127.0.0.1:1", "todo.example.com", "", 403},
		{"no name", "127.0.0.1:1", "", "", 403},
		{"behind a proxy", "127.0.0.1:1", "localhost:8080", "X-Forwarded-For", 403},
		{"behind a proxy of the new style", "127.0.0.1:1", "localhost:8080", "Forwarded", 403},
		{"no peer", "", "localhost:8080", "", 403},
	} {
		r := httptest.NewRequest("GET", "/auth/outbox", nil)
		r.RemoteAddr, r.Host = c.peer, c.host
		if c.header != "" {
			r.Header.Set(c.header, "for=127.0.0.1")
		}
		w := httptest.NewRecorder()
		filled(t, "secret").ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.want)
		}
		if c.want != 200 && strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: the refusal shows messages", c.name)
		}
	}
}

func TestOnlyReading(t *testing.T) {
	r := httptest.NewRequest("POST", "http://localhost/auth/outbox", nil)
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	(&mail.Outbox{}).ServeHTTP(w, r)
	if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("got %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}
