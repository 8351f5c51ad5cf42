package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

const twoScopes = `  Lists:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties:
      UserPoolId: !Ref Pool
      Identifier: https://lists.example.com
      Name: Lists
      Scopes:
        - {ScopeName: read, ScopeDescription: Read lists}
        - {ScopeName: write, ScopeDescription: Change lists}
`

func TestResourceServers(t *testing.T) {
	pool := mustLoad(t, withClient("      AllowedOAuthScopes: [openid, !Sub '${Lists}/read']\n"+twoScopes)).UserPool
	want := []stack.ResourceServer{{Identifier: "https://lists.example.com", Name: "Lists", Scopes: []stack.ResourceScope{
		{Name: "read", Description: "Read lists"}, {Name: "write", Description: "Change lists"},
	}}}
	if diff := cmp.Diff(want, pool.ResourceServers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"openid", "https://lists.example.com/read"}, pool.Clients[0].OAuthScopes); diff != "" {
		t.Errorf("scopes of the client (-want +got):\n%s", diff)
	}
}

func TestScopesThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct{ template, want string }{
		"a scope of no resource server": {
			withClient("      AllowedOAuthScopes: [lists/read]\n"), `7: Resources.Client.Properties.AllowedOAuthScopes: the pool has no scope "lists/read"`,
		},
		"a misspelt scope": {
			withClient("      AllowedOAuthScopes: [https://lists.example.com/raed]\n" + twoScopes),
			`7: Resources.Client.Properties.AllowedOAuthScopes: the pool has no scope "https://lists.example.com/raed" (did you mean https://lists.example.com/read?)`,
		},
		"a person's scope for a program": {
			withClient("      GenerateSecret: true\n      AllowedOAuthFlows: [client_credentials]\n      AllowedOAuthScopes: [openid]\n"),
			"9: Resources.Client.Properties.AllowedOAuthScopes: openid is about a person, and client_credentials signs in none",
		},
		"a scope's name with a slash": {
			withPool("", "  Api: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {UserPoolId: !Ref Pool, Identifier: a, Name: a, Scopes: [{ScopeName: a/b, ScopeDescription: x}]}}\n"),
			"6: Resources.Api.Properties.Scopes[0].ScopeName: must be 1 to 256 printable ASCII characters other than quotes, slashes and backslashes, without spaces",
		},
		"an identifier with a space": {
			withPool("", "  Api: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {UserPoolId: !Ref Pool, Identifier: a b, Name: a}}\n"),
			"6: Resources.Api.Properties.Identifier: must be 1 to 256 printable ASCII characters other than quotes and backslashes, without spaces",
		},
		"a scope twice": {
			withPool("", "  Api: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {UserPoolId: !Ref Pool, Identifier: a, Name: a, Scopes: [{ScopeName: a, ScopeDescription: x}, {ScopeName: a, ScopeDescription: y}]}}\n"),
			"6: Resources.Api.Properties.Scopes[1].ScopeName: is the name of two scopes",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(test.template)
			wantProblems(t, err, test.want)
		})
	}
}

func TestAttributesThatThePoolDoesNotHave(t *testing.T) {
	_, err := load(withClient("      ReadAttributes: [email, emial]\n"))
	wantProblems(t, err, `7: Resources.Client.Properties.ReadAttributes: the pool has no attribute "emial" (did you mean email?)`)
	_, err = load(withClient("      WriteAttributes: [custom:team]\n"))
	wantProblems(t, err, `7: Resources.Client.Properties.WriteAttributes: the pool has no attribute "custom:team"`)
	mustLoad(t, withPool("      Schema: [{Name: team, AttributeDataType: String}]\n", `  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties: {UserPoolId: !Ref Pool, ReadAttributes: [sub, email_verified, custom:team], WriteAttributes: [custom:team]}
`))
}
