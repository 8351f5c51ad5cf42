// Package web carries the built single-page app inside the Go program.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built app: index.html at its root, and beside each larger
// file its .br and .gz. It returns false when the app had not been built
// (npm run build in this directory) before the program was compiled.
func Files() (fs.FS, bool) {
	app, err := fs.Sub(dist, "dist/app")
	if err != nil {
		return nil, false
	}
	if _, err := fs.Stat(app, "index.html"); err != nil {
		return nil, false
	}
	return app, true
}
