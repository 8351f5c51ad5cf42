package stack

import "regexp"

// mappingName is what CloudFormation allows.
var mappingName = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)

// readMappings checks that every mapping has two levels of names and literal strings, or lists of them, below.
func (l *loader) readMappings(section *node) {
	l.mappings = section
	for _, e := range section.mapped() {
		if !mappingName.MatchString(e.key) {
			l.faults.add(e.line, e.value.path, "a mapping's name holds only letters and digits")
		}
		l.eachIn(e.value, func(top *node) {
			l.eachIn(top, func(v *node) {
				if v.kind == mapping {
					l.faults.add(v.line, v.path, "must be a literal string or a list of them")
				}
				for _, item := range v.items {
					if item.kind != scalar && item.kind != broken {
						l.faults.add(item.line, item.path, "must be a literal string")
					}
				}
			})
		})
	}
}

func (l *loader) eachIn(n *node, visit func(*node)) {
	if n.kind != mapping {
		if n.kind != broken {
			l.faults.add(n.line, n.path, "must be a mapping, not %s", n.kind)
		}
		return
	}
	for _, e := range n.entries {
		visit(e.value)
	}
}

func (l *loader) findInMap(n, arg *node, s scope) *node {
	args := l.args(n, arg, "Fn::FindInMap", 3, "a mapping's name and two keys")
	if args == nil {
		return n.broken()
	}
	at := l.mappings
	path := "Mappings"
	for _, a := range args {
		key, ok := l.text(a, s)
		if !ok {
			return n.broken()
		}
		var names []string
		for _, e := range at.mapped() {
			names = append(names, e.key)
		}
		next := at.get(key)
		if next == nil {
			return l.fail(n, "Fn::FindInMap: there is no %q in %s%s", key, path, meant(key, names))
		}
		at, path = next, join(path, key)
	}
	return at
}
