package stack

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

func clientID(l *loader, r *resource) string { return l.id(r.id, "client", 26, digits+lower) }

// clientSecret stands for a client's secret, which is not of the template.
func clientSecret(l *loader, r *resource) string {
	if l.propertyText(r, "GenerateSecret") != "true" {
		l.faults.add(r.node.line, r.node.path, "needs GenerateSecret: the template refers to its ClientSecret")
	}
	return secretStandIn(l, r)
}

func secretStandIn(l *loader, r *resource) string { return l.id(r.id, "secret", 32, digits+lower) }

// maxScopesOfClient is Cognito's quota.
const maxScopesOfClient = 50

type clientPart struct {
	pool   string // the pool's id
	at     *object
	client UserPoolClient
}

// authFlows are the values of ExplicitAuthFlows. Those without ALLOW_ are the older names, which do not mix with the others.
var authFlows = []string{
	"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH",
	"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH",
}

func decodeClient(p *parts, r *resource, o *object) {
	l := p.l
	c := UserPoolClient{LogicalID: r.id, ID: clientID(l, r), Name: named("ClientName")(l, r)}
	o.required("UserPoolId").skip("ClientName")
	if c.GenerateSecret = o.boolean("GenerateSecret", false); c.GenerateSecret {
		c.SecretStandIn = secretStandIn(l, r)
	}
	c.ExplicitAuthFlows = decodeAuthFlows(o)
	c.OAuthEnabled = o.boolean("AllowedOAuthFlowsUserPoolClient", false)
	c.OAuthFlows = o.enums("AllowedOAuthFlows", "code", "implicit", "client_credentials")
	if slices.Contains(c.OAuthFlows, "client_credentials") && (len(c.OAuthFlows) > 1 || !c.GenerateSecret) {
		o.fault("AllowedOAuthFlows", "client_credentials needs a client with a secret and without another flow")
	}
	if c.OAuthScopes = o.texts("AllowedOAuthScopes"); len(c.OAuthScopes) > maxScopesOfClient {
		o.fault("AllowedOAuthScopes", "holds more than %d scopes", maxScopesOfClient)
	}
	c.CallbackURLs = decodeAddresses(o, "CallbackURLs")
	c.LogoutURLs = decodeAddresses(o, "LogoutURLs")
	c.DefaultRedirectURI = o.text("DefaultRedirectURI")
	if c.DefaultRedirectURI != "" && !slices.Contains(c.CallbackURLs, c.DefaultRedirectURI) {
		o.fault("DefaultRedirectURI", "must be one of CallbackURLs")
	}
	c.IdentityProviders = o.texts("SupportedIdentityProviders")
	decodeLifetimes(&c, o)
	c.EnableTokenRevocation = o.boolean("EnableTokenRevocation", true)
	c.PreventUserExistenceErrors = o.enum("PreventUserExistenceErrors", "LEGACY", "ENABLED", "LEGACY") == "ENABLED"
	o.in("RefreshTokenRotation", func(o *object) {
		c.RefreshTokenRotation = o.required("Feature").enum("Feature", "DISABLED", "DISABLED", "ENABLED") == "ENABLED"
		c.RefreshTokenGracePeriod = time.Duration(o.integer("RetryGracePeriodSeconds", 0, 0, 60)) * time.Second
	})
	if c.RefreshTokenRotation && slices.Contains(c.ExplicitAuthFlows, "ALLOW_REFRESH_TOKEN_AUTH") {
		o.fault("RefreshTokenRotation", "cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH")
	}
	c.ReadAttributes = o.texts("ReadAttributes")
	c.WriteAttributes = o.texts("WriteAttributes")
	o.notRun("AnalyticsConfiguration", "EnablePropagateAdditionalUserContextData")
	p.clients = append(p.clients, clientPart{o.raw("UserPoolId"), o, c})
}

func decodeAuthFlows(o *object) []string {
	flows := o.enums("ExplicitAuthFlows", authFlows...)
	if flows == nil {
		return []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"}
	}
	old := 0
	for i, flow := range flows {
		switch flow {
		case "ADMIN_NO_SRP_AUTH":
			flows[i] = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
		case "CUSTOM_AUTH_FLOW_ONLY":
			flows[i] = "ALLOW_CUSTOM_AUTH"
		case "USER_PASSWORD_AUTH":
			flows[i] = "ALLOW_USER_PASSWORD_AUTH"
		default:
			continue
		}
		old++
	}
	if old > 0 && old < len(flows) {
		o.fault("ExplicitAuthFlows", "names with ALLOW_ do not mix with names without")
	}
	if old > 0 { // clients of the older form may always refresh
		flows = append(flows, "ALLOW_REFRESH_TOKEN_AUTH")
	}
	return flows
}

// decodeAddresses reads callback or sign-out addresses, each once: several may come to the same one here.
func decodeAddresses(o *object, name string) []string {
	var out []string
	for _, address := range o.texts(name) {
		if !allowedAddress(address) && !o.l.isLocal(address) {
			o.fault(name, "%q must be absolute, without a fragment, and https unless its host is localhost, 127.0.0.1 or [::1]", address)
		}
		if !slices.Contains(out, address) {
			out = append(out, address)
		}
	}
	if len(out) > 100 {
		o.fault(name, "holds more than 100 addresses")
	}
	return out
}

// allowedAddress is Cognito's rule for redirect addresses ("CallbackURLs" in its API reference).
func allowedAddress(address string) bool {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme == "" || u.User != nil || strings.Contains(address, "#"):
		return false
	case u.Scheme == "https":
		return u.Host != ""
	case u.Scheme == "http":
		return slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	default:
		return true // an app's own scheme
	}
}

// isLocal tells whether an address is this machine's own, which may be plain http under another name.
func (l *loader) isLocal(address string) bool {
	app := l.opts.Local.App
	return app != "" && (address == app || strings.HasPrefix(address, app+"/"))
}

var units = map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}

// decodeLifetimes reads the validity of tokens with their units. Limits are those of "Managing user pool token
// expiration and caching" in the Cognito developer guide.
func decodeLifetimes(c *UserPoolClient, o *object) {
	const day = 24 * time.Hour
	access, id, refresh := "hours", "hours", "days"
	o.in("TokenValidityUnits", func(o *object) {
		unit := func(name, otherwise string) string {
			return o.enum(name, otherwise, "seconds", "minutes", "hours", "days")
		}
		access, id, refresh = unit("AccessToken", access), unit("IdToken", id), unit("RefreshToken", refresh)
	})
	c.AccessTokenValidity = o.lifetime("AccessTokenValidity", access, time.Hour, 5*time.Minute, day)
	c.IDTokenValidity = o.lifetime("IdTokenValidity", id, time.Hour, 5*time.Minute, day)
	c.RefreshTokenValidity = o.lifetime("RefreshTokenValidity", refresh, 30*day, time.Hour, 3650*day)
	c.AuthSessionValidity = o.lifetime("AuthSessionValidity", "minutes", 3*time.Minute, 3*time.Minute, 15*time.Minute)
}

// lifetime is a number of units; 0 stands for the default, as it does in Cognito.
func (o *object) lifetime(name, unit string, otherwise, least, most time.Duration) time.Duration {
	n := o.integer(name, 0, 0, int(most/time.Second))
	if n == 0 {
		return otherwise
	}
	if n > int(most/units[unit]) || time.Duration(n)*units[unit] < least {
		o.fault(name, "%d %s is not between %s and %s", n, unit, duration(least), duration(most))
		return otherwise
	}
	return time.Duration(n) * units[unit]
}

// duration is 5 minutes rather than 5m0s.
func duration(d time.Duration) string {
	for _, unit := range []string{"days", "hours", "minutes"} {
		if d%units[unit] == 0 {
			s := strings.TrimSuffix(unit, "s")
			if n := int64(d / units[unit]); n != 1 {
				return strconv.FormatInt(n, 10) + " " + unit
			}
			return "1 " + s
		}
	}
	return d.String()
}
