package mail_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	netmail "net/mail"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
)

func openDB(t *testing.T, dir string) *boltdb.DB {
	t.Helper()
	db, err := boltdb.Open(filepath.Join(dir, "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func send(t *testing.T, db *boltdb.DB, s mail.Sender, m mail.Message) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *bolt.Tx) error { return errors.Join(touch(tx), s.Send(tx, m)) }); err != nil {
		t.Fatal(err)
	}
}

// touch makes a change of the transaction, as those have that messages tell of.
func touch(tx *bolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists([]byte("test"))
	if err != nil {
		return err
	}
	_, err = b.NextSequence()
	return err
}

// A post is a mail server, which another project wrote.
type post struct {
	t        *testing.T
	addr     string
	listener net.Listener
	roots    *x509.CertPool // what trusts it
	server   *smtp.Server
	got      chan received
	mu       sync.Mutex
	answers  []error // to the next messages, nil to take one
	// forgetful is one that takes a message and answers otherwise.
	forgetful bool
	users     []string
	secured   bool // whether the last message came over TLS
}

type received struct {
	from, to, raw string
	*netmail.Message
	body string
}

// openPost starts a mail server at an address. change, unless nil, alters it first.
func openPost(t *testing.T, addr string, change func(*post)) *post {
	t.Helper()
	p := &post{t: t, got: make(chan received, 100)}
	p.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{post: p, conn: c}, nil }))
	p.server.Domain, p.server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	certificate, roots := selfSigned(t)
	p.server.TLSConfig, p.roots = &tls.Config{Certificates: []tls.Certificate{certificate}}, roots
	if change != nil {
		change(p)
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	p.addr, p.listener = listener.Addr().String(), listener
	if p.users != nil && p.server.AllowInsecureAuth {
		t.Fatal("the test's server would take passwords in clear text")
	}
	go func() { _ = p.server.Serve(listener) }()
	t.Cleanup(p.close)
	return p
}

func (p *post) close() {
	_ = p.listener.Close() // which the server may not know yet
	_ = p.server.Close()
}

// answer is how it treats a message: with the next of its answers, or else it takes it.
func (p *post) answer() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.answers) == 0 {
		return nil
	}
	next := p.answers[0]
	p.answers = p.answers[1:]
	return next
}

// next waits for a message.
func (p *post) next() received {
	p.t.Helper()
	select {
	case m := <-p.got:
		return m
	case <-p.t.Context().Done():
		p.t.Fatal("no message came")
	case <-time.After(20 * time.Second): // a hang, not slowness
		p.t.Fatal("no message came")
	}
	return received{}
}

type session struct {
	*post
	conn     *smtp.Conn
	from, to string
}

func (s *session) AuthMechanisms() []string {
	if s.users == nil {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if len(s.users) == 0 || user+":"+password != s.users[0] {
			return smtp.ErrAuthFailed
		}
		s.users = append(s.users, "seen")
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.users != nil && len(s.users) < 2 {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "nobody@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	refusal := s.answer()
	if refusal != nil && !s.forgetful {
		return refusal
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	_, secured := s.conn.TLSConnectionState()
	s.mu.Lock()
	s.secured = secured
	s.mu.Unlock()
	s.got <- received{from: s.from, to: s.to, raw: string(raw), Message: m, body: string(body)}
	return refusal
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}

// A desk is a queue over a data directory, and a clock that runs ahead of time by as much as it is moved.
type desk struct {
	t     *testing.T
	dir   string
	ahead atomic.Int64
	log   lockedBuffer
	db    *boltdb.DB
	*mail.Queue
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (d *desk) now() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }

// openDesk opens the queue for a mail server.
func openDesk(t *testing.T, url string, roots *x509.CertPool) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	d.open(url, roots)
	return d
}

func (d *desk) open(url string, roots *x509.CertPool) {
	d.t.Helper()
	relay, err := mail.NewRelay(url, "To do <todo@example.com>", roots)
	if err != nil {
		d.t.Fatal(err)
	}
	d.db = openDB(d.t, d.dir)
	d.Queue, err = mail.OpenQueue(d.t.Context(), mail.QueueConfig{
		DB: d.db, Relay: relay, Now: d.now, Rand: rand.Reader, Logger: slog.New(slog.NewTextHandler(&d.log, nil)),
		SealKey: make([]byte, mail.SealKeySize), FirstPause: time.Millisecond, MaxPause: 10 * time.Millisecond,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(d.Close)
}

// shut ends it as the end of a process does.
func (d *desk) shut() {
	d.t.Helper()
	d.Close()
	if err := d.db.Close(); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) send(m mail.Message) {
	d.t.Helper()
	send(d.t, d.db, d, m)
}

// letter is a message to somebody, of use for an hour.
func (d *desk) letter(to string) mail.Message {
	now := d.now()
	return mail.Message{To: to, Subject: "Your code", Text: "It is 123456.", Time: now, Expires: now.Add(time.Hour)}
}

// waiting counts the messages in the data file.
func (d *desk) waiting() (n int) {
	d.t.Helper()
	err := d.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("mail")).ForEach(func(_, _ []byte) error { n++; return nil })
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// until waits for what is to happen in the background.
func (d *desk) until(what string, happened func() bool) {
	d.t.Helper()
	for range 2000 {
		if happened() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Fatalf("%s: it did not happen\n%s", what, &d.log)
}
