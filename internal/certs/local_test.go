package certs_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/certs"
)

const day = 24 * time.Hour

// A machine is a directory with its authority, and a clock.
type machine struct {
	t   *testing.T
	dir string
	now time.Time
	log bytes.Buffer
}

func newMachine(t *testing.T) *machine {
	return &machine{t: t, dir: t.TempDir(), now: time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)}
}

func (m *machine) open(hosts ...string) (*certs.Local, error) {
	return certs.NewLocal(certs.LocalConfig{
		Dir: m.dir, Hosts: hosts, Now: func() time.Time { return m.now }, Rand: rand.Reader,
		Write:  func(name, content string) error { return os.WriteFile(name, []byte(content), 0o600) },
		Logger: slog.New(slog.NewTextHandler(&m.log, nil)),
	})
}

func (m *machine) start(hosts ...string) *certs.Local {
	m.t.Helper()
	local, err := m.open(hosts...)
	if err != nil {
		m.t.Fatal(err)
	}
	return local
}

// trusted is what a person has who trusts the authority as it is now.
func (m *machine) trusted() *x509.CertPool {
	m.t.Helper()
	content, err := os.ReadFile(filepath.Join(m.dir, certs.TrustFile))
	if err != nil {
		m.t.Fatal(err)
	}
	if strings.Contains(string(content), "KEY") {
		m.t.Error("the file to trust holds a key")
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(content) {
		m.t.Fatal("there is nothing to trust")
	}
	return pool
}

// shakeHands connects a client to the server by a host's name, and gives the certificate that it was shown.
func (m *machine) shakeHands(local *certs.Local, roots *x509.CertPool, host string) (*x509.Certificate, error) {
	m.t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{GetCertificate: local.Certificate})
	if err != nil {
		m.t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		if conn, err := listener.Accept(); err == nil {
			_ = conn.(*tls.Conn).HandshakeContext(m.t.Context())
			conn.Close()
		}
	}()
	client, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{RootCAs: roots, ServerName: host, Time: func() time.Time { return m.now }})
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return client.ConnectionState().PeerCertificates[0], nil
}

func (m *machine) mustShakeHands(local *certs.Local, roots *x509.CertPool, host string) *x509.Certificate {
	m.t.Helper()
	shown, err := m.shakeHands(local, roots, host)
	if err != nil {
		m.t.Fatalf("%s: %v", host, err)
	}
	return shown
}

func TestWhoTrustsTheAuthorityReachesEveryHost(t *testing.T) {
	m := newMachine(t)
	local := m.start("localhost", "127.0.0.1", "::1", "localhost")
	if !local.Made() {
		t.Error("the first start does not tell that the authority is new")
	}
	roots := m.trusted()
	for _, host := range []string{"localhost", "127.0.0.1", "::1"} {
		m.mustShakeHands(local, roots, host)
	}
	if _, err := m.shakeHands(local, roots, "todo.example.com"); err == nil {
		t.Error("another host: got no error")
	}
	again := m.start("localhost", "127.0.0.1", "::1")
	if again.Made() {
		t.Error("the second start made another authority")
	}
	if a, b := m.mustShakeHands(local, roots, "localhost"), m.mustShakeHands(again, roots, "localhost"); !a.Equal(b) {
		t.Error("the second start made another certificate")
	}
}

func TestTheCertificateRenewsItselfWhileServing(t *testing.T) {
	m := newMachine(t)
	local := m.start("localhost")
	roots := m.trusted()
	first := m.mustShakeHands(local, roots, "localhost")
	m.now = m.now.Add(59 * day)
	if !m.mustShakeHands(local, roots, "localhost").Equal(first) {
		t.Error("renewed long before its end")
	}
	m.now = m.now.Add(2 * day)
	second := m.mustShakeHands(local, roots, "localhost")
	if second.Equal(first) || second.NotAfter.Before(m.now.Add(89*day)) {
		t.Errorf("30 days before its end: got one until %v, want a new one", second.NotAfter)
	}
	if !m.mustShakeHands(m.start("localhost"), roots, "localhost").Equal(second) {
		t.Error("the renewed certificate was not kept")
	}
}

func TestACertificateThatCannotBeRenewedIsStillShown(t *testing.T) {
	m := newMachine(t)
	local := m.start("localhost")
	roots := m.trusted()
	first := m.mustShakeHands(local, roots, "localhost")
	if err := os.WriteFile(filepath.Join(m.dir, "ca-key.pem"), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	m.now = m.now.Add(70 * day)
	if !m.mustShakeHands(local, roots, "localhost").Equal(first) || !strings.Contains(m.log.String(), "not renewed") {
		t.Errorf("want the old certificate and a line in the log, got:\n%s", &m.log)
	}
}

func TestAnAuthorityEnds(t *testing.T) {
	m := newMachine(t)
	m.start("localhost")
	m.now = m.now.Add(10*365*day - 89*day)
	if local := m.start("localhost"); !local.Made() {
		t.Error("a certificate of today would outlive its authority")
	} else {
		m.mustShakeHands(local, m.trusted(), "localhost")
	}
}

func TestAnotherHostMakesAnotherAuthorityOnce(t *testing.T) {
	m := newMachine(t)
	m.start("localhost", "127.0.0.1")
	if !m.start("localhost", "127.0.0.1", "todo.example.com", "192.0.2.7").Made() {
		t.Error("the first authority vouches for another host")
	}
	roots := m.trusted()
	if m.start("localhost", "127.0.0.1").Made() {
		t.Error("back at the first hosts: got a third authority")
	}
	local := m.start("localhost", "192.0.2.7", "todo.example.com")
	if local.Made() {
		t.Error("at the second hosts again: got a third authority")
	}
	for _, host := range []string{"localhost", "192.0.2.7", "todo.example.com"} {
		m.mustShakeHands(local, roots, host)
	}
}

// TestAStolenAuthorityVouchesForNobodyElse signs a certificate for a bank with the authority's key, as a thief would.
func TestAStolenAuthorityVouchesForNobodyElse(t *testing.T) {
	m := newMachine(t)
	m.start("localhost", "127.0.0.1")
	stolen, err := tls.LoadX509KeyPair(filepath.Join(m.dir, "ca-key.pem"), filepath.Join(m.dir, "ca-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for host, forged := range map[string]x509.Certificate{
		"localhost":        {DNSNames: []string{"localhost"}}, // the test's own proof
		"bank.example.com": {DNSNames: []string{"bank.example.com"}},
		"192.0.2.7":        {IPAddresses: []net.IP{net.ParseIP("192.0.2.7")}},
	} {
		forged.NotBefore, forged.NotAfter = m.now, m.now.Add(day)
		der, err := x509.CreateCertificate(rand.Reader, &forged, stolen.Leaf, key.Public(), stolen.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Verify(x509.VerifyOptions{Roots: m.trusted(), DNSName: host, CurrentTime: m.now})
		if (err == nil) != (host == "localhost") {
			t.Errorf("%s: got %v", host, err)
		}
	}
}

func TestDamagedFiles(t *testing.T) {
	m := newMachine(t)
	m.start("localhost")
	for _, name := range []string{"server.pem", certs.TrustFile} {
		if err := os.WriteFile(filepath.Join(m.dir, name), []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	local := m.start("localhost")
	if local.Made() {
		t.Error("another authority was made for files that it can make again")
	}
	m.mustShakeHands(local, m.trusted(), "localhost")
	name := filepath.Join(m.dir, "ca-key.pem")
	if err := os.WriteFile(name, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.open("localhost"); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "trusted anew") {
		t.Errorf("got %v, want an error that names the file and says what to do", err)
	}
}
