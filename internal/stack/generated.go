package stack

// SAM makes resources of its own out of a template's, and lets the template refer to them.

const (
	implicitAPI   = "ServerlessRestApi"
	implicitStage = "Prod"
)

// generate adds a resource that SAM makes of another, and what it depends on.
func (l *loader) generate(of *resource, id, kindName string, k kind, dependsOn ...string) {
	if l.byID[id] != nil {
		return
	}
	l.byID[id] = &resource{id: id, kindName: kindName, kind: k, of: of, node: of.node, resolved: map[string]*node{}, resolving: map[string]bool{}}
	for _, other := range dependsOn {
		l.graph.add(id, other, of.node)
	}
}

// addGenerated makes what SAM makes of a resource, as far as templates use to refer to it.
func (l *loader) addGenerated(r *resource) {
	switch r.kindName {
	case serverlessFunction:
		l.addRoleAndAlias(r)
	case serverlessAPI:
		l.addStageAndDeployment(r)
		l.addUsagePlan(r)
	}
}

func (l *loader) addRoleAndAlias(r *resource) {
	if r.properties.get("Role") == nil {
		l.generate(r, r.id+"Role", iamRole, kinds[iamRole])
	}
	if r.properties.get("AutoPublishAlias") == nil {
		return
	}
	alias := func(l *loader, a *resource) string {
		return functionARN(l, a.of) + ":" + l.propertyText(a.of, "AutoPublishAlias")
	}
	version := func(l *loader, v *resource) string { return functionARN(l, v.of) + ":1" }
	l.generate(r, r.id+".Alias", "AWS::Lambda::Alias", kind{ref: alias}, r.id)
	l.generate(r, r.id+".Version", "AWS::Lambda::Version", kind{
		ref: version, attrs: map[string]attribute{"Version": func(*loader, *resource) string { return "1" }},
	}, r.id)
}

// addStageAndDeployment makes the stage under two names: the one that refers to it, and its logical id.
func (l *loader) addStageAndDeployment(r *resource) {
	stage := kind{ref: func(l *loader, s *resource) string { return l.propertyText(s.of, "StageName") }}
	l.generate(r, r.id+".Stage", "AWS::ApiGateway::Stage", stage, r.id)
	name := r.id + "Stage"
	if n := r.properties.get("StageName"); n != nil && n.kind == scalar {
		name = r.id + n.text + "Stage"
	}
	l.generate(r, name, "AWS::ApiGateway::Stage", stage, r.id+".Stage")
	l.generate(r, r.id+".Deployment", "AWS::ApiGateway::Deployment", kind{
		ref: func(l *loader, d *resource) string { return l.id(d.of.id, "deployment", 6, digits+lower) },
	}, r.id)
}

// addImplicitAPI makes the API that SAM makes for events that name none.
func (l *loader) addImplicitAPI(section *node) {
	var first *resource
	for _, r := range l.resources {
		if r.kindName == serverlessFunction && !r.absent() && hasImplicitEvent(r) {
			first = r
			break
		}
	}
	if first == nil || l.byID[implicitAPI] != nil {
		return
	}
	at := &node{line: first.node.line, path: join(section.path, implicitAPI)}
	n := &node{kind: mapping, line: at.line, path: at.path, entries: []entry{
		{key: "Type", line: at.line, value: at.scalar(serverlessAPI)},
		{key: "Properties", line: at.line, value: &node{kind: mapping, line: at.line, path: join(at.path, "Properties"), entries: []entry{
			{key: "StageName", line: at.line, value: at.scalar(implicitStage)},
		}}},
	}}
	if r := l.readResource(entry{key: implicitAPI, line: at.line, value: n}); r != nil {
		l.resources = append(l.resources, r)
		l.byID[r.id] = r
	}
}

func hasImplicitEvent(r *resource) bool {
	for _, e := range r.properties.get("Events").mapped() {
		if t := e.value.get("Type"); t != nil && t.text == "Api" && e.value.get("Properties").get("RestApiId") == nil {
			return true
		}
	}
	return false
}
