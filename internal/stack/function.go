package stack

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	defaultIntegrationTimeout = 29 * time.Second
	anyMethod                 = "ANY"
)

func functionARN(l *loader, r *resource) string {
	return l.arn("lambda", "function:"+l.refOf(r))
}

// A functionPart is a function with its events, which become routes once all APIs are known.
type functionPart struct {
	function Function
	events   []apiEvent
}

// An apiEvent is an event of type Api; its properties are read when its API is known.
type apiEvent struct {
	function string
	o        *object
}

var variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

func decodeFunction(p *parts, r *resource, o *object) {
	l := p.l
	f := &functionPart{function: Function{LogicalID: r.id, Name: l.refOf(r), ARN: functionARN(l, r)}}
	o.skip("FunctionName")
	switch code := o.take("CodeUri"); {
	case code != nil && code.kind == mapping:
		o.notRun("CodeUri")
	case code == nil && !o.has("InlineCode") && !o.has("ImageUri"):
		o.required("CodeUri")
	default:
		f.function.CodeURI = o.raw("CodeUri")
	}
	f.function.Handler = o.raw("Handler")
	f.function.Timeout = time.Duration(o.integer("Timeout", 3, 1, 900)) * time.Second
	f.function.MemorySize = o.integer("MemorySize", 128, 128, 32768)
	o.in("Environment", func(o *object) {
		f.function.Environment = o.dictionary("Variables", l.localize)
		for name := range f.function.Environment {
			if !variableName.MatchString(name) {
				o.fault("Variables", "%q is not a name that Lambda allows for a variable", name)
			}
		}
	})
	f.function.LogGroup, f.function.LogFormat = "/aws/lambda/"+f.function.Name, "Text"
	o.in("LoggingConfig", func(o *object) {
		if group := o.text("LogGroup"); group != "" {
			f.function.LogGroup = group
		}
		f.function.LogFormat = o.enum("LogFormat", f.function.LogFormat, "Text", "JSON")
		o.skip("ApplicationLogLevel", "SystemLogLevel")
	})
	o.notRun(
		"DeadLetterQueue", "DurableConfig", "EventInvokeConfig", "FileSystemConfigs", "FunctionUrlConfig", "ImageConfig", "ImageUri",
		"InlineCode", "Layers", "ReservedConcurrentExecutions",
	)
	o.skip(
		"Architectures", "AssumeRolePolicyDocument", "AutoPublishAlias", "AutoPublishAliasAllProperties", "AutoPublishCodeSha256",
		"CapacityProviderConfig", "CodeSigningConfigArn", "DeploymentPreference", "Description", "EphemeralStorage",
		"FunctionScalingConfig", "KmsKeyArn", "PackageType", "PermissionsBoundary", "Policies", "PropagateTags",
		"ProvisionedConcurrencyConfig", "PublishToLatestPublished", "RecursiveLoop", "Role", "RolePath", "Runtime",
		"RuntimeManagementConfig", "SnapStart", "SourceKMSKeyArn", "Tags", "TenancyConfig", "Tracing", "VersionDeletionPolicy",
		"VersionDescription", "VpcConfig",
	)
	o.under("Events", func(_ string, o *object) { f.decodeEvent(o) })
	p.funcs = append(p.funcs, f)
}

// eventTypes are SAM's event sources that are not run here.
var eventTypes = []string{
	"AlexaSkill", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "DocumentDB", "DynamoDB", "EventBridgeRule", "HttpApi",
	"IoTRule", "Kinesis", "MQ", "MSK", "S3", "SNS", "SQS", "Schedule", "ScheduleV2", "SelfManagedKafka",
}

func (f *functionPart) decodeEvent(o *object) {
	kind := o.required("Type").raw("Type")
	switch {
	case kind == "Api":
		if v := o.required("Properties").want("Properties", mapping); v != nil {
			f.events = append(f.events, apiEvent{f.function.LogicalID, o.l.object(v)})
		}
		return
	case slices.Contains(eventTypes, kind):
		o.l.notices.add(o.n.line, o.n.path, "events of type %s are not run here", kind)
	case kind != "":
		o.fault("Type", "there is no event type %q%s", kind, meant(kind, append([]string{"Api"}, eventTypes...)))
	}
	o.skip("Properties")
}

func (p *parts) assembleAPIs(s *Stack) {
	for _, f := range p.funcs {
		s.Functions = append(s.Functions, f.function)
		for _, e := range f.events {
			p.addRoute(e)
		}
	}
	stages := map[string]string{}
	for _, a := range p.apis {
		if other := stages[a.api.Stage]; other != "" {
			r := p.l.byID[a.api.LogicalID]
			p.l.faults.add(r.node.line, r.node.path, "has the same StageName as %s: on one machine they would share an address", other)
		}
		stages[a.api.Stage] = a.api.LogicalID
		a.addPreflights()
		s.APIs = append(s.APIs, a.api)
	}
}

func (p *parts) addRoute(e apiEvent) {
	o := e.o
	route := Route{Function: e.function, Path: o.required("Path").raw("Path"), Method: strings.ToUpper(o.required("Method").raw("Method"))}
	a := p.apiOf(o)
	timeout := o.integer("TimeoutInMillis", int(defaultIntegrationTimeout/time.Millisecond), 50, 300_000)
	route.Timeout = time.Duration(timeout) * time.Millisecond
	o.notRun("RequestModel", "RequestParameters", "ResponseTransferMode")
	if a == nil {
		o.skip("Auth")
		o.done()
		return
	}
	called := e.function // the API's definition names it
	if p.l.byID[called+".Alias"] != nil {
		called += ".Alias"
	}
	p.l.graph.add(a.api.LogicalID, called, o.n)
	checkRoute(o, route)
	a.authorize(&route, o)
	o.done()
	if slices.ContainsFunc(a.api.Routes, func(r Route) bool { return r.Method == route.Method && r.Path == route.Path }) {
		o.l.faults.add(o.n.line, o.n.path, "%s %s is routed twice", route.Method, route.Path)
		return
	}
	a.api.Routes = append(a.api.Routes, route)
}

// apiOf finds the API of an event; nil when there is none, which is reported.
func (p *parts) apiOf(o *object) *apiPart {
	id := ""
	if v := o.take("RestApiId"); v != nil {
		if v.kind == broken {
			return nil
		}
		id = o.raw("RestApiId")
	}
	for _, a := range p.apis {
		if a.api.ID == id || id == "" && a.api.LogicalID == implicitAPI {
			return a
		}
	}
	o.fault("RestApiId", "must refer to an %s of the template", serverlessAPI)
	return nil
}

var pathSegment = regexp.MustCompile(`^(\{[a-zA-Z0-9._:-]+\+?\}|[^{}]+)$`)

func checkRoute(o *object, r Route) {
	if r.Method != "" && r.Method != anyMethod && !slices.Contains(methods, r.Method) {
		o.fault("Method", "%q is not any or one of %s", r.Method, strings.Join(methods, ", "))
	}
	switch {
	case r.Path == "" || r.Path == "/":
		return
	case !strings.HasPrefix(r.Path, "/"):
		o.fault("Path", "%q must start with a slash", r.Path)
		return
	case strings.HasSuffix(r.Path, "/"):
		o.fault("Path", "%q ends in a slash; API Gateway has no such resource", r.Path)
		return
	}
	segments := strings.Split(r.Path[1:], "/")
	for i, segment := range segments {
		if !pathSegment.MatchString(segment) {
			o.fault("Path", "%q: the segment %q is neither a name nor a {parameter}", r.Path, segment)
		} else if strings.HasSuffix(segment, "+}") && i < len(segments)-1 {
			o.fault("Path", "%q: a greedy parameter must be the last segment", r.Path)
		}
	}
}

// authorize reads an event's Auth over the API's.
func (a *apiPart) authorize(r *Route, o *object) {
	r.Authorizer, r.APIKeyRequired = a.defaultAuthorizer, a.keyRequired
	scopes := []string(nil)
	o.in("Auth", func(o *object) {
		switch name := o.raw("Authorizer"); {
		case name == "NONE":
			if a.defaultAuthorizer == "" {
				o.fault("Authorizer", "NONE has a meaning only when the API has a DefaultAuthorizer")
			}
			r.Authorizer = ""
		case name != "":
			a.check(o, "Authorizer", name)
			r.Authorizer = name
		}
		scopes = o.texts("AuthorizationScopes")
		r.APIKeyRequired = o.boolean("ApiKeyRequired", a.keyRequired)
		o.notRun("ResourcePolicy")
		o.skip("InvokeRole", "OverrideApiAuth")
	})
	if scopes == nil {
		scopes = a.api.Authorizers[r.Authorizer].Scopes
	}
	if r.Authorizer != "" && len(scopes) > 0 {
		r.Scopes = scopes
	}
}
