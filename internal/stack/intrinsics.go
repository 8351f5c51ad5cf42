package stack

import (
	"strconv"
	"strings"
)

// A scope says where a value stands, and so what it may refer to.
type scope struct {
	// owner is the vertex of the dependency graph that a reference leads from; empty when it does not matter.
	owner string
	// resources tells whether resources may be referred to: not from a condition.
	resources bool
}

var (
	inCondition = scope{}
	inOutput    = scope{resources: true}
)

// resolve calls the functions in a value. It answers nil for AWS::NoValue, which takes the property or the item that
// holds it away.
func (l *loader) resolve(n *node, s scope) *node {
	if !l.spend(&node{items: n.items, entries: n.entries}) {
		return l.overspent(n)
	}
	switch n.kind {
	case list:
		out := &node{kind: list, line: n.line, path: n.path}
		for _, item := range n.items {
			if v := l.resolve(item, s); v != nil {
				out.items = append(out.items, v)
			}
		}
		return out
	case mapping:
		if name, arg, ok := n.call(); ok {
			return l.call(n, name, arg, s)
		}
		out := &node{kind: mapping, line: n.line, path: n.path}
		for _, e := range n.entries {
			if isFunction(e.key) {
				l.faults.add(e.line, n.path, "%s must stand alone in its mapping", e.key)
				return n.broken()
			}
			if v := l.resolve(e.value, s); v != nil {
				out.entries = append(out.entries, entry{key: e.key, line: e.line, value: v})
			}
		}
		return out
	default:
		return n
	}
}

// call calls one function. The rules are those of the CloudFormation user guide, "Intrinsic function reference".
func (l *loader) call(n *node, name string, arg *node, s scope) *node {
	if arg.kind == broken {
		return arg
	}
	var out *node
	switch name {
	case "Ref":
		out = l.ref(n, arg, s)
	case "Fn::GetAtt":
		out = l.getAtt(n, arg, s)
	case "Fn::Sub":
		out = l.sub(n, arg, s)
	case "Fn::If":
		return l.choose(n, arg, s)
	case "Fn::Join":
		out = l.join(n, arg, s)
	case "Fn::Split":
		out = l.split(n, arg, s)
	case "Fn::Select":
		return l.selectItem(n, arg, s)
	case "Fn::FindInMap":
		return l.findInMap(n, arg, s)
	case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals":
		return l.fail(n, "%s may stand only in Conditions", name)
	default:
		return l.fail(n, "%s is not run here", name)
	}
	if out != nil && !l.spend(out) {
		return l.overspent(n)
	}
	return out
}

// spend takes what a value costs out of the budget; false when it is used up.
func (l *loader) spend(n *node) bool {
	l.budget -= len(n.text) + 64*(len(n.items)+len(n.entries))
	for _, item := range n.items {
		l.budget -= len(item.text)
	}
	return l.budget >= 0
}

func (l *loader) overspent(n *node) *node {
	l.budget = -1
	return l.fail(n, "what the template comes to is larger than %d bytes", maxResolved)
}

func (l *loader) fail(n *node, format string, args ...any) *node {
	l.faults.add(n.line, n.path, format, args...)
	return n.broken()
}

// text resolves a value that must be a string. It is not ok when it is none, which has been reported.
func (l *loader) text(n *node, s scope) (string, bool) {
	v := l.resolve(n, s)
	switch {
	case v == nil:
		l.faults.add(n.line, n.path, "AWS::NoValue cannot stand here")
	case v.kind == scalar:
		return v.text, true
	case v.kind != broken:
		l.faults.add(n.line, n.path, "must be a string here, not %s", v.kind)
	}
	return "", false
}

// args are the arguments of a function that takes a fixed number of them; nil when they are not, which is reported.
func (l *loader) args(n, arg *node, name string, count int, what string) []*node {
	if arg.kind != list || len(arg.items) != count {
		l.fail(n, "%s takes %s", name, what)
		return nil
	}
	return arg.items
}

func (l *loader) choose(n, arg *node, s scope) *node {
	args := l.args(n, arg, "Fn::If", 3, "a condition's name and two values")
	if args == nil {
		return n.broken()
	}
	if !s.resources {
		return l.fail(n, "Fn::If cannot stand in Conditions")
	}
	then, otherwise := args[1], args[2]
	if !l.conditionAt(args[0]) {
		then, otherwise = otherwise, then
	}
	l.checkNames(otherwise)
	return l.resolve(then, s)
}

func (l *loader) join(n, arg *node, s scope) *node {
	args := l.args(n, arg, "Fn::Join", 2, "a delimiter and a list")
	if args == nil {
		return n.broken()
	}
	if args[0].kind != scalar {
		return l.fail(args[0], "the delimiter must be a literal string")
	}
	items, ok := l.texts(args[1], s)
	if !ok {
		return n.broken()
	}
	total := len(args[0].text) * len(items)
	for _, item := range items {
		total += len(item)
	}
	if total > l.budget {
		return l.overspent(n)
	}
	return n.scalar(strings.Join(items, args[0].text))
}

// texts resolves a value that must be a list of strings.
func (l *loader) texts(n *node, s scope) ([]string, bool) {
	v := l.resolve(n, s)
	if v == nil || v.kind == broken {
		return nil, false
	}
	if v.kind != list {
		l.fail(n, "must be a list here, not %s", v.kind)
		return nil, false
	}
	out := make([]string, 0, len(v.items))
	for _, item := range v.items {
		if item.kind != scalar {
			if item.kind != broken {
				l.fail(item, "must be a string here, not %s", item.kind)
			}
			return nil, false
		}
		out = append(out, item.text)
	}
	return out, true
}

func (l *loader) split(n, arg *node, s scope) *node {
	args := l.args(n, arg, "Fn::Split", 2, "a delimiter and a string")
	if args == nil {
		return n.broken()
	}
	if args[0].kind != scalar || args[0].text == "" {
		return l.fail(args[0], "the delimiter must be a literal string, and not empty")
	}
	text, ok := l.text(args[1], s)
	if !ok {
		return n.broken()
	}
	if 64*strings.Count(text, args[0].text) > l.budget {
		return l.overspent(n)
	}
	out := &node{kind: list, line: n.line, path: n.path}
	for part := range strings.SplitSeq(text, args[0].text) {
		out.items = append(out.items, n.scalar(part))
	}
	return out
}

func (l *loader) selectItem(n, arg *node, s scope) *node {
	args := l.args(n, arg, "Fn::Select", 2, "an index and a list")
	if args == nil {
		return n.broken()
	}
	text, ok := l.text(args[0], s)
	if !ok {
		return n.broken()
	}
	from := l.resolve(args[1], s)
	if from == nil || from.kind == broken {
		return n.broken()
	}
	index, err := strconv.Atoi(text)
	switch {
	case from.kind != list:
		return l.fail(args[1], "must be a list here, not %s", from.kind)
	case err != nil || index < 0 || index >= len(from.items):
		return l.fail(n, "Fn::Select: there is no item %q in a list of %d", text, len(from.items))
	}
	return from.items[index]
}
