package stack

import (
	"maps"
	"slices"
	"strings"
)

const amplifySuffix = ".amplifyapp.com"

func appID(l *loader, r *resource) string { return "d" + l.id(r.id, "app", 13, digits+lower) }

func appARN(l *loader, r *resource) string { return l.arn("amplify", "apps/"+appID(l, r)) }

func branchARN(l *loader, r *resource) string {
	return l.arn("amplify", "apps/"+l.propertyText(r, "AppId")+"/branches/"+l.propertyText(r, "BranchName"))
}

type appPart struct {
	id, name    string
	environment map[string]string
	rewrites    []Rewrite
	headers     []HeaderRule
}

type branchPart struct {
	app, name   string
	environment map[string]string
	at          *object
}

func decodeApp(p *parts, r *resource, o *object) {
	a := appPart{id: appID(p.l, r), name: o.required("Name").raw("Name"), environment: decodeVariables(o)}
	o.each("CustomRules", func(o *object) {
		o.required("Source", "Target").notRun("Condition")
		a.rewrites = append(a.rewrites, Rewrite{
			Source: o.raw("Source"), Target: o.text("Target"), Status: o.enum("Status", "302", "200", "301", "302", "404", "404-200"),
		})
	})
	a.headers = decodeCustomHeaders(o)
	if o.enum("Platform", "WEB", "WEB", "WEB_COMPUTE", "WEB_DYNAMIC") != "WEB" {
		o.notRun("Platform")
	}
	o.notRun("BasicAuthConfig")
	o.skip(
		"AccessToken", "AutoBranchCreationConfig", "BuildSpec", "CacheConfig", "ComputeRoleArn", "Description",
		"EnableBranchAutoDeletion", "IAMServiceRole", "JobConfig", "OauthToken", "Repository", "Tags",
	)
	p.apps = append(p.apps, a)
}

func decodeBranch(p *parts, r *resource, o *object) {
	b := branchPart{app: o.required("AppId", "BranchName").raw("AppId"), name: o.raw("BranchName"), environment: decodeVariables(o), at: o}
	o.notRun("Backend", "BasicAuthConfig")
	o.enum("Stage", "", "BETA", "DEVELOPMENT", "EXPERIMENTAL", "PRODUCTION", "PULL_REQUEST")
	o.skip(
		"BuildSpec", "ComputeRoleArn", "Description", "EnableAutoBuild", "EnablePerformanceMode", "EnablePullRequestPreview",
		"EnableSkewProtection", "Framework", "PullRequestEnvironmentName", "Tags",
	)
	p.branches = append(p.branches, b)
}

func decodeVariables(o *object) map[string]string {
	out := map[string]string{}
	o.each("EnvironmentVariables", func(o *object) {
		o.required("Name", "Value")
		name := o.raw("Name")
		if _, twice := out[name]; twice {
			o.fault("Name", "%q is set twice", name)
		}
		out[name] = o.text("Value")
	})
	return out
}

// decodeCustomHeaders reads CustomHeaders, which is a text in YAML of its own.
func decodeCustomHeaders(app *object) []HeaderRule {
	v := app.want("CustomHeaders", scalar)
	if v == nil || v.text == "" {
		return nil
	}
	n := (reader{app.l.faults}).read([]byte(v.text), v.line, v.path)
	if n == nil || n.kind == broken {
		return nil
	}
	if n.kind != mapping {
		app.fault("CustomHeaders", "must be YAML with a list customHeaders")
		return nil
	}
	var rules []HeaderRule
	o := app.l.object(n)
	o.required("customHeaders").each("customHeaders", func(o *object) {
		rule := HeaderRule{Pattern: o.required("pattern", "headers").raw("pattern")}
		o.each("headers", func(o *object) {
			o.required("key", "value")
			header := Header{Key: o.raw("key"), Value: strings.TrimSpace(app.l.localizeHeader(o.raw("value")))}
			o.checkHeader("key", header.Key, header.Value)
			rule.Headers = append(rule.Headers, header)
		})
		rules = append(rules, rule)
	})
	o.done()
	return rules
}

// assembleHosting puts the first app with a branch together.
func (p *parts) assembleHosting(s *Stack) {
	for _, b := range p.branches {
		i := slices.IndexFunc(p.apps, func(a appPart) bool { return a.id == b.app })
		switch {
		case i < 0 && b.app != "":
			p.l.notices.add(b.at.line("AppId"), b.at.path("AppId"), "belongs to an app that is not of this template")
		case i < 0:
		case s.Hosting != nil:
			p.l.notices.add(b.at.n.line, b.at.n.path, "only the first branch is hosted here")
		default:
			a := p.apps[i]
			environment := maps.Clone(a.environment)
			maps.Copy(environment, b.environment)
			s.Hosting = &Hosting{
				Name:        a.name,
				URL:         p.l.localize("https://" + b.name + "." + a.id + amplifySuffix),
				Environment: environment, Rewrites: a.rewrites, Headers: a.headers,
			}
		}
	}
}
