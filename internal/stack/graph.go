package stack

import (
	"slices"
	"strings"
)

// graph holds which vertex refers to which, and where. A vertex is what CloudFormation makes as one resource: a
// logical id, or, of an Api, the stage apart.
type graph map[string][]edge

type edge struct {
	to string
	at *node
}

func (g graph) add(from, to string, at *node) {
	if from == "" || slices.ContainsFunc(g[from], func(e edge) bool { return e.to == to }) {
		return
	}
	g[from] = append(g[from], edge{to, at})
}

// cycles reports every reference that closes a circle, looking from the vertices in the order given.
func (g graph) cycles(vertices []string, problems *findings) {
	var trail []string
	done := map[string]bool{}
	var visit func(v string)
	visit = func(v string) {
		trail = append(trail, v)
		for _, e := range g[v] {
			if i := slices.Index(trail, e.to); i >= 0 {
				problems.add(e.at.line, e.at.path, "closes a circle of references: %s", strings.Join(append(slices.Clone(trail[i:]), e.to), " -> "))
				continue
			}
			if !done[e.to] {
				visit(e.to)
			}
		}
		trail = trail[:len(trail)-1]
		done[v] = true
	}
	for _, v := range vertices {
		if !done[v] {
			visit(v)
		}
	}
}
