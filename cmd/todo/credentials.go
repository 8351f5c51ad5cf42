package main

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/todo/internal/boltdb"
)

// accessKey signs the administrative operations of the user pool.
type accessKey struct{ id, secret string }

const credentialsFile = "credentials"

// loadAccessKey reads the data directory's access key, making one on the first start. The file is in the format of the
// AWS shared credentials file, so that AWS_SHARED_CREDENTIALS_FILE can point to it.
func loadAccessKey(dir, region string) (accessKey, error) {
	name := filepath.Join(dir, credentialsFile)
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return createAccessKey(name, region)
	}
	if err != nil {
		return accessKey{}, err
	}
	var key accessKey
	for line := range strings.Lines(string(content)) {
		name, value, _ := strings.Cut(line, "=")
		switch strings.TrimSpace(name) {
		case "aws_access_key_id":
			key.id = strings.TrimSpace(value)
		case "aws_secret_access_key":
			key.secret = strings.TrimSpace(value)
		}
	}
	if key.id == "" || key.secret == "" {
		return accessKey{}, fmt.Errorf("%s: aws_access_key_id or aws_secret_access_key is missing; remove the file to have a new key made", name)
	}
	return key, nil
}

// createAccessKey makes a key and writes it.
func createAccessKey(name, region string) (accessKey, error) {
	var id [10]byte
	var secret [30]byte
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the process rather than give less
	_, _ = rand.Read(secret[:])
	key := accessKey{
		id:     "AKIA" + base32.StdEncoding.EncodeToString(id[:]),
		secret: base64.StdEncoding.EncodeToString(secret[:]),
	}
	content := fmt.Sprintf("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\nregion = %s\n", key.id, key.secret, region)
	return key, writeSecret(name, content)
}

// writeSecret writes a file for this user alone, whole or not at all, also when the machine stops meanwhile.
func writeSecret(name, content string) error {
	temporary := name + ".new"
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, name); err != nil {
		return err
	}
	return boltdb.SyncDir(filepath.Dir(name))
}
