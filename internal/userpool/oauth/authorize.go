package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/todo/internal/userpool/browser"
)

// authorize answers a signed-in browser at once and sends any other to the sign-in page with the same query.
func (e *Endpoints) authorize(w http.ResponseWriter, r *http.Request) {
	q, refusal := e.door.Request(r.URL.RawQuery)
	if refusal != nil {
		e.door.Refuse(w, refusal)
		return
	}
	s, ok, err := e.door.Session(r)
	if err != nil {
		e.fault(r, err)
		e.door.Refuse(w, q.Refusal("server_error"))
		return
	}
	switch {
	case ok && !slices.Contains(q.Prompt, "login"):
		location, err := e.door.Answer(r.Context(), q, s)
		if err != nil {
			e.fault(r, err)
			e.door.Refuse(w, q.Refusal("server_error"))
			return
		}
		browser.Go(w, location)
	case slices.Contains(q.Prompt, "none"):
		e.door.Refuse(w, q.Refusal("login_required"))
	default:
		browser.Go(w, e.door.Path("/login", r.URL.RawQuery))
	}
}

// logout ends the browser's session, whatever else the request holds, and then sends the browser to a registered
// logout_uri, or to the sign-in page when the request asks for that by redirect_uri.
func (e *Endpoints) logout(w http.ResponseWriter, r *http.Request) {
	if err := e.door.SignOut(w, r); err != nil {
		e.fault(r, err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(values["client_id"]) != 1 || len(values["logout_uri"]) > 1 {
		e.door.ErrorPage(w, browser.LogoutMismatch, "")
		return
	}
	client, ok := e.Pool.Client(values.Get("client_id"))
	target := values.Get("logout_uri")
	switch {
	case ok && client.OAuthEnabled && slices.Contains(client.LogoutURLs, target):
		browser.Go(w, target)
	case ok && target == "" && values.Has("redirect_uri"):
		e.signInAgain(w, values, client.OAuthScopes)
	default:
		e.door.ErrorPage(w, browser.LogoutMismatch, values.Get("client_id"))
	}
}

func (e *Endpoints) signInAgain(w http.ResponseWriter, values url.Values, scopes []string) {
	if !values.Has("scope") {
		values.Set("scope", strings.Join(scopes, " "))
	}
	q, refusal := e.door.Request(values.Encode())
	if refusal != nil {
		e.door.Refuse(w, refusal)
		return
	}
	browser.Go(w, e.door.Path("/login", q.Query()))
}
