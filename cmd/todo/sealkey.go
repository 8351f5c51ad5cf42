package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/todo/internal/userpool"
)

const sealKeyFile = "seal.key"

// loadSealKey reads the key that seals the user pool's secrets, making one on the first start. It lies beside the data
// file rather than in it, so that a copy of that file alone opens none of them; a whole copy of the data directory does.
func loadSealKey(dir string) ([]byte, error) {
	name := filepath.Join(dir, sealKeyFile)
	key, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return createSealKey(name)
	case err != nil:
		return nil, err
	case len(key) != userpool.SealKeySize:
		return nil, fmt.Errorf("%s: has %d bytes, not %d; put the file back from a copy", name, len(key), userpool.SealKeySize)
	}
	return key, nil
}

// createSealKey makes a key and writes it.
func createSealKey(name string) ([]byte, error) {
	key := make([]byte, userpool.SealKeySize)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the process rather than give less
	return key, writeSecret(name, string(key))
}
