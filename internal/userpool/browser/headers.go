package browser

import (
	"net/http"

	"github.com/google/uuid"
)

// Guard sets the headers of every answer before h does its part. h may replace them: the pages allow what they load,
// and files may be kept.
//
// The referrer policy is same-origin rather than no-referrer: neither tells another site anything, but under the latter
// browsers send "Origin: null" with forms, which cannot be told from a foreign one.
func (d *Door) Guard(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, err := uuid.NewRandomFromReader(d.rand)
		if err != nil {
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		header := w.Header()
		header.Set("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
		header.Set("Pragma", "no-cache")
		header.Set("Expires", "0")
		header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "same-origin")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("X-Amz-Cognito-Request-Id", id.String())
		if d.secure {
			header.Set("Strict-Transport-Security", "max-age=31536000")
		}
		h.ServeHTTP(w, r)
	})
}
