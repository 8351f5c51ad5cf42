package browser

import (
	"crypto/subtle"
	"net/http"

	"github.com/google/uuid"
)

const (
	tokenCookie = "XSRF-TOKEN"
	// TokenField is the form field that repeats the browser's form token.
	TokenField = "_csrf"
)

// FormToken is the token that this browser's forms must repeat. It stays the same while the browser's cookie does, so
// that forms open in several tabs all work; signing in ends it.
func (d *Door) FormToken(w http.ResponseWriter, r *http.Request) (string, error) {
	if token, ok := formToken(r); ok {
		return token, nil
	}
	id, err := uuid.NewRandomFromReader(d.rand)
	if err != nil {
		return "", err
	}
	d.SetCookie(w, tokenCookie, id.String(), 0)
	return id.String(), nil
}

// OwnForm reports whether a form that was posted came from this browser's own page. The form must have been parsed.
func (d *Door) OwnForm(r *http.Request) bool {
	token, ok := formToken(r)
	return ok && subtle.ConstantTimeCompare([]byte(token), []byte(r.PostForm.Get(TokenField))) == 1
}

func formToken(r *http.Request) (string, bool) {
	cookie, err := r.Cookie(tokenCookie)
	if err != nil {
		return "", false
	}
	id, err := uuid.Parse(cookie.Value)
	return cookie.Value, err == nil && cookie.Value == id.String()
}
