package stack

import (
	"maps"
	"slices"
)

type condition struct {
	node  *node
	state conditionState
	value bool
}

type conditionState int

const (
	unread conditionState = iota
	reading
	read
)

// readConditions evaluates every condition, used or not.
func (l *loader) readConditions(section *node) {
	for _, e := range section.mapped() {
		l.conditions[e.key] = &condition{node: e.value}
	}
	for _, e := range section.mapped() {
		l.condition(e.value, e.key)
	}
}

// conditionAt is the value of the condition that a node names.
func (l *loader) conditionAt(n *node) bool {
	switch n.kind {
	case scalar:
		return l.condition(n, n.text)
	case broken:
	default:
		l.faults.add(n.line, n.path, "must be the name of a condition, not %s", n.kind)
	}
	return false
}

// condition is the value of a condition by its name, asked for at a place.
func (l *loader) condition(at *node, name string) bool {
	c := l.conditions[name]
	switch {
	case c == nil:
		l.faults.add(at.line, at.path, "there is no condition %s%s", name, meant(name, slices.Sorted(maps.Keys(l.conditions))))
		return false
	case c.state == reading:
		l.faults.add(at.line, at.path, "condition %s depends on itself", name)
		return false
	case c.state == unread:
		c.state = reading
		c.value = l.evaluate(c.node)
		c.state = read
	}
	return c.value
}

// evaluate computes a condition function. Only these give truth; CloudFormation has them in the section Conditions alone.
func (l *loader) evaluate(n *node) bool {
	if n.kind == broken {
		return false
	}
	if n.kind != mapping || len(n.entries) != 1 {
		l.faults.add(n.line, n.path, "must be one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition")
		return false
	}
	name, arg := n.entries[0].key, n.entries[0].value
	switch name {
	case "Condition":
		return l.conditionAt(arg)
	case "Fn::Equals":
		return l.equals(arg)
	case "Fn::Not":
		return l.terms(arg, name, 1, 1, func(values []bool) bool { return !values[0] })
	case "Fn::And":
		return l.terms(arg, name, 2, 10, func(values []bool) bool { return !slices.Contains(values, false) })
	case "Fn::Or":
		return l.terms(arg, name, 2, 10, func(values []bool) bool { return slices.Contains(values, true) })
	default:
		l.faults.add(n.line, n.path, "%s is no condition; it must be one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, Condition", name)
		return false
	}
}

func (l *loader) equals(arg *node) bool {
	if arg.kind != list || len(arg.items) != 2 {
		l.faults.add(arg.line, arg.path, "Fn::Equals takes a list of two values")
		return false
	}
	left, ok := l.text(arg.items[0], inCondition)
	right, ok2 := l.text(arg.items[1], inCondition)
	return ok && ok2 && left == right
}

func (l *loader) terms(arg *node, name string, least, most int, combine func([]bool) bool) bool {
	if arg.kind != list || len(arg.items) < least || len(arg.items) > most {
		l.faults.add(arg.line, arg.path, "%s takes a list of %d to %d conditions", name, least, most)
		return false
	}
	values := make([]bool, len(arg.items))
	for i, item := range arg.items {
		values[i] = l.evaluate(item)
	}
	return combine(values)
}
