package oauth

import (
	"context"
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
	info, err := e.information(r.Context(), strings.TrimSpace(token))
	switch _, refusal := refused(err); {
	case refusal:
		challengeWith(w, http.StatusUnauthorized, invalidToken)
	case err != nil:
		e.fault(r, err)
		writeJSON(w, http.StatusInternalServerError, failure{Code: "server_error"})
	default:
		writeJSON(w, http.StatusOK, info)
	}
}

func (e *Endpoints) information(ctx context.Context, token string) (map[string]string, error) {
	claims, err := e.Pool.AccessToken(ctx, token)
	if err != nil {
		return nil, err
	}
	client, ok := e.Pool.Client(claims.ClientID)
	if !ok || !slices.Contains(claims.Scopes, "openid") {
		return nil, &userpool.Error{Type: "NotAuthorizedException", Message: "Access Token does not have required scopes"}
	}
	user, err := e.Pool.User(ctx, claims.Sub)
	if err != nil {
		return nil, err
	}
	info := map[string]string{"username": user.Username}
	for _, a := range userpool.Visible(client, claims.Scopes, user.Attributes) {
		info[a.Name] = a.Value
	}
	return info, nil
}

// challengeWith answers as Cognito does, whose challenge names no scheme.
func challengeWith(w http.ResponseWriter, status int, f failure) {
	w.Header().Set("WWW-Authenticate", fmt.Sprintf("error=%q, error_description=%q", f.Code, f.Description))
	writeJSON(w, status, f)
}
