package oauth

import "net/http"

type document struct {
	Issuer           string   `json:"issuer"`
	Authorization    string   `json:"authorization_endpoint,omitempty"`
	Token            string   `json:"token_endpoint,omitempty"`
	UserInfo         string   `json:"userinfo_endpoint,omitempty"`
	Revocation       string   `json:"revocation_endpoint,omitempty"`
	EndSession       string   `json:"end_session_endpoint,omitempty"`
	Keys             string   `json:"jwks_uri"`
	ResponseTypes    []string `json:"response_types_supported"`
	Scopes           []string `json:"scopes_supported"`
	SubjectTypes     []string `json:"subject_types_supported"`
	Algorithms       []string `json:"id_token_signing_alg_values_supported"`
	AuthMethods      []string `json:"token_endpoint_auth_methods_supported"`
	ChallengeMethods []string `json:"code_challenge_methods_supported"`
}

// keepable lets clients and what stands between them and us keep an answer for some minutes: it changes with the keys.
func keepable(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Cache-Control", "public, max-age=300")
	header.Del("Pragma")
	header.Del("Expires")
}

// discovery is OpenID Connect Discovery 1.0 with Cognito's values. The PKCE method, which Cognito leaves out, is there
// for the clients that use PKCE only where it is announced (RFC 9700 section 2.1.1).
func (e *Endpoints) discovery(w http.ResponseWriter, _ *http.Request) {
	settings := e.Pool.Settings()
	d := document{
		Issuer:           settings.Issuer,
		Keys:             settings.Issuer + "/.well-known/jwks.json",
		ResponseTypes:    []string{"code", "token"},
		Scopes:           []string{"openid", "email", "phone", "profile"},
		SubjectTypes:     []string{"public"},
		Algorithms:       []string{"RS256"},
		AuthMethods:      []string{"client_secret_basic", "client_secret_post"},
		ChallengeMethods: []string{"S256"},
	}
	if settings.Domain != "" {
		d.Authorization = e.door.URL("/oauth2/authorize")
		d.Token = e.door.URL("/oauth2/token")
		d.UserInfo = e.door.URL("/oauth2/userInfo")
		d.Revocation = e.door.URL("/oauth2/revoke")
		d.EndSession = e.door.URL("/logout")
	}
	keepable(w)
	writeJSON(w, http.StatusOK, d)
}

// keys publishes the public keys that verify the pool's tokens.
func (e *Endpoints) keys(w http.ResponseWriter, _ *http.Request) {
	keepable(w)
	writeJSON(w, http.StatusOK, e.Pool.KeySet())
}
