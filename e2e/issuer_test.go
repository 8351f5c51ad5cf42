package e2e

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// TestAPoolElsewhere runs two servers: one has the accounts, the other takes the tokens of the first.
func TestAPoolElsewhere(t *testing.T) {
	t.Parallel()
	issuer := serve(t, t.TempDir())
	s := serve(t, t.TempDir(), "--issuer", issuer.config["APP_ISSUER"], "--client-id", issuer.config["APP_CLIENT_ID"])

	token := issuer.register(t, "ann@example.com")
	s.add(t, token, "written at the second")
	if got := s.texts(t, token); len(got) != 1 || got[0] != "written at the second" {
		t.Errorf("got the items %q, want the one that was added", got)
	}
	if got := issuer.texts(t, token); len(got) != 0 {
		t.Errorf("got the items %q at the first, want none", got)
	}
	tampered := token[:len(token)-4] + "AAAA"
	for name, bad := range map[string]string{"no token": "", "a token that was tampered with": tampered} {
		if status, _, body := s.do(t, "GET", "/prod/item", bad, ""); status != http.StatusUnauthorized {
			t.Errorf("%s: got %d %s, want 401", name, status, body)
		}
	}

	for name, want := range map[string]string{
		"APP_ISSUER": issuer.config["APP_ISSUER"], "APP_AUTH_URL": issuer.config["APP_AUTH_URL"],
		"APP_CLIENT_ID": issuer.config["APP_CLIENT_ID"], "APP_API_URL": s.url + "/prod",
	} {
		if got := s.config[name]; got != want {
			t.Errorf("config.json: %s: got %q, want %q", name, got, want)
		}
	}
	pool := strings.TrimPrefix(s.config["APP_ISSUER"], issuer.url)
	for _, path := range []string{"/auth", "/auth/", "/auth/login", "/auth/oauth2/authorize", "/auth/outbox", pool + "/.well-known/jwks.json"} {
		if status, _, _ := s.do(t, "GET", path, "", ""); status != http.StatusNotFound {
			t.Errorf("%s at the second: got %d, want 404", path, status)
		}
	}
	if status, _, _ := s.do(t, "POST", "/auth/", "", "{}"); status != http.StatusNotFound {
		t.Errorf("the JSON API at the second: got %d, want 404", status)
	}

	// What is verified once needs no issuer, nor does a token by a key that is known.
	later := issuer.signIn(t, "ann@example.com")
	issuer.kill()
	for name, token := range map[string]string{"a token that was used before": token, "a new one": later} {
		if got := s.texts(t, token); len(got) != 1 {
			t.Errorf("%s, without the issuer: got the items %q, want the one", name, got)
		}
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("got exit code %d, want 0: %s", code, s.stderr)
	}
}

func TestAnIssuerThatCannotBe(t *testing.T) {
	t.Parallel()
	silent := serve(t, t.TempDir())
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no client", []string{"--issuer", "https://id.example"}, 2, "--client-id"},
		{"a client without an issuer", []string{"--client-id", "a"}, 2, "--issuer"},
		{"over plain HTTP", []string{"--issuer", "http://id.example", "--client-id", "a"}, 2, "http://id.example"},
		{"that is none", []string{"--issuer", silent.url + "/nowhere", "--client-id", "a"}, 1, silent.url + "/nowhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, c.args...)
			_, stderr, code := command(t, args...)
			if code != c.code || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("got exit code %d and %q, want %d and one line that names %s", code, stderr, c.code, c.want)
			}
		})
	}
}

func TestStackOfAPoolElsewhere(t *testing.T) {
	t.Parallel()
	issuer := serve(t, t.TempDir())
	out := runOK(t, "stack", "--output", "json", "--issuer", issuer.config["APP_ISSUER"], "--client-id", "another-client")
	var described struct {
		Outputs map[string]struct{ Value string }
	}
	if err := json.Unmarshal([]byte(out), &described); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"CognitoClientID": "another-client", "CognitoDomainName": issuer.config["APP_AUTH_URL"]} {
		if got := described.Outputs[name].Value; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
