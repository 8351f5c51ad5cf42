package stack_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

// withAPI is a template with an API that has these properties beside StageName, and a function with these events.
func withAPI(properties, events string) string {
	return sam("Resources:\n" +
		"  Pool: {Type: AWS::Cognito::UserPool}\n" +
		"  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: prod\n" + properties +
		"  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: ./f\n      Events:\n        Other: {Type: S3}\n" + events)
}

const cognito = `      Auth:
        DefaultAuthorizer: People
        Authorizers:
          People: {UserPoolArn: !GetAtt Pool.Arn}
          Machines: {UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:1:userpool/x', AuthorizationScopes: [s/read], Identity: {Header: X-Token, ValidationExpression: '^a$'}}
`

func TestRoutes(t *testing.T) {
	s := mustLoad(t, withAPI(cognito, `
        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get}}
        B: {Type: Api, Properties: {RestApiId: !Ref Api, Path: '/a/{id}', Method: Any, Auth: {Authorizer: NONE}}}
        C: {Type: Api, Properties: {RestApiId: !Ref Api, Path: '/{proxy+}', Method: POST, TimeoutInMillis: 500, Auth: {Authorizer: Machines, ApiKeyRequired: true}}}
        D: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /d, Method: PUT, Auth: {Authorizer: Machines, AuthorizationScopes: [s/write]}}}
        E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /e, Method: PUT, Auth: {Authorizer: Machines, AuthorizationScopes: []}}}
`))
	api := s.APIs[0]
	const timeout = 29 * time.Second
	want := []stack.Route{
		{Method: "GET", Path: "/", Function: "F", Authorizer: "People", Timeout: timeout},
		{Method: "ANY", Path: "/a/{id}", Function: "F", Timeout: timeout},
		{Method: "POST", Path: "/{proxy+}", Function: "F", Authorizer: "Machines", Scopes: []string{"s/read"}, APIKeyRequired: true, Timeout: 500 * time.Millisecond},
		{Method: "PUT", Path: "/d", Function: "F", Authorizer: "Machines", Scopes: []string{"s/write"}, Timeout: timeout},
		{Method: "PUT", Path: "/e", Function: "F", Authorizer: "Machines", Timeout: timeout},
	}
	if diff := cmp.Diff(want, api.Routes); diff != "" {
		t.Errorf("routes (-want +got):\n%s", diff)
	}
	wantAuthorizers := map[string]stack.Authorizer{
		"People":   {UserPool: "Pool", Header: "Authorization"},
		"Machines": {UserPool: "arn:aws:cognito-idp:eu-west-1:1:userpool/x", Header: "X-Token", Validation: "^a$", Scopes: []string{"s/read"}},
	}
	if diff := cmp.Diff(wantAuthorizers, api.Authorizers); diff != "" {
		t.Errorf("authorizers (-want +got):\n%s", diff)
	}
	if api.URL != "http://localhost:8080/prod" || api.Name != "todo" {
		t.Errorf("got URL %s and name %s, want http://localhost:8080/prod and todo", api.URL, api.Name)
	}
}

func TestRoutesThatCannotBe(t *testing.T) {
	const at = "19: Resources.F.Properties.Events.A.Properties"
	for name, test := range map[string]struct{ properties, want string }{
		"no path":                 {"Method: get", at + ".Path: is missing"},
		"no method":               {"Path: /a", at + ".Method: is missing"},
		"a method that is none":   {"Path: /a, Method: fetch", at + `.Method: "FETCH" is not any or one of DELETE, GET`},
		"a path without a slash":  {"Path: a, Method: get", at + `.Path: "a" must start with a slash`},
		"a path that ends in one": {"Path: /a/, Method: get", at + `.Path: "/a/" ends in a slash; API Gateway has no such resource`},
		"half a parameter":        {"Path: '/a/x{id}', Method: get", at + `.Path: "/a/x{id}": the segment "x{id}" is neither a name nor a {parameter}`},
		"an empty segment":        {"Path: /a//b, Method: get", at + `.Path: "/a//b": the segment "" is neither a name nor a {parameter}`},
		"greed in the middle":     {"Path: '/{a+}/b', Method: get", at + `.Path: "/{a+}/b": a greedy parameter must be the last segment`},
		"an unknown authorizer":   {"Path: /a, Method: get, Auth: {Authorizer: Peple}", at + `.Auth.Authorizer: the API has no authorizer "Peple" (did you mean People?)`},
		"a misspelt property":     {"Path: /a, Method: get, Auht: {}", at + ".Auht: is not known here (did you mean Auth?)"},
		"a timeout beyond any":    {"Path: /a, Method: get, TimeoutInMillis: 300001", at + ".TimeoutInMillis: must be a whole number from 50 to 300000"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withAPI(cognito, "        A: {Type: Api, Properties: {RestApiId: !Ref Api, "+test.properties+"}}\n"))
			wantProblems(t, err, test.want)
		})
	}
	for name, test := range map[string]struct{ api, events, want string }{
		"another API":     {"", "        A: {Type: Api, Properties: {RestApiId: abc, Path: /a, Method: get}}\n", "14: Resources.F.Properties.Events.A.Properties.RestApiId: must refer to an AWS::Serverless::Api of the template"},
		"the same twice":  {"", "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get}}\n        B: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}\n", "15: Resources.F.Properties.Events.B.Properties: GET /a is routed twice"},
		"an event type":   {"", "        A: {Type: API}\n", `14: Resources.F.Properties.Events.A.Type: there is no event type "API" (did you mean Api?)`},
		"NONE of nothing": {"", "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get, Auth: {Authorizer: NONE}}}\n", "14: Resources.F.Properties.Events.A.Properties.Auth.Authorizer: NONE has a meaning only when the API has a DefaultAuthorizer"},
		"a circle through the API": {
			"", "        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get}}\n      Environment: {Variables: {API: !Ref Api}}\n",
			"15: Resources.F.Properties.Environment.Variables.API: closes a circle of references: Api -> F -> Api",
		},
		"a misspelt setting": {"      TracingEnable: true\n", "", "8: Resources.Api.Properties.TracingEnable: is not known here (did you mean TracingEnabled?)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withAPI(test.api, test.events))
			wantProblems(t, err, test.want)
		})
	}
}

func TestPreflight(t *testing.T) {
	const events = `        A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: put}}
        B: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get}}
        C: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /b, Method: any}}
        D: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /c, Method: options}}
`
	preflights := func(s *stack.Stack) map[string]stack.Route {
		out := map[string]stack.Route{}
		for _, r := range s.APIs[0].Routes {
			if r.Preflight != nil {
				out[r.Path] = r
			}
		}
		return out
	}
	t.Run("an origin alone", func(t *testing.T) {
		got := preflights(mustLoad(t, withAPI(cognito+"      Cors: \"'*'\"\n", events)))
		if len(got) != 2 {
			t.Fatalf("got preflights for %d paths, want 2: /a and /b, not /c with its own OPTIONS", len(got))
		}
		want := map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET,OPTIONS,PUT"}
		if diff := cmp.Diff(want, got["/a"].Preflight); diff != "" {
			t.Errorf("/a (-want +got):\n%s", diff)
		}
		if want := "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"; got["/b"].Preflight["Access-Control-Allow-Methods"] != want {
			t.Errorf("/b: got methods %s, want %s", got["/b"].Preflight["Access-Control-Allow-Methods"], want)
		}
		if got["/a"].Authorizer != "People" {
			t.Errorf("got authorizer %q, want People: SAM puts the default on preflights unless told not to", got["/a"].Authorizer)
		}
	})
	for name, test := range map[string]struct {
		auth, authorizer string
		scopes           []string
		key              bool
	}{
		"told not to put the default authorizer on them": {"DefaultAuthorizer: People, AddDefaultAuthorizerToCorsPreflight: false", "", nil, false},
		"told to":                                {"DefaultAuthorizer: People, AddDefaultAuthorizerToCorsPreflight: true", "People", nil, false},
		"with scopes of the default authorizer":  {"DefaultAuthorizer: Machines", "Machines", []string{"s/read"}, false},
		"with no default authorizer":             {"AddDefaultAuthorizerToCorsPreflight: true", "", nil, false},
		"with an API key for all":                {"ApiKeyRequired: true", "", nil, true},
		"told not to ask for the API key of all": {"ApiKeyRequired: true, AddApiKeyRequiredToCorsPreflight: false", "", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			auth := "      Auth: {" + test.auth + `, Authorizers: {People: {UserPoolArn: !GetAtt Pool.Arn}, Machines: {UserPoolArn: !GetAtt Pool.Arn, AuthorizationScopes: [s/read]}}}
`
			got := preflights(mustLoad(t, withAPI(auth+"      Cors: \"'*'\"\n", events)))["/a"]
			if got.Authorizer != test.authorizer || !slices.Equal(got.Scopes, test.scopes) || got.APIKeyRequired != test.key {
				t.Errorf("got authorizer %q, scopes %q, key %t; want %q, %q, %t", got.Authorizer, got.Scopes, got.APIKeyRequired, test.authorizer, test.scopes, test.key)
			}
		})
	}
	t.Run("everything", func(t *testing.T) {
		s := mustLoad(t, withAPI(`      Cors: {AllowOrigin: "'https://a.example'", AllowMethods: "'GET'", AllowHeaders: "'X-A'", MaxAge: "'600'", AllowCredentials: true}
`, events))
		want := map[string]string{
			"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "X-A",
			"Access-Control-Max-Age": "600", "Access-Control-Allow-Credentials": "true",
		}
		if diff := cmp.Diff(want, preflights(s)["/a"].Preflight); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	for name, test := range map[string]struct{ cors, want string }{
		"no quotes":                 {"{AllowOrigin: '*'}", `8: Resources.Api.Properties.Cors.AllowOrigin: needs single quotes of its own, as in "'*'"`},
		"a number without quotes":   {"{MaxAge: 600}", `8: Resources.Api.Properties.Cors.MaxAge: needs single quotes of its own, as in "'600'"`},
		"credentials for everybody": {"{AllowCredentials: true}", "8: Resources.Api.Properties.Cors.AllowCredentials: cannot be true when AllowOrigin is '*' or not set"},
		"a misspelt property":       {"{AllowedOrigin: x}", "8: Resources.Api.Properties.Cors.AllowedOrigin: is not known here (did you mean AllowOrigin?)"},
		"a header in two lines":     {`"'a\nb'"`, "8: Resources.Api.Properties.Cors: the value must be one line without control characters"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withAPI("      Cors: "+test.cors+"\n", ""))
			wantProblems(t, err, test.want)
		})
	}
}

func TestGatewayResponses(t *testing.T) {
	s := mustLoad(t, withAPI(`      GatewayResponses:
        DEFAULT_4XX: {ResponseParameters: {Headers: {Access-Control-Allow-Origin: "'*'", X-Was: method.request.header.X}}}
        UNAUTHORIZED: {StatusCode: 403, ResponseTemplates: {application/json: '{}'}}
`, ""))
	want := map[string]stack.GatewayResponse{
		"DEFAULT_4XX":  {Headers: map[string]string{"Access-Control-Allow-Origin": "'*'", "X-Was": "method.request.header.X"}},
		"UNAUTHORIZED": {StatusCode: 403, Templates: map[string]string{"application/json": "{}"}},
	}
	if diff := cmp.Diff(want, s.APIs[0].Responses); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, test := range map[string]struct{ responses, want string }{
		"a type that is none": {"{DEFAULT_4xx: {}}", "8: Resources.Api.Properties.GatewayResponses.DEFAULT_4xx: is no type of gateway response (did you mean DEFAULT_4XX?)"},
		"no quotes":           {"{DEFAULT_4XX: {ResponseParameters: {Headers: {X-A: '*'}}}}", `8: Resources.Api.Properties.GatewayResponses.DEFAULT_4XX.ResponseParameters.Headers: X-A: "*" must be a value in single quotes`},
		"a name that is none": {`{DEFAULT_4XX: {ResponseParameters: {Headers: {"X A": "'*'"}}}}`, `8: Resources.Api.Properties.GatewayResponses.DEFAULT_4XX.ResponseParameters.Headers: "X A" is not the name of a header`},
		"a status":            {"{DEFAULT_4XX: {StatusCode: 99}}", `8: Resources.Api.Properties.GatewayResponses.DEFAULT_4XX.StatusCode: must be a whole number from 100 to 599`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withAPI("      GatewayResponses: "+test.responses+"\n", ""))
			wantProblems(t, err, test.want)
		})
	}
}

func TestStageSettings(t *testing.T) {
	s := mustLoad(t, withAPI(`      Name: orders
      TracingEnabled: true
      Variables: {limit: 5, login: !GetAtt Pool.ProviderURL}
      MethodSettings:
        - {ResourcePath: /*, HttpMethod: '*', ThrottlingRateLimit: 0.5, ThrottlingBurstLimit: 10, MetricsEnabled: true}
        - {ResourcePath: '/~1item~1{id}', HttpMethod: get, LoggingLevel: INFO}
      AccessLogSetting: {DestinationArn: !GetAtt Logs.Arn, Format: $context.requestId}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub 'access/${Api}', RetentionInDays: 7}}
`, ""))
	api := s.APIs[0]
	rate, burst := 0.5, 10
	want := []stack.MethodSetting{
		{ResourcePath: "/*", HTTPMethod: "*", RateLimit: &rate, BurstLimit: &burst},
		{ResourcePath: "/~1item~1{id}", HTTPMethod: "GET"},
	}
	if diff := cmp.Diff(want, api.Methods); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
	// The group is named after the API, whose stage logs to it: no circle, since the stage is a resource of its own.
	if want := (&stack.AccessLog{LogGroup: "access/" + api.ID, Format: "$context.requestId"}); !cmp.Equal(api.AccessLog, want) {
		t.Errorf("got access log %v, want %v", api.AccessLog, want)
	}
	if want := []stack.LogGroup{{LogicalID: "Logs", Name: "access/" + api.ID, Retention: 7 * 24 * time.Hour}}; !cmp.Equal(s.LogGroups, want) {
		t.Errorf("got log groups %v, want %v", s.LogGroups, want)
	}
	if want := map[string]string{"limit": "5", "login": s.UserPool.Issuer}; !cmp.Equal(api.Variables, want) {
		t.Errorf("got variables %v, want %v", api.Variables, want)
	}
	if !api.Tracing || api.Name != "orders" {
		t.Errorf("got tracing %t, name %s; want true, orders", api.Tracing, api.Name)
	}
	for name, test := range map[string]struct{ properties, want string }{
		"settings as a mapping":       {"MethodSettings: {HttpMethod: '*'}", "8: Resources.Api.Properties.MethodSettings: must be a list, not a mapping"},
		"a rate that is none":         {"MethodSettings: [{HttpMethod: '*', ResourcePath: /*, ThrottlingRateLimit: NaN}]", `8: Resources.Api.Properties.MethodSettings[0].ThrottlingRateLimit: must be a number from 0, not "NaN"`},
		"no path":                     {"MethodSettings: [{HttpMethod: '*'}]", "8: Resources.Api.Properties.MethodSettings[0].ResourcePath: is missing"},
		"a path without a slash":      {"MethodSettings: [{HttpMethod: '*', ResourcePath: 'v1/*'}]", `8: Resources.Api.Properties.MethodSettings[0].ResourcePath: "v1/*" must start with a slash`},
		"a log of two lines":          {`AccessLogSetting: {DestinationArn: 'arn:aws:logs:local:0:log-group:x', Format: "$context.requestId\n"}`, "8: Resources.Api.Properties.AccessLogSetting.Format: must be one line"},
		"a log that names no request": {"AccessLogSetting: {DestinationArn: 'arn:aws:logs:local:0:log-group:x', Format: $context.status}", "8: Resources.Api.Properties.AccessLogSetting.Format: must hold $context.requestId or $context.extendedRequestId"},
		"a log nowhere":               {"AccessLogSetting: {Format: $context.requestId}", "8: Resources.Api.Properties.AccessLogSetting.DestinationArn: is missing"},
		"a log to what is no group":   {"AccessLogSetting: {DestinationArn: logs, Format: $context.requestId}", `8: Resources.Api.Properties.AccessLogSetting.DestinationArn: "logs" is not the ARN of a log group or of a Firehose stream`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withAPI("      "+test.properties+"\n", ""))
			wantProblems(t, err, test.want)
		})
	}
	_, err := load(sam("Resources:\n  A: {Type: AWS::Serverless::Api, Properties: {StageName: a b}}\n  B: {Type: AWS::Serverless::Api}\n"))
	wantProblems(t, err, `3: Resources.A.Properties.StageName: "a b": a stage's name holds only letters`, "4: Resources.B.Properties.StageName: is missing")
	_, err = load(sam("Resources:\n  A: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n  B: {Type: AWS::Serverless::Api, Properties: {StageName: v1}}\n"))
	wantProblems(t, err, "4: Resources.B: has the same StageName as A: on one machine they would share an address")
}

func TestFunctions(t *testing.T) {
	s := mustLoad(t, sam(`Resources:
  Small: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./small, Handler: h}}
  Large:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: large
      CodeUri: ./large
      Timeout: 28
      MemorySize: 512
      AutoPublishAlias: live
      LoggingConfig: {LogGroup: !Ref Logs, LogFormat: JSON}
      Environment: {Variables: {DEBUG: on, TABLE: !Ref Small}}
  Logs: {Type: AWS::Logs::LogGroup}
Outputs:
  Role: {Value: !GetAtt SmallRole.Arn}
  Alias: {Value: !Ref Large.Alias}
  Version: {Value: !Sub '${Large.Version}'}
`))
	small, large := s.Functions[0], s.Functions[1]
	wantSmall := stack.Function{
		LogicalID: "Small", Name: small.Name, ARN: "arn:aws:lambda:local:000000000000:function:" + small.Name, CodeURI: "./small", Handler: "h",
		Timeout: 3 * time.Second, MemorySize: 128, LogGroup: "/aws/lambda/" + small.Name, LogFormat: "Text",
	}
	if diff := cmp.Diff(wantSmall, small); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	wantLarge := stack.Function{
		LogicalID: "Large", Name: "large", ARN: "arn:aws:lambda:local:000000000000:function:large", CodeURI: "./large",
		Timeout: 28 * time.Second, MemorySize: 512, LogGroup: s.LogGroups[0].Name, LogFormat: "JSON", Environment: map[string]string{"DEBUG": "true", "TABLE": small.Name},
	}
	if diff := cmp.Diff(wantLarge, large); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i, want := range []string{"arn:aws:iam::000000000000:role/todo-SmallRole-", large.ARN + ":live", large.ARN + ":1"} {
		if got := s.Outputs[i].Value; got != want && (i > 0 || len(got) != len(want)+12) {
			t.Errorf("%s: got %s, want %s", s.Outputs[i].Name, got, want)
		}
	}
	_, err := load(sam("Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Timeout: 901, Environment: {Variables: {1A: x}}}}\n"))
	wantProblems(t, err,
		"3: Resources.F.Properties.CodeUri: is missing",
		`3: Resources.F.Properties.Timeout: must be a whole number from 1 to 900, not "901"`,
		`3: Resources.F.Properties.Environment.Variables: "1A" is not a name that Lambda allows for a variable`)
}

func TestImplicitAPI(t *testing.T) {
	s := mustLoad(t, sam(`Globals: {Api: {Cors: "'*'"}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./f
      Events:
        Get: {Type: Api, Properties: {Path: /a, Method: get}}
Outputs:
  Address: {Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/${ServerlessRestApi.Stage}/'}
`))
	if len(s.APIs) != 1 || s.APIs[0].Stage != "Prod" || len(s.APIs[0].Routes) != 2 {
		t.Fatalf("got APIs %+v, want one with the stage Prod, a route and a preflight", s.APIs)
	}
	if got, want := s.Outputs[0].Value, "http://localhost:8080/Prod/"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// An alarm that sends callers back may name the functions. Naming the API closes a circle: its definition names the
// aliases, and these are moved under the alarm's eyes.
func TestAlarmsOfADeployment(t *testing.T) {
	template := func(of string) string {
		return sam(`Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./f
      AutoPublishAlias: live
      DeploymentPreference: {Type: AllAtOnce, Alarms: [!Ref Alarm]}
      Events: {A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get}}}
  Alarm: {Type: AWS::CloudWatch::Alarm, Properties: {Dimensions: [{Name: Of, Value: !Ref ` + of + `}]}}
`)
	}
	mustLoad(t, template("F"))
	_, err := load(template("Api"))
	wantProblems(t, err, "11: Resources.Alarm.Properties.Dimensions[0].Value: closes a circle of references: Api -> F.Alias -> Alarm -> Api")
}
