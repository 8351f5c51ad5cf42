package main

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/todo/internal/boltdb"
)

// controlled is a data directory whose data file a server has.
func controlled(t *testing.T, dir string) (log *bytes.Buffer, c *control) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	db, err := boltdb.Open(filepath.Join(dir, dataFile))
	if err != nil {
		t.Fatal(err)
	}
	log = &bytes.Buffer{}
	c = openControl(dir, db, slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() {
		if err := errors.Join(c.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return log, c
}

func TestTheSocketIsForThisUserAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, controlDir), 0o777); err != nil { // as somebody may have left it
		t.Fatal(err)
	}
	log, c := controlled(t, dir)
	if info, err := os.Stat(filepath.Join(dir, controlDir)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("got %v, %v, want mode 0700", info.Mode(), err)
	}
	var copied bytes.Buffer
	size := int64(0)
	begin := func(n int64) (io.Writer, error) { size = n; return &copied, nil }
	if err := snapshot(t.Context(), dir, begin); err != nil || int64(copied.Len()) != size || size == 0 {
		t.Errorf("got %d of %d bytes, %v", copied.Len(), size, err)
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", log)
	}
	failed := errors.New("the disk is full") // the server may log that its copy was not taken
	if err := snapshot(t.Context(), dir, func(int64) (io.Writer, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("a receiver that fails: got %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := snapshot(t.Context(), dir, begin); !errors.Is(err, boltdb.ErrLocked) {
		t.Errorf("without the socket: got %v, want ErrLocked", err)
	}
}

func TestADirectoryWithoutASocket(t *testing.T) {
	log, _ := controlled(t, filepath.Join(t.TempDir(), strings.Repeat("long", 30)))
	if !strings.Contains(log.String(), "too long") {
		t.Errorf("got the log %q, want the reason", log)
	}
}
