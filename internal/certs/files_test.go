package certs_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/certs"
)

// issued makes two files with a key and its certificate.
func issued(t *testing.T, m *machine) (cert, key []byte) {
	t.Helper()
	m.start("localhost")
	both, err := os.ReadFile(filepath.Join(m.dir, "server.pem"))
	if err != nil {
		t.Fatal(err)
	}
	i := bytes.Index(both, []byte("-----BEGIN CERTIFICATE"))
	return both[i:], both[:i]
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name+".new", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

func TestChangedFilesAreReadAgain(t *testing.T) {
	m := newMachine(t)
	dir := t.TempDir()
	certName, keyName := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	cert, key := issued(t, m)
	write(t, certName, cert)
	write(t, keyName, key)
	var log bytes.Buffer
	files, err := certs.NewFiles(certName, keyName, func() time.Time { return m.now }, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	shown := func() string {
		t.Helper()
		pair, err := files.Certificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.SerialNumber.String()
	}
	first := shown()
	m.dir = t.TempDir()
	cert, key = issued(t, m)
	write(t, certName, cert)
	if a, b := shown(), shown(); a != first || b != first || strings.Count(log.String(), "level=ERROR") != 1 {
		t.Errorf("while the key is still the old one: want the old certificate and one line in the log, got:\n%s", &log)
	}
	write(t, keyName, key)
	second := shown()
	if second == first {
		t.Error("the changed files were not read")
	}
	if err := os.Remove(certName); err != nil {
		t.Fatal(err)
	}
	if shown() != second {
		t.Error("while a file is away: want what was there before")
	}
}

func TestFilesThatAreOfNoUse(t *testing.T) {
	m := newMachine(t)
	dir := t.TempDir()
	cert, key := issued(t, m)
	m.dir = t.TempDir()
	_, otherKey := issued(t, m)
	for name, content := range map[string][]byte{"cert": cert, "key": key, "other-key": otherKey, "empty": nil} {
		write(t, filepath.Join(dir, name), content)
	}
	for _, c := range []struct {
		name, cert, key, want string
		later                 time.Duration
	}{
		{"a key of another certificate", "cert", "other-key", "private key does not match", 0},
		{"no certificate in the file", "empty", "key", "failed to find any PEM data in certificate", 0},
		{"the two are swapped", "key", "cert", "may have been switched", 0},
		{"no such file", "cert", "none", "no such file", 0},
		{"it has ended", "cert", "key", "ended on 2026-04-02", 100 * day},
	} {
		now := func() time.Time { return m.now.Add(c.later) }
		_, err := certs.NewFiles(filepath.Join(dir, c.cert), filepath.Join(dir, c.key), now, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s: got %v, want it to say %q and name the file", c.name, err, c.want)
		}
	}
}
