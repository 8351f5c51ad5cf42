package stack

import (
	"maps"
	"slices"
)

// A kind is what is known of a resource type.
type kind struct {
	class class
	// ref is what Ref gives; nil for the name that CloudFormation makes up.
	ref func(*loader, *resource) string
	// attrs are what GetAtt gives.
	attrs map[string]func(*loader, *resource) string
	// decode reads the properties.
	decode func(*parts, *resource, *object)
	// properties are the names of a kind that decodes nothing; it has them instead of decode.
	properties []string
}

type class int

const (
	// runs: its properties decide, one by one.
	runs class = iota
	// inert: nothing of it has a meaning on one machine.
	inert
	// idle: it would have a meaning, but is not run here.
	idle
	// foreign: not known.
	foreign
)

func (k kind) attributes() []string { return slices.Sorted(maps.Keys(k.attrs)) }

const (
	cognitoPool   = "AWS::Cognito::UserPool"
	cognitoClient = "AWS::Cognito::UserPoolClient"
	cognitoDomain = "AWS::Cognito::UserPoolDomain"
	amplifyApp    = "AWS::Amplify::App"
	amplifyBranch = "AWS::Amplify::Branch"
	amplifyDomain = "AWS::Amplify::Domain"

	basePathMapping = "AWS::ApiGateway::BasePathMapping"

	logGroup = "AWS::Logs::LogGroup"
	iamRole  = "AWS::IAM::Role"
)

type attribute = func(*loader, *resource) string

// kinds are the resource types known. What Ref and GetAtt give is from the "Return values" of each type's page in the
// CloudFormation reference.
var kinds = map[string]kind{
	serverlessAPI: {
		ref: apiID, decode: decodeAPI,
		attrs: map[string]attribute{"RestApiId": apiID, "RootResourceId": func(l *loader, r *resource) string { return l.id(r.id, "root", 10, digits+lower) }},
	},
	serverlessFunction: {
		ref: named("FunctionName"), decode: decodeFunction,
		attrs: map[string]attribute{"Arn": functionARN},
	},
	serverlessTable: {ref: named("TableName"), decode: decodeTable, attrs: map[string]attribute{"Arn": tableARN}},
	"AWS::DynamoDB::Table": {
		ref: named("TableName"), decode: decodeTable,
		attrs: map[string]attribute{"Arn": tableARN, "StreamArn": func(l *loader, r *resource) string { return tableARN(l, r) + "/stream/2000-01-01T00:00:00.000" }},
	},
	cognitoPool: {
		ref: poolID, decode: decodePool,
		attrs: map[string]attribute{
			"Arn": poolARN, "UserPoolId": poolID,
			"ProviderName": func(l *loader, r *resource) string { return providerName(l, r) },
			"ProviderURL":  func(l *loader, r *resource) string { return "https://" + providerName(l, r) },
		},
	},
	cognitoClient: {
		ref: clientID, decode: decodeClient,
		attrs: map[string]attribute{"ClientId": clientID, "ClientSecret": clientSecret, "Name": named("ClientName")},
	},
	cognitoDomain: {
		ref: func(l *loader, r *resource) string { return l.propertyText(r, "Domain") }, decode: decodeDomain,
		attrs: map[string]attribute{"CloudFrontDistribution": func(l *loader, r *resource) string {
			return "d" + l.id(r.id, "distribution", 13, digits+lower) + ".cloudfront.net"
		}},
	},
	cognitoGroup:      {ref: named("GroupName"), decode: decodeGroup},
	cognitoUser:       {ref: named("Username"), decode: decodeUser},
	cognitoAttachment: {decode: decodeAttachment},
	cognitoServer:     {ref: named("Identifier"), decode: decodeResourceServer},
	amplifyApp: {
		ref: appARN, decode: decodeApp,
		attrs: map[string]attribute{
			"AppId": appID, "Arn": appARN, "AppName": named("Name"),
			"DefaultDomain": func(l *loader, r *resource) string { return appID(l, r) + amplifySuffix },
		},
	},
	amplifyBranch: {
		ref: branchARN, decode: decodeBranch,
		attrs: map[string]attribute{"Arn": branchARN, "BranchName": named("BranchName")},
	},
	gatewayUsagePlan: {ref: planID, decode: decodeUsagePlan, attrs: map[string]attribute{"Id": planID}},
	gatewayAPIKey:    {ref: keyID, decode: decodeAPIKey, attrs: map[string]attribute{"APIKeyId": keyID}},
	gatewayUsagePlanKey: {
		ref: planKeyID, decode: decodeUsagePlanKey, attrs: map[string]attribute{"Id": planKeyID},
	},
	logGroup: {ref: named("LogGroupName"), decode: decodeLogGroup, attrs: map[string]attribute{"Arn": logGroupARN}},
	iamRole: {
		class: inert, ref: named("RoleName"),
		attrs: map[string]attribute{"Arn": roleARN, "RoleId": func(l *loader, r *resource) string { return "AROA" + l.id(r.id, "role", 17, digits+upper) }},
		properties: []string{
			"AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path",
			"PermissionsBoundary", "Policies", "RoleName", "Tags",
		},
	},
}

// kindOf is what is known of a resource type by its name.
func kindOf(name string) (kind, bool) {
	if k, ok := kinds[name]; ok {
		return k, true
	}
	n, ok := neighbours[name]
	return n.kind(), ok
}

// kindNames are all types known.
func kindNames() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for name := range kinds {
			if !yield(name) {
				return
			}
		}
		for name := range neighbours {
			if !yield(name) {
				return
			}
		}
	})
}

// named is the name in a property, or else the one that CloudFormation makes up.
func named(property string) attribute {
	return func(l *loader, r *resource) string {
		if name := l.propertyText(r, property); name != "" {
			return name
		}
		return l.physicalName(r.id)
	}
}

// parts collects what the resources of a template come to, to be put together when all have been read.
type parts struct {
	l          *loader
	apis       []*apiPart
	funcs      []*functionPart
	pools      []*UserPool
	clients    []clientPart
	domains    []domainPart
	belongings []belonging
	apps       []appPart
	branches   []branchPart
	groups     []LogGroup
	plans      []*planPart
	keys       []APIKey
	planKeys   []planKeyPart
	tables     []Table
}

// decode reads the properties of all resources and puts the typed stack together.
func (l *loader) decode(s *Stack) {
	p := &parts{l: l}
	var vertices []string
	for _, r := range l.resources {
		if r.absent() {
			continue
		}
		o := l.object(r.resolvedProperties())
		switch {
		case r.kind.class == foreign: // noticed already; its properties are not known here
		case r.kind.decode != nil:
			r.kind.decode(p, r, o)
			o.done()
		default:
			if r.kind.class == idle {
				at := r.node.get("Type")
				l.notices.add(at.line, at.path, "resources of type %s are not run here", r.kindName)
			}
			o.skip(r.kind.properties...)
			o.done()
		}
		l.checkAttributes(r, o.known)
		vertices = append(vertices, r.id)
	}
	p.assemble(s)
	l.graph.cycles(vertices, l.faults)
}

// checkAttributes reports keys beside Properties that a resource does not have. A property that stands there is
// dropped without a word by SAM, so it is worth a sentence.
func (l *loader) checkAttributes(r *resource, properties []string) {
	for _, e := range r.node.entries {
		switch {
		case slices.Contains(resourceAttributes, e.key) || l.faults.full():
		case slices.Contains(properties, e.key):
			l.faults.add(e.line, e.value.path, "belongs under Properties; here it has no effect")
		default:
			l.faults.add(e.line, e.value.path, "is no attribute of a resource%s", meant(e.key, slices.Concat(resourceAttributes, properties)))
		}
	}
}

func (p *parts) assemble(s *Stack) {
	s.LogGroups = p.groups
	s.Tables = p.tables
	p.assemblePool(s)
	p.assembleHosting(s)
	p.assembleAPIs(s)
	p.assembleUsagePlans(s)
}
