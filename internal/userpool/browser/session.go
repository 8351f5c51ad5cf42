package browser

import (
	"errors"
	"net/http"

	"example.com/todo/internal/userpool"
)

// sessionCookie and its hour are Cognito's: the session is shared by all clients of the pool and reuse does not extend
// it.
const (
	sessionCookie  = "cognito"
	sessionSeconds = 3600
)

var errNoSession = errors.New("a session that was just begun is not there")

// SetCookie sets a cookie that only the domain's own paths see. maxAge is in seconds: 0 makes it last as long as the
// browser runs, a negative one deletes it.
func (d *Door) SetCookie(w http.ResponseWriter, name, value string, maxAge int) {
	path := d.base.EscapedPath()
	if path == "" {
		path = "/"
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: path, MaxAge: maxAge,
		Secure: d.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// Session finds the browser's live session; ok is false when there is none.
func (d *Door) Session(r *http.Request) (s userpool.Session, ok bool, err error) {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return userpool.Session{}, false, nil
	}
	return d.pool.Session(r.Context(), cookie.Value)
}

// SignIn begins a session for a person who has just proven who they are. Whatever session and form token the browser
// came with end here, so that nobody can have planted them.
func (d *Door) SignIn(w http.ResponseWriter, r *http.Request, sub string) (userpool.Session, error) {
	ctx := r.Context()
	if old, err := r.Cookie(sessionCookie); err == nil {
		if err := d.pool.EndSession(ctx, old.Value); err != nil {
			return userpool.Session{}, err
		}
	}
	token, err := d.pool.StartSession(ctx, sub)
	if err != nil {
		return userpool.Session{}, err
	}
	s, ok, err := d.pool.Session(ctx, token)
	if err != nil {
		return userpool.Session{}, err
	}
	if !ok {
		return userpool.Session{}, errNoSession
	}
	d.SetCookie(w, sessionCookie, token, sessionSeconds)
	d.SetCookie(w, tokenCookie, "", -1)
	return s, nil
}

// SignOut ends the browser's session. Tokens that applications hold stay valid.
func (d *Door) SignOut(w http.ResponseWriter, r *http.Request) error {
	d.SetCookie(w, sessionCookie, "", -1)
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	return d.pool.EndSession(r.Context(), cookie.Value)
}
