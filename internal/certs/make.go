package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"path/filepath"
	"slices"
	"time"
)

// newAuthority makes an authority for the hosts, and for those of the one before it, so that a server that is started
// for one host and then for another comes to rest.
func (l *Local) newAuthority(before *tls.Certificate) (*tls.Certificate, error) {
	now := l.Now()
	template := &x509.Certificate{
		Subject:                     pkix.Name{CommonName: "todo: authority of one machine, " + now.UTC().Format(time.DateTime)},
		NotBefore:                   now.Add(-clockSkew),
		NotAfter:                    now.Add(authorityLifetime),
		KeyUsage:                    x509.KeyUsageCertSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
	}
	if before != nil {
		template.PermittedDNSDomains, template.PermittedIPRanges = before.Leaf.PermittedDNSDomains, before.Leaf.PermittedIPRanges
	}
	for _, host := range l.Hosts {
		switch ip := net.ParseIP(host); {
		case permits(template, host):
		case ip == nil:
			template.PermittedDNSDomains = append(template.PermittedDNSDomains, host)
		default:
			template.PermittedIPRanges = append(template.PermittedIPRanges, only(ip))
		}
	}
	return l.issue(authorityFile, template, nil)
}

// clockSkew is how far a client's clock may be behind.
const clockSkew = time.Hour

// newServer makes the server's certificate.
func (l *Local) newServer(authority *tls.Certificate) (*tls.Certificate, error) {
	now := l.Now()
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "todo serve"},
		NotBefore:   now.Add(-clockSkew),
		NotAfter:    now.Add(serverLifetime),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range l.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return l.issue(serverFile, template, authority)
}

// issue makes a key, has its certificate signed by the authority, or by itself where there is none, and keeps both.
func (l *Local) issue(name string, template *x509.Certificate, authority *tls.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), l.Rand)
	if err != nil {
		return nil, err
	}
	parent, signer := template, any(key)
	if authority != nil {
		parent, signer = authority.Leaf, authority.PrivateKey
	}
	der, err := x509.CreateCertificate(l.Rand, template, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	content := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})) + encodeCertificate(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, l.Write(filepath.Join(l.Dir, name), content)
}

func encodeCertificate(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// permits tells whether an authority's constraints name a host.
func permits(authority *x509.Certificate, host string) bool {
	ip := net.ParseIP(host)
	if ip == nil {
		return slices.Contains(authority.PermittedDNSDomains, host)
	}
	return slices.ContainsFunc(authority.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) })
}

// only is the range of one address.
func only(ip net.IP) *net.IPNet {
	if v4 := ip.To4(); v4 != nil {
		ip = v4
	}
	return &net.IPNet{IP: ip, Mask: net.CIDRMask(8*len(ip), 8*len(ip))}
}
