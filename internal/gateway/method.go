package gateway

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"example.com/todo/internal/stack"
)

// A resource is a path of the template with its methods.
type resource struct {
	path    string
	id      string // six lower-case characters, as API Gateway gives them
	methods map[string]*method
}

// A method is what answers one verb, or ANY, on a resource.
type method struct {
	resource   *resource
	verb       string
	function   Function          // nil for a preflight
	lineage    string            // of the function, in the trace header
	preflight  map[string]string // nil but for a preflight
	timeout    time.Duration
	authorizer *authorizer   // nil when no token is needed
	needsKey   bool          // an API key
	limiter    *rate.Limiter // nil when there is no limit
}

// defaultTimeout is how long API Gateway waits for an integration unless told otherwise.
const defaultTimeout = 29 * time.Second

// addRoutes builds the tree of resources.
func (g *Gateway) addRoutes() error {
	var errs []error
	for _, route := range g.cfg.API.Routes {
		if err := g.addRoute(route); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", route.Method, route.Path, err))
		}
	}
	return errors.Join(errs...)
}

func (g *Gateway) addRoute(route stack.Route) error {
	m := &method{
		verb:      route.Method,
		preflight: route.Preflight,
		timeout:   route.Timeout,
		needsKey:  route.APIKeyRequired,
	}
	if m.timeout <= 0 {
		m.timeout = defaultTimeout
	}
	if route.Preflight == nil {
		if m.function = g.cfg.Functions[route.Function]; m.function == nil {
			return fmt.Errorf("no function %q", route.Function)
		}
		m.lineage = lineage(route.Function)
	}
	if route.Authorizer != "" {
		a, err := g.newAuthorizer(route)
		if err != nil {
			return err
		}
		m.authorizer = a
	}
	r, err := g.routes.add(route.Path)
	if err != nil {
		return err
	}
	if r.id == "" {
		r.id = resourceID(g.cfg.API.ID, route.Path)
	}
	if r.methods[m.verb] != nil {
		return errors.New("declared twice")
	}
	m.resource = r
	r.methods[m.verb] = m
	return nil
}

// resourceID is stable for a resource of an API.
func resourceID(api, path string) string {
	sum := sha256.Sum256([]byte(api + path))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:6]
}

// lineage names a function in the trace header as Lambda does: a version, a hash, a count.
func lineage(function string) string {
	h := fnv.New32a()
	h.Write([]byte(function))
	return fmt.Sprintf("1:%08x:0", h.Sum32())
}
