package stack

import "slices"

// An object reads a resolved mapping and remembers which keys were asked for. What is left at done is unknown, and the
// names that were asked for are those that it might have been. Decoders therefore need no list of a type's properties:
// they are the list.
type object struct {
	l     *loader
	n     *node
	known []string
}

func (l *loader) object(n *node) *object { return &object{l: l, n: n} }

func (o *object) take(name string) *node {
	if !slices.Contains(o.known, name) {
		o.known = append(o.known, name)
	}
	return o.n.get(name)
}

func (o *object) has(name string) bool { return o.take(name) != nil }

// required reports a key that is missing.
func (o *object) required(names ...string) *object {
	for _, name := range names {
		if !o.has(name) && o.n.kind == mapping {
			o.l.faults.add(o.n.line, o.path(name), "is missing")
		}
	}
	return o
}

func (o *object) path(name string) string {
	if v := o.n.get(name); v != nil {
		return v.path
	}
	return join(o.n.path, name)
}

func (o *object) line(name string) int {
	for _, e := range o.n.mapped() {
		if e.key == name {
			return e.line
		}
	}
	return o.n.line
}

func (o *object) fault(name, format string, args ...any) {
	o.l.faults.add(o.line(name), o.path(name), format, args...)
}

// want is a value of a kind; nil when it is absent or another, which is reported.
func (o *object) want(name string, kind nodeKind) *node {
	v := o.take(name)
	if v == nil || v.kind == broken {
		return nil
	}
	if v.kind != kind {
		o.fault(name, "must be %s, not %s", kind, v.kind)
		return nil
	}
	return v
}

// in reads a mapping within, if it is there.
func (o *object) in(name string, read func(*object)) {
	if v := o.want(name, mapping); v != nil {
		inner := o.l.object(v)
		read(inner)
		inner.done()
	}
}

// each reads a list of mappings.
func (o *object) each(name string, read func(*object)) {
	v := o.want(name, list)
	if v == nil {
		return
	}
	for _, item := range v.items {
		if item.kind != mapping {
			if item.kind != broken {
				o.l.faults.add(item.line, item.path, "must be a mapping, not %s", item.kind)
			}
			continue
		}
		inner := o.l.object(item)
		read(inner)
		inner.done()
	}
}

// under reads a mapping whose keys the template chooses and whose values are mappings.
func (o *object) under(name string, read func(key string, inner *object)) {
	v := o.want(name, mapping)
	for _, e := range v.mapped() {
		if e.value.kind != mapping {
			if e.value.kind != broken {
				o.l.faults.add(e.line, e.value.path, "must be a mapping, not %s", e.value.kind)
			}
			continue
		}
		inner := o.l.object(e.value)
		read(e.key, inner)
		inner.done()
	}
}

// dictionary is a mapping whose keys the template chooses and whose values are strings; nil when it is not set.
func (o *object) dictionary(name string, localize func(string) string) map[string]string {
	v := o.want(name, mapping)
	if v == nil {
		return nil
	}
	out := map[string]string{}
	for _, e := range v.entries {
		switch e.value.kind {
		case scalar:
			out[e.key] = localize(e.value.text)
		case broken:
		default:
			o.l.faults.add(e.line, e.value.path, "must be a string, not %s", e.value.kind)
		}
	}
	return out
}

// skip takes keys that have no meaning on one machine.
func (o *object) skip(names ...string) {
	for _, name := range names {
		o.take(name)
	}
}

// notRun takes keys that one machine does not obey, and says so of those that are set.
func (o *object) notRun(names ...string) {
	for _, name := range names {
		if o.has(name) {
			o.l.notices.add(o.line(name), o.path(name), "is not run here")
		}
	}
}

// notice tells of a value that is obeyed in part.
func (o *object) notice(name, format string, args ...any) {
	o.l.notices.add(o.line(name), o.path(name), format, args...)
}

// notRunIf takes a switch that one machine does not obey when it is on.
func (o *object) notRunIf(name string) {
	if o.boolean(name, false) {
		o.l.notices.add(o.line(name), o.path(name), "is not run here")
	}
}

// done reports the keys that nobody asked for.
func (o *object) done() {
	for _, e := range o.n.mapped() {
		if !slices.Contains(o.known, e.key) && !o.l.faults.full() {
			o.l.faults.add(e.line, e.value.path, "is not known here%s", meant(e.key, o.known))
		}
	}
}
