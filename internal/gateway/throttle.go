package gateway

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/usage"
)

// limitMethods gives every method that the stage's settings limit a bucket of its own: "per-API, per-stage throttling
// limits are applied at the API method level" (API Gateway Developer Guide, request throttling).
func (g *Gateway) limitMethods() error {
	var errs []error
	for _, setting := range g.cfg.API.Methods {
		if path := settingPath(setting.ResourcePath); path != allPaths && !g.hasMethod(path, setting.HTTPMethod) {
			errs = append(errs, fmt.Errorf("method settings: there is no method %s %s", setting.HTTPMethod, path))
		}
	}
	for m := range g.routes.methods() {
		m.limiter = limiterFor(g.cfg.API.Methods, m)
	}
	return errors.Join(errs...)
}

func (g *Gateway) hasMethod(path, verb string) bool {
	for m := range g.routes.methods() {
		if m.resource.path == path && (verb == "*" || m.verb == verb) {
			return true
		}
	}
	return false
}

const allPaths = "/*"

// settingPath decodes a setting's path: slashes after the first are written ~1.
func settingPath(path string) string {
	if path == allPaths || path == "/" {
		return path
	}
	path = strings.ReplaceAll(path, "~1", "/")
	return "/" + strings.TrimLeft(path, "/")
}

// limiterFor takes each figure from the most specific setting that has it; nil means no limit.
func limiterFor(settings []stack.MethodSetting, m *method) *rate.Limiter {
	var perSecond *float64
	var burst *int
	for _, scope := range [][2]string{{allPaths, "*"}, {allPaths, m.verb}, {m.resource.path, "*"}, {m.resource.path, m.verb}} {
		for _, s := range settings {
			if settingPath(s.ResourcePath) != scope[0] || s.HTTPMethod != scope[1] {
				continue
			}
			if s.RateLimit != nil {
				perSecond = s.RateLimit
			}
			if s.BurstLimit != nil {
				burst = s.BurstLimit
			}
		}
	}
	return usage.Bucket(perSecond, burst)
}

func (m *method) throttle(now time.Time) error {
	if m.limiter != nil && !m.limiter.AllowN(now, 1) {
		return errThrottled
	}
	return nil
}
