package stack

import (
	"regexp"
	"slices"
)

// A resource is an entry of Resources, or one that SAM makes and lets templates refer to.
type resource struct {
	id       string
	kindName string
	kind     kind
	node     *node
	// properties are with the globals merged in; nil when there are none.
	properties *node
	// of is the resource that SAM makes this one for; nil for those in the template.
	of *resource
	// conditionName is empty for a resource without a condition.
	conditionName string
	missing       bool

	resolved  map[string]*node
	resolving map[string]bool
}

const maxResources = 500 // CloudFormation's quota

var (
	logicalID = regexp.MustCompile(`^[a-zA-Z0-9]{1,255}$`)
	typeName  = regexp.MustCompile(`^[a-zA-Z0-9]+(::[a-zA-Z0-9@_-]+){1,3}$`)
)

// resourceAttributes are the keys that a resource may have. Connectors and IgnoreGlobals are SAM's.
var resourceAttributes = []string{
	"Type", "Properties", "Condition", "DependsOn", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy",
	"CreationPolicy", "Connectors", "IgnoreGlobals",
}

func (r *resource) absent() bool {
	if r.of != nil {
		return r.of.absent()
	}
	return r.missing
}

func (r *resource) condition() string {
	if r.of != nil {
		return r.of.condition()
	}
	return r.conditionName
}

// vertex is where references to the resource lead.
func (r *resource) vertex() string { return r.id }

// owner is where references from a property start. SAM makes an Api's stage, a function's alias and the
// permissions behind its events as resources of their own; the last nothing can refer to.
func (r *resource) owner(property string) string {
	switch {
	case r.kindName == serverlessAPI && slices.Contains(stageProperties, property):
		return r.id + ".Stage"
	case r.kindName == serverlessFunction && property == "Events":
		return ""
	case r.kindName == serverlessFunction && property == "DeploymentPreference": // the alias is what is moved
		return r.id + ".Alias"
	default:
		return r.id
	}
}

func (l *loader) readResources(section *node) {
	if section != nil && len(section.entries) > maxResources {
		l.faults.add(section.line, "Resources", "holds more than %d resources", maxResources)
		return
	}
	for _, e := range section.mapped() {
		if r := l.readResource(e); r != nil {
			l.resources = append(l.resources, r)
			l.byID[r.id] = r
		}
	}
	l.addImplicitAPI(section)
	for _, r := range l.resources {
		l.addGenerated(r)
	}
}

func (l *loader) readResource(e entry) *resource {
	n := e.value
	if n.kind == broken {
		return nil
	}
	if !logicalID.MatchString(e.key) {
		l.faults.add(e.line, n.path, "a resource's name holds only letters and digits")
	}
	if l.parameter(e.key) != nil {
		l.faults.add(e.line, n.path, "is the name of a parameter too")
	}
	t := n.get("Type")
	if n.kind != mapping || t == nil {
		l.faults.add(e.line, n.path, "must be a mapping with a Type")
		return nil
	}
	if t.kind != scalar || !typeName.MatchString(t.text) {
		l.faults.add(t.line, t.path, "must be the name of a resource type, such as AWS::DynamoDB::Table")
		return nil
	}
	r := &resource{id: e.key, kindName: t.text, node: n, resolved: map[string]*node{}, resolving: map[string]bool{}}
	l.classify(r, t)
	if c := n.get("Condition"); c != nil {
		r.conditionName = c.text
		r.missing = !l.conditionAt(c)
	}
	l.checkPolicies(n)
	p := n.get("Properties")
	switch {
	case p == nil:
	case isCall(p):
		l.faults.add(p.line, p.path, "must be a literal mapping, not a function")
		p = nil
	case p.kind != mapping:
		if p.kind != broken {
			l.faults.add(p.line, p.path, "must be a mapping, not %s", p.kind)
		}
		p = nil
	}
	r.properties = l.withGlobals(r, p)
	return r
}

// checkPolicies looks at what happens to a resource that is deleted: nothing here, but a misspelt value would cost data
// in the cloud.
func (l *loader) checkPolicies(n *node) {
	o := l.object(n)
	o.enum("DeletionPolicy", "", "Delete", "Retain", "RetainExceptOnCreate", "Snapshot")
	o.enum("UpdateReplacePolicy", "", "Delete", "Retain", "Snapshot")
}

// classify finds what is known of the resource's type.
func (l *loader) classify(r *resource, at *node) {
	known := false
	if r.kind, known = kindOf(r.kindName); known {
		return
	}
	r.kind.class = foreign
	_, unrun := global[r.kindName]
	if isServerless(r.kindName) && !unrun && !slices.Contains(serverlessTypes, r.kindName) {
		l.faults.add(at.line, at.path, "there is no resource type %s%s", r.kindName, meant(r.kindName, kindNames()))
		return
	}
	l.notices.add(at.line, at.path, "resources of type %s are not run here", r.kindName)
}

// resolveResources calls the functions in every property of the resources that exist.
func (l *loader) resolveResources() {
	for _, r := range l.resources {
		if r.absent() {
			if r.properties != nil {
				l.checkNames(r.properties)
			}
			continue
		}
		for _, e := range r.properties.mapped() {
			l.resolveProperty(r, e.key, e.value)
		}
		l.dependsOn(r)
	}
}

// property is a resolved property; nil when it is not set.
func (l *loader) property(r *resource, name string) *node {
	if v, ok := r.resolved[name]; ok {
		return v
	}
	if p := r.properties.get(name); p != nil {
		return l.resolveProperty(r, name, p)
	}
	return nil
}

func (l *loader) resolveProperty(r *resource, name string, p *node) *node {
	if v, ok := r.resolved[name]; ok {
		return v
	}
	if r.resolving[name] {
		return p.broken() // a circle, which the graph reports
	}
	r.resolving[name] = true
	v := l.resolve(p, scope{owner: r.owner(name), resources: true})
	r.resolved[name] = v
	return v
}

// propertyText is a property that must be a string for its resource to be named by it; empty when it is none.
func (l *loader) propertyText(r *resource, name string) string {
	if v := l.property(r, name); v != nil && v.kind == scalar {
		return v.text
	}
	return ""
}

// resolvedProperties are all properties of a resource, for decoding.
func (r *resource) resolvedProperties() *node {
	out := &node{kind: mapping, line: r.node.line, path: join(r.node.path, "Properties")}
	if p := r.node.get("Properties"); p != nil {
		out.line = p.line
	}
	for _, e := range r.properties.mapped() {
		if v := r.resolved[e.key]; v != nil {
			out.entries = append(out.entries, entry{key: e.key, line: e.line, value: v})
		}
	}
	return out
}

func (l *loader) dependsOn(r *resource) {
	n := r.node.get("DependsOn")
	if n == nil || n.kind == broken {
		return
	}
	names := []*node{n}
	if n.kind == list {
		names = n.items
	}
	for _, name := range names {
		target := l.byID[name.text]
		switch {
		case name.kind != scalar:
			l.faults.add(name.line, name.path, "must be the name of a resource")
		case target == nil:
			l.unknownName(name, name.text)
		case !target.absent(): // an absent one is made never, so nothing need wait for it
			l.graph.add(r.id, target.vertex(), name)
		}
	}
}
