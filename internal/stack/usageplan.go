package stack

import (
	"slices"
	"strings"
)

// UsagePlan is an AWS::ApiGateway::UsagePlan, or the one that SAM makes for Auth.UsagePlan of an API: what each holder
// of one of its keys may ask of the methods that require a key. Its limits count per key, over all its stages together
// ("Usage plans and API keys", API Gateway Developer Guide).
type UsagePlan struct {
	LogicalID string
	// ID is the plan's id, ten lower-case alphanumerics.
	ID   string
	Name string
	// Stages are those that the plan's keys open.
	Stages []PlanStage
	// RateLimit and BurstLimit are as in a MethodSetting; nil when not set.
	RateLimit  *float64
	BurstLimit *int
	// Quota is nil when calls are not counted.
	Quota *Quota
	// Keys are the logical ids of the plan's API keys.
	Keys []string
}

// PlanStage is a stage of a usage plan. An API has one stage here.
type PlanStage struct {
	// API is the logical id of the API.
	API string
	// Methods hold the plan's limits for single methods of the stage.
	Methods []MethodSetting
}

// Quota bounds the calls with one key in a period.
type Quota struct {
	// Limit is the number of calls.
	Limit int
	// Offset is taken off the limit in the period in which the plan begins.
	Offset int
	// Period is DAY, WEEK or MONTH.
	Period string
}

// APIKey is an AWS::ApiGateway::ApiKey, or the one that SAM makes for a usage plan.
type APIKey struct {
	LogicalID string
	// ID is the key's id, ten lower-case alphanumerics. It is no secret.
	ID   string
	Name string
	// Value is the secret that callers send, 20 to 128 characters; empty when the template leaves it to API Gateway to
	// make one. It must not be printed or logged.
	Value string
	// Enabled is false unless set, as in CloudFormation; the keys that SAM makes are enabled.
	Enabled bool
}

const (
	gatewayUsagePlan    = "AWS::ApiGateway::UsagePlan"
	gatewayAPIKey       = "AWS::ApiGateway::ApiKey"
	gatewayUsagePlanKey = "AWS::ApiGateway::UsagePlanKey"
)

func planID(l *loader, r *resource) string { return l.id(r.id, "usage plan", 10, digits+lower) }
func keyID(l *loader, r *resource) string  { return l.id(r.id, "api key", 10, digits+lower) }
func planKeyID(l *loader, r *resource) string {
	return l.propertyText(r, "KeyId") + ":" + l.propertyText(r, "UsagePlanId")
}

// A planPart is a usage plan whose stages have not been looked up yet.
type planPart struct {
	plan   UsagePlan
	stages []stagePart
}

// A stagePart is a stage of a plan as the template names it.
type stagePart struct {
	o          *object
	apiID      string
	stage      string
	methodsFor []MethodSetting
}

func decodeUsagePlan(p *parts, r *resource, o *object) {
	part := &planPart{plan: UsagePlan{LogicalID: r.id, ID: planID(p.l, r), Name: o.text("UsagePlanName")}}
	if part.plan.Name == "" {
		part.plan.Name = p.l.physicalName(r.id)
	}
	part.decodeLimits(o)
	o.each("ApiStages", func(o *object) {
		o.required("ApiId", "Stage")
		s := stagePart{o: o, apiID: o.raw("ApiId"), stage: o.raw("Stage")}
		o.under("Throttle", func(key string, o *object) {
			m := MethodSetting{RateLimit: o.number("RateLimit"), BurstLimit: o.optionalInteger("BurstLimit", 1<<30)}
			m.ResourcePath, m.HTTPMethod = planMethod(key)
			s.methodsFor = append(s.methodsFor, m)
		})
		part.stages = append(part.stages, s)
	})
	o.skip("Description", "Tags")
	p.plans = append(p.plans, part)
}

// planMethod splits what names a method in a plan's limits: /item/{id}/GET.
func planMethod(key string) (path, method string) {
	key = strings.ReplaceAll(key, "~1", "/")
	at := max(strings.LastIndexByte(key, '/'), 0)
	path, method = key[:at], strings.ToUpper(strings.TrimPrefix(key[at:], "/"))
	if path == "" {
		path = "/"
	}
	return path, method
}

func (p *planPart) decodeLimits(o *object) {
	o.in("Throttle", func(o *object) {
		p.plan.RateLimit, p.plan.BurstLimit = o.number("RateLimit"), o.optionalInteger("BurstLimit", 1<<30)
	})
	o.in("Quota", func(o *object) {
		o.required("Limit", "Period")
		const most = 1<<31 - 1
		p.plan.Quota = &Quota{
			Limit:  o.integer("Limit", 0, 0, most),
			Offset: o.integer("Offset", 0, 0, most),
			Period: o.enum("Period", "", "DAY", "WEEK", "MONTH"),
		}
	})
}

func decodeAPIKey(p *parts, r *resource, o *object) {
	key := APIKey{LogicalID: r.id, ID: keyID(p.l, r), Name: o.text("Name"), Value: o.raw("Value"), Enabled: o.boolean("Enabled", false)}
	if key.Name == "" {
		key.Name = p.l.physicalName(r.id)
	}
	if n := len(key.Value); key.Value != "" && (n < 20 || n > 128) {
		o.fault("Value", "must be 20 to 128 characters")
	}
	if !key.Enabled {
		p.l.notices.add(o.line("Enabled"), o.path("Enabled"), "is not true, so the key opens nothing")
	}
	o.skip("CustomerId", "Description", "GenerateDistinctId", "StageKeys", "Tags")
	p.keys = append(p.keys, key)
}

// A planKeyPart puts a key into a plan, both by their ids.
type planKeyPart struct {
	o         *object
	key, plan string
}

func decodeUsagePlanKey(p *parts, _ *resource, o *object) {
	o.required("KeyId", "KeyType", "UsagePlanId")
	o.enum("KeyType", "", "API_KEY")
	p.planKeys = append(p.planKeys, planKeyPart{o: o, key: o.raw("KeyId"), plan: o.raw("UsagePlanId")})
}

func (p *parts) assembleUsagePlans(s *Stack) {
	for _, link := range p.planKeys {
		p.link(link)
	}
	opens := map[[2]string]string{}
	for _, part := range p.plans {
		for _, stage := range part.stages {
			p.addStage(part, stage)
		}
		for _, stage := range part.plan.Stages {
			for _, key := range part.plan.Keys {
				pair := [2]string{stage.API, key}
				if other := opens[pair]; other != "" {
					at := p.l.byID[part.plan.LogicalID].node
					p.l.faults.add(at.line, at.path, "gives %s to %s, which %s does already: a key can be in one plan of a stage only", key, stage.API, other)
				}
				opens[pair] = part.plan.LogicalID
			}
		}
		s.UsagePlans = append(s.UsagePlans, part.plan)
	}
	s.APIKeys = p.keys
}

func (p *parts) link(link planKeyPart) {
	key := slices.IndexFunc(p.keys, func(k APIKey) bool { return k.ID == link.key })
	plan := slices.IndexFunc(p.plans, func(part *planPart) bool { return part.plan.ID == link.plan })
	if key < 0 && link.key != "" {
		link.o.fault("KeyId", "must refer to an %s of the template", gatewayAPIKey)
	}
	if plan < 0 && link.plan != "" {
		link.o.fault("UsagePlanId", "must refer to an %s of the template", gatewayUsagePlan)
	}
	if key >= 0 && plan >= 0 {
		p.plans[plan].plan.Keys = append(p.plans[plan].plan.Keys, p.keys[key].LogicalID)
	}
}

func (p *parts) addStage(part *planPart, s stagePart) {
	at := slices.IndexFunc(p.apis, func(a *apiPart) bool { return a.api.ID == s.apiID })
	if at < 0 {
		if s.apiID != "" {
			s.o.fault("ApiId", "must refer to an %s of the template", serverlessAPI)
		}
		return
	}
	api := p.apis[at].api
	if s.stage != "" && s.stage != api.Stage {
		s.o.fault("Stage", "%s has no stage %q but %s", api.LogicalID, s.stage, api.Stage)
	}
	for _, m := range s.methodsFor {
		if !slices.ContainsFunc(api.Routes, func(r Route) bool { return r.Path == m.ResourcePath && r.Method == m.HTTPMethod }) {
			s.o.fault("Throttle", "%s has no method %s %s", api.LogicalID, m.HTTPMethod, m.ResourcePath)
		}
	}
	part.plan.Stages = append(part.plan.Stages, PlanStage{API: api.LogicalID, Methods: s.methodsFor})
}
