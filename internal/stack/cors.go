package stack

import (
	"slices"
	"strings"
)

// methods are those that API Gateway routes.
var methods = []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}

// cors is what SAM's Cors property asks for, without the quotes.
type cors struct {
	origin, methods, headers, maxAge string
	credentials                      bool
}

// decodeCORS reads Cors: a mapping, or a string that stands for AllowOrigin.
func decodeCORS(api *object) *cors {
	v := api.take("Cors")
	switch {
	case v == nil || v.kind == broken:
		return nil
	case v.kind == scalar:
		return &cors{origin: unquote(api, "Cors")}
	}
	c := &cors{origin: "*"}
	api.in("Cors", func(o *object) {
		if o.has("AllowOrigin") {
			c.origin = unquote(o, "AllowOrigin")
		}
		c.methods = unquote(o, "AllowMethods")
		c.headers = unquote(o, "AllowHeaders")
		c.maxAge = unquote(o, "MaxAge")
		c.credentials = o.boolean("AllowCredentials", false)
		if c.credentials && c.origin == "*" {
			o.fault("AllowCredentials", "cannot be true when AllowOrigin is '*' or not set")
		}
	})
	return c
}

// unquote takes the single quotes off that a static value has to bring; empty when it is not set.
func unquote(o *object, name string) string {
	v := o.want(name, scalar)
	if v == nil {
		return ""
	}
	if !isQuoted(v.text) {
		o.fault(name, "needs single quotes of its own, as in \"'%s'\"", strings.Trim(v.text, "'"))
		return ""
	}
	value := o.l.localizeHeader(v.text[1 : len(v.text)-1])
	o.checkHeader(name, "", value)
	return value
}

// addPreflights adds SAM's mock OPTIONS method to every path that has none.
func (a *apiPart) addPreflights() {
	if a.cors == nil {
		return
	}
	var paths []string
	verbs := map[string][]string{}
	for _, r := range a.api.Routes {
		if !slices.Contains(paths, r.Path) {
			paths = append(paths, r.Path)
		}
		verbs[r.Path] = append(verbs[r.Path], r.Method)
	}
	for _, path := range paths {
		if slices.Contains(verbs[path], "OPTIONS") {
			continue
		}
		route := Route{Method: "OPTIONS", Path: path, Timeout: defaultIntegrationTimeout, Preflight: a.cors.preflight(verbs[path])}
		if a.authorizePreflight {
			route.Authorizer = a.defaultAuthorizer
			route.Scopes = a.api.Authorizers[a.defaultAuthorizer].Scopes
		}
		route.APIKeyRequired = a.keyRequired && a.keyOnPreflight
		a.api.Routes = append(a.api.Routes, route)
	}
}

func (c *cors) preflight(verbs []string) map[string]string {
	allowed := c.methods
	if allowed == "" {
		all := append(slices.Clone(verbs), "OPTIONS")
		if slices.Contains(verbs, anyMethod) {
			all = slices.Clone(methods)
		}
		slices.Sort(all)
		allowed = strings.Join(slices.Compact(all), ",")
	}
	headers := map[string]string{"Access-Control-Allow-Origin": c.origin, "Access-Control-Allow-Methods": allowed}
	if c.headers != "" {
		headers["Access-Control-Allow-Headers"] = c.headers
	}
	if c.maxAge != "" {
		headers["Access-Control-Max-Age"] = c.maxAge
	}
	if c.credentials {
		headers["Access-Control-Allow-Credentials"] = "true"
	}
	return headers
}
