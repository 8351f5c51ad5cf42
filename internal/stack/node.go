package stack

// A node is a value of the template with its place. Reading gives nodes that may be function calls; resolving gives
// nodes that are not.
type node struct {
	kind    nodeKind
	line    int
	path    string
	text    string  // of a scalar: the string that CloudFormation makes of it
	items   []*node // of a list
	entries []entry // of a mapping, in the template's order
}

type nodeKind int

const (
	scalar nodeKind = iota
	list
	mapping
	// broken stands for a value that has been reported, so that nothing that follows from it is.
	broken
)

func (k nodeKind) String() string {
	return [...]string{"a string", "a list", "a mapping", "nothing"}[k]
}

type entry struct {
	key   string
	line  int
	value *node
}

// get is the value of a key; nil when there is none, or when n is nil or no mapping.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// call takes apart a function call, in either notation: a mapping whose only key is Ref or Fn::Name.
func (n *node) call() (name string, arg *node, ok bool) {
	if n.kind != mapping || len(n.entries) != 1 || !isFunction(n.entries[0].key) {
		return "", nil, false
	}
	return n.entries[0].key, n.entries[0].value, true
}

func isFunction(key string) bool {
	return key == "Ref" || len(key) > 4 && key[:4] == "Fn::"
}

// scalar and broken make nodes at the place of n.
func (n *node) scalar(text string) *node {
	return &node{kind: scalar, line: n.line, path: n.path, text: text}
}

func (n *node) broken() *node { return &node{kind: broken, line: n.line, path: n.path} }
