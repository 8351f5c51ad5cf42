package main

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestABackupThatWantsOut holds names that lead elsewhere, and things that are no files.
func TestABackupThatWantsOut(t *testing.T) {
	for name, header := range map[string]tar.Header{
		"a parent":   {Name: "../credentials", Typeflag: tar.TypeReg},
		"a root":     {Name: "/etc/passwd", Typeflag: tar.TypeReg},
		"a detour":   {Name: "tls/../../x", Typeflag: tar.TypeReg},
		"a link":     {Name: "tls", Linkname: "/etc", Typeflag: tar.TypeSymlink},
		"a hardlink": {Name: "x", Linkname: "/etc/passwd", Typeflag: tar.TypeLink},
		"a device":   {Name: "x", Typeflag: tar.TypeChar},
	} {
		var archive bytes.Buffer
		w := tar.NewWriter(&archive)
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		parent := t.TempDir()
		dir := filepath.Join(parent, "data")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		err := restore(&archive, dir)
		left, _ := os.ReadDir(dir)
		beside, _ := os.ReadDir(parent)
		if err == nil || !strings.Contains(err.Error(), header.Name) || len(left) != 0 || len(beside) != 1 {
			t.Errorf("%s: got %v, and %d files in and %d beside the directory", name, err, len(left), len(beside)-1)
		}
	}
}
