package oauth

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

var (
	badRequest   = failure{Code: "invalid_request", Description: "Bad OAuth2 request at UserInfo Endpoint"}
	invalidToken = failure{Code: "invalid_token", Description: "Access token is expired, disabled, or deleted, or the user has globally signed out."}
)

// userInfo gives the attributes that an access token's scopes let its client see. Every value is a string, Boolean
// attributes too. A token of the JSON API has no openid scope and is refused.
func (e *Endpoints) userInfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || len(r.Header.Values("Authorization")) > 1 {
		challengeWith(w, http.StatusBadRequest, badRequest)
		return
	}
	claims, err := e.Pool.AccessToken(r.Context(), strings.TrimSpace(token))
	if err == nil && !slices.Contains(claims.Scopes, "openid") {
		challengeWith(w, http.StatusUnauthorized, invalidToken)
		return
	}
	var user userpool.User
	if err == nil {
		user, err = e.Pool.User(r.Context(), claims.Sub)
	}
	if _, ok := refused(err); ok {
		challengeWith(w, http.StatusUnauthorized, invalidToken)
		return
	}
	if err != nil {
		e.fault(r, err)
		writeJSON(w, http.StatusInternalServerError, failure{Code: "server_error"})
		return
	}
	info := map[string]string{"sub": user.Sub, "username": user.Username}
	if client, ok := e.Pool.Client(claims.ClientID); ok {
		for _, a := range visible(client, claims.Scopes, user.Attributes) {
			info[a.Name] = a.Value
		}
	}
	writeJSON(w, http.StatusOK, info)
}

// challengeWith answers as Cognito does, whose challenge names no scheme.
func challengeWith(w http.ResponseWriter, status int, f failure) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf("error=%q, error_description=%q", f.Code, f.Description))
	writeJSON(w, status, f)
}

// visible are the attributes that the client may read and that the scopes open: email and phone each their pair,
// profile all others, and openid without any of these three everything.
func visible(client *userpool.Client, scopes []string, attributes []userpool.Attribute) []userpool.Attribute {
	opens := func(scope string) bool { return slices.Contains(scopes, scope) }
	all := !opens("email") && !opens("phone") && !opens("profile")
	var seen []userpool.Attribute
	for _, a := range attributes {
		var scope string
		switch a.Name {
		case "email", "email_verified":
			scope = "email"
		case "phone_number", "phone_number_verified":
			scope = "phone"
		default:
			scope = "profile"
		}
		if (all || opens(scope)) && readable(client, a.Name) {
			seen = append(seen, a)
		}
	}
	return seen
}

// readable follows ReadAttributes; without it a client reads the standard attributes.
func readable(client *userpool.Client, name string) bool {
	if client.ReadAttributes == nil {
		return !strings.HasPrefix(name, "custom:")
	}
	return slices.Contains(client.ReadAttributes, name)
}
