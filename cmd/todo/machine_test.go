package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

// machineTemplate opens a method of the API to programs that hold one of two scopes.
const machineTemplate = `
  Lists:
    Type: AWS::Cognito::UserPoolResourceServer
    Properties:
      UserPoolId: !Ref TodoUserPool
      Identifier: lists
      Name: Lists
      Scopes: [{ScopeName: read, ScopeDescription: Read}, {ScopeName: write, ScopeDescription: Change}]
  Machine:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref TodoUserPool
      GenerateSecret: true
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [client_credentials]
      AllowedOAuthScopes: [!Sub '${Lists}/read', !Sub '${Lists}/write']
`

func TestAProgramCallsTheAPI(t *testing.T) {
	described := describe(t, machineTemplate+strings.Replace(seventh("./functions/get"),
		"Authorizer: NONE", "Authorizer: CognitoAuthorizer, AuthorizationScopes: [lists/read]", 1))
	o := operatorOf(t, described)
	api, err := (usersFlags{Endpoint: o.url, Data: o.data}).connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	clients := described.UserPool.Clients
	machine := clients[slices.IndexFunc(clients, func(c stack.UserPoolClient) bool { return c.LogicalID == "Machine" })].ID
	var out struct{ UserPoolClient struct{ ClientSecret string } }
	if err := api.call(t.Context(), "DescribeUserPoolClient", members{"ClientId": machine}, &out); err != nil {
		t.Fatal(err)
	}
	token := func(scope string) string {
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+"oauth2/token", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(machine, out.UserPoolClient.ClientSecret)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var tokens struct {
			Access string `json:"access_token"`
		}
		if err := json.NewDecoder(answer.Body).Decode(&tokens); err != nil || tokens.Access == "" {
			t.Fatalf("%q: got %d %v %v", scope, answer.StatusCode, tokens, err)
		}
		return tokens.Access
	}
	for name, c := range map[string]struct {
		path, token string
		function    bool
	}{
		"the scope":                    {"/prod/flagged/1", token("lists/read"), true},
		"all scopes":                   {"/prod/flagged/1", token(""), true},
		"another scope":                {"/prod/flagged/1", token("lists/write"), false},
		"no token":                     {"/prod/flagged/1", "", false},
		"a method that is of people's": {"/prod/item/1", token("lists/read"), false},
	} {
		if w := ask(o.home, c.path, "Authorization", c.token); byFunction(w) != c.function {
			t.Errorf("%s: got %d %s; by the function: want %t", name, w.Code, w.Body, c.function)
		}
	}
}
