// Package stack reads an AWS SAM template as one machine needs it: parameters, conditions, mappings, globals and
// intrinsic functions are resolved, AWS's defaults are filled in, and the resources that run on one machine come out
// as types. The rest of the program takes its settings from here and never looks at the template.
//
// The template is read strictly. Every property is obeyed, or known to have no meaning on one machine and skipped, or
// known and not run here, which is a notice; anything else is an error with its place. What guards something and is not
// run here is an error too, since a stack that lost a guard looks like one that has it.
package stack

import (
	"regexp"
	"slices"
)

// Options are what a template is resolved for.
type Options struct {
	// File is the template's name in problems.
	File string
	// Parameters override the defaults of the template's parameters. A name that the template lacks is an error.
	Parameters map[string]string
	// StackName is AWS::StackName; "todo" when empty.
	StackName string
	Local     Local
}

// Local holds the base addresses, without a trailing slash, that take the place of the stack's addresses on AWS. An
// empty one leaves the address on AWS as it is.
type Local struct {
	// API takes the place of https://<api>.execute-api.<region>.amazonaws.com; a stage follows.
	API string
	// Domain takes the place of the user pool's domain.
	Domain string
	// Issuer takes the place of https://cognito-idp.<region>.amazonaws.com; the pool's id follows.
	Issuer string
	// App takes the place of the Amplify branch's host.
	App string
}

// loader holds what is known of a template while it is read.
type loader struct {
	opts    Options
	faults  *findings // stop the load
	notices *findings // do not

	parameters []*parameter
	mappings   *node
	conditions map[string]*condition
	resources  []*resource
	byID       map[string]*resource
	globals    map[string]*node // by resource type

	graph   graph
	origins []origin
	// budget is about how many more bytes values may come to. Small templates can ask for huge results.
	budget int
}

// maxResolved is far above what any real template comes to.
const maxResolved = 32 << 20

var stackName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// Load resolves a template, of at most 1 MiB. When anything is wrong with it, the error is an *Error that holds every
// problem found; the stack is nil then. What is known but not run on one machine is in the stack's Notices.
func Load(template []byte, opts Options) (*Stack, error) {
	if opts.StackName == "" {
		opts.StackName = "todo"
	}
	l := &loader{
		opts: opts, faults: newFindings(opts.File), notices: newFindings(opts.File),
		conditions: map[string]*condition{}, byID: map[string]*resource{}, globals: map[string]*node{},
		graph: graph{}, budget: maxResolved,
	}
	if !stackName.MatchString(opts.StackName) {
		l.faults.add(0, "", "the stack's name %q must start with a letter and hold only letters, digits and hyphens, at most 128", opts.StackName)
	}
	s := &Stack{File: opts.File, Name: opts.StackName}
	if root := (reader{l.faults}).read(template, 0, ""); root != nil {
		l.template(root, s)
	}
	if problems := l.faults.sorted(); len(problems) > 0 {
		return nil, &Error{Problems: problems}
	}
	s.Notices = l.notices.sorted()
	return s, nil
}

// template reads the sections in the order in which they build on one another.
func (l *loader) template(root *node, s *Stack) {
	if root.kind == broken {
		return
	}
	if root.kind != mapping {
		l.faults.add(root.line, "", "must be a mapping with a section Resources, not %s", root.kind)
		return
	}
	l.sections(root)
	s.Parameters = l.readParameters(l.section(root, "Parameters"))
	l.readMappings(l.section(root, "Mappings"))
	l.readConditions(l.section(root, "Conditions"))
	l.readGlobals(l.section(root, "Globals"))
	l.readResources(l.section(root, "Resources"))
	l.resolveResources()
	l.findOrigins()
	l.decode(s)
	s.Outputs = l.readOutputs(l.section(root, "Outputs"))
	for _, r := range l.resources {
		if r.absent() {
			continue
		}
		s.Resources = append(s.Resources, Resource{LogicalID: r.id, Type: r.kindName, Ref: l.refOf(r)})
	}
}

const samTransform = "AWS::Serverless-2016-10-31"

// sections reports what a template cannot have at its top, and what of it is not run here.
func (l *loader) sections(root *node) {
	known := []string{"AWSTemplateFormatVersion", "Transform", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Globals", "Resources", "Outputs", "Hooks"}
	for _, e := range root.entries {
		switch {
		case !slices.Contains(known, e.key):
			l.faults.add(e.line, e.key, "is not a section of a template%s", meant(e.key, known))
		case e.key == "Rules" || e.key == "Hooks":
			l.notices.add(e.line, e.key, "is not run here")
		case e.key == "AWSTemplateFormatVersion" && e.value.kind != broken && e.value.text != "2010-09-09":
			l.faults.add(e.line, e.key, "must be 2010-09-09")
		}
	}
	if root.get("Resources") == nil {
		l.faults.add(root.line, "Resources", "is missing")
	}
	l.transforms(root)
}

func (l *loader) transforms(root *node) {
	n := root.get("Transform")
	sam := false
	if n != nil {
		names := []*node{n}
		if n.kind == list {
			names = n.items
		}
		for _, name := range names {
			switch {
			case name.kind == broken:
			case name.kind == scalar && name.text == samTransform:
				sam = true
			default:
				l.faults.add(name.line, name.path, "only %s is run here", samTransform)
			}
		}
	}
	if globals := root.get("Globals"); globals != nil && !sam {
		l.faults.add(globals.line, "Globals", "needs Transform: %s", samTransform)
	}
	for _, e := range root.get("Resources").mapped() {
		if t := e.value.get("Type"); t != nil && isServerless(t.text) && !sam {
			l.faults.add(t.line, t.path, "%s needs Transform: %s", t.text, samTransform)
		}
	}
}

// mapped are the entries of a mapping; none when n is nil or something else.
func (n *node) mapped() []entry {
	if n == nil || n.kind != mapping {
		return nil
	}
	return n.entries
}

// section is a section's mapping, or nil when the template has none or it is no mapping, which is reported.
func (l *loader) section(root *node, name string) *node {
	n := root.get(name)
	if n == nil || n.kind == broken {
		return nil
	}
	if n.kind != mapping {
		l.faults.add(n.line, name, "must be a mapping, not %s", n.kind)
		return nil
	}
	return n
}
