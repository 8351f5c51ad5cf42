package dynamostore

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os"
)

// bundles are where systems keep all their certificates in one file, Debian's and Lambda's, in the order of crypto/x509.
var bundles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"}

// dialTLS verifies a server as crypto/tls does by itself, with the system's roots, but for the time: before the first
// connection crypto/tls parses all of these, which takes most of a function's first call. Here the server's chain says
// which of them it ends at, and only they are parsed. A chain that they do not vouch for is given to the system's pool,
// which has the last word.
func dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: connectTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	secured := tls.Client(conn, &tls.Config{
		ServerName:         host,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, // VerifyConnection takes its place
		VerifyConnection:   func(state tls.ConnectionState) error { return verify(state.PeerCertificates, host) },
	})
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secured, nil
}

// verify wants a chain for a server of that name, or address.
func verify(chain []*x509.Certificate, host string) error {
	if len(chain) == 0 || host == "" {
		return errors.New("there is no certificate, or no name that it would be for")
	}
	options := x509.VerifyOptions{DNSName: host, Intermediates: x509.NewCertPool()}
	for _, certificate := range chain[1:] {
		options.Intermediates.AddCert(certificate)
	}
	options.Roots = rootsOf(chain, readBundle())
	_, err := chain[0].Verify(options)
	if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); unknown {
		options.Roots = nil // the system's
		_, err = chain[0].Verify(options)
	}
	if err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: chain, Err: err}
	}
	return nil
}

// readBundle is the file that crypto/x509 would read for the system's pool; empty where that has its certificates elsewhere.
func readBundle() []byte {
	files := bundles
	if file := os.Getenv("SSL_CERT_FILE"); file != "" {
		files = []string{file}
	}
	for _, file := range files {
		if content, err := os.ReadFile(file); err == nil {
			return content
		}
	}
	return nil
}

// rootsOf are the certificates of a bundle that issued one of the chain, by their names.
func rootsOf(chain []*x509.Certificate, bundle []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		for _, certificate := range chain {
			if !bytes.Contains(block.Bytes, certificate.RawIssuer) {
				continue
			}
			if root, err := x509.ParseCertificate(block.Bytes); err == nil {
				pool.AddCert(root)
			}
			break
		}
	}
	return pool
}
