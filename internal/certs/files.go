package certs

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Files is a certificate that somebody else keeps in two PEM files: the certificate with those between it and its
// authority, and its key. When a file changes, the next connection gets what is in them then; while they do not belong
// together or cannot be read, it gets what was there before, and the log says so.
type Files struct {
	cert, key string
	now       func() time.Time
	logger    *slog.Logger

	mu   sync.Mutex
	seen [2]os.FileInfo
	pair *tls.Certificate
}

// NewFiles reads the files.
func NewFiles(cert, key string, now func() time.Time, logger *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, now: now, logger: logger}
	seen, err := f.look()
	if err != nil {
		return nil, err
	}
	return f, f.read(seen)
}

// Certificate gives the certificate, whatever name the client asks for.
func (f *Files) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen, err := f.look()
	if err != nil || same(seen[0], f.seen[0]) && same(seen[1], f.seen[1]) {
		return f.pair, nil // files are away for a moment when they are replaced
	}
	if err := f.read(seen); err != nil {
		f.seen = seen // one line in the log for each change
		f.logger.Error("tls: the changed certificate is not used", "error", err)
	} else {
		f.logger.Info("tls: the certificate was read again", "until", f.pair.Leaf.NotAfter)
	}
	return f.pair, nil
}

func (f *Files) look() (seen [2]os.FileInfo, err error) {
	for i, name := range []string{f.cert, f.key} {
		if seen[i], err = os.Stat(name); err != nil {
			return seen, err
		}
	}
	return seen, nil
}

func same(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func (f *Files) read(seen [2]os.FileInfo) error {
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("%s with %s: %w", f.cert, f.key, err)
	}
	if f.now().After(pair.Leaf.NotAfter) {
		return fmt.Errorf("%s: the certificate ended on %s", f.cert, pair.Leaf.NotAfter.UTC().Format(time.DateTime))
	}
	f.seen, f.pair = seen, &pair
	return nil
}
