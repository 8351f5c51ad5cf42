package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path"
	"strings"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/token"
	"example.com/todo/internal/userpool"
)

// issuerFlags put an OpenID provider elsewhere in the place of the template's user pool.
type issuerFlags struct {
	Issuer   string `env:"TODO_ISSUER" and:"issuer" placeholder:"URL" help:"The issuer whose tokens the API takes, in the place of the user pool here, which is not run then: another user pool, or any OpenID provider."`
	ClientID string `name:"client-id" env:"TODO_CLIENT_ID" and:"issuer" placeholder:"ID" help:"With --issuer: the client there that this app is; no other client's tokens are taken."`
}

// An outsidePool takes the place of the template's user pool.
type outsidePool struct {
	remote         *token.Remote
	issuer, client string
	// domain is the address of its pages and OAuth endpoints if they are laid out as a user pool's, else empty.
	domain string
}

// authorizePath is where a user pool's domain has its authorization endpoint.
const authorizePath = "/oauth2/authorize"

// outside asks the issuer, if there is one, where its pages are: a wrong address shows at start, not at the first sign-in.
func (f issuerFlags) outside(ctx context.Context, logger *slog.Logger) (*outsidePool, error) {
	if f.Issuer == "" {
		return nil, nil
	}
	remote, err := token.NewRemote(token.RemoteConfig{Issuer: f.Issuer, Now: time.Now, Logger: logger})
	if err != nil {
		return nil, usageError{fmt.Errorf("--issuer: %w", err)}
	}
	about, err := remote.Discover(ctx)
	if err != nil {
		return nil, fmt.Errorf("--issuer: %w", err)
	}
	return &outsidePool{remote: remote, issuer: f.Issuer, client: f.ClientID, domain: domainOf(about)}, nil
}

// domainOf is empty for an endpoint that is not a user pool's, or that lacks the TLS which the issuer has.
func domainOf(about token.Metadata) string {
	base, ok := strings.CutSuffix(about.AuthorizationEndpoint, authorizePath)
	u, err := url.Parse(base)
	insecure := strings.HasPrefix(about.Issuer, "http:") && err == nil && u.Scheme == "http"
	if !ok || err != nil || u.Scheme != "https" && !insecure || u.Host == "" || u.User != nil {
		return ""
	}
	return base
}

// takePlace removes the user pool from what is run, and puts the outside one's names where the template has the pool's. A
// client's secret is not known here: its place is masked, and an API key that holds it is left to be made. The web app
// signs people in at the addresses of a user pool's domain; it is not served where there are none.
func (o *outsidePool) takePlace(described *stack.Stack) {
	if pool := described.UserPool; pool != nil {
		names := []string{pool.Issuer, o.issuer, pool.ID, path.Base(o.issuer)} // a pool's issuer ends with the pool's id
		for _, client := range pool.Clients {
			names = append(names, client.ID, o.client)
			if client.GenerateSecret {
				names = append(names, client.SecretStandIn, stack.Masked)
				dropKeys(described.APIKeys, client.SecretStandIn)
			}
		}
		replacer := strings.NewReplacer(names...)
		described.Replace(replacer)
		for i := range described.Outputs {
			described.Outputs[i].Value = replacer.Replace(described.Outputs[i].Value)
		}
		for i := range described.Resources {
			described.Resources[i].Ref = replacer.Replace(described.Resources[i].Ref)
		}
		described.UserPool = nil
	}
	if o.domain == "" && described.Hosting != nil {
		described.Hosting = nil
		described.Notices = append(described.Notices, stack.Problem{
			File:    "--issuer",
			Message: "the web app: it signs people in at a user pool's domain, and the issuer's authorization endpoint is not " + authorizePath + " of one",
		})
	}
}

// dropKeys takes the values from API keys that hold a text.
func dropKeys(keys []stack.APIKey, text string) {
	for i := range keys {
		if strings.Contains(keys[i].Value, text) {
			keys[i].Value = ""
		}
	}
}

// newVerifier is for the tokens that an authorizer takes: those of this stack's pool or, whatever pool the template
// names, of the one outside.
func newVerifier(authorizer stack.Authorizer, pool *userpool.Pool, outside *outsidePool) (*token.Verifier, error) {
	if outside != nil {
		return token.New(token.Config{Issuer: outside.issuer, Keys: outside.remote.Key, Now: time.Now, Client: outside.client}), nil
	}
	if pool == nil || authorizer.UserPool != pool.Settings().LogicalID {
		return nil, fmt.Errorf("the user pool %s is not of this stack", authorizer.UserPool)
	}
	return token.New(token.Config{Issuer: pool.Settings().Issuer, Keys: token.KeySet(pool.KeySet), Now: time.Now}), nil
}
