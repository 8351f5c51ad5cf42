package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACMEConfig is what an ACME needs. Email and Roots may be empty; the rest is required.
type ACMEConfig struct {
	Dir       string // holds the account's key and the certificate; it is made
	Domain    string
	Email     string         // where the authority writes when something is wrong
	Directory string         // the authority's directory, an address
	Roots     *x509.CertPool // what to trust the directory's server by, instead of the system's
	Logger    *slog.Logger
}

// An ACME is a certificate of a public authority for one domain (RFC 8555). The authority proves that the domain is this
// server's by connecting to its port 443 (TLS-ALPN-01, RFC 8737), so that port has to lead to this listener. What is
// received is kept, and renewed 30 days before its end. To use it is to accept the authority's terms of service.
type ACME struct {
	config  ACMEConfig
	manager *autocert.Manager
}

// NewACME prepares the certificate; it is asked for with the first connection, or by Obtain.
func NewACME(c ACMEConfig) *ACME {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: c.Roots}
	return &ACME{config: c, manager: &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(c.Dir),
		HostPolicy: autocert.HostWhitelist(c.Domain),
		Email:      c.Email,
		Client:     &acme.Client{DirectoryURL: c.Directory, HTTPClient: &http.Client{Transport: transport, Timeout: acmeTimeout}},
	}}
}

// acmeTimeout bounds each call of the authority.
const acmeTimeout = 30 * time.Second

// Protocol is what the authority asks for when it connects; it has to be among a tls.Config's NextProtos.
const Protocol = acme.ALPNProto

// Certificate gives the certificate to clients that ask for the domain, and its proof to the authority.
func (a *ACME) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return a.manager.GetCertificate(hello)
}

// Obtain asks for the certificate unless it is there, so that what is wrong is in the log at once and not first with a
// visitor. The listener must be open.
func (a *ACME) Obtain(ctx context.Context) {
	modern := &tls.ClientHelloInfo{
		ServerName:       a.config.Domain,
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}, // or the key would be of another kind
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
	}
	switch pair, err := a.manager.GetCertificate(modern); {
	case err != nil:
		a.config.Logger.ErrorContext(ctx, "tls: no certificate was received; each connection tries again", "domain", a.config.Domain, "error", err)
	default:
		a.config.Logger.InfoContext(ctx, "tls: the certificate is there", "domain", a.config.Domain, "until", pair.Leaf.NotAfter)
	}
}
