// Package hosting serves the single-page app as Amplify Hosting would: static files with the template's rewrites and
// headers, and /config.json from the template's branch.
package hosting

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"example.com/todo/internal/stack"
)

// PublicPrefix starts the names of the environment variables that /config.json publishes. Others, such as those that
// steer a build, stay private.
const PublicPrefix = "APP_"

// Site is the hosted app, held in memory.
type Site struct {
	files    map[string]file
	rewrites []rewrite
	headers  []headerRule
}

// A file is one representation of a path, and its compressed forms where the build made them.
type file struct {
	contentType string
	identity    body
	br, gzip    *body
}

type body struct {
	data []byte
	etag string
}

// New reads the app's files, which may hold a compressed form of each beside it (name.br, name.gz), and compiles the
// rules. The file config.json is made from the branch's environment. An error names the rule or file at fault.
func New(h stack.Hosting, app fs.FS) (*Site, error) {
	s := &Site{files: map[string]file{}}
	if err := s.load(app); err != nil {
		return nil, fmt.Errorf("hosting: %w", err)
	}
	config, err := publicConfig(h.Environment)
	if err != nil {
		return nil, fmt.Errorf("hosting: %w", err)
	}
	s.files["/config.json"] = file{contentType: "application/json", identity: newBody(config)}
	for _, r := range h.Rewrites {
		compiled, err := compileRewrite(r)
		if err != nil {
			return nil, fmt.Errorf("hosting: custom rule %q: %w", r.Source, err)
		}
		s.rewrites = append(s.rewrites, compiled)
	}
	for _, r := range h.Headers {
		s.headers = append(s.headers, headerRule{pattern: globPattern(r.Pattern), headers: r.Headers})
	}
	return s, nil
}

func publicConfig(environment map[string]string) ([]byte, error) {
	public := map[string]string{}
	for name, value := range environment {
		if strings.HasPrefix(name, PublicPrefix) {
			public[name] = value
		}
	}
	return json.MarshalIndent(public, "", "  ")
}

func (s *Site) load(app fs.FS) error {
	return fs.WalkDir(app, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(app, name)
		if err != nil {
			return err
		}
		b := newBody(data)
		switch ext := path.Ext(name); ext {
		case ".br", ".gz":
			plain := "/" + strings.TrimSuffix(name, ext)
			f := s.files[plain]
			if ext == ".br" {
				f.br = &b
			} else {
				f.gzip = &b
			}
			s.files[plain] = f
		default:
			f := s.files["/"+name]
			f.contentType, f.identity = contentType(name), b
			s.files["/"+name] = f
		}
		return nil
	})
}

func newBody(data []byte) body {
	sum := sha256.Sum256(data)
	return body{data: data, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
}

// contentType does not ask the machine's own tables where it can: they differ from one to the next.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// ServeHTTP answers GET and HEAD. Header rules go by the path that is served, so that what a rewrite shows under
// another name is not cached as if it were that.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.setHeaders(w.Header(), r.URL.Path)
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	for _, rule := range s.rewrites {
		if rule.onlyIfMissing && s.has(r.URL.Path) || !rule.matches(r.URL.Path) {
			continue
		}
		if rule.redirects() {
			s.setHeaders(w.Header(), r.URL.Path)
			http.Redirect(w, r, rule.target, rule.status)
			return
		}
		s.serve(w, r, rule.target, rule.status)
		return
	}
	s.serve(w, r, r.URL.Path, http.StatusOK)
}

func (s *Site) has(name string) bool {
	_, ok := s.find(name)
	return ok
}

// find maps a folder to its index.html, as static hosts do.
func (s *Site) find(name string) (file, bool) {
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	f, ok := s.files[name]
	return f, ok && f.contentType != ""
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request, name string, status int) {
	s.setHeaders(w.Header(), name)
	f, ok := s.find(name)
	if !ok {
		w.Header().Set("Cache-Control", "no-cache") // it may exist after the next release
		http.Error(w, "Not Found", http.StatusNotFound)
		return
	}
	f.write(w, r, status)
}
