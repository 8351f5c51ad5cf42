package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// LocalConfig is what a Local needs. Every field is required.
type LocalConfig struct {
	Dir   string   // holds the authority and the certificate; it must exist
	Hosts []string // the names and addresses that clients use
	Now   func() time.Time
	Rand  io.Reader // fit for secrets, as crypto/rand.Reader is
	// Write writes a file for this user alone, whole or not at all.
	Write  func(name, content string) error
	Logger *slog.Logger
}

// TrustFile is the name of a Local's file with the certificate of the authority, which clients have to trust.
const TrustFile = "ca.pem"

// The others of its files. Each is written whole, so that no two of them can disagree after a crash.
const (
	authorityFile = "ca-key.pem" // the authority's key and certificate
	serverFile    = "server.pem" // the server's key and certificate
)

const (
	authorityLifetime = 10 * 365 * 24 * time.Hour
	serverLifetime    = 90 * 24 * time.Hour
	renewal           = 30 * 24 * time.Hour // how long before its end a certificate is replaced
)

// A Local is an authority of this machine's own, for people who trust it, and the certificate that it signed. Both are
// made when they are missing and kept. The certificate is renewed before it ends.
//
// The authority can vouch for its hosts only: whoever steals its key cannot pose as a bank to those who trust it. So
// another host makes another authority, which has to be trusted anew.
type Local struct {
	LocalConfig
	made bool

	mu     sync.Mutex
	server *tls.Certificate
}

// NewLocal reads the authority and its certificate, or makes them.
func NewLocal(c LocalConfig) (*Local, error) {
	c.Hosts = slices.Compact(slices.Sorted(slices.Values(c.Hosts)))
	l := &Local{LocalConfig: c}
	return l, l.refresh()
}

// Made tells whether the authority is new, so that nobody can trust it yet.
func (l *Local) Made() bool { return l.made }

// Certificate gives the server's certificate, whatever name the client asks for.
func (l *Local) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stale(l.server.Leaf) {
		if err := l.refresh(); err != nil {
			l.Logger.Error("tls: the certificate was not renewed", "error", err)
		}
	}
	return l.server, nil
}

func (l *Local) stale(c *x509.Certificate) bool { return l.Now().Add(renewal).After(c.NotAfter) }

// refresh makes of authority and certificate what is missing, about to end or for other hosts.
func (l *Local) refresh() error {
	authority, err := l.authority()
	if err != nil {
		return err
	}
	server, err := l.read(serverFile)
	if err != nil || !l.fits(server.Leaf, authority.Leaf) { // a damaged one is no loss: it is made again
		if server, err = l.newServer(authority); err != nil {
			return err
		}
	}
	l.server = server
	return nil
}

func (l *Local) authority() (*tls.Certificate, error) {
	authority, err := l.read(authorityFile)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && !missing:
		return nil, fmt.Errorf("%w; put the file back from a copy, or remove it to have a new authority made, which has to be trusted anew", err)
	case missing || !l.vouches(authority.Leaf):
		if authority, err = l.newAuthority(authority); err != nil {
			return nil, err
		}
		l.made = true
	}
	trust := encodeCertificate(authority.Leaf)
	name := filepath.Join(l.Dir, TrustFile)
	if kept, err := os.ReadFile(name); err != nil || string(kept) != trust {
		return authority, l.Write(name, trust)
	}
	return authority, nil
}

// vouches tells whether an authority is good for all hosts, for the whole life of a certificate that is made now.
func (l *Local) vouches(authority *x509.Certificate) bool {
	for _, host := range l.Hosts {
		if !permits(authority, host) {
			return false
		}
	}
	return l.Now().Add(serverLifetime).Before(authority.NotAfter)
}

// fits tells whether the server's certificate is the authority's, good for all hosts, and not about to end.
func (l *Local) fits(server, authority *x509.Certificate) bool {
	roots := x509.NewCertPool()
	roots.AddCert(authority)
	for _, host := range l.Hosts {
		if _, err := server.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: l.Now()}); err != nil {
			return false
		}
	}
	return !l.stale(server)
}

// read gives what is in a file that holds a key and its certificate.
func (l *Local) read(name string) (*tls.Certificate, error) {
	name = filepath.Join(l.Dir, name)
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(content, content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &pair, nil
}
