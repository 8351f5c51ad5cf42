package stack_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile("testdata/"+name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; if that is meant, run the test with -update (-want +got):\n%s", name, diff)
	}
}

func loadRepository(t *testing.T, parameters map[string]string) *stack.Stack {
	t.Helper()
	s, err := stack.Load(repository(t), stack.Options{File: "template.yaml", Local: here, Parameters: parameters})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRepositoryTemplate(t *testing.T) {
	s := loadRepository(t, nil)
	if len(s.Notices) > 0 {
		t.Errorf("got notices %v, want none: everything in it is run here or has no meaning here", s.Notices)
	}
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "template.json", append(content, '\n'))
}

func TestRepositoryTemplateObeysItsParameters(t *testing.T) {
	s := loadRepository(t, map[string]string{
		"StageNameParam": "v2", "ThrottlingRateLimit": "7.5", "ThrottlingBurstLimit": "9", "AllowImplicitFlow": "true",
		"CorsAllowOrigin": "https://app.example", "LogRetentionDays": "1", "Branch": "dev", "ManageApiLogsRole": "false",
		"Repository": "https://github.com/o/r", "AccessToken": "secret",
	})
	api := s.APIs[0]
	if api.URL != "http://localhost:8080/v2" || *api.Methods[0].RateLimit != 7.5 || *api.Methods[0].BurstLimit != 9 {
		t.Errorf("got %s with limits %v, %v; want /v2 with 7.5, 9", api.URL, *api.Methods[0].RateLimit, *api.Methods[0].BurstLimit)
	}
	if got := api.Responses["DEFAULT_4XX"].Headers["Access-Control-Allow-Origin"]; got != "'https://app.example'" {
		t.Errorf("got the origin %s, want 'https://app.example'", got)
	}
	if got := s.UserPool.Clients[0].OAuthFlows; !cmp.Equal(got, []string{"code", "implicit"}) {
		t.Errorf("got flows %v, want code and implicit", got)
	}
	if got := s.UserPool.Clients[0].CallbackURLs[0]; got != "http://localhost:8080/callback" {
		t.Errorf("got callback %s, want that of the app here, whatever the branch", got)
	}
	for _, r := range s.Resources {
		if r.LogicalID == "ApiGatewayAccount" {
			t.Error("got a resource ApiGatewayAccount, want none without ManageApiLogsRole")
		}
	}
	_, err := stack.Load(repository(t), stack.Options{File: "template.yaml", Parameters: map[string]string{"StageNameParam": "a b", "CorsAllowOrigin": "a.example"}})
	if err == nil || !regexp.MustCompile(`(?m)^template.yaml:\d+: Parameters.StageNameParam.AllowedPattern: .*\ntemplate.yaml:\d+: Parameters.CorsAllowOrigin.AllowedPattern: `).MatchString(err.Error()) {
		t.Errorf("got %v, want both parameters refused", err)
	}
}

// A stack with names of its own in the cloud is the same here: every address is still this machine's.
func TestRepositoryTemplateUnderItsOwnNames(t *testing.T) {
	plain := loadRepository(t, nil)
	s := loadRepository(t, map[string]string{
		"AppDomainName": "todo.example", "ApiDomainName": "api.todo.example", "AuthDomainName": "auth.todo.example",
		"ApiCertificateArn": "arn:api", "AuthCertificateArn": "arn:auth",
	})
	if len(s.Notices) > 0 {
		t.Errorf("got notices %v, want none", s.Notices)
	}
	outputs := func(s *stack.Stack) map[string]string {
		all := map[string]string{}
		for _, o := range s.Outputs {
			all[o.Name] = o.Value
		}
		return all
	}
	got := outputs(s)
	for name, value := range outputs(plain) {
		if got[name] != value {
			t.Errorf("output %s: got %s, want %s", name, got[name], value)
		}
	}
	if diff := cmp.Diff(plain.Hosting, s.Hosting); diff != "" {
		t.Errorf("the web app (-without names +with names):\n%s", diff)
	}
	if got := s.UserPool.DomainURL; got != "http://localhost:8080/auth" {
		t.Errorf("the pages: got %s", got)
	}
	for _, url := range append(s.UserPool.Clients[0].CallbackURLs, s.UserPool.Clients[0].LogoutURLs...) {
		if !strings.HasPrefix(url, "http://localhost:") {
			t.Errorf("got the callback %s, want this machine's", url)
		}
	}
}

func TestRepositoryTemplateWithAllThatIsOptional(t *testing.T) {
	s := loadRepository(t, map[string]string{
		"ApiKeys": "true", "ApiKeyRateLimit": "3", "ApiKeyBurstLimit": "4", "ApiKeyQuota": "5", "WebAclRateLimit": "1000",
		"ManagedLoginVersion": "2", "DataProtection": "true", "DeploymentType": "Canary10Percent5Minutes", "AlarmEmail": "a@b.example",
		"EmailSourceArn": "arn:ses",
	})
	var notices []string
	for _, n := range s.Notices {
		notices = append(notices, n.Path)
	}
	want := []string{"Resources.TodoUserPool.Properties.EmailConfiguration[1]", "Resources.LoginBranding.Type", "Resources.WebAcl.Type", "Resources.WebAclOfApi.Type", "Resources.WebAclOfUserPool.Type"}
	if diff := cmp.Diff(want, notices); diff != "" {
		t.Errorf("what is not run here (-want +got):\n%s", diff)
	}
	if !s.UserPool.DeletionProtection {
		t.Error("got a pool that can be deleted, want it protected")
	}
	plan := s.UsagePlans[0]
	if *plan.RateLimit != 3 || *plan.BurstLimit != 4 || plan.Quota.Limit != 5 || !cmp.Equal(plan.Keys, []string{"ProgramsKey"}) {
		t.Errorf("got the plan %+v", plan)
	}
}

// What the web app calls asks for no key; the same calls below /programs do.
func TestRepositoryTemplateGivesProgramsPathsOfTheirOwn(t *testing.T) {
	app, programs := map[string]stack.Route{}, map[string]stack.Route{}
	for _, r := range loadRepository(t, nil).APIs[0].Routes {
		if r.Preflight != nil {
			continue
		}
		path, isProgram := strings.CutPrefix(r.Path, "/programs")
		r.Path = path
		if isProgram {
			programs[r.Method+path] = r
		} else {
			app[r.Method+path] = r
		}
	}
	for name, r := range app {
		if r.APIKeyRequired || r.Authorizer == "" {
			t.Errorf("%s: got %+v, want a method that asks for a token and no key", name, r)
		}
		r.APIKeyRequired = true
		app[name] = r
	}
	if diff := cmp.Diff(app, programs); len(app) != 6 || diff != "" {
		t.Errorf("got %d methods for the app, which programs have too (-app +programs):\n%s", len(app), diff)
	}
}

func TestIDsHaveTheShapeOfAWS(t *testing.T) {
	s := loadRepository(t, nil)
	for name, test := range map[string]struct{ got, pattern string }{
		"pool":     {s.UserPool.ID, `^local_[0-9a-zA-Z]{9}$`},
		"client":   {s.UserPool.Clients[0].ID, `^[0-9a-z]{26}$`},
		"API":      {s.APIs[0].ID, `^[0-9a-z]{10}$`},
		"function": {s.Functions[0].Name, `^todo-GetAllTodoFunction-[0-9A-Z]{12}$`},
	} {
		if !regexp.MustCompile(test.pattern).MatchString(test.got) {
			t.Errorf("%s: got %s, want %s", name, test.got, test.pattern)
		}
	}
}

func TestWrite(t *testing.T) {
	s := mustLoad(t, `Parameters:
  Stage: {Type: String, Default: prod}
  Token: {Type: String, Default: secret, NoEcho: true}
Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /g}}
Outputs:
  Name: {Value: !Sub '<${Group}>', Description: The group}
`)
	var got bytes.Buffer
	if err := s.WriteJSON(&got); err != nil {
		t.Fatal(err)
	}
	want := `{"Parameters":{"Stage":"prod","Token":"****"},"Resources":{"Group":{"Type":"AWS::Logs::LogGroup","Ref":"/g"}},"Outputs":{"Name":{"Value":"</g>","Description":"The group"}}}`
	var compact bytes.Buffer
	if err := json.Compact(&compact, got.Bytes()); err != nil {
		t.Fatal(err)
	}
	if compact.String() != want {
		t.Errorf("got  %s\nwant %s", compact.String(), want)
	}
	got.Reset()
	if err := s.WriteTable(&got); err != nil {
		t.Fatal(err)
	}
	wantTable := `PARAMETER  VALUE
Stage      prod
Token      ****

RESOURCE  TYPE                 REF
Group     AWS::Logs::LogGroup  /g

OUTPUT  VALUE  DESCRIPTION
Name    </g>   The group
`
	if diff := cmp.Diff(wantTable, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(string(repository(f)))
	for _, seed := range []string{
		"", "{}", "Resources: {A: {Type: AWS::SNS::Topic}}", sam(hosted), sam(sections), withAPI(cognito, ""), withClient(""), withPool("", ""),
		"Resources: &a [*a]", "Resources:\n  A: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '${A}'}}",
		"Conditions: {A: !Not [!Condition A]}\nResources: {B: {Type: X::Y, Condition: A}}", "Outputs: {A: {Value: !Select [0, !Split [a, bab]]}}\nResources: {}",
		"Globals: {Function: [a]}\nTransform: [AWS::Serverless-2016-10-31]\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Events: {E: {Type: Api}}}}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, template string) {
		s, err := stack.Load([]byte(template), stack.Options{File: "t.yaml", Local: here})
		if (s == nil) == (err == nil) {
			t.Fatalf("got stack %v and error %v, want one of them", s, err)
		}
		if err == nil {
			return
		}
		for line := range bytes.SplitSeq([]byte(err.Error()), []byte("\n")) {
			if !bytes.HasPrefix(line, []byte("t.yaml:")) {
				t.Errorf("got the line %q, want each to begin with the file", line)
			}
		}
	})
}
