package gateway

import (
	"errors"
	"fmt"
	"iter"
	"strings"
)

// A node is a place in the tree of resources: what may follow a path that leads to it.
type node struct {
	static   map[string]*node
	variable *child // {name}
	greedy   *child // {name+}; its node has no children
	resource *resource
}

type child struct {
	name string
	node node
}

// add finds or makes the resource of a template path.
func (n *node) add(path string) (*resource, error) {
	if !strings.HasPrefix(path, "/") {
		return nil, errors.New("a path starts with a slash")
	}
	at := n
	for rest := strings.TrimSuffix(path, "/"); rest != ""; {
		var segment string
		segment, rest = cutSegment(rest)
		if segment == "" {
			return nil, errors.New("empty path part")
		}
		next, err := at.child(segment)
		if err != nil {
			return nil, err
		}
		if strings.HasSuffix(segment, "+}") && rest != "" {
			return nil, fmt.Errorf("nothing can follow %s", segment)
		}
		at = next
	}
	if at.resource == nil {
		at.resource = &resource{path: path, methods: map[string]*method{}}
	}
	return at.resource, nil
}

// child finds or makes the node below a segment. As on API Gateway, a place can have one variable only.
func (n *node) child(segment string) (*node, error) {
	name, ok := strings.CutPrefix(segment, "{")
	if !ok {
		if n.static == nil {
			n.static = map[string]*node{}
		}
		if n.static[segment] == nil {
			n.static[segment] = &node{}
		}
		return n.static[segment], nil
	}
	if name, ok = strings.CutSuffix(name, "}"); !ok {
		return nil, fmt.Errorf("%s has no closing brace", segment)
	}
	slot := &n.variable
	name, greedy := strings.CutSuffix(name, "+")
	if greedy {
		slot = &n.greedy
	}
	if *slot == nil {
		*slot = &child{name: name}
	}
	if (*slot).name != name {
		return nil, fmt.Errorf("%s contradicts {%s} at the same place", segment, (*slot).name)
	}
	return &(*slot).node, nil
}

// methods yields every method of the tree, in no order.
func (n *node) methods() iter.Seq[*method] {
	return func(yield func(*method) bool) { n.each(yield) }
}

func (n *node) each(yield func(*method) bool) bool {
	if n.resource != nil {
		for _, m := range n.resource.methods {
			if !yield(m) {
				return false
			}
		}
	}
	for _, next := range n.static {
		if !next.each(yield) {
			return false
		}
	}
	for _, next := range []*child{n.variable, n.greedy} {
		if next != nil && !next.node.each(yield) {
			return false
		}
	}
	return true
}

// cutSegment splits "/a/b" into "a" and "/b".
func cutSegment(path string) (segment, rest string) {
	path = path[1:]
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// A search looks for what answers a verb.
type search struct {
	verb       string
	best       *resource // the most specific resource of the path, with the verb or without
	found      *method
	parameters map[string]string // of the path to what was found; nil when there are none
}

// walk visits the resources that a path fits, the more specific first: static before variable before greedy. It ends at
// the first if it has the verb; otherwise a greedy resource that has it will do (but no other: API Gateway has decided
// by then). The path is empty, or starts with a slash; it is not decoded, so that an encoded slash never parts it.
func (s *search) walk(n *node, path string) bool {
	if path == "" {
		return s.visit(n.resource, false)
	}
	segment, rest := cutSegment(path)
	if segment != "" {
		if next := n.static[segment]; next != nil && s.walk(next, rest) {
			return true
		}
		if n.variable != nil && s.walkInto(n.variable, segment, rest) {
			return true
		}
	}
	if value := path[1:]; n.greedy != nil && value != "" && s.visit(n.greedy.node.resource, true) {
		s.keep(n.greedy.name, value)
		return true
	}
	return false
}

func (s *search) walkInto(c *child, value, rest string) bool {
	found := s.walk(&c.node, rest)
	if found {
		s.keep(c.name, value)
	}
	return found
}

func (s *search) keep(name, value string) {
	if s.parameters == nil {
		s.parameters = map[string]string{}
	}
	s.parameters[name] = value
}

func (s *search) visit(r *resource, greedy bool) bool {
	if r == nil || s.best != nil && !greedy {
		return false
	}
	if s.best == nil {
		s.best = r
	}
	if s.found = r.methods[s.verb]; s.found == nil {
		s.found = r.methods["ANY"]
	}
	return s.found != nil
}

// route finds the method of a request. Slashes before the first segment and one at the end do not count.
func (g *Gateway) route(x *exchange) error {
	below, ok := strings.CutPrefix(x.sent, g.base)
	if !ok || below != "" && below[0] != '/' {
		return errForbidden
	}
	if x.path = below; !strings.HasPrefix(below, "/") || strings.HasPrefix(below, "//") {
		x.path = "/" + strings.TrimLeft(below, "/")
	}
	s := search{verb: x.request.Method}
	if !s.walk(&g.routes, strings.TrimSuffix(x.path, "/")) {
		return noRoute(x.request.Header)
	}
	x.method, x.parameters = s.found, s.parameters
	return nil
}
