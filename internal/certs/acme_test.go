package certs_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"example.com/todo/internal/certs"
)

// A public is Pebble, the ACME server that Let's Encrypt tests clients with. In its world every name is this machine's.
type public struct {
	directory string
	roots     *x509.CertPool // trusts its certificates
	client    *x509.CertPool // trusts its own server
	requests  atomic.Int32
}

// openPublic starts the authority. It looks for the proof at a port.
func openPublic(t *testing.T, port int) *public {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	names, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	resolver := &dns.Server{Listener: names, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		answer := new(dns.Msg).SetReply(question)
		if q := question.Question[0]; q.Qtype == dns.TypeA {
			header := dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET}
			answer.Answer = []dns.RR{&dns.A{Hdr: header, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = resolver.ActivateAndServe() }()
	t.Cleanup(func() { names.Close() })
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	authority := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: 90 * 24 * 60 * 60}})
	front := wfe.New(quiet, store, va.New(quiet, 0, port, true, names.Addr().String(), store), authority, nil, true, false, 1, 1)
	p := &public{roots: x509.NewCertPool()}
	handler := front.Handler()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.requests.Add(1)
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.client = x509.NewCertPool()
	p.client.AddCert(server.Certificate())
	p.directory = server.URL + wfe.DirectoryPath
	p.roots.AppendCertsFromPEM(authority.GetRootCert(0).PEM())
	return p
}

// serveACME opens a web server whose certificate is the authority's.
func serveACME(t *testing.T, listener net.Listener, a *certs.ACME) {
	t.Helper()
	server := &http.Server{
		Handler:   http.NotFoundHandler(),
		TLSConfig: &tls.Config{GetCertificate: a.Certificate, NextProtos: []string{"h2", "http/1.1", certs.Protocol}},
		ErrorLog:  log.New(io.Discard, "", 0),
	}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { server.Close() })
}

func TestACME(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	p := openPublic(t, listener.Addr().(*net.TCPAddr).Port)
	var text bytes.Buffer
	config := certs.ACMEConfig{
		Dir: filepath.Join(t.TempDir(), "acme"), Domain: "todo.example.com", Email: "ana@example.com", Directory: p.directory, Roots: p.client,
		Logger: slog.New(slog.NewTextHandler(&text, nil)),
	}
	a := certs.NewACME(config)
	serveACME(t, listener, a)
	a.Obtain(context.Background())
	if !strings.Contains(text.String(), "the certificate is there") {
		t.Fatalf("got log:\n%s", &text)
	}
	shown := func(addr, name string) (*x509.Certificate, error) {
		conn, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: p.roots, ServerName: name})
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0], nil
	}
	first, err := shown(addr, "todo.example.com")
	if err != nil {
		t.Fatal(err)
	}
	asked := p.requests.Load()
	if _, err := shown(addr, "eve.example.com"); err == nil {
		t.Error("another name: got a certificate")
	}
	err = filepath.WalkDir(config.Dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: got mode %v, %v, want nobody else's", name, info.Mode(), err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	again, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveACME(t, again, certs.NewACME(config))
	second, err := shown(again.Addr().String(), "todo.example.com")
	if err != nil || !second.Equal(first) {
		t.Errorf("after a restart: got another certificate, or %v", err)
	}
	if n := p.requests.Load() - asked; n != 0 {
		t.Errorf("another name and a restart made %d requests of the authority, want none", n)
	}
}

func TestACMEWithoutItsProof(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := openPublic(t, closed.Addr().(*net.TCPAddr).Port)
	closed.Close()
	var text bytes.Buffer
	certs.NewACME(certs.ACMEConfig{
		Dir: t.TempDir(), Domain: "todo.example.com", Directory: p.directory, Roots: p.client, Logger: slog.New(slog.NewTextHandler(&text, nil)),
	}).Obtain(context.Background())
	if !strings.Contains(text.String(), "no certificate was received") || !strings.Contains(text.String(), "todo.example.com") {
		t.Errorf("got log:\n%s", &text)
	}
}
