package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	template "example.com/todo"
	"example.com/todo/internal/stack"
)

// describe loads the repository's template with more resources, and with some of its text replaced.
func describe(t *testing.T, resources string, replacements ...string) *stack.Stack {
	t.Helper()
	text := strings.Replace(string(template.YAML), "\nResources:\n", "\nResources:\n"+resources, 1)
	for i := 0; i < len(replacements); i += 2 {
		if !strings.Contains(text, replacements[i]) {
			t.Fatalf("the template does not hold %q", replacements[i])
		}
		text = strings.ReplaceAll(text, replacements[i], replacements[i+1])
	}
	const local = "http://localhost:8080"
	described, err := stack.Load([]byte(text), stack.Options{
		File: "template.yaml", Local: stack.Local{API: local, Domain: local + domainPath, Issuer: local + domainPath, App: local},
	})
	if err != nil {
		t.Fatal(err)
	}
	return described
}

// openedHome is a stack over a data directory, closed with the test.
func openedHome(t *testing.T, dir string, described *stack.Stack) (*home, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	h, err := openHome(t.Context(), dir, described, outside{}, "", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return h, log
}

func ask(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// byFunction tells whether a function gave the answer, and not the gateway: only then it tells the whole trace.
func byFunction(w *httptest.ResponseRecorder) bool {
	return strings.Contains(w.Header().Get("X-Amzn-Trace-Id"), "Lineage=")
}

func seventh(code string) string {
	return fmt.Sprintf(`
  FlagTodoFunction:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x}
    Properties:
      CodeUri: %s
      Events:
        Flag:
          Type: Api
          Properties: {RestApiId: !Ref TodoApi, Path: '/flagged/{id}', Method: get, Auth: {Authorizer: NONE}}
`, code)
}

func TestASeventhFunction(t *testing.T) {
	h, _ := openedHome(t, t.TempDir(), describe(t, seventh("./functions/get")))
	defer h.Close()
	if w := ask(h, "/prod/flagged/1"); !byFunction(w) {
		t.Errorf("the new path: got %d %s, want an answer of the function", w.Code, w.Body)
	}
	if w := ask(h, "/prod/item/1"); w.Code != http.StatusUnauthorized || byFunction(w) {
		t.Errorf("an old path: got %d %s, want the authorizer's answer", w.Code, w.Body)
	}
}

func TestAFunctionThatTheProgramDoesNotHave(t *testing.T) {
	dir := t.TempDir()
	described := describe(t, seventh("./functions/flag"))
	_, err := openHome(t.Context(), dir, described, outside{}, "", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{"template.yaml", "FlagTodoFunction", "./functions/flag"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want it to name %s", err, want)
		}
	}
	h, _ := openedHome(t, dir, describe(t, "")) // nothing was left open
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

const planned = "        DefaultAuthorizer: CognitoAuthorizer\n"

// withPlan gives the API a plan of two calls a month, and opens a method to all that have a key.
func withPlan(t *testing.T) *stack.Stack {
	t.Helper()
	return describe(t, `
  OwnKey: {Type: AWS::ApiGateway::ApiKey, Properties: {Enabled: true, Value: the-value-of-the-template}}
  OwnLink: {Type: AWS::ApiGateway::UsagePlanKey, Properties: {KeyId: !Ref OwnKey, KeyType: API_KEY, UsagePlanId: !Ref TodoApi.UsagePlan}}
`+strings.Replace(seventh("./functions/get"), "Authorizer: NONE", "Authorizer: NONE, ApiKeyRequired: true", 1),
		planned, planned+"        UsagePlan: {CreateUsagePlan: PER_API, Quota: {Limit: 2, Period: MONTH}}\n")
}

func TestAPIKeys(t *testing.T) {
	dir := t.TempDir()
	described := withPlan(t)
	h, log := openedHome(t, dir, described)
	content, err := os.ReadFile(filepath.Join(dir, apiKeysFile))
	if err != nil {
		t.Fatal(err)
	}
	name, made, ok := strings.Cut(strings.TrimSpace(string(content)), " = ")
	if !ok || name != "TodoApiApiKey" || len(made) < 20 {
		t.Fatalf("got the file %q, want the one key that the template leaves to be made", content)
	}
	if info, err := os.Stat(filepath.Join(dir, apiKeysFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, %v, want 0600", info.Mode(), err)
	}
	if strings.Contains(log.String(), made) || !strings.Contains(log.String(), apiKeysFile) {
		t.Errorf("the log must name the file and not the key:\n%s", log)
	}
	var printed bytes.Buffer
	if err := described.WriteJSON(&printed); err != nil || strings.Contains(printed.String(), made) {
		t.Errorf("the key is printed (%v)", err)
	}
	answers := func(h http.Handler, key string) string {
		w := ask(h, "/prod/flagged/1", "X-Api-Key", key)
		if byFunction(w) {
			return "function"
		}
		return w.Body.String()
	}
	const forbidden, used = `{"message":"Forbidden"}`, `{"message":"Limit Exceeded"}`
	for _, c := range []struct{ key, want string }{
		{"", forbidden}, {"guess", forbidden}, {made, "function"}, {"the-value-of-the-template", "function"}, {made, "function"}, {made, used},
	} {
		if got := answers(h, c.key); got != c.want {
			t.Errorf("with key %q: got %s, want %s", c.key, got, c.want)
		}
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h, log = openedHome(t, dir, withPlan(t))
	defer h.Close()
	if got := answers(h, made); got != used {
		t.Errorf("after a restart: got %s, want %s", got, used)
	}
	if got := answers(h, "the-value-of-the-template"); got != "function" {
		t.Errorf("another key after a restart: got %s, want the function", got)
	}
	if again, err := os.ReadFile(filepath.Join(dir, apiKeysFile)); err != nil || !bytes.Equal(again, content) || strings.Contains(log.String(), "new API keys") {
		t.Errorf("the file changed with the restart (%v)", err)
	}
}

func TestADamagedFileOfAPIKeys(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, apiKeysFile), []byte("TodoApiApiKey\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := openHome(t.Context(), dir, withPlan(t), outside{}, "", slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err == nil || !strings.Contains(err.Error(), apiKeysFile) {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

// TestServersWithoutStateMakeNoAPIKeys: a key that one of them made would be none to the others.
func TestServersWithoutStateMakeNoAPIKeys(t *testing.T) {
	dir := t.TempDir()
	elsewhere := outside{pool: &outsidePool{}, table: &outsideTable{client: dynamodb.New(dynamodb.Options{})}}
	open := func() error {
		h, err := openHome(t.Context(), dir, withPlan(t), elsewhere, "", slog.New(slog.DiscardHandler))
		if err == nil {
			err = h.Close()
		}
		return err
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), "TodoApiApiKey") || !strings.Contains(err.Error(), filepath.Join(dir, apiKeysFile)) {
		t.Errorf("got %v, want an error that names the key and the file", err)
	}
	if err := os.WriteFile(filepath.Join(dir, apiKeysFile), []byte("TodoApiApiKey = a-value-for-all-of-them\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(); err != nil && strings.Contains(err.Error(), "TodoApiApiKey") {
		t.Errorf("with a value: got %v", err)
	}
}
