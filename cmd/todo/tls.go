package main

import (
	"cmp"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"example.com/todo/internal/certs"
)

// tlsFlags say which certificate the listener has; without them it speaks plain HTTP.
type tlsFlags struct {
	TLS     bool   `name:"tls" env:"TODO_TLS" xor:"certificate" help:"Serve HTTPS with a certificate of this machine's own authority, kept in DIR/tls."`
	TLSCert string `name:"tls-cert" env:"TODO_TLS_CERT" type:"path" xor:"certificate" and:"files" placeholder:"FILE" help:"Serve HTTPS with the certificate in this PEM file; read again when it changes."`
	TLSKey  string `name:"tls-key" env:"TODO_TLS_KEY" type:"path" and:"files" placeholder:"FILE" help:"The key of --tls-cert."`

	ACMEDomain    string `name:"acme-domain" env:"TODO_ACME_DOMAIN" xor:"certificate" placeholder:"NAME" help:"Serve HTTPS with a public authority's certificate for this domain, whose port 443 must lead here; to use it is to accept the authority's terms of service."`
	ACMEEmail     string `name:"acme-email" env:"TODO_ACME_EMAIL" placeholder:"ADDRESS" help:"With --acme-domain: where the authority may write to."`
	ACMEDirectory string `name:"acme-directory" default:"https://acme-v02.api.letsencrypt.org/directory" env:"TODO_ACME_DIRECTORY" placeholder:"URL" help:"With --acme-domain: the authority (default ${default})."`
}

// scheme is that of the listener.
func (f tlsFlags) scheme() string {
	if f.TLS || f.TLSCert != "" || f.ACMEDomain != "" {
		return "https"
	}
	return "http"
}

const tlsDir = "tls"

// A secured listener has a certificate; the zero value is one that speaks plain HTTP.
type secured struct {
	config *tls.Config
	local  *certs.Local // nil unless the certificate is of this machine's own authority
	acme   *certs.ACME  // nil unless it is of a public one
	// unpinned tells that browsers must not be told to insist on HTTPS (Strict-Transport-Security). They remember it for
	// the host, whatever the port: every other server at localhost would be out of reach, and a certificate that is not
	// trusted could not be passed over any more.
	unpinned bool
}

// secure prepares the certificate for the address that clients use.
func (f tlsFlags) secure(dir, public string, logger *slog.Logger) (secured, error) {
	u, err := url.Parse(public)
	if err != nil {
		return secured{}, err
	}
	s := secured{unpinned: f.TLS || forThisMachine(public)}
	switch {
	case f.TLS:
		s.local, err = newLocalCertificate(filepath.Join(dir, tlsDir), u.Hostname(), logger)
		if err != nil {
			return secured{}, fmt.Errorf("--tls: %w", err)
		}
		s.config = &tls.Config{GetCertificate: s.local.Certificate}
	case f.ACMEDomain != "":
		s.acme = certs.NewACME(certs.ACMEConfig{
			Dir: filepath.Join(dir, tlsDir, "acme"), Domain: f.ACMEDomain, Email: f.ACMEEmail, Directory: f.ACMEDirectory, Logger: logger,
		})
		s.config = &tls.Config{GetCertificate: s.acme.Certificate, NextProtos: []string{"h2", "http/1.1", certs.Protocol}}
	case f.TLSCert != "":
		files, err := certs.NewFiles(f.TLSCert, f.TLSKey, time.Now, logger)
		if err != nil {
			return secured{}, fmt.Errorf("--tls-cert: %w", err)
		}
		s.config = &tls.Config{GetCertificate: files.Certificate}
		if pair, _ := files.Certificate(nil); pair.Leaf.VerifyHostname(u.Hostname()) != nil {
			logger.Warn("tls: the certificate is not for the address that clients use; set --public-url", "address", public, "certificate", pair.Leaf.DNSNames)
		}
	}
	if s.config != nil {
		s.config.MinVersion = tls.VersionTLS12
	}
	return s, nil
}

func newLocalCertificate(dir, host string, logger *slog.Logger) (*certs.Local, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return certs.NewLocal(certs.LocalConfig{
		Dir:    dir,
		Hosts:  []string{"localhost", "127.0.0.1", "::1", host},
		Now:    time.Now,
		Rand:   rand.Reader,
		Write:  writeSecret,
		Logger: logger,
	})
}

// handler is h, unless browsers must not be pinned.
func (s secured) handler(h http.Handler) http.Handler {
	if s.config == nil || !s.unpinned {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(unpinning{w}, r) })
}

// unpinning takes Strict-Transport-Security out of an answer, whichever part has set it.
type unpinning struct{ http.ResponseWriter }

func (w unpinning) WriteHeader(status int) {
	w.Header().Del(pin)
	w.ResponseWriter.WriteHeader(status)
}

func (w unpinning) Write(b []byte) (int, error) {
	w.Header().Del(pin) // where WriteHeader is never called
	return w.ResponseWriter.Write(b)
}

const pin = "Strict-Transport-Security"

// announce tells people how to trust the authority.
func (s secured) announce(out io.Writer) {
	if s.local == nil {
		return
	}
	file := filepath.Join(s.local.Dir, certs.TrustFile)
	if absolute, err := filepath.Abs(file); err == nil {
		file = absolute
	}
	if s.local.Made() {
		fmt.Fprintf(out, "\nThe certificate is of a new authority, which is this machine's own and vouches for these addresses only.\n")
	}
	fmt.Fprintf(out, "\nBrowsers trust it once you have them trust %s:\n%s", file, strings.ReplaceAll(cmp.Or(trustWays[runtime.GOOS], otherTrustWay), "FILE", shellQuoted(file)))
}

// trustWays are the commands by operating system.
var trustWays = map[string]string{
	"darwin": "  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain FILE\n" +
		"  curl --cacert FILE …; NODE_EXTRA_CA_CERTS=FILE for Node; AWS_CA_BUNDLE=FILE for the AWS CLI\n",
	"linux": "  Debian, Ubuntu:     sudo cp FILE /usr/local/share/ca-certificates/todo.crt && sudo update-ca-certificates\n" +
		"  Fedora, RHEL:       sudo trust anchor FILE\n" +
		"  Chromium:           certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n todo -i FILE   (of libnss3-tools)\n" +
		"  Firefox:            Settings, Certificates, View Certificates, Authorities, Import\n" +
		"  other clients:      curl --cacert, NODE_EXTRA_CA_CERTS, AWS_CA_BUNDLE\n",
	"windows": "  certutil -addstore -user Root FILE\n",
}

const otherTrustWay = "  import it as a certificate authority\n"

func shellQuoted(name string) string {
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
