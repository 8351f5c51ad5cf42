package pages

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
)

//go:embed templates/*.html assets/*
var content embed.FS

// file is a file that pages load, under a name that changes with its content.
type file struct {
	kind    string
	content []byte
}

var kinds = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// readFiles reads the assets. files are keyed by the name in their address, such as pool.1a2b3c4d5e6f.css; names give
// that name for the plain one.
func readFiles() (files map[string]file, names map[string]string, err error) {
	entries, err := content.ReadDir("assets")
	if err != nil {
		return nil, nil, err
	}
	files, names = map[string]file{}, map[string]string{}
	for _, entry := range entries {
		data, err := content.ReadFile("assets/" + entry.Name())
		if err != nil {
			return nil, nil, err
		}
		sum := sha256.Sum256(data)
		extension := path.Ext(entry.Name())
		name := strings.TrimSuffix(entry.Name(), extension) + "." + hex.EncodeToString(sum[:6]) + extension
		files[name] = file{kind: kinds[extension], content: data}
		names[entry.Name()] = name
	}
	return files, names, nil
}

// asset serves a file for good: other content has another name.
func (p *Pages) asset(w http.ResponseWriter, r *http.Request) {
	f, ok := p.files[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Content-Type", f.kind)
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	header.Del("Pragma")
	header.Del("Expires")
	// What is left to fail is a browser that has gone.
	_, _ = w.Write(f.content)
}
