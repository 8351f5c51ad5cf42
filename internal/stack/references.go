package stack

import "strings"

const noValue = "AWS::NoValue"

// ref is Ref: a pseudo parameter, a parameter or a resource.
func (l *loader) ref(n, arg *node, s scope) *node {
	if arg.kind != scalar {
		return l.fail(n, "Ref takes a literal name")
	}
	if arg.text == noValue {
		return nil
	}
	if v, ok := l.pseudo(n, arg.text); ok {
		return v
	}
	if p := l.parameter(arg.text); p != nil {
		return p.resolved(n)
	}
	r := l.target(n, arg.text, s)
	if r == nil {
		return n.broken()
	}
	return n.scalar(l.refOf(r))
}

func (l *loader) parameter(name string) *parameter {
	for _, p := range l.parameters {
		if p.name == name {
			return p
		}
	}
	return nil
}

func (l *loader) parameterNames() []string {
	var names []string
	for _, p := range l.parameters {
		names = append(names, p.name)
	}
	return names
}

// target finds the resource that is referred to, and notes that the owner depends on it.
func (l *loader) target(n *node, name string, s scope) *resource {
	r := l.byID[name]
	switch {
	case !s.resources: // resources are read after the conditions
		l.fail(n, "there is no parameter %s%s; a condition cannot refer to resources", name, meant(name, l.parameterNames()))
		return nil
	case r == nil:
		l.unknownName(n, name)
		return nil
	case r.absent():
		l.fail(n, "%s does not exist, because its condition %s is false", name, r.condition())
		return nil
	}
	l.graph.add(s.owner, r.vertex(), n)
	return r
}

func (l *loader) unknownName(n *node, name string) {
	if l.faults.full() {
		return
	}
	names := l.parameterNames()
	for _, r := range l.resources {
		names = append(names, r.id)
	}
	l.fail(n, "there is no parameter or resource %s%s", name, meant(name, names))
}

func (l *loader) getAtt(n, arg *node, s scope) *node {
	var name, attribute string
	switch {
	case arg.kind == scalar:
		name, attribute, _ = strings.Cut(arg.text, ".")
	case arg.kind == list && len(arg.items) == 2 && arg.items[0].kind == scalar:
		name = arg.items[0].text
		var ok bool
		if attribute, ok = l.text(arg.items[1], s); !ok {
			return n.broken()
		}
	}
	if name == "" || attribute == "" {
		return l.fail(n, "Fn::GetAtt takes a resource's name and an attribute, as a list or with a period between them")
	}
	r := l.target(n, name, s)
	if r == nil {
		return n.broken()
	}
	value, ok := l.attribute(r, attribute)
	if !ok {
		return l.fail(n, "%s (%s) has no attribute %s%s", name, r.kindName, attribute, meant(attribute, r.kind.attributes()))
	}
	return n.scalar(value)
}

// refOf is what Ref gives of a resource.
func (l *loader) refOf(r *resource) string {
	if r.kind.ref != nil {
		return r.kind.ref(l, r)
	}
	return l.physicalName(r.id)
}

func (l *loader) attribute(r *resource, name string) (string, bool) {
	if get, ok := r.kind.attrs[name]; ok {
		return get(l, r), true
	}
	if r.kind.class != runs && r.kind.attrs == nil { // what attributes it has is not known here
		if strings.HasSuffix(name, "Arn") {
			return l.arn(serviceOf(r.kindName), r.id+"/"+l.physicalName(r.id)), true
		}
		return l.physicalName(r.id) + "-" + name, true
	}
	return "", false
}

// serviceOf is the service part of a resource type, as ARNs have it.
func serviceOf(kindName string) string {
	parts := strings.Split(kindName, "::")
	if len(parts) < 2 {
		return strings.ToLower(kindName)
	}
	return strings.ToLower(parts[1])
}

// checkNames reports references to what does not exist in a value that is not resolved, because a condition is false.
// CloudFormation refuses these too.
func (l *loader) checkNames(n *node) {
	if l.faults.full() || !l.spend(&node{items: n.items, entries: n.entries}) {
		return
	}
	if name, arg, ok := n.call(); ok {
		switch {
		case name == "Ref" && arg.kind == scalar:
			l.checkName(n, arg.text)
			return
		case name == "Fn::GetAtt" && arg.kind == scalar:
			name, _, _ := strings.Cut(arg.text, ".")
			l.checkName(n, name)
			return
		case name == "Fn::GetAtt" && arg.kind == list && len(arg.items) > 0 && arg.items[0].kind == scalar:
			l.checkName(n, arg.items[0].text)
			return
		case name == "Fn::Sub":
			l.checkSub(n, arg)
		}
	}
	for _, item := range n.items {
		l.checkNames(item)
	}
	for _, e := range n.entries {
		l.checkNames(e.value)
	}
}

func (l *loader) checkSub(n, arg *node) {
	text, own := subArgs(arg)
	for _, m := range substitution.FindAllStringSubmatch(text.text, -1) {
		name, _, _ := strings.Cut(m[1], ".")
		if !strings.HasPrefix(name, "!") && own.get(m[1]) == nil {
			l.checkName(n, name)
		}
	}
}

func (l *loader) checkName(n *node, name string) {
	_, pseudo := l.pseudo(n, name)
	if !pseudo && name != noValue && l.parameter(name) == nil && l.byID[name] == nil {
		l.unknownName(n, name)
	}
}
