package mail_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"example.com/todo/internal/mail"
)

// whenSecured waits for a message and tells whether it came over TLS.
func (p *post) whenSecured() bool {
	p.t.Helper()
	p.next()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.secured
}

func TestSTARTTLSWithAPassword(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", func(p *post) { p.users = []string{"todo:p@ss word"} })
	d := openDesk(t, "smtp://todo:p%40ss%20word@"+p.addr+"?tls=required", p.roots)
	d.send(d.letter("ana@example.com"))
	if !p.whenSecured() {
		t.Error("it came without TLS")
	}
}

func TestTLSFromTheFirstByte(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	p.close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", p.server.TLSConfig)
	if err != nil {
		t.Fatal(err)
	}
	inner := openPost(t, "127.0.0.1:0", nil)
	go func() { _ = inner.server.Serve(listener) }()
	d := openDesk(t, "smtps://"+listener.Addr().String(), p.roots)
	d.send(d.letter("ana@example.com"))
	if !inner.whenSecured() {
		t.Error("it came without TLS")
	}
}

func TestWhatKeepsAMessageFromBeingSent(t *testing.T) {
	for _, c := range []struct {
		name, url string
		change    func(*post)
		trusted   bool
		want      string
	}{
		{"no STARTTLS is offered", "?tls=required", func(p *post) { p.server.TLSConfig = nil }, true, "STARTTLS"},
		{"the certificate is not trusted", "?tls=required", nil, false, "certificate"},
		{"the certificate is not trusted, and TLS optional", "?tls=optional", nil, false, "certificate"},
		{"the password is wrong", "?tls=required&user", func(p *post) { p.users = []string{"todo:right"} }, true, "Authentication failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openPost(t, "127.0.0.1:0", c.change)
			roots := p.roots
			if !c.trusted {
				_, roots = selfSigned(t)
			}
			url := "smtp://" + p.addr + c.url
			if before, ok := strings.CutSuffix(url, "&user"); ok {
				url = strings.Replace(before, "//", "//todo:hunter2@", 1)
			}
			d := openDesk(t, url, roots)
			d.send(d.letter("ana@example.com"))
			d.until("two failures", func() bool { return strings.Count(d.log.String(), "cannot be used") > 1 })
			if text := d.log.String(); !strings.Contains(text, c.want) || strings.Contains(text, "hunter2") {
				t.Errorf("want a log that says %q, without the password:\n%s", c.want, text)
			}
			if len(p.got) > 0 || d.waiting() != 1 {
				t.Error("it does not wait")
			}
		})
	}
}

func TestOptionalTLS(t *testing.T) {
	for offered, name := range map[bool]string{true: "offered", false: "not offered"} {
		p := openPost(t, "127.0.0.1:0", func(p *post) {
			if !offered {
				p.server.TLSConfig = nil
			}
		})
		d := openDesk(t, "smtp://"+p.addr+"?tls=optional", p.roots)
		d.send(d.letter("ana@example.com"))
		if got := p.whenSecured(); got != offered {
			t.Errorf("%s: got TLS %v", name, got)
		}
	}
}

// TestAServerThatSaysNothing is one that takes a connection and hangs up.
func TestAServerThatSaysNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	d := openDesk(t, "smtp://"+listener.Addr().String(), nil)
	d.send(d.letter("ana@example.com"))
	d.until("two failures", func() bool { return strings.Count(d.log.String(), "cannot be used") > 1 })
}

func TestAddressesOfARelay(t *testing.T) {
	const from = "todo@example.com"
	for _, c := range []struct{ url, from, want string }{
		{"smtp://mail.example.com", from, ""},
		{"smtp://user:secret@mail.example.com:25", from, ""},
		{"smtps://user:secret@mail.example.com", "To do <todo@example.com>", ""},
		{"smtp://user:secret@localhost", from, ""},
		{"smtp://mail.example.com?tls=none", from, ""},
		{"smtp://user:secret@mail.example.com?tls=none", from, "for everybody to read"},
		{"smtp://user:secret@mail.example.com?tls=optional", from, "for everybody to read"},
		{"smtp://user:secret@mail.example.com?tls=maybe", from, "required, optional or none"},
		{"smtp://user:secret@mail.example.com?starttls=no", from, "required, optional or none"},
		{"smtps://user:secret@mail.example.com?tls=none", from, "smtps:// has none"},
		{"smtp://user@mail.example.com", from, "no password"},
		{"smtp://user:se%cret@mail.example.com", from, "as %XX"},
		{"smtp://user:se cret/@mail.example.com", from, "as %XX"},
		{"smtp://user:secret@mail.example.com:99999", from, "not an address"},
		{"smtp://user:secret@", from, "not an address"},
		{"http://user:secret@mail.example.com", from, "not an address"},
		{"mail.example.com:25", from, "not an address"},
		{"smtp://mail.example.com", "todo", "the sender"},
		{"smtp://mail.example.com", "a@example.com, b@example.com", "the sender"},
		{"smtp://mail.example.com", "a@example.com\r\nBcc: b@example.com", "the sender"},
	} {
		_, err := mail.NewRelay(c.url, c.from, nil)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s from %q: got %v, want %q", c.url, c.from, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "cret@")) {
			t.Errorf("%s: the error shows the password: %v", c.url, err)
		}
	}
}
