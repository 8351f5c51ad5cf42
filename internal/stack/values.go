package stack

import (
	"slices"
	"strconv"
	"strings"
)

// raw is a string whose addresses are those of AWS.
func (o *object) raw(name string) string {
	if v := o.want(name, scalar); v != nil {
		return v.text
	}
	return ""
}

// text is a string whose addresses are local.
func (o *object) text(name string) string { return o.l.localize(o.raw(name)) }

func (o *object) enum(name, otherwise string, allowed ...string) string {
	v := o.want(name, scalar)
	if v == nil {
		return otherwise
	}
	if !slices.Contains(allowed, v.text) {
		hint := meant(v.text, allowed)
		if (v.text == "true" || v.text == "false") && slices.Contains(allowed, "ON") {
			hint = " (unquoted, ON and OFF are booleans in YAML)"
		}
		o.fault(name, "%q is not one of %s%s", v.text, strings.Join(allowed, ", "), hint)
		return otherwise
	}
	return v.text
}

func (o *object) boolean(name string, otherwise bool) bool {
	v := o.want(name, scalar)
	if v == nil {
		return otherwise
	}
	switch v.text {
	case "true":
		return true
	case "false":
		return false
	}
	o.fault(name, "must be true or false, not %q", v.text)
	return otherwise
}

func (o *object) integer(name string, otherwise, least, most int) int {
	v := o.want(name, scalar)
	if v == nil {
		return otherwise
	}
	i, err := strconv.Atoi(v.text)
	if err != nil || i < least || i > most {
		o.fault(name, "must be a whole number from %d to %d, not %q", least, most, v.text)
		return otherwise
	}
	return i
}

// optionalInteger is a whole number from 0 to most; nil when it is not set.
func (o *object) optionalInteger(name string, most int) *int {
	if !o.has(name) {
		return nil
	}
	i := o.integer(name, 0, 0, most)
	return &i
}

// number is a fraction; nil when it is not set.
func (o *object) number(name string) *float64 {
	v := o.want(name, scalar)
	if v == nil {
		return nil
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil || !decimal.MatchString(v.text) || f < 0 || f > 1e9 {
		o.fault(name, "must be a number from 0, not %q", v.text)
		return nil
	}
	return &f
}

// texts is a list of strings whose addresses are local; nil when it is not set.
func (o *object) texts(name string) []string {
	v := o.want(name, list)
	if v == nil {
		return nil
	}
	out := make([]string, 0, len(v.items))
	for _, item := range v.items {
		switch item.kind {
		case scalar:
			out = append(out, o.l.localize(item.text))
		case broken:
		default:
			o.l.faults.add(item.line, item.path, "must be a string, not %s", item.kind)
		}
	}
	return out
}

// enums is a list of which every item is one of those allowed.
func (o *object) enums(name string, allowed ...string) []string {
	out := o.texts(name)
	for _, v := range out {
		if !slices.Contains(allowed, v) {
			o.fault(name, "%q is not one of %s%s", v, strings.Join(allowed, ", "), meant(v, allowed))
		}
	}
	return out
}
