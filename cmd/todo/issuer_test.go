package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/telemetry"
	"example.com/todo/internal/token"
	"example.com/todo/internal/token/tokentest"
)

const outsideClient = "the-client"

// An outsideIssuer is an OpenID provider on the network, with its authorization endpoint at a path.
func outsideIssuer(t *testing.T, authorizePath string) *tokentest.Issuer {
	t.Helper()
	i := tokentest.NewIssuer(t, "")
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	i.URL = server.URL + "/tenant"
	answer := func(path string, document any) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(document) })
	}
	answer("/tenant/.well-known/openid-configuration", token.Metadata{
		Issuer: i.URL, AuthorizationEndpoint: server.URL + authorizePath, JWKSURI: server.URL + "/keys",
	})
	answer("/keys", i.KeySet())
	return i
}

// loadedFor is the stack as `serve --issuer` has it.
func loadedFor(t *testing.T, i *tokentest.Issuer) (*stack.Stack, *outsidePool) {
	t.Helper()
	flags := stackFlags{issuerFlags: issuerFlags{Issuer: i.URL, ClientID: outsideClient}}
	described, outside, err := flags.load(t.Context(), &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return described, outside
}

func openedFor(t *testing.T, dir string, i *tokentest.Issuer) (*home, *bytes.Buffer) {
	t.Helper()
	described, pool := loadedFor(t, i)
	log := &bytes.Buffer{}
	h, err := openHome(t.Context(), dir, described, outside{pool: pool}, "", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h, log
}

func TestAnyOpenIDProvidersTokens(t *testing.T) {
	i := outsideIssuer(t, "/authorize")
	h, _ := openedFor(t, t.TempDir(), i)
	in := time.Now().Add(time.Hour).Unix()
	for name, c := range map[string]struct {
		claims map[string]any
		want   int
	}{
		"for the client":     {map[string]any{"sub": "ann", "aud": outsideClient, "exp": in}, http.StatusOK},
		"for another client": {map[string]any{"sub": "ann", "aud": "other", "exp": in}, http.StatusUnauthorized},
		"of another issuer":  {map[string]any{"sub": "ann", "aud": outsideClient, "exp": in, "iss": "http://localhost:8080/auth/local_abcdefghi"}, http.StatusUnauthorized},
		"expired":            {map[string]any{"sub": "ann", "aud": outsideClient, "exp": 1}, http.StatusUnauthorized},
	} {
		if got := ask(h, "/prod/item", "Authorization", i.Sign(t, c.claims)); got.Code != c.want {
			t.Errorf("%s: got %d %s, want %d", name, got.Code, got.Body, c.want)
		}
	}
	for _, path := range []string{"/auth", "/auth/", "/auth/login", "/auth/outbox", "/", "/config.json"} {
		if got := ask(h, path); got.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.Code)
		}
	}
}

func TestTheTemplateSpeaksOfTheOutsidePool(t *testing.T) {
	i := outsideIssuer(t, "/login/oauth2/authorize")
	described, _ := loadedFor(t, i)
	origin := strings.TrimSuffix(i.URL, "/tenant")
	for name, want := range map[string]string{
		"APP_ISSUER": i.URL, "APP_AUTH_URL": origin + "/login", "APP_CLIENT_ID": outsideClient, "APP_API_URL": "http://localhost:8080/prod",
	} {
		if got := described.Hosting.Environment[name]; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	outputs := map[string]string{}
	for _, o := range described.Outputs {
		outputs[o.Name] = o.Value
	}
	for name, want := range map[string]string{"CognitoID": "tenant", "CognitoClientID": outsideClient, "CognitoDomainName": origin + "/login"} {
		if got := outputs[name]; got != want {
			t.Errorf("output %s: got %q, want %q", name, got, want)
		}
	}
	policy := ""
	for _, rule := range described.Hosting.Headers {
		for _, header := range rule.Headers {
			if header.Key == "Content-Security-Policy" {
				policy = header.Value
			}
		}
	}
	if got := strings.Count(policy, origin); got != 2 || strings.Contains(policy, "amazoncognito") {
		t.Errorf("the content security policy: got %q, want %s where the app sends requests and forms", policy, origin)
	}
}

func TestDomainOf(t *testing.T) {
	const secure, local = "https://id.example", "http://localhost:8080/auth/local_a"
	for _, c := range []struct{ issuer, endpoint, want string }{
		{secure, "https://people.auth.eu-west-1.amazoncognito.com/oauth2/authorize", "https://people.auth.eu-west-1.amazoncognito.com"},
		{local, "http://localhost:8080/auth/oauth2/authorize", "http://localhost:8080/auth"},
		{secure, "http://people.example/oauth2/authorize", ""},
		{secure, "https://id.example/authorize", ""},
		{secure, "https://a:b@id.example/oauth2/authorize", ""},
		{secure, "javascript://x/oauth2/authorize", ""},
		{secure, "/oauth2/authorize", ""},
		{secure, "", ""},
	} {
		if got := domainOf(token.Metadata{Issuer: c.issuer, AuthorizationEndpoint: c.endpoint}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.endpoint, got, c.want)
		}
	}
}

// TestAFaultIsInTheFunctionsLog breaks the data file under a running server.
func TestAFaultIsInTheFunctionsLog(t *testing.T) {
	const text, person = "buy milk", "ann@example.com"
	dir := t.TempDir()
	i := outsideIssuer(t, "/authorize")
	h, serverLog := openedFor(t, dir, i)
	raw := i.Sign(t, map[string]any{"sub": "ann", "email": person, "aud": outsideClient, "exp": time.Now().Add(time.Hour).Unix()})
	if err := h.db.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/prod/item", strings.NewReader(`{"item":"`+text+`"}`))
	r.Header.Set("Authorization", raw)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var answer struct{ RequestID string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusInternalServerError || answer.RequestID == "" {
		t.Fatalf("got %d %s, want 500 and the request's id", w.Code, w.Body)
	}
	id := answer.RequestID
	if err := h.groups.Close(); err != nil {
		t.Fatal(err)
	}

	var lines bytes.Buffer
	if err := telemetry.Copy(dir+"/"+logsDir, "/aws/lambda/todo-AddTodoFunction", &lines); err != nil {
		t.Fatal(err)
	}
	fault := ""
	for line := range strings.Lines(lines.String()) {
		if strings.Contains(line, `"level":"ERROR"`) {
			fault = line
		}
	}
	var record struct{ RequestID, TraceID, FunctionName, Message, Error string }
	if err := json.Unmarshal([]byte(fault), &record); err != nil {
		t.Fatalf("got the lines %q: %v", &lines, err)
	}
	if record.RequestID != id || !strings.HasPrefix(record.TraceID, "Root=1-") || !strings.HasPrefix(record.FunctionName, "todo-AddTodoFunction") ||
		record.Message == "" || record.Error == "" {
		t.Errorf("got %+v, want the request %s with its trace, the function and the fault", record, id)
	}
	if !strings.Contains(serverLog.String(), id) {
		t.Errorf("the server's log: got %q, want it to tell the fault of request %s", serverLog, id)
	}
	for _, secret := range []string{text, person, raw} {
		if strings.Contains(lines.String()+serverLog.String(), secret) {
			t.Errorf("%.20q is in a log", secret)
		}
	}
}
