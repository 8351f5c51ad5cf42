package scripts_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	template "example.com/todo"
	"example.com/todo/internal/stack"
)

// everything switches on what the template offers.
var everything = map[string]string{
	"StageNameParam": "v1", "CorsAllowOrigin": "https://app.example", "ThrottlingRateLimit": "7", "ThrottlingBurstLimit": "9",
	"WebAclRateLimit": "1000", "ApiKeys": "true", "ApiKeyRateLimit": "3", "ApiKeyBurstLimit": "4", "ApiKeyQuota": "5",
	"AllowImplicitFlow": "true", "ManagedLoginVersion": "2", "Repository": "https://github.com/o/r", "Branch": "dev", "AccessToken": "x",
	"AppDomainName": "todo.example", "ApiDomainName": "api.todo.example", "AuthDomainName": "auth.todo.example",
	"ApiCertificateArn":  "arn:aws:acm:eu-central-1:123456789012:certificate/a",
	"AuthCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/b",
	"DataProtection":     "true", "DeploymentType": "Canary10Percent5Minutes", "AlarmEmail": "ops@todo.example", "LogRetentionDays": "1",
	"ManageApiLogsRole": "false", "EmailSourceArn": "arn:aws:ses:eu-central-1:123456789012:identity/todo.example",
}

// A cloud is the template after SAM's transform, as CloudFormation gets it, with a resolver of its own: what it finds is
// not what internal/stack found.
type cloud struct {
	Conditions map[string]any
	Resources  map[string]struct {
		Type, Condition string
		Properties      map[string]any
	}
	parameters map[string]string
	refs       map[string]string // by logical id, and by logical id and attribute
}

// expansions are what the transform has made of the template, by the parameters.
var expansions = map[string][]byte{}

// expand runs AWS's translator, where it is installed.
func expand(t *testing.T, parameters map[string]string) []byte {
	t.Helper()
	given, err := json.Marshal(parameters)
	if err != nil {
		t.Fatal(err)
	}
	if done, ok := expansions[string(given)]; ok {
		return done
	}
	transform := exec.Command("python3", "testdata/transform.py", string(given))
	transform.Stdin = bytes.NewReader(template.YAML)
	var problems bytes.Buffer
	transform.Stderr = &problems
	expanded, err := transform.Output()
	if errors.Is(err, exec.ErrNotFound) || strings.Contains(problems.String(), "No module named 'samtranslator'") {
		t.Skip("aws-sam-translator is not installed for python3")
	}
	if err != nil {
		t.Fatalf("SAM's transform: %v\n%s", err, &problems)
	}
	expansions[string(given)] = expanded
	return expanded
}

// inTheCloud is the template after the transform, with the ids that the stack has here.
func inTheCloud(t *testing.T, parameters map[string]string, here *stack.Stack) *cloud {
	t.Helper()
	c := &cloud{parameters: map[string]string{}, refs: map[string]string{
		"AWS::Region": stack.Region, "AWS::AccountId": stack.AccountID, "AWS::Partition": "aws", "AWS::StackName": here.Name, "AWS::URLSuffix": "amazonaws.com",
	}}
	if err := json.Unmarshal(expand(t, parameters), c); err != nil {
		t.Fatal(err)
	}
	for _, p := range here.Parameters {
		c.parameters[p.Name] = p.Value
	}
	for _, r := range here.Resources {
		c.refs[r.LogicalID] = r.Ref
	}
	_, domain, _ := strings.Cut(strings.TrimPrefix(here.Hosting.URL, "https://"), ".")
	c.refs["AmplifyApp.DefaultDomain"] = domain
	c.refs["TodoUserPool.Arn"], c.refs["TodoUserPool.ProviderURL"] = here.UserPool.ARN, here.UserPool.Issuer
	c.refs["ApiAccessLogGroup.Arn"] = c.refs["ApiAccessLogGroup"]
	return c
}

func (c *cloud) ref(name string) string {
	if value, ok := c.parameters[name]; ok {
		return value
	}
	if value, ok := c.refs[name]; ok {
		return value
	}
	return name
}

var substitution = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// dropped is what !Ref AWS::NoValue leaves behind.
type dropped struct{}

func (c *cloud) resolve(v any) any {
	switch v := v.(type) {
	case []any:
		out := []any{}
		for _, item := range v {
			if item := c.resolve(item); item != (any)(dropped{}) {
				out = append(out, item)
			}
		}
		return out
	case map[string]any:
		if len(v) == 1 {
			for name, arg := range v {
				if value, ok := c.call(name, arg); ok {
					return value
				}
			}
		}
		out := map[string]any{}
		for key, value := range v {
			if value := c.resolve(value); value != (any)(dropped{}) {
				out[key] = value
			}
		}
		return out
	default:
		return v
	}
}

func (c *cloud) call(name string, arg any) (any, bool) {
	switch name {
	case "Ref":
		if arg == "AWS::NoValue" {
			return dropped{}, true
		}
		return c.ref(arg.(string)), true
	case "Fn::GetAtt":
		parts := arg.([]any)
		return c.ref(fmt.Sprintf("%v.%v", parts[0], parts[1])), true
	case "Fn::Sub":
		text, own := arg, map[string]any{}
		if parts, ok := arg.([]any); ok {
			text, own = parts[0], parts[1].(map[string]any)
		}
		return substitution.ReplaceAllStringFunc(text.(string), func(s string) string {
			key := s[2 : len(s)-1]
			if value, ok := own[key]; ok {
				return fmt.Sprint(c.resolve(value))
			}
			return c.ref(key)
		}), true
	case "Fn::If":
		parts := arg.([]any)
		if c.holds(c.Conditions[parts[0].(string)]) {
			return c.resolve(parts[1]), true
		}
		return c.resolve(parts[2]), true
	}
	return nil, false
}

func (c *cloud) holds(condition any) bool {
	for name, arg := range condition.(map[string]any) {
		switch name {
		case "Condition":
			return c.holds(c.Conditions[arg.(string)])
		case "Fn::Equals":
			parts := c.resolve(arg).([]any)
			return fmt.Sprint(parts[0]) == fmt.Sprint(parts[1])
		case "Fn::Not":
			return !c.holds(arg.([]any)[0])
		case "Fn::And":
			return !slices.ContainsFunc(arg.([]any), func(term any) bool { return !c.holds(term) })
		}
	}
	panic(fmt.Sprintf("condition %v", condition))
}

// read resolves a resource's properties into a struct of them.
func (c *cloud) read(t *testing.T, logicalID string, into any) {
	t.Helper()
	text, err := json.Marshal(c.resolve(map[string]any(c.Resources[logicalID].Properties)))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", logicalID, err)
	}
}

// A reading is what a template comes to, in a form that both homes can be put in. Numbers are texts: parameters are.
type reading struct {
	Stage, AccessLog, AccessLogFormat string
	Routes                            map[string]route
	Limits                            map[string][2]string
	Responses                         map[string]map[string]string
	Functions                         map[string]function
	Password                          map[string]string
	Callbacks, Logouts, Flows, Scopes []string
	Plan                              []string
	Settings                          map[string]string
}

type route struct {
	Function  string
	Token     bool
	Key       bool
	Preflight map[string]string
}

type function struct {
	Timeout, Memory, LogGroup, LogFormat string
	Environment                          map[string]string
}

// readHere is what todo serve obeys.
func readHere(s *stack.Stack) reading {
	api, client, policy := s.APIs[0], s.UserPool.Clients[0], s.UserPool.PasswordPolicy
	r := reading{
		Stage: api.Stage, AccessLog: api.AccessLog.LogGroup, AccessLogFormat: api.AccessLog.Format,
		Routes: map[string]route{}, Limits: map[string][2]string{}, Responses: map[string]map[string]string{}, Functions: map[string]function{},
		Callbacks: client.CallbackURLs, Logouts: client.LogoutURLs, Flows: client.OAuthFlows, Scopes: client.OAuthScopes,
		Password: map[string]string{
			"MinimumLength": fmt.Sprint(policy.MinimumLength), "TemporaryPasswordValidityDays": fmt.Sprint(int(policy.TemporaryValidity / (24 * time.Hour))),
			"RequireLowercase": fmt.Sprint(policy.RequireLowercase), "RequireUppercase": fmt.Sprint(policy.RequireUppercase),
			"RequireNumbers": fmt.Sprint(policy.RequireNumbers), "RequireSymbols": fmt.Sprint(policy.RequireSymbols),
		},
		Settings: s.Hosting.Environment,
	}
	for _, a := range api.Routes {
		r.Routes[a.Method+" "+a.Path] = route{a.Function, a.Authorizer != "", a.APIKeyRequired, a.Preflight}
	}
	for _, m := range api.Methods {
		r.Limits[m.HTTPMethod+" "+m.ResourcePath] = [2]string{fmt.Sprint(*m.RateLimit), fmt.Sprint(*m.BurstLimit)}
	}
	for name, response := range api.Responses {
		r.Responses[name] = response.Headers
	}
	for _, f := range s.Functions {
		r.Functions[f.LogicalID] = function{fmt.Sprint(f.Timeout.Seconds()), fmt.Sprint(f.MemorySize), f.LogGroup, f.LogFormat, f.Environment}
	}
	for _, p := range s.UsagePlans {
		r.Plan = []string{fmt.Sprint(*p.RateLimit), fmt.Sprint(*p.BurstLimit), fmt.Sprint(p.Quota.Limit), p.Quota.Period}
	}
	return r
}

// readThere is what API Gateway, Lambda and Cognito are told.
func (c *cloud) readThere(t *testing.T) reading {
	r := reading{
		Routes: map[string]route{}, Limits: map[string][2]string{}, Responses: map[string]map[string]string{}, Functions: map[string]function{},
		Password: map[string]string{}, Settings: map[string]string{},
	}
	c.readAPI(t, &r)
	for id, resource := range c.Resources {
		if resource.Type != "AWS::Lambda::Function" {
			continue
		}
		var f struct {
			Timeout, MemorySize any
			LoggingConfig       struct{ LogGroup, LogFormat string }
			Environment         struct{ Variables map[string]string }
		}
		c.read(t, id, &f)
		r.Functions[id] = function{fmt.Sprint(f.Timeout), fmt.Sprint(f.MemorySize), f.LoggingConfig.LogGroup, f.LoggingConfig.LogFormat, f.Environment.Variables}
	}
	var pool struct {
		Policies struct{ PasswordPolicy map[string]any }
	}
	c.read(t, "TodoUserPool", &pool)
	for name, value := range pool.Policies.PasswordPolicy {
		r.Password[name] = fmt.Sprint(value)
	}
	var client struct{ CallbackURLs, LogoutURLs, AllowedOAuthFlows, AllowedOAuthScopes []string }
	c.read(t, "TodoUserPoolTokenClient", &client)
	r.Callbacks, r.Logouts, r.Flows, r.Scopes = client.CallbackURLs, client.LogoutURLs, client.AllowedOAuthFlows, client.AllowedOAuthScopes
	if plan := c.Resources["ProgramsUsagePlan"]; c.holds(c.Conditions[plan.Condition]) {
		var p struct {
			Throttle struct{ RateLimit, BurstLimit any }
			Quota    struct{ Limit, Period any }
		}
		c.read(t, "ProgramsUsagePlan", &p)
		r.Plan = []string{fmt.Sprint(p.Throttle.RateLimit), fmt.Sprint(p.Throttle.BurstLimit), fmt.Sprint(p.Quota.Limit), fmt.Sprint(p.Quota.Period)}
	}
	var branch struct {
		EnvironmentVariables []struct{ Name, Value string }
	}
	c.read(t, "AmplifyBranch", &branch)
	for _, variable := range branch.EnvironmentVariables {
		r.Settings[variable.Name] = variable.Value
	}
	return r
}

func (c *cloud) readAPI(t *testing.T, r *reading) {
	var stage struct {
		StageName        string
		AccessLogSetting struct{ DestinationArn, Format string }
		MethodSettings   []struct {
			HttpMethod, ResourcePath                  string
			ThrottlingRateLimit, ThrottlingBurstLimit any
		}
	}
	c.read(t, "TodoApiStage", &stage)
	r.Stage, r.AccessLog, r.AccessLogFormat = stage.StageName, stage.AccessLogSetting.DestinationArn, stage.AccessLogSetting.Format
	for _, m := range stage.MethodSettings {
		r.Limits[m.HttpMethod+" "+m.ResourcePath] = [2]string{fmt.Sprint(m.ThrottlingRateLimit), fmt.Sprint(m.ThrottlingBurstLimit)}
	}
	type method struct {
		Security    []map[string]any
		Integration struct {
			URI       string
			Responses struct {
				Default struct{ ResponseParameters map[string]string }
			}
		} `json:"x-amazon-apigateway-integration"`
	}
	var api struct {
		Body struct {
			Paths     map[string]map[string]method
			Responses map[string]struct{ ResponseParameters map[string]string } `json:"x-amazon-apigateway-gateway-responses"`
		}
	}
	c.read(t, "TodoApi", &api)
	for path, methods := range api.Body.Paths {
		for verb, m := range methods {
			var found route
			if called := regexp.MustCompile(`functions/(\w+)Aliaslive/`).FindStringSubmatch(m.Integration.URI); called != nil {
				found.Function = called[1]
			}
			for _, scheme := range m.Security {
				_, token := scheme["CognitoAuthorizer"]
				_, key := scheme["api_key"]
				found.Token, found.Key = found.Token || token, found.Key || key
			}
			for name, value := range m.Integration.Responses.Default.ResponseParameters {
				if found.Preflight == nil {
					found.Preflight = map[string]string{}
				}
				found.Preflight[strings.TrimPrefix(name, "method.response.header.")] = strings.Trim(value, "'")
			}
			r.Routes[strings.ToUpper(verb)+" "+path] = found
		}
	}
	for name, response := range api.Body.Responses {
		r.Responses[name] = map[string]string{}
		for header, value := range response.ResponseParameters {
			r.Responses[name][strings.TrimPrefix(header, "gatewayresponse.header.")] = value
		}
	}
}

// TestBothHomesReadTheSame expands the template with SAM's own transform and compares what AWS is told with what
// todo serve obeys.
func TestBothHomesReadTheSame(t *testing.T) {
	for name, parameters := range map[string]map[string]string{"as it is": {}, "with everything": everything} {
		t.Run(name, func(t *testing.T) {
			s, err := stack.Load(template.YAML, stack.Options{File: template.Name, StackName: "todo", Parameters: parameters})
			if err != nil {
				t.Fatal(err)
			}
			here, there := readHere(s), inTheCloud(t, parameters, s).readThere(t)
			if len(there.Routes) != 18 || len(there.Functions) != 6 || len(there.Settings) != 4 {
				t.Errorf("got %d routes, %d functions, %d settings", len(there.Routes), len(there.Functions), len(there.Settings))
			}
			if diff := cmp.Diff(there, here); diff != "" {
				t.Errorf("-cloud +here\n%s", diff)
			}
		})
	}
}

// TestWhatFunctionsMayDo holds the roles that SAM makes to one statement, on the table. That its action is the call which
// the function makes is tested with the functions.
func TestWhatFunctionsMayDo(t *testing.T) {
	s, err := stack.Load(template.YAML, stack.Options{File: template.Name, StackName: "todo"})
	if err != nil {
		t.Fatal(err)
	}
	c := inTheCloud(t, map[string]string{}, s)
	for _, f := range s.Functions {
		var role struct {
			ManagedPolicyArns []string
			Policies          []struct {
				PolicyDocument struct {
					Statement []struct{ Effect, Action, Resource string }
				}
			}
		}
		c.read(t, f.LogicalID+"Role", &role)
		if len(role.Policies) != 1 || len(role.Policies[0].PolicyDocument.Statement) != 1 {
			t.Errorf("%s: got the policies %+v, want one with one statement", f.LogicalID, role.Policies)
			continue
		}
		if got := role.Policies[0].PolicyDocument.Statement[0]; got.Effect != "Allow" || got.Resource != "TodoTable.Arn" || strings.Contains(got.Action, "*") {
			t.Errorf("%s: got %+v, want one action on the table", f.LogicalID, got)
		}
		want := []string{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess"}
		if diff := cmp.Diff(want, role.ManagedPolicyArns); diff != "" {
			t.Errorf("%s: logs and traces (-want +got):\n%s", f.LogicalID, diff)
		}
	}
}

// TestSecurityHeadersNameTheRealHosts looks at what the hosting in the cloud is told.
func TestSecurityHeadersNameTheRealHosts(t *testing.T) {
	for name, parameters := range map[string]map[string]string{"AWS's own": {}, "names of one's own": everything} {
		t.Run(name, func(t *testing.T) {
			s, err := stack.Load(template.YAML, stack.Options{File: template.Name, StackName: "todo", Parameters: parameters})
			if err != nil {
				t.Fatal(err)
			}
			c := inTheCloud(t, parameters, s)
			var app struct{ CustomHeaders string }
			c.read(t, "AmplifyApp", &app)
			api, auth := "https://"+c.ref("TodoApi")+".execute-api.local.amazonaws.com", "https://"+c.ref("TodoDomain")+".auth.local.amazoncognito.com"
			if len(parameters) > 0 {
				api, auth = "https://api.todo.example", "https://auth.todo.example"
			}
			policy := strings.Join(strings.Fields(app.CustomHeaders), " ")
			for _, want := range []string{"connect-src 'self' " + auth + " https://cognito-idp.local.amazonaws.com " + api + ";", "form-action 'self' " + auth + ";"} {
				if !strings.Contains(policy, want) {
					t.Errorf("got %s\nwant it to hold %s", policy, want)
				}
			}
		})
	}
}

// TestDashboard wants valid JSON whose metrics are of this stack.
func TestDashboard(t *testing.T) {
	s, err := stack.Load(template.YAML, stack.Options{File: template.Name, StackName: "todo"})
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct{ DashboardBody string }
	c := inTheCloud(t, map[string]string{}, s)
	c.read(t, "Dashboard", &dashboard)
	var body struct {
		Widgets []struct {
			X, Y, Width, Height int
			Properties          struct {
				Title, Region string
				Metrics       [][]any
			}
		}
	}
	if err := json.Unmarshal([]byte(dashboard.DashboardBody), &body); err != nil {
		t.Fatal(err)
	}
	namespaces, metrics := map[string]bool{}, 0
	for _, w := range body.Widgets {
		metrics += len(w.Properties.Metrics)
		if w.X+w.Width > 24 || w.Properties.Region != stack.Region {
			t.Errorf("%s: got the region %s, and the columns %d to %d of 24", w.Properties.Title, w.Properties.Region, w.X, w.X+w.Width)
		}
		for _, metric := range w.Properties.Metrics {
			namespaces[fmt.Sprint(metric[0])] = true
			if of := fmt.Sprint(metric[3]); of != s.Name && !strings.HasPrefix(of, s.Name+"-") {
				t.Errorf("%s: got a metric of %s", w.Properties.Title, of)
			}
		}
	}
	if metrics > 50 {
		t.Errorf("got %d metrics, want 50 at most, or the dashboard is not free", metrics)
	}
	want := []string{"AWS/ApiGateway", "AWS/DynamoDB", "AWS/Lambda", "TodoApp"}
	if got := slices.Sorted(maps.Keys(namespaces)); !slices.Equal(got, want) {
		t.Errorf("got metrics of %v, want %v", got, want)
	}
}

// TestNoRegionOrPartitionIsWrittenDown finds what would tie the stack to one.
func TestNoRegionOrPartitionIsWrittenDown(t *testing.T) {
	for i, line := range strings.Split(string(template.YAML), "\n") {
		if regexp.MustCompile(`arn:aws|\b(af|ap|ca|cn|eu|il|me|mx|sa|us)(-gov)?-[a-z]+-[0-9]\b|\b[0-9]{12}\b`).MatchString(line) {
			t.Errorf("%s:%d: %s", template.Name, i+1, line)
		}
	}
}

// TestEnvironments holds the parameters of each environment to the template.
func TestEnvironments(t *testing.T) {
	config, err := os.ReadFile("../samconfig.toml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^\[(\w+)\.deploy\.parameters\]\n(?:.+\n)*?parameter_overrides = "(.*)"$`).FindAllSubmatch(config, -1)
	var names []string
	for _, m := range found {
		names = append(names, string(m[1]))
		parameters := map[string]string{}
		for _, pair := range strings.Fields(string(m[2])) {
			name, value, _ := strings.Cut(pair, "=")
			parameters[name] = value
		}
		if _, err := stack.Load(template.YAML, stack.Options{File: template.Name, Parameters: parameters}); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
	if want := []string{"dev", "staging", "prod"}; !slices.Equal(names, want) {
		t.Errorf("got the environments %v, want %v", names, want)
	}
}
