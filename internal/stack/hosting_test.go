package stack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

const hosted = `Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
  Pool: {Type: AWS::Cognito::UserPool}
  Domain: {Type: AWS::Cognito::UserPoolDomain, Properties: {Domain: people, UserPoolId: !Ref Pool}}
  App:
    Type: AWS::Amplify::App
    Properties:
      Name: app
      EnvironmentVariables: [{Name: A, Value: app}, {Name: B, Value: app}]
      CustomRules:
        - {Source: /old, Target: /new, Status: '301'}
        - {Source: '/<*>', Target: /index.html}
      CustomHeaders: !Sub |
        customHeaders:
          - pattern: '**'
            headers:
              - key: Content-Security-Policy
                value: connect-src 'self' https://${Domain}.auth.${AWS::Region}.amazoncognito.com https://${Domain}.auth.${AWS::Region}.amazoncognito.com/oauth2/token https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod/
              - key: X-Frame-Options
                value: DENY
  Branch:
    Type: AWS::Amplify::Branch
    Properties:
      AppId: !GetAtt App.AppId
      BranchName: main
      EnvironmentVariables: [{Name: B, Value: !Sub 'https://${Domain}.auth.${AWS::Region}.amazoncognito.com'}, {Name: C, Value: 1}]
`

func TestHosting(t *testing.T) {
	got := mustLoad(t, sam(hosted)).Hosting
	want := &stack.Hosting{
		Name:        "app",
		URL:         "http://localhost:8080",
		Environment: map[string]string{"A": "app", "B": "http://localhost:8080/auth", "C": "1"},
		Rewrites:    []stack.Rewrite{{Source: "/old", Target: "/new", Status: "301"}, {Source: "/<*>", Target: "/index.html", Status: "302"}},
		Headers: []stack.HeaderRule{{Pattern: "**", Headers: []stack.Header{
			// A source without a path stays an origin, or it would match that one address only.
			{Key: "Content-Security-Policy", Value: "connect-src 'self' http://localhost:8080 http://localhost:8080/auth/oauth2/token http://localhost:8080/prod/"},
			{Key: "X-Frame-Options", Value: "DENY"},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := mustLoad(t, "Resources:\n  App: {Type: AWS::Amplify::App, Properties: {Name: app}}\n"); s.Hosting != nil {
		t.Errorf("an app without a branch: got %v, want no hosting", s.Hosting)
	}
}

func TestHostingThatCannotBe(t *testing.T) {
	const at = "2: Resources.App.Properties."
	for name, test := range map[string]struct{ properties, want string }{
		"a rule without a target":  {"CustomRules: [{Source: /}]", at + "CustomRules[0].Target: is missing"},
		"a status that is none":    {"CustomRules: [{Source: /, Target: /, Status: 303}]", at + `CustomRules[0].Status: "303" is not one of 200, 301, 302, 404, 404-200`},
		"headers that are no YAML": {"CustomHeaders: 'a: ['", at + "CustomHeaders: is not YAML"},
		"headers of another shape": {"CustomHeaders: '- a'", at + "CustomHeaders: must be YAML with a list customHeaders"},
		"a misspelt header list":   {"CustomHeaders: '{customHeaders: [], customHeader: []}'", at + "CustomHeaders.customHeader: is not known here (did you mean customHeaders?)"},
		"a misspelt key":           {"CustomHeaders: 'customHeaders: [{pattern: a, headers: [{keys: A, value: b, key: A}]}]'", at + "CustomHeaders.customHeaders[0].headers[0].keys: is not known here (did you mean key?)"},
		"a header that is none":    {"CustomHeaders: 'customHeaders: [{pattern: a, headers: [{key: A b, value: b}]}]'", at + `CustomHeaders.customHeaders[0].headers[0].key: "A b" is not the name of a header`},
		"a header of two lines":    {`CustomHeaders: 'customHeaders: [{pattern: a, headers: [{key: A, value: "b\nX: y"}]}]'`, at + "CustomHeaders.customHeaders[0].headers[0].key: the value must be one line without control characters"},
		"a variable twice":         {"EnvironmentVariables: [{Name: A, Value: a}, {Name: A, Value: b}]", at + `EnvironmentVariables[1].Name: "A" is set twice`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load("Resources:\n  App: {Type: AWS::Amplify::App, Properties: {Name: app, " + test.properties + "}}\n")
			wantProblems(t, err, test.want)
		})
	}
}

func TestAddressesOnAWSBecomeLocalOnes(t *testing.T) {
	local := stack.Local{API: "https://api.test", Domain: "https://login.test/pool", Issuer: "https://id.test/iss", App: "https://app.test:99"}
	const api, domain = "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}", "https://${Domain}.auth.${AWS::Region}.amazoncognito.com"
	for name, test := range map[string]struct{ written, want string }{
		"the API's stage":           {api + "/prod", "https://api.test/prod"},
		"the pool's domain":         {domain, "https://login.test/pool"},
		"a path below the domain":   {domain + "/login?a=b", "https://login.test/pool/login?a=b"},
		"the issuer":                {"${Pool.ProviderURL}/.well-known/jwks.json", "https://id.test/iss/${Pool}/.well-known/jwks.json"},
		"the app":                   {"https://main.${App.DefaultDomain}/callback", "https://app.test:99/callback"},
		"in the branch's own words": {"https://${Branch.BranchName}.${App.DefaultDomain}", "https://app.test:99"},
		"several in one text":       {api + " '" + api + "'", "https://api.test 'https://api.test'"},
		"another API":               {"https://abc.execute-api.local.amazonaws.com", "https://abc.execute-api.local.amazonaws.com"},
		"another branch":            {"https://dev.${App.DefaultDomain}", "https://dev.${App.DefaultDomain}"},
		"a longer host":             {api + ".evil.example", "${Same}"},
		"a port":                    {api + ":444/", "${Same}"},
		"a host in place of a user": {api + "@evil.example/", "${Same}"},
		"plain http":                {"http://${Api}.execute-api.${AWS::Region}.amazonaws.com", "${Same}"},
		"another scheme":            {"x" + api, "${Same}"},
		"the host without a scheme": {"${Domain}.auth.${AWS::Region}.amazoncognito.com", "${Same}"},
		"within another address":    {"https://a.example/?to=" + domain, "https://a.example/?to=https://login.test/pool"},
	} {
		t.Run(name, func(t *testing.T) {
			output := func(l stack.Local, expression string) string {
				s, err := stack.Load([]byte(sam(hosted)+"Outputs:\n  Out: {Value: !Sub \""+expression+"\"}\n"), stack.Options{File: "t.yaml", Local: l})
				if err != nil {
					t.Fatal(err)
				}
				return s.Outputs[0].Value
			}
			got := output(local, test.written)
			// What is expected holds ids of the stack; without local addresses they come out as they are on AWS.
			want := output(stack.Local{}, strings.ReplaceAll(test.want, "${Same}", test.written))
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestIDsFollowFromTheStackAlone(t *testing.T) {
	first, again := mustLoad(t, sam(hosted)), mustLoad(t, sam(hosted))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("two loads differ (-first +again):\n%s", diff)
	}
	other, err := stack.Load([]byte(sam(hosted)), stack.Options{File: "t.yaml", StackName: "other", Local: here})
	if err != nil {
		t.Fatal(err)
	}
	if first.UserPool.ID == other.UserPool.ID || first.APIs[0].ID == other.APIs[0].ID {
		t.Error("stacks of two names have the same ids")
	}
}
