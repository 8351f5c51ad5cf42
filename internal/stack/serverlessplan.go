package stack

// SAM makes a usage plan with a key for an API that asks for one, or one for all that want to share it.
const (
	planPerAPI = "PER_API"
	planShared = "SHARED"
	planNone   = "NONE"

	sharedPlan = "Serverless" // in front of UsagePlan, ApiKey and UsagePlanKey
)

// decodeServerlessPlan reads Auth.UsagePlan of an API. Of a plan that is shared, the last API's settings count: each
// time SAM makes the plan anew.
func decodeServerlessPlan(p *parts, a *apiPart, o *object) {
	prefix := a.api.LogicalID
	switch o.required("CreateUsagePlan").enum("CreateUsagePlan", planNone, planPerAPI, planShared, planNone) {
	case planNone:
		o.skip("Description", "Quota", "Tags", "Throttle", "UsagePlanName")
		return
	case planShared:
		prefix = sharedPlan
	}
	plan, key := &resource{id: prefix + "UsagePlan"}, &resource{id: prefix + "ApiKey"}
	part := &planPart{plan: UsagePlan{LogicalID: plan.id, ID: planID(p.l, plan), Name: o.text("UsagePlanName"), Keys: []string{key.id}}}
	if part.plan.Name == "" {
		part.plan.Name = p.l.physicalName(plan.id)
	}
	part.decodeLimits(o)
	o.skip("Description", "Tags")
	stage := stagePart{o: o, apiID: a.api.ID, stage: a.api.Stage}
	for i, other := range p.plans {
		if other.plan.LogicalID == plan.id {
			part.stages = append(other.stages, stage)
			p.plans[i] = part
			return
		}
	}
	part.stages = []stagePart{stage}
	p.plans = append(p.plans, part)
	p.keys = append(p.keys, APIKey{LogicalID: key.id, ID: keyID(p.l, key), Name: p.l.physicalName(key.id), Enabled: true})
}

// addUsagePlan makes what SAM makes of Auth.UsagePlan, under the names by which templates refer to it.
func (l *loader) addUsagePlan(r *resource) {
	create := r.properties.get("Auth").get("UsagePlan").get("CreateUsagePlan")
	if create == nil || create.text == planNone {
		return
	}
	prefix := r.id
	if create.text == planShared {
		prefix = sharedPlan
	}
	for suffix, k := range map[string]kind{
		"UsagePlan": kinds[gatewayUsagePlan],
		"ApiKey":    kinds[gatewayAPIKey],
		"UsagePlanKey": {ref: func(l *loader, _ *resource) string {
			return keyID(l, &resource{id: prefix + "ApiKey"}) + ":" + planID(l, &resource{id: prefix + "UsagePlan"})
		}},
	} {
		id := prefix + suffix
		l.generate(r, id, "AWS::ApiGateway::"+suffix, k, r.id+".Stage")
		l.generate(r, r.id+"."+suffix, "AWS::ApiGateway::"+suffix, kind{
			ref: func(l *loader, _ *resource) string { return k.ref(l, &resource{id: id}) },
		}, id)
	}
}
