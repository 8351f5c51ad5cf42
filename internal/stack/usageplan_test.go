package stack_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

// plans are what a template's plans and keys come to, without their ids, which tests compare with what refers to them.
func plans(s *stack.Stack) ([]stack.UsagePlan, []stack.APIKey) {
	plans, keys := slices.Clone(s.UsagePlans), slices.Clone(s.APIKeys)
	for i := range plans {
		plans[i].ID, plans[i].Name = "", ""
	}
	for i := range keys {
		keys[i].ID, keys[i].Name = "", ""
	}
	return plans, keys
}

func figure[T any](v T) *T { return &v }

const getA = "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: '/a/{id}', Method: get}}\n"

func TestThePlanThatSAMMakes(t *testing.T) {
	settings := "Throttle: {RateLimit: 2.5, BurstLimit: 5}, Quota: {Limit: 100, Offset: 10, Period: WEEK}, UsagePlanName: basic, Description: d, Tags: {a: b}"
	for name, test := range map[string]struct {
		plan  string
		plans []stack.UsagePlan
		keys  []stack.APIKey
	}{
		"PER_API": {
			"CreateUsagePlan: PER_API, " + settings,
			[]stack.UsagePlan{{
				LogicalID: "ApiUsagePlan", Stages: []stack.PlanStage{{API: "Api"}}, RateLimit: figure(2.5), BurstLimit: figure(5),
				Quota: &stack.Quota{Limit: 100, Offset: 10, Period: "WEEK"}, Keys: []string{"ApiApiKey"},
			}},
			[]stack.APIKey{{LogicalID: "ApiApiKey", Enabled: true}},
		},
		"SHARED": {
			"CreateUsagePlan: SHARED",
			[]stack.UsagePlan{{LogicalID: "ServerlessUsagePlan", Stages: []stack.PlanStage{{API: "Api"}}, Keys: []string{"ServerlessApiKey"}}},
			[]stack.APIKey{{LogicalID: "ServerlessApiKey", Enabled: true}},
		},
		"NONE": {"CreateUsagePlan: NONE, " + settings, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustLoad(t, withAPI("      Auth: {ApiKeyRequired: true, UsagePlan: {"+test.plan+"}}\n", getA))
			gotPlans, gotKeys := plans(s)
			if diff := cmp.Diff(test.plans, gotPlans); diff != "" {
				t.Errorf("plans (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.keys, gotKeys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			if !s.APIs[0].Routes[0].APIKeyRequired || len(s.Notices) != 1 {
				t.Errorf("got route %+v and notices %v, want a key required and the one notice of the other event", s.APIs[0].Routes[0], s.Notices)
			}
		})
	}
}

func TestAPlanThatTwoAPIsShare(t *testing.T) {
	s := mustLoad(t, sam(`Globals:
  Api: {Auth: {UsagePlan: {CreateUsagePlan: SHARED, Quota: {Limit: 5, Period: DAY}}}}
Resources:
  One: {Type: AWS::Serverless::Api, Properties: {StageName: one}}
  Two: {Type: AWS::Serverless::Api, Properties: {StageName: two, Auth: {UsagePlan: {Quota: {Limit: 7}}}}}
Outputs:
  Plan: {Value: !Ref ServerlessUsagePlan}
  Same: {Value: !Ref One.UsagePlan}
  Key: {Value: !GetAtt ServerlessApiKey.APIKeyId}
  Link: {Value: !Ref ServerlessUsagePlanKey}
`))
	want := []stack.UsagePlan{{
		LogicalID: "ServerlessUsagePlan", Stages: []stack.PlanStage{{API: "One"}, {API: "Two"}},
		Quota: &stack.Quota{Limit: 7, Period: "DAY"}, Keys: []string{"ServerlessApiKey"},
	}}
	got, keys := plans(s)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
	if len(keys) != 1 {
		t.Errorf("got keys %v, want one", keys)
	}
	plan, key := s.UsagePlans[0].ID, s.APIKeys[0].ID
	for i, want := range []string{plan, plan, key, key + ":" + plan} {
		if got := s.Outputs[i].Value; got != want {
			t.Errorf("output %s: got %s, want %s", s.Outputs[i].Name, got, want)
		}
	}
}

func plainPlan(plan, key, link string) string {
	return withAPI("", getA) + `
  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: {` + plan + `}}
  Key: {Type: AWS::ApiGateway::ApiKey, Properties: {` + key + `}}
  Link: {Type: AWS::ApiGateway::UsagePlanKey, Properties: {` + link + `}}
`
}

const linked = "KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan"

func TestPlansOfTheTemplate(t *testing.T) {
	s := mustLoad(t, plainPlan(
		"ApiStages: [{ApiId: !Ref Api, Stage: !Ref Api.Stage, Throttle: {'/a/{id}/GET': {RateLimit: 1, BurstLimit: 2}}}], Throttle: {RateLimit: 9}",
		"Enabled: true, Value: 01234567890123456789, Name: mine", linked))
	want := []stack.UsagePlan{{
		LogicalID: "Plan", RateLimit: figure(9.0), Keys: []string{"Key"},
		Stages: []stack.PlanStage{{API: "Api", Methods: []stack.MethodSetting{
			{ResourcePath: "/a/{id}", HTTPMethod: "GET", RateLimit: figure(1.0), BurstLimit: figure(2)},
		}}},
	}}
	got, keys := plans(s)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plans (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]stack.APIKey{{LogicalID: "Key", Enabled: true, Value: "01234567890123456789"}}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	var printed strings.Builder
	if err := s.WriteJSON(&printed); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(printed.String(), "01234567890123456789") {
		t.Error("the value of a key is printed")
	}
}

func TestPlansThatCannotBe(t *testing.T) {
	const stages = "ApiStages: [{ApiId: !Ref Api, Stage: prod}]"
	for name, test := range map[string]struct{ plan, key, link, want string }{
		"an API that is none":     {"ApiStages: [{ApiId: abc, Stage: prod}]", "Enabled: true", linked, "Plan.Properties.ApiStages[0].ApiId: must refer to an AWS::Serverless::Api of the template"},
		"a stage that is none":    {"ApiStages: [{ApiId: !Ref Api, Stage: dev}]", "Enabled: true", linked, `Plan.Properties.ApiStages[0].Stage: Api has no stage "dev" but prod`},
		"a method that is none":   {"ApiStages: [{ApiId: !Ref Api, Stage: prod, Throttle: {/a/GET: {}}}]", "Enabled: true", linked, "Plan.Properties.ApiStages[0].Throttle: Api has no method GET /a"},
		"a period that is none":   {stages + ", Quota: {Limit: 1, Period: YEAR}", "Enabled: true", linked, `Plan.Properties.Quota.Period: "YEAR" is not one of DAY, WEEK, MONTH`},
		"a quota without a limit": {stages + ", Quota: {Period: DAY}", "Enabled: true", linked, "Plan.Properties.Quota.Limit: is missing"},
		"a short key":             {stages, "Enabled: true, Value: short", linked, "Key.Properties.Value: must be 20 to 128 characters"},
		"a key that is none":      {stages, "Enabled: true", "KeyId: abc, KeyType: API_KEY, UsagePlanId: !Ref Plan", "Link.Properties.KeyId: must refer to an AWS::ApiGateway::ApiKey of the template"},
		"a plan that is none":     {stages, "Enabled: true", "KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: abc", "Link.Properties.UsagePlanId: must refer to an AWS::ApiGateway::UsagePlan of the template"},
		"two plans for a stage":   {stages, "Enabled: true", linked + "}}\n  Plan2: {Type: AWS::ApiGateway::UsagePlan, Properties: {" + stages + "}}\n  Link2: {Type: AWS::ApiGateway::UsagePlanKey, Properties: {KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan2", "Plan2: gives Key to Api, which Plan does already: a key can be in one plan of a stage only"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(plainPlan(test.plan, test.key, test.link))
			if err == nil || !strings.Contains(err.Error(), ": Resources."+test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	_, err := load(withAPI("      Auth: {UsagePlan: {CreateUsagePlan: OWN}}\n", getA))
	wantProblems(t, err, `8: Resources.Api.Properties.Auth.UsagePlan.CreateUsagePlan: "OWN" is not one of PER_API, SHARED, NONE`)
	_, err = load(withAPI("      ApiKeySourceType: AUTHORIZER\n", getA))
	wantProblems(t, err, "8: Resources.Api.Properties.ApiKeySourceType: AUTHORIZER needs a Lambda authorizer, and those are not run here")
}

func TestAKeyThatIsNotEnabledIsNoticed(t *testing.T) {
	s := mustLoad(t, plainPlan("ApiStages: [{ApiId: !Ref Api, Stage: prod}]", "Name: mine", linked))
	last := s.Notices[len(s.Notices)-1]
	if !strings.HasSuffix(last.String(), "Resources.Key.Properties.Enabled: is not true, so the key opens nothing") || s.APIKeys[0].Enabled {
		t.Errorf("got %s and enabled %v", last, s.APIKeys[0].Enabled)
	}
}

// Every property that SAM knows of an Api is obeyed, or has no meaning on one machine, or is reported by its name.
func TestPropertiesOfAnAPI(t *testing.T) {
	for property, notice := range map[string]string{
		"AlwaysDeploy: true":                                       "",
		"ApiKeySourceType: HEADER":                                 "",
		"BinaryMediaTypes: [image~1png, '*~1*']":                   "",
		"CacheClusterEnabled: true":                                "CacheClusterEnabled",
		"CacheClusterEnabled: false":                               "",
		"CacheClusterSize: '0.5'":                                  "",
		"CanarySetting: {PercentTraffic: 10}":                      "CanarySetting",
		"DefinitionBody: {openapi: 3.0.1}":                         "DefinitionBody",
		"DefinitionUri: s3://bucket/key":                           "DefinitionUri",
		"Description: text":                                        "",
		"DisableExecuteApiEndpoint: true":                          "DisableExecuteApiEndpoint",
		"Domain: {DomainName: api.example, CertificateArn: arn}":   "Domain",
		"EndpointAccessMode: STRICT":                               "",
		"EndpointConfiguration: {Type: REGIONAL}":                  "",
		"FailOnWarnings: true":                                     "",
		"MergeDefinitions: true":                                   "",
		"MinimumCompressionSize: 1024":                             "",
		"Mode: overwrite":                                          "",
		"Models: {User: {type: object}}":                           "Models",
		"OpenApiVersion: 3.0.1":                                    "",
		"Policy: {Statement: []}":                                  "Policy",
		"PropagateTags: true":                                      "",
		"SecurityPolicy: TLS_1_2":                                  "",
		"Tags: {a: b}":                                             "",
		"TracingEnabled: true":                                     "",
		"Variables: {a: b}":                                        "",
		"Auth: {ResourcePolicy: {IpRangeBlacklist: [10.0.0.0/8]}}": "Auth.ResourcePolicy",
		"MethodSettings: [{ResourcePath: /*, HttpMethod: '*', CachingEnabled: true}]":   "MethodSettings[0].CachingEnabled",
		"MethodSettings: [{ResourcePath: /*, HttpMethod: '*', DataTraceEnabled: true}]": "MethodSettings[0].DataTraceEnabled",
	} {
		t.Run(property, func(t *testing.T) {
			s := mustLoad(t, sam("Resources:\n  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod, "+property+"}}\n"))
			var got []string
			for _, n := range s.Notices {
				got = append(got, n.String())
			}
			var want []string
			if notice != "" {
				want = []string{"t.yaml:3: Resources.Api.Properties." + notice + ": is not run here"}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got notices %q, want %q", got, want)
			}
		})
	}
	s := mustLoad(t, sam("Resources:\n  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod, Variables: {a: b}, BinaryMediaTypes: [image~1png, '*~1*'], MinimumCompressionSize: 1024}}\n"))
	if diff := cmp.Diff(map[string]string{"a": "b"}, s.APIs[0].Variables); diff != "" {
		t.Errorf("stage variables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"image/png", "*/*"}, s.APIs[0].BinaryMediaTypes); diff != "" {
		t.Errorf("binary media types (-want +got):\n%s", diff)
	}
	if got := s.APIs[0].MinimumCompression; got == nil || *got != 1024 {
		t.Errorf("got minimum compression %v, want 1024", got)
	}
	_, err := load(withAPI("      MinimumCompressionSize: 10485761\n", getA))
	wantProblems(t, err, `8: Resources.Api.Properties.MinimumCompressionSize: must be a whole number from 0 to 10485760, not "10485761"`)
}

// So is everything that SAM knows of an event of type Api.
func TestPropertiesOfAnEvent(t *testing.T) {
	for property, notice := range map[string]string{
		"RequestModel: {Model: User}":                     "RequestModel",
		"RequestParameters: [method.request.header.X]":    "RequestParameters",
		"ResponseTransferMode: STREAM":                    "ResponseTransferMode",
		"TimeoutInMillis: 100":                            "",
		"Auth: {ApiKeyRequired: true}":                    "",
		"Auth: {ResourcePolicy: {CustomStatements: []}}":  "Auth.ResourcePolicy",
		"Auth: {InvokeRole: NONE, OverrideApiAuth: true}": "",
	} {
		t.Run(property, func(t *testing.T) {
			s := mustLoad(t, withAPI("", "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get, "+property+"}}\n"))
			var got string
			for _, n := range s.Notices {
				if at, ok := strings.CutPrefix(n.Path, "Resources.F.Properties.Events.A.Properties."); ok {
					got += at
				}
			}
			if got != notice {
				t.Errorf("got a notice of %q, want %q", got, notice)
			}
		})
	}
}
