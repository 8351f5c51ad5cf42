package browser

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"example.com/todo/internal/userpool"
)

// Codes of refusals that the error page explains.
const (
	InvalidRequest   = "invalid_request"
	RedirectMismatch = "redirect_mismatch"
	LogoutMismatch   = "logout_mismatch"
)

// A Refusal says why an authorize request cannot be served.
type Refusal struct {
	// Code is the error parameter.
	Code string
	// Description is the error_description parameter; empty when there is none.
	Description string

	back     *Request // nil until client and redirect address are proven
	clientID string
}

// Refusal reports a code to the application: the request's addressee is proven.
func (q *Request) Refusal(code string) *Refusal { return &Refusal{Code: code, back: q} }

// Refuse sends the browser to the application with the refusal, or to the error page when there is no proven
// application to send it to.
func (d *Door) Refuse(w http.ResponseWriter, refusal *Refusal) {
	if q := refusal.back; q != nil {
		Go(w, q.location(pairs{{"error_description", refusal.Description}, {"state", q.State}, {"error", refusal.Code}}))
		return
	}
	d.ErrorPage(w, refusal.Code, refusal.clientID)
}

var plainID = regexp.MustCompile(`^[\w+]{1,128}$`)

// ErrorPage sends the browser to the page that explains a code. clientID helps the application's developer; it is left
// out unless it has the form of one.
func (d *Door) ErrorPage(w http.ResponseWriter, code, clientID string) {
	query := "error=" + url.QueryEscape(code)
	if plainID.MatchString(clientID) {
		query += "&client_id=" + url.QueryEscape(clientID)
	}
	Go(w, d.Path("/error", query))
}

// Answer makes what a signed-in person brings back to the application, an authorization code or with the implicit flow
// tokens, and gives the location to send the browser to.
func (d *Door) Answer(ctx context.Context, q *Request, s userpool.Session) (location string, err error) {
	if q.ResponseType == "token" {
		return d.implicit(ctx, q, s)
	}
	code, err := d.pool.IssueCode(ctx, userpool.Grant{
		ClientID: q.Client.ID, RedirectURI: q.RedirectURI, Sub: s.User.Sub, Scopes: q.Scopes,
		Nonce: q.Nonce, CodeChallenge: q.CodeChallenge, Resource: q.Resource, AuthTime: s.AuthTime, Session: s.ID,
	})
	if err != nil {
		return "", err
	}
	return q.location(pairs{{"code", code}, {"state", q.State}}), nil
}

func (d *Door) implicit(ctx context.Context, q *Request, s userpool.Session) (string, error) {
	tokens, err := d.pool.IssueTokens(ctx, userpool.TokenRequest{
		Client: q.Client, Sub: s.User.Sub, Scopes: q.Scopes, Nonce: q.Nonce, Resource: q.Resource, AuthTime: s.AuthTime, Session: s.ID,
	})
	if err != nil {
		return "", err
	}
	return q.location(pairs{
		{"id_token", tokens.ID}, {"access_token", tokens.Access},
		{"expires_in", strconv.Itoa(int(tokens.ExpiresIn.Seconds()))}, {"token_type", "Bearer"}, {"state", q.State},
	}), nil
}

// pairs are parameters in the order in which they are sent; those without a value are left out.
type pairs [][2]string

// location is the redirect address with parameters: in the query, or in the fragment for the implicit flow.
func (q *Request) location(parameters pairs) string {
	separator := "?"
	switch {
	case q.ResponseType == "token":
		separator = "#"
	case strings.Contains(q.RedirectURI, "?"):
		separator = "&"
	}
	var b strings.Builder
	b.WriteString(q.RedirectURI)
	for _, p := range parameters {
		if p[1] == "" {
			continue
		}
		// A space is %20, which every decoder reads alike; a plus is read as a space by some and as itself by others.
		b.WriteString(separator + p[0] + "=" + strings.ReplaceAll(url.QueryEscape(p[1]), "+", "%20"))
		separator = "&"
	}
	return b.String()
}
