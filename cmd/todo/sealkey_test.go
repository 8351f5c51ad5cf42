package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestSealKey(t *testing.T) {
	dir := t.TempDir()
	key, err := loadSealKey(dir)
	if err != nil || len(key) != 32 || bytes.Equal(key, make([]byte, 32)) {
		t.Fatalf("got %x, %v", key, err)
	}
	if again, err := loadSealKey(dir); err != nil || !bytes.Equal(again, key) {
		t.Errorf("a restart: got %x, %v, want %x", again, err, key)
	}
	name := filepath.Join(dir, sealKeyFile)
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for its owner alone", info, err)
	}
	if err := os.WriteFile(name, key[:31], 0o600); err != nil {
		t.Fatal(err)
	}
	if key, err := loadSealKey(dir); err == nil {
		t.Errorf("a damaged file: got %x, want an error", key)
	}
}
