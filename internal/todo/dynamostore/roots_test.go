package dynamostore

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"example.com/todo/internal/todo"
)

// An authority issues certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// issue makes a certificate; by is nil for one that vouches for itself.
func issue(t *testing.T, by *authority, change func(*x509.Certificate)) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	wanted := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "an authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	change(wanted)
	parent, signer := wanted, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{certificate, key}
}

func named(name string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.Subject.CommonName = name }
}

// leaf is a server's certificate for 127.0.0.1.
func leaf(c *x509.Certificate) {
	c.Subject.CommonName, c.IsCA, c.KeyUsage = "server", false, x509.KeyUsageDigitalSignature
	c.ExtKeyUsage, c.IPAddresses = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, []net.IP{net.IPv4(127, 0, 0, 1)}
}

// trust puts authorities into the file that stands for the system's, behind one that has nothing to do with them.
func trust(t *testing.T, trusted ...*authority) {
	t.Helper()
	if _, err := x509.SystemCertPool(); err != nil { // it is read once, and must not be read with these in it
		t.Fatal(err)
	}
	var bundle []byte
	for _, a := range append([]*authority{issue(t, nil, named("another"))}, trusted...) {
		bundle = append(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})...)
	}
	file := filepath.Join(t.TempDir(), "bundle.pem")
	if err := os.WriteFile(file, bundle, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
}

// serve is a table behind TLS whose chain begins with the leaf.
func serve(t *testing.T, chain ...*authority) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	certificate := tls.Certificate{PrivateKey: chain[0].key}
	for _, a := range chain {
		certificate.Certificate = append(certificate.Certificate, a.certificate.Raw)
	}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestServersThatAreTrusted(t *testing.T) {
	root := issue(t, nil, named("root"))
	intermediate := issue(t, root, named("intermediate"))
	older := issue(t, root, named("root")) // the same name, cross-signed, as Amazon's are
	for name, test := range map[string]struct{ trusted, chain []*authority }{
		"by its authority":     {[]*authority{root}, []*authority{issue(t, root, leaf)}},
		"over an intermediate": {[]*authority{root}, []*authority{issue(t, intermediate, leaf), intermediate}},
		"with a root too many": {[]*authority{root}, []*authority{issue(t, intermediate, leaf), intermediate, older}},
	} {
		t.Run(name, func(t *testing.T) {
			trust(t, test.trusted...)
			server := serve(t, test.chain...)
			client := NewClient(ClientConfig{Region: "eu-central-1", Endpoint: server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
			if _, err := New(client, "todo").Get(t.Context(), "ann", "1"); !errors.Is(err, todo.ErrNotFound) {
				t.Errorf("got %v, want an answer", err)
			}
		})
	}
}

// TestServersThatAreNot is what somebody between a function and its table could try.
func TestServersThatAreNot(t *testing.T) {
	root := issue(t, nil, named("root"))
	forged := issue(t, nil, named("root"))
	person := issue(t, root, func(c *x509.Certificate) { leaf(c); c.Subject.CommonName = "person" })
	for name, test := range map[string]struct {
		chain []*authority
		want  string
	}{
		"another's name":                  {[]*authority{issue(t, root, func(c *x509.Certificate) { leaf(c); c.IPAddresses = nil; c.DNSNames = []string{"a.example"} })}, "127.0.0.1"},
		"an authority that nobody trusts": {[]*authority{issue(t, issue(t, nil, named("unknown")), leaf)}, "unknown authority"},
		"one with a trusted one's name":   {[]*authority{issue(t, forged, leaf), forged}, "unknown authority"},
		"by itself":                       {[]*authority{issue(t, nil, leaf)}, "unknown authority"},
		"by one that is no authority":     {[]*authority{issue(t, person, leaf), person}, "unknown authority"},
		"not any more":                    {[]*authority{issue(t, root, func(c *x509.Certificate) { leaf(c); c.NotAfter = time.Now().Add(-time.Minute) })}, "expired"},
		"for clients":                     {[]*authority{issue(t, root, func(c *x509.Certificate) { leaf(c); c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })}, "incompatible key usage"},
	} {
		t.Run(name, func(t *testing.T) {
			trust(t, root)
			server := serve(t, test.chain...)
			conn, err := dialTLS(t.Context(), "tcp", server.Listener.Addr().String())
			if err == nil {
				conn.Close()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a refusal that speaks of %q", err, test.want)
			}
		})
	}
	if err := verify([]*x509.Certificate{root.certificate}, ""); err == nil {
		t.Error("got a server without a name accepted")
	}
	if err := verify(nil, "a.example"); err == nil {
		t.Error("got a server without a certificate accepted")
	}
}

func TestASystemWithItsCertificatesElsewhere(t *testing.T) {
	t.Setenv("SSL_CERT_FILE", filepath.Join(t.TempDir(), "missing"))
	root := issue(t, nil, named("root"))
	server := serve(t, issue(t, root, leaf))
	if conn, err := dialTLS(t.Context(), "tcp", server.Listener.Addr().String()); err == nil {
		conn.Close()
		t.Error("got a server accepted that no certificate vouches for")
	}
}
