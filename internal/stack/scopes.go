package stack

import (
	"regexp"
	"slices"
)

const cognitoServer = "AWS::Cognito::UserPoolResourceServer"

// ResourceServer is an AWS::Cognito::UserPoolResourceServer: an API with scopes of its own.
type ResourceServer struct {
	Identifier string
	Name       string
	Scopes     []ResourceScope
}

// ResourceScope is a scope of a resource server. Its name is without the server's identifier.
type ResourceScope struct{ Name, Description string }

// StandardScopes are those that every pool has.
var StandardScopes = []string{"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}

// The forms of Cognito's API model: no space, quote or backslash, and in a scope's name no slash.
var (
	serverIdentifier = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,256}$`)
	scopeName        = regexp.MustCompile(`^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]{1,256}$`)
)

const maxScopesOfServer = 100

func decodeResourceServer(p *parts, _ *resource, o *object) {
	o.required("Identifier", "Name")
	s := ResourceServer{Identifier: o.text("Identifier"), Name: o.raw("Name")}
	if s.Identifier != "" && !serverIdentifier.MatchString(s.Identifier) {
		o.fault("Identifier", "must be 1 to 256 printable ASCII characters other than quotes and backslashes, without spaces")
	}
	o.each("Scopes", func(o *object) {
		o.required("ScopeName", "ScopeDescription")
		scope := ResourceScope{Name: o.raw("ScopeName"), Description: o.raw("ScopeDescription")}
		switch {
		case scope.Name == "": // reported
		case !scopeName.MatchString(scope.Name):
			o.fault("ScopeName", "must be 1 to 256 printable ASCII characters other than quotes, slashes and backslashes, without spaces")
		case slices.ContainsFunc(s.Scopes, func(other ResourceScope) bool { return other.Name == scope.Name }):
			o.fault("ScopeName", "is the name of two scopes")
		}
		s.Scopes = append(s.Scopes, scope)
	})
	if len(s.Scopes) > maxScopesOfServer {
		o.fault("Scopes", "holds more than %d scopes", maxScopesOfServer)
	}
	p.belongs(o, func(pool *UserPool) {
		if slices.ContainsFunc(pool.ResourceServers, func(other ResourceServer) bool { return other.Identifier == s.Identifier }) {
			o.fault("Identifier", "is that of two resource servers")
		}
		pool.ResourceServers = append(pool.ResourceServers, s)
	})
}

// scopes are all that a client of the pool may have.
func (pool *UserPool) scopes() []string {
	all := slices.Clone(StandardScopes)
	for _, server := range pool.ResourceServers {
		for _, scope := range server.Scopes {
			all = append(all, server.Identifier+"/"+scope.Name)
		}
	}
	return all
}

// checkScopes reports scopes of clients that nobody has defined, and those that need a person in a client that signs
// none in.
func (p *parts) checkScopes(pool *UserPool) {
	all := pool.scopes()
	for _, c := range p.clients {
		if c.pool != pool.ID {
			continue
		}
		machine := slices.Contains(c.client.OAuthFlows, "client_credentials")
		for _, scope := range c.client.OAuthScopes {
			switch {
			case !slices.Contains(all, scope):
				c.at.fault("AllowedOAuthScopes", "the pool has no scope %q%s", scope, meant(scope, all))
			case machine && slices.Contains(StandardScopes, scope):
				c.at.fault("AllowedOAuthScopes", "%s is about a person, and client_credentials signs in none", scope)
			}
		}
	}
}
