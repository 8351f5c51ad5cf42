// Package certs has the certificates that a server shows to its clients: of an authority of this machine's own, out of
// files, or of a public authority by ACME. Each source's Certificate is fit to be a tls.Config's GetCertificate and safe
// for concurrent use, and each sees to it that what it gives is fresh, without a restart.
package certs
