package stack

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

type parameter struct {
	name   string
	noEcho bool
	list   bool
	value  string
	items  []string // of a list
	failed bool
	node   *node
}

const (
	maxParameters     = 200
	maxParameterValue = 4096
)

var (
	parameterName = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)
	decimal       = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

func (l *loader) readParameters(section *node) []Parameter {
	var out []Parameter
	var names []string
	for _, e := range section.mapped() {
		p := l.readParameter(e)
		if !p.failed {
			out = append(out, Parameter{Name: p.name, Value: p.value, NoEcho: p.noEcho})
		}
		names = append(names, p.name)
		l.parameters = append(l.parameters, p)
	}
	if len(names) > maxParameters {
		l.faults.add(section.line, "Parameters", "holds more than %d parameters", maxParameters)
	}
	for _, name := range slices.Sorted(maps.Keys(l.opts.Parameters)) {
		if !slices.Contains(names, name) {
			l.faults.add(0, "Parameters", "the template has no parameter %s%s", name, meant(name, names))
		}
	}
	return out
}

func (l *loader) readParameter(e entry) *parameter {
	p := &parameter{name: e.key, node: e.value}
	if !parameterName.MatchString(e.key) {
		l.faults.add(e.line, e.value.path, "a parameter's name holds only letters and digits")
	}
	if e.value.kind != mapping {
		p.failed = true
		if e.value.kind != broken {
			l.faults.add(e.line, e.value.path, "must be a mapping, not %s", e.value.kind)
		}
		return p
	}
	before := len(l.faults.list)
	o := l.object(e.value)
	p.noEcho = o.boolean("NoEcho", false)
	kind := o.required("Type").text("Type")
	p.list = kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<")
	if !knownParameterType(kind) && kind != "" {
		l.faults.add(o.line("Type"), o.path("Type"), "parameters of type %s are not read here", kind)
	}
	o.skip(
		"AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength", "MaxValue",
		"MinLength", "MinValue",
	)
	value, given := l.opts.Parameters[e.key]
	if !given {
		if !o.has("Default") {
			l.faults.add(e.line, e.value.path, "has no default and no value was given")
		}
		value = o.text("Default")
	}
	p.set(value)
	l.constrain(p, kind, o)
	o.done()
	p.failed = len(l.faults.list) > before
	return p
}

func knownParameterType(t string) bool {
	switch {
	case t == "String", t == "Number", t == "CommaDelimitedList", t == "List<Number>":
		return true
	case strings.HasPrefix(t, "AWS::SSM::"):
		return false // its value is in a service that is not here
	default:
		return strings.HasPrefix(t, "AWS::") || strings.HasPrefix(t, "List<AWS::")
	}
}

func (p *parameter) set(value string) {
	p.value = value
	if !p.list || value == "" {
		return
	}
	for item := range strings.SplitSeq(value, ",") {
		p.items = append(p.items, strings.TrimSpace(item))
	}
}

// each is what constraints apply to: the value, or every item of a list.
func (p *parameter) each() []string {
	if p.list {
		return p.items
	}
	return []string{p.value}
}

// constrain checks the value, of a default too. It never shows the value: it may be a secret.
func (l *loader) constrain(p *parameter, kind string, o *object) {
	description := ""
	if d := p.node.get("ConstraintDescription"); d != nil && d.kind == scalar {
		description = ": " + d.text
	}
	fail := func(rule, format string, args ...any) {
		l.faults.add(o.line(rule), o.path(rule), "the value of "+p.name+" "+format+"%s", append(args, description)...)
	}
	if len(p.value) > maxParameterValue {
		fail("Type", "is longer than %d bytes", maxParameterValue)
		return
	}
	number := kind == "Number" || kind == "List<Number>"
	for _, v := range p.each() {
		if number && !decimal.MatchString(v) {
			fail("Type", "is not a number")
			return
		}
	}
	l.constrainText(p, kind, o, fail)
	l.constrainNumber(p, number, o, fail)
	if !o.has("AllowedValues") {
		return
	}
	allowed := o.texts("AllowedValues")
	for _, v := range p.each() {
		if !slices.Contains(allowed, v) {
			fail("AllowedValues", "is not one of %s", strings.Join(allowed, ", "))
			return
		}
	}
}

type constraintFault func(rule, format string, args ...any)

func (l *loader) constrainText(p *parameter, kind string, o *object, fail constraintFault) {
	for _, rule := range []string{"MinLength", "MaxLength"} {
		if !o.has(rule) {
			continue
		}
		limit, length := o.integer(rule, 0, 0, maxParameterValue), utf8.RuneCountInString(p.value)
		switch {
		case kind != "String":
			l.faults.add(o.line(rule), o.path(rule), "is for parameters of type String")
		case rule == "MinLength" && length < limit:
			fail(rule, "is shorter than %d characters", limit)
		case rule == "MaxLength" && length > limit:
			fail(rule, "is longer than %d characters", limit)
		}
	}
	if !o.has("AllowedPattern") {
		return
	}
	pattern := o.text("AllowedPattern")
	// CloudFormation's expressions are Java's, with look-ahead, which the standard library's do not have.
	re, err := regexp2.Compile(`\A(?:`+pattern+`)\z`, regexp2.None)
	if err != nil {
		l.faults.add(o.line("AllowedPattern"), o.path("AllowedPattern"), "is not a regular expression")
		return
	}
	re.MatchTimeout = 100 * time.Millisecond
	for _, v := range p.each() {
		if ok, err := re.MatchString(v); !ok || err != nil {
			fail("AllowedPattern", "does not match %s", pattern)
			return
		}
	}
}

func (l *loader) constrainNumber(p *parameter, number bool, o *object, fail constraintFault) {
	for _, rule := range []string{"MinValue", "MaxValue"} {
		if !o.has(rule) {
			continue
		}
		limit, err := strconv.ParseFloat(o.text(rule), 64)
		if err != nil || !decimal.MatchString(o.text(rule)) || !number {
			l.faults.add(o.line(rule), o.path(rule), "must be a number, on a parameter of type Number")
			continue
		}
		for _, v := range p.each() {
			f, _ := strconv.ParseFloat(v, 64)
			if rule == "MinValue" && f < limit {
				fail(rule, "is less than %s", o.text(rule))
			}
			if rule == "MaxValue" && f > limit {
				fail(rule, "is more than %s", o.text(rule))
			}
		}
	}
}

// resolved is the parameter's value for Ref.
func (p *parameter) resolved(at *node) *node {
	if p.failed {
		return at.broken()
	}
	if !p.list {
		return at.scalar(p.value)
	}
	out := &node{kind: list, line: at.line, path: at.path}
	for _, item := range p.items {
		out.items = append(out.items, at.scalar(item))
	}
	return out
}
