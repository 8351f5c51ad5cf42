package stack

import (
	"slices"
	"strings"
)

const (
	serverlessPrefix   = "AWS::Serverless::"
	serverlessAPI      = serverlessPrefix + "Api"
	serverlessFunction = serverlessPrefix + "Function"
	serverlessTable    = serverlessPrefix + "SimpleTable"
)

// serverlessTypes are SAM's types that are not run here and that Globals knows nothing of.
var serverlessTypes = []string{serverlessPrefix + "Application", serverlessPrefix + "Connector", serverlessPrefix + "GraphQLApi"}

func isServerless(kindName string) bool { return strings.HasPrefix(kindName, serverlessPrefix) }

// global are the properties that the section Globals may set, by SAM's own list ("Globals section of the AWS SAM
// template"). Of types that are not run here any property is taken.
var global = map[string][]string{
	serverlessFunction: {
		"Handler", "Runtime", "CodeUri", "DeadLetterQueue", "Description", "MemorySize", "Timeout", "VpcConfig",
		"Environment", "Tags", "PropagateTags", "Tracing", "KmsKeyArn", "AutoPublishAlias", "AutoPublishAliasAllProperties",
		"Layers", "DeploymentPreference", "RolePath", "PermissionsBoundary", "ReservedConcurrentExecutions",
		"ProvisionedConcurrencyConfig", "AssumeRolePolicyDocument", "EventInvokeConfig", "FileSystemConfigs",
		"CodeSigningConfigArn", "Architectures", "SnapStart", "EphemeralStorage", "FunctionUrlConfig",
		"RuntimeManagementConfig", "LoggingConfig", "RecursiveLoop", "SourceKMSKeyArn", "TenancyConfig", "DurableConfig",
		"CapacityProviderConfig", "FunctionScalingConfig", "PublishToLatestPublished", "VersionDeletionPolicy",
	},
	serverlessAPI: {
		"Auth", "Name", "DefinitionUri", "CacheClusterEnabled", "CacheClusterSize", "MergeDefinitions", "Variables",
		"EndpointConfiguration", "MethodSettings", "BinaryMediaTypes", "MinimumCompressionSize", "Cors", "GatewayResponses",
		"AccessLogSetting", "CanarySetting", "TracingEnabled", "OpenApiVersion", "Domain", "AlwaysDeploy", "PropagateTags",
		"SecurityPolicy", "EndpointAccessMode",
	},
	serverlessTable:                       {"SSESpecification"},
	serverlessPrefix + "HttpApi":          nil,
	serverlessPrefix + "StateMachine":     nil,
	serverlessPrefix + "LayerVersion":     nil,
	serverlessPrefix + "CapacityProvider": nil,
	serverlessPrefix + "WebSocketApi":     nil,
}

func (l *loader) readGlobals(section *node) {
	for _, e := range section.mapped() {
		kindName := serverlessPrefix + e.key
		supported, ok := global[kindName]
		switch {
		case !ok:
			var names []string
			for name := range global {
				names = append(names, strings.TrimPrefix(name, serverlessPrefix))
			}
			slices.Sort(names)
			l.faults.add(e.line, e.value.path, "Globals has no section %s%s", e.key, meant(e.key, names))
			continue
		case e.value.kind != mapping:
			l.faults.add(e.line, e.value.path, "must be a mapping, not %s", e.value.kind)
			continue
		}
		for _, p := range e.value.entries {
			if supported != nil && !slices.Contains(supported, p.key) && !l.faults.full() {
				l.faults.add(p.line, p.value.path, "is not a property that Globals can set for %s%s", e.key, meant(p.key, supported))
			}
		}
		l.globals[kindName] = e.value
	}
}

// withGlobals merges the global properties of a resource's type below its own; nil when there are neither.
func (l *loader) withGlobals(r *resource, own *node) *node {
	global := l.globals[r.kindName]
	if global == nil {
		return own
	}
	if ignore := r.node.get("IgnoreGlobals"); ignore != nil {
		global = l.ignoreGlobals(global, ignore)
	}
	if own == nil {
		return global
	}
	return l.merge(global, own)
}

// ignoreGlobals obeys SAM's resource attribute: "*" for all, or a list of names.
func (l *loader) ignoreGlobals(global, ignore *node) *node {
	out := &node{kind: mapping, line: global.line, path: global.path}
	if ignore.kind == scalar && ignore.text == "*" {
		return out
	}
	if ignore.kind != list {
		l.faults.add(ignore.line, ignore.path, `must be "*" or a list of properties`)
		return global
	}
	names := map[string]bool{}
	for _, item := range ignore.items {
		if global.get(item.text) == nil {
			l.faults.add(item.line, item.path, "Globals does not set %q", item.text)
		}
		names[item.text] = true
	}
	for _, e := range global.entries {
		if !names[e.key] {
			out.entries = append(out.entries, e)
		}
	}
	return out
}

// merge is SAM's merge of a global and a resource's own value: mappings are merged, lists are joined with the global
// items first, and anything else, a function call too, is replaced.
func (l *loader) merge(global, own *node) *node {
	if global.kind != own.kind || isCall(global) || isCall(own) {
		return own
	}
	if !l.spend(&node{items: global.items, entries: global.entries}) {
		return l.overspent(own)
	}
	switch own.kind {
	case list:
		return &node{kind: list, line: own.line, path: own.path, items: slices.Concat(global.items, own.items)}
	case mapping:
		out := &node{kind: mapping, line: own.line, path: own.path}
		taken := map[string]*node{}
		for _, e := range own.entries {
			taken[e.key] = e.value
		}
		for _, e := range global.entries {
			if v := taken[e.key]; v != nil {
				e.value = l.merge(e.value, v)
				delete(taken, e.key)
			}
			out.entries = append(out.entries, e)
		}
		for _, e := range own.entries {
			if taken[e.key] != nil {
				out.entries = append(out.entries, e)
			}
		}
		return out
	default:
		return own
	}
}

// isCall tells what SAM takes for a function call.
func isCall(n *node) bool {
	_, _, ok := n.call()
	return ok || n.kind == mapping && len(n.entries) == 1 && n.entries[0].key == "Condition"
}
