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

func machineOf(described *stack.Stack) stack.UserPoolClient {
	clients := described.UserPool.Clients
	return clients[slices.IndexFunc(clients, func(c stack.UserPoolClient) bool { return c.LogicalID == "Machine" })]
}

// secretOf is a client's secret as a running server tells it.
func secretOf(t *testing.T, url, data, client string) string {
	t.Helper()
	api, err := (usersFlags{Endpoint: url, Data: data}).connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out struct{ UserPoolClient struct{ ClientSecret string } }
	if err := api.call(t.Context(), "DescribeUserPoolClient", members{"ClientId": client}, &out); err != nil {
		t.Fatal(err)
	}
	return out.UserPoolClient.ClientSecret
}

func TestAProgramCallsTheAPI(t *testing.T) {
	described := describe(t, machineTemplate+strings.Replace(seventh("./functions/get"),
		"Authorizer: NONE", "Authorizer: CognitoAuthorizer, AuthorizationScopes: [lists/read]", 1))
	o := operatorOf(t, described)
	machine := machineOf(described).ID
	secret := secretOf(t, o.url, o.data, machine)
	token := func(scope string) string {
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+"oauth2/token", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(machine, secret)
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
