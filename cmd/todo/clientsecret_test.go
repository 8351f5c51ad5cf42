package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

// confiding puts a client's secret wherever a template may: in the variables of a function that signs in with it, in the
// web app's settings, in an API key and in an output.
func confiding(t *testing.T, tokenURL string) *stack.Stack {
	t.Helper()
	const key = `
  Key: {Type: AWS::ApiGateway::ApiKey, Properties: {Enabled: true, Value: !Sub 'key-${Machine.ClientSecret}'}}
`
	return describe(t, machineTemplate+key+strings.Replace(seventh("./functions/get"), "CodeUri:", `Handler: grant
      Environment:
        Variables:
          TOKEN_URL: `+tokenURL+`
          CLIENT_ID: !Ref Machine
          CLIENT_SECRET: !GetAtt Machine.ClientSecret
      CodeUri:`, 1),
		"\nOutputs:\n", "\nOutputs:\n  Secret: {Value: !Sub 'secret=${Machine.ClientSecret}'}\n",
		"        - Name: APP_CLIENT_ID\n", "        - {Name: APP_NOTE, Value: !GetAtt Machine.ClientSecret}\n        - Name: APP_CLIENT_ID\n",
	)
}

func TestAFunctionSignsInWithTheSecretInItsEnvironment(t *testing.T) {
	artifacts := builtArtifacts(t)
	var h *home
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }))
	defer server.Close()
	var err error
	h, err = openHome(t.Context(), t.TempDir(), confiding(t, server.URL+domainPath+"/oauth2/token"), outside{}, artifacts, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var tokens struct {
		Access string `json:"access_token"`
	}
	if w := ask(h, "/prod/flagged/1"); w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), &tokens) != nil || tokens.Access == "" {
		t.Errorf("got %d %s, want the function's token", w.Code, w.Body)
	}
}

func TestASecretThatTheTemplateRefersTo(t *testing.T) {
	dir := t.TempDir()
	before := describe(t, machineTemplate) // the secret is older than the reference to it
	h, _ := openedHome(t, dir, before)
	server := httptest.NewServer(h)
	machine := machineOf(before)
	secret := secretOf(t, server.URL+domainPath+"/", dir, machine.ID)
	server.Close()
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}

	described := confiding(t, "http://localhost")
	h, log := openedHome(t, dir, described)
	defer h.Close()
	var settings map[string]string
	if w := ask(h, "/config.json"); json.Unmarshal(w.Body.Bytes(), &settings) != nil || settings["APP_NOTE"] != secret {
		t.Errorf("/config.json: got %s, want the secret %s in it", w.Body, secret)
	}
	if !strings.Contains(log.String(), "everybody can read") || !strings.Contains(log.String(), "APP_NOTE") {
		t.Errorf("got the log\n%s\nwant a warning of the setting", log)
	}
	var printed bytes.Buffer
	announce(streams{out: &printed, err: &printed}, described, "http://localhost")
	if err := errors.Join(described.WriteTable(&printed), described.WriteJSON(&printed)); err != nil {
		t.Error(err)
	}
	if got := strings.Count(printed.String(), "secret="+stack.Masked); got != 3 {
		t.Errorf("got\n%s\nwant the output masked three times", &printed)
	}
	for _, secret := range []string{secret, machine.SecretStandIn} {
		if strings.Contains(printed.String()+log.String(), secret) {
			t.Errorf("%s is printed", secret)
		}
	}
}

func TestTheSecretOfAClientElsewhereIsNotKnown(t *testing.T) {
	described := confiding(t, "http://localhost")
	(&outsidePool{issuer: "https://id.example/tenant", client: outsideClient, domain: "https://id.example"}).takePlace(described)
	function := described.Functions[slices.IndexFunc(described.Functions, func(f stack.Function) bool { return f.LogicalID == "FlagTodoFunction" })]
	if got := function.Environment; got["CLIENT_ID"] != outsideClient || got["CLIENT_SECRET"] != stack.Masked {
		t.Errorf("got the function's variables %v", got)
	}
	if got := described.APIKeys[0]; got.LogicalID != "Key" || got.Value != "" {
		t.Errorf("got the API key %+v, want its value left to be made: everybody could know another", got)
	}
	var printed bytes.Buffer
	if err := described.WriteOutputs(&printed); err != nil || !strings.Contains(printed.String(), "secret="+stack.Masked) {
		t.Errorf("got the outputs\n%s", &printed)
	}
}
