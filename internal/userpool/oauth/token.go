package oauth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

type tokenAnswer struct {
	ID        string `json:"id_token,omitempty"`
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token,omitempty"`
	ExpiresIn int    `json:"expires_in"`
	Type      string `json:"token_type"`
}

// token exchanges an authorization code, a refresh token or a program's secret for tokens. Every refusal is 400, also of a wrong client.
func (e *Endpoints) token(w http.ResponseWriter, r *http.Request) {
	tokens, err := e.exchange(w, r)
	var refusal *failure
	switch {
	case errors.As(err, &refusal):
		writeJSON(w, http.StatusBadRequest, refusal)
	case err != nil:
		e.fault(r, err)
		writeJSON(w, http.StatusInternalServerError, &failure{Code: "server_error"})
	default:
		writeJSON(w, http.StatusOK, tokenAnswer{
			ID: tokens.ID, Access: tokens.Access, Refresh: tokens.Refresh,
			ExpiresIn: int(tokens.ExpiresIn.Seconds()), Type: "Bearer",
		})
	}
}

func (e *Endpoints) exchange(w http.ResponseWriter, r *http.Request) (userpool.Tokens, error) {
	values, refusal := form(w, r)
	if refusal != nil {
		return userpool.Tokens{}, refusal
	}
	client, refusal := e.client(r, values)
	if refusal != nil {
		return userpool.Tokens{}, refusal
	}
	if !client.OAuthEnabled {
		return userpool.Tokens{}, &failure{Code: "unauthorized_client"}
	}
	switch values.Get("grant_type") {
	case "authorization_code":
		return e.redeem(r, client, values)
	case "refresh_token":
		return e.refresh(r, client, values)
	case "client_credentials":
		return e.machine(client, values)
	case "":
		return userpool.Tokens{}, &failure{Code: "invalid_request"}
	default:
		return userpool.Tokens{}, &failure{Code: "unsupported_grant_type"}
	}
}

func (e *Endpoints) redeem(r *http.Request, client *userpool.Client, values url.Values) (userpool.Tokens, error) {
	if !slices.Contains(client.OAuthFlows, "code") {
		return userpool.Tokens{}, &failure{Code: "unauthorized_client"}
	}
	code, redirect := values.Get("code"), values.Get("redirect_uri")
	if code == "" || redirect == "" {
		return userpool.Tokens{}, &failure{Code: "invalid_request"}
	}
	tokens, err := e.Pool.RedeemCode(r.Context(), client, code, func(g userpool.Grant) error {
		switch {
		case g.ClientID != client.ID, !proves(values.Get("code_verifier"), g.CodeChallenge):
			return &failure{Code: "invalid_grant"}
		case g.RedirectURI != redirect:
			return &failure{Code: "unauthorized_client", Description: "invalid_redirect"}
		case !readable(client, g.Scopes):
			return &failure{Code: "invalid_grant"}
		}
		return nil
	})
	return tokens, asInvalidGrant(err)
}

// readable tells whether the client may read all that a scope is about: Cognito gives no tokens to one that may read an
// address and not whether it is verified.
func readable(client *userpool.Client, scopes []string) bool {
	if client.ReadAttributes == nil {
		return true
	}
	for scope, attribute := range map[string]string{"email": "email", "phone": "phone_number"} {
		if slices.Contains(scopes, scope) &&
			!(slices.Contains(client.ReadAttributes, attribute) && slices.Contains(client.ReadAttributes, attribute+"_verified")) {
			return false
		}
	}
	return true
}

// proves checks a PKCE verifier. One without a challenge is refused too: it means that an attacker took the challenge
// out of the authorize request (RFC 9700 section 2.1.1).
func proves(verifier, challenge string) bool {
	if challenge == "" || verifier == "" {
		return challenge == verifier
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

func (e *Endpoints) refresh(r *http.Request, client *userpool.Client, values url.Values) (userpool.Tokens, error) {
	token := values.Get("refresh_token")
	if token == "" {
		return userpool.Tokens{}, &failure{Code: "invalid_request"}
	}
	tokens, err := e.Pool.RefreshTokens(r.Context(), client, token)
	return tokens, asInvalidGrant(err)
}

// machine gives a program a token of its own. Scopes that it leaves out are all that it may have.
func (e *Endpoints) machine(client *userpool.Client, values url.Values) (userpool.Tokens, error) {
	if client.Secret == "" || !slices.Contains(client.OAuthFlows, "client_credentials") {
		return userpool.Tokens{}, &failure{Code: "unauthorized_client"}
	}
	scopes := client.OAuthScopes
	if asked := strings.Fields(values.Get("scope")); len(asked) > 0 {
		slices.Sort(asked)
		scopes = slices.Compact(asked)
	}
	if len(scopes) == 0 || slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(client.OAuthScopes, s) }) {
		return userpool.Tokens{}, &failure{Code: "invalid_scope"}
	}
	return e.Pool.MachineTokens(client, scopes)
}

// asInvalidGrant is what the pool's refusals are called here, whatever their reason: the person or program that holds
// the code or token must start anew.
func asInvalidGrant(err error) error {
	if _, ok := refused(err); ok {
		return &failure{Code: "invalid_grant"}
	}
	return err
}

// revoke ends a refresh token and the tokens that stem from it. Unlike the token endpoint it answers a wrong client
// with 401.
func (e *Endpoints) revoke(w http.ResponseWriter, r *http.Request) {
	values, refusal := form(w, r)
	if refusal != nil {
		writeJSON(w, http.StatusBadRequest, refusal)
		return
	}
	client, refusal := e.client(r, values)
	switch {
	case refusal != nil && refusal.Code == "invalid_client":
		writeJSON(w, http.StatusUnauthorized, refusal)
		return
	case refusal != nil:
		writeJSON(w, http.StatusBadRequest, refusal)
		return
	case values.Get("token") == "" || !client.EnableTokenRevocation:
		writeJSON(w, http.StatusBadRequest, &failure{Code: "invalid_request"})
		return
	}
	err := e.Pool.RevokeToken(r.Context(), client, values.Get("token"))
	if refusal, ok := refused(err); ok {
		code := "invalid_request"
		if refusal.Type == "UnsupportedTokenTypeException" {
			code = "unsupported_token_type"
		}
		writeJSON(w, http.StatusBadRequest, &failure{Code: code})
		return
	}
	if err != nil {
		e.fault(r, err)
		writeJSON(w, http.StatusInternalServerError, &failure{Code: "server_error"})
	}
}
