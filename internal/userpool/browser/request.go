package browser

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

// A Request is an authorize request that has been checked: whoever holds one may send the browser to its redirect
// address.
type Request struct {
	Client       *userpool.Client
	RedirectURI  string
	ResponseType string // code or token
	Scopes       []string
	State        string
	Nonce        string
	// CodeChallenge is of the method S256; empty when the client sent none.
	CodeChallenge string
	LoginHint     string
	// Resource is whose the access token's audience is to be (RFC 8707); empty when the client named none.
	Resource string
	// Prompt holds the values of prompt: none, login and those for other identity providers.
	Prompt []string

	params url.Values
}

// parameters are those an authorize request may hold. The pages carry them from step to step; anything else is dropped.
// acr_values and max_age have no meaning in this pool and are ignored, as Cognito does on its Lite plan; lang is the
// pages'.
var parameters = [...]string{
	"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
	"identity_provider", "idp_identifier", "login_hint", "lang", "prompt", "resource", "acr_values", "max_age",
}

// challenge is what S256 makes of any verifier: 32 bytes in base64url without padding (RFC 7636 section 4.2).
var challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// Request checks the query of an authorize request. The client and its redirect address come first: until both are
// proven, no refusal is reported to the address.
func (d *Door) Request(query string) (*Request, *Refusal) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, &Refusal{Code: InvalidRequest}
	}
	q, refusal := d.addressee(values)
	if refusal != nil {
		return nil, refusal
	}
	for _, check := range []func(url.Values) (code, description string){q.readForm, q.readFlow, q.readPerson, q.readScopes, q.readResource} {
		if code, description := check(values); code != "" {
			return nil, &Refusal{Code: code, Description: description, back: q}
		}
	}
	return q, nil
}

// addressee finds the client and the redirect address, compared as whole strings: an address that is merely
// equivalent, or begins alike, is another.
func (d *Door) addressee(values url.Values) (*Request, *Refusal) {
	if len(values["client_id"]) != 1 || len(values["redirect_uri"]) > 1 {
		return nil, &Refusal{Code: InvalidRequest}
	}
	client, ok := d.pool.Client(values.Get("client_id"))
	if !ok || !client.OAuthEnabled {
		return nil, &Refusal{Code: InvalidRequest, clientID: values.Get("client_id")}
	}
	redirect := values.Get("redirect_uri")
	if !values.Has("redirect_uri") {
		redirect = client.DefaultRedirectURI
	}
	switch {
	case redirect == "":
		return nil, &Refusal{Code: InvalidRequest, clientID: client.ID}
	case !slices.Contains(client.CallbackURLs, redirect):
		return nil, &Refusal{Code: RedirectMismatch, clientID: client.ID}
	}
	return &Request{Client: client, RedirectURI: redirect, params: url.Values{}}, nil
}

// readForm takes what decides how refusals are reported, then refuses repeated parameters (RFC 6749 section 3.1).
func (q *Request) readForm(values url.Values) (code, description string) {
	if len(values["response_type"]) == 1 {
		q.ResponseType = values.Get("response_type")
	}
	if len(values["state"]) == 1 {
		q.State = values.Get("state")
	}
	for _, name := range parameters {
		switch given := values[name]; len(given) {
		case 0:
		case 1:
			q.params[name] = given
		default:
			return InvalidRequest, ""
		}
	}
	return "", ""
}

func (q *Request) readFlow(values url.Values) (code, description string) {
	flow, ok := map[string]string{"code": "code", "token": "implicit"}[q.ResponseType]
	if !ok {
		return InvalidRequest, ""
	}
	if !slices.Contains(q.Client.OAuthFlows, flow) {
		return "unauthorized_client", ""
	}
	q.Nonce = values.Get("nonce")
	q.CodeChallenge = values.Get("code_challenge")
	method := values.Get("code_challenge_method")
	if q.CodeChallenge == "" && method == "" {
		return "", ""
	}
	if method != "S256" || !challenge.MatchString(q.CodeChallenge) {
		return InvalidRequest, ""
	}
	return "", ""
}

func (q *Request) readPerson(values url.Values) (code, description string) {
	if !slices.Contains(q.Client.IdentityProviders, "COGNITO") {
		return "unauthorized_client", "" // the client has no way to sign in here
	}
	provider := values.Get("identity_provider")
	if provider != "" && provider != "COGNITO" || values.Get("idp_identifier") != "" {
		return InvalidRequest, ""
	}
	q.LoginHint = values.Get("login_hint")
	q.Prompt = strings.Fields(values.Get("prompt"))
	if len(q.Prompt) > 1 && slices.Contains(q.Prompt, "none") {
		return InvalidRequest, ""
	}
	return "", ""
}

// readScopes fills in all scopes of the client when none is asked for. A scope that the client does not have is
// reported as Cognito does it: by the description.
func (q *Request) readScopes(values url.Values) (code, description string) {
	asked := strings.Fields(values.Get("scope"))
	if len(asked) == 0 {
		q.Scopes = slices.Clone(q.Client.OAuthScopes)
		return "", ""
	}
	for _, scope := range asked {
		if !slices.Contains(q.Client.OAuthScopes, scope) {
			return InvalidRequest, "invalid_scope"
		}
		if !slices.Contains(q.Scopes, scope) {
			q.Scopes = append(q.Scopes, scope)
		}
	}
	needs := func(scope string) bool { return scope == "email" || scope == "phone" || scope == "profile" }
	if slices.ContainsFunc(q.Scopes, needs) && !slices.Contains(q.Scopes, "openid") {
		return InvalidRequest, "invalid_scope"
	}
	return "", ""
}

// readResource takes an absolute address, as Cognito does: https, http on localhost, or of an app's own scheme. The
// error's name is that of RFC 8707 section 2; Cognito's is not documented.
func (q *Request) readResource(values url.Values) (code, description string) {
	if !values.Has("resource") {
		return "", ""
	}
	q.Resource = values.Get("resource")
	u, err := url.Parse(q.Resource)
	ok := err == nil && u.User == nil && !strings.Contains(q.Resource, "#") && len(q.Resource) <= maxResource
	switch {
	case !ok:
	case u.Scheme == "https":
		ok = u.Host != ""
	case u.Scheme == "http":
		ok = u.Hostname() == "localhost"
	default:
		ok = strings.Contains(q.Resource, "://")
	}
	if !ok {
		return "invalid_target", ""
	}
	return "", ""
}

// maxResource bounds what every access token of a sign-in carries.
const maxResource = 2048

// Query is the request as a query string, to carry it to the next step.
func (q *Request) Query() string { return q.params.Encode() }
