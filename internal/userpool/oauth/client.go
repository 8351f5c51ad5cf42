package oauth

import (
	"crypto/subtle"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"

	"example.com/todo/internal/userpool"
)

// maxForm is far above any form that a client sends; tokens are the largest part.
const maxForm = 32 << 10

// A failure is an error answer of RFC 6749 section 5.2.
type failure struct {
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func (f *failure) Error() string { return f.Code }

// form reads the parameters of a machine's request: from the body only, each at most once (RFC 6749 section 3.2).
func form(w http.ResponseWriter, r *http.Request) (url.Values, *failure) {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, &failure{Code: "invalid_request"}
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, &failure{Code: "invalid_request"}
	}
	for _, given := range r.PostForm {
		if len(given) > 1 {
			return nil, &failure{Code: "invalid_request"}
		}
	}
	return r.PostForm, nil
}

// client proves who sent a form: by HTTP Basic or by the form itself, but not by both.
func (e *Endpoints) client(r *http.Request, values url.Values) (*userpool.Client, *failure) {
	id, secret := values.Get("client_id"), values.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		basicID, errID := url.QueryUnescape(user)
		basicSecret, errSecret := url.QueryUnescape(password)
		if errID != nil || errSecret != nil || values.Has("client_secret") || id != "" && id != basicID {
			return nil, &failure{Code: "invalid_request"}
		}
		id, secret = basicID, basicSecret
	} else if r.Header.Get("Authorization") != "" {
		return nil, &failure{Code: "invalid_request"}
	}
	if id == "" {
		return nil, &failure{Code: "invalid_request"}
	}
	client, ok := e.Pool.Client(id)
	if !ok || subtle.ConstantTimeCompare([]byte(client.Secret), []byte(secret)) != 1 {
		return nil, &failure{Code: "invalid_client"}
	}
	return client, nil
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	// The answer's type always encodes; what is left to fail is a client that has gone.
	_ = json.NewEncoder(w).Encode(body)
}
