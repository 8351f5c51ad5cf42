package stack

import (
	"maps"
	"slices"
)

// decodeAuth reads an Api's Auth. An authorizer that is not run here is an error and not a notice: a route that lost
// its guard must not be served.
func decodeAuth(p *parts, a *apiPart, o *object) {
	a.api.Authorizers = map[string]Authorizer{}
	o.under("Authorizers", func(name string, o *object) { decodeAuthorizer(p, a, name, o) })
	a.defaultAuthorizer = o.text("DefaultAuthorizer")
	if a.defaultAuthorizer != "" {
		a.check(o, "DefaultAuthorizer", a.defaultAuthorizer)
	}
	a.authorizePreflight = o.boolean("AddDefaultAuthorizerToCorsPreflight", true)
	a.keyRequired = o.boolean("ApiKeyRequired", false)
	a.keyOnPreflight = o.boolean("AddApiKeyRequiredToCorsPreflight", true)
	o.in("UsagePlan", func(o *object) { decodeServerlessPlan(p, a, o) })
	o.notRun("ResourcePolicy")
	o.skip("InvokeRole")
}

func decodeAuthorizer(p *parts, a *apiPart, name string, o *object) {
	if o.has("FunctionArn") {
		o.fault("FunctionArn", "Lambda authorizers are not run here")
		o.skip("AuthorizationScopes", "DisableFunctionDefaultPermissions", "FunctionInvokeRole", "FunctionPayloadType", "Identity", "UserPoolArn")
		a.refused[name] = true
		return
	}
	authorizer := Authorizer{Header: "Authorization", Scopes: o.texts("AuthorizationScopes")}
	o.required("UserPoolArn")
	arns := o.arns("UserPoolArn")
	if len(arns) > 0 {
		authorizer.UserPool = p.poolByARN(arns[0])
	}
	if len(arns) > 1 {
		o.l.notices.add(o.line("UserPoolArn"), o.path("UserPoolArn"), "only tokens of the first user pool are accepted here")
	}
	o.in("Identity", func(o *object) {
		if header := o.text("Header"); header != "" {
			authorizer.Header = header
		}
		authorizer.Validation = o.raw("ValidationExpression")
		o.skip("ReauthorizeEvery") // SAM drops it for a Cognito authorizer
	})
	a.api.Authorizers[name] = authorizer
}

// arns is a string or a list of them.
func (o *object) arns(name string) []string {
	if v := o.take(name); v != nil && v.kind == scalar {
		return []string{v.text}
	}
	return o.texts(name)
}

// poolByARN is the logical id of a pool of this template, or else the ARN.
func (p *parts) poolByARN(arn string) string {
	for _, r := range p.l.resources {
		if r.kindName == cognitoPool && !r.absent() && poolARN(p.l, r) == arn {
			return r.id
		}
	}
	return arn
}

// check reports a name that is none of the API's authorizers.
func (a *apiPart) check(o *object, property, name string) {
	if _, ok := a.api.Authorizers[name]; ok || a.refused[name] {
		return
	}
	if name == "AWS_IAM" {
		o.fault(property, "authorization by IAM is not run here")
		return
	}
	o.fault(property, "the API has no authorizer %q%s", name, meant(name, slices.Sorted(maps.Keys(a.api.Authorizers))))
}
