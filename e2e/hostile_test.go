package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A target is a server under attack with the people who use it meanwhile. Ben is the attacker where an account is
// needed, Ana the one whom it is about.
type target struct {
	*server
	ana, ben person

	mu      sync.Mutex
	secrets []string // that must be in no log
	codes   []string // mailed ones, which are short
}

// A person is an account with the tokens of a sign-in by the JSON API.
type person struct{ email, id, access, refresh string }

// TestHostileRequests attacks one server from all sides at once and then looks at what is left of it.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	h := &target{server: serve(t, data, unthrottled...)}
	h.secrets = []string{password}
	h.ana, h.ben = h.join(t, "ana@example.com"), h.join(t, "ben@example.com")

	t.Run("attack", func(t *testing.T) {
		for name, attack := range map[string]func(*testing.T, *target){
			"targets": attackTargets, "methods": attackMethods, "hosts": attackHosts, "framing": attackFraming,
			"sizes": attackSizes, "half bodies": attackHalfBodies, "idle connections": attackByIdling, "pipelining": attackPipelining,
			"forged tokens": attackForgedTokens, "misused tokens": attackMisusedTokens, "dead tokens": attackDeadTokens,
			"ids": attackIDs, "bodies": attackBodies, "lists": attackLists, "item headers": attackItemHeaders, "forged log lines": attackLogs,
			"redirects": attackRedirects, "authorization codes": attackAuthorizationCodes, "PKCE": attackPKCE,
			"foreign forms": attackForms, "session fixation": attackFixation, "markup": attackMarkup,
			"guessed codes": attackCodes, "raced codes": attackCodesAtOnce, "who has an account": attackEnumeration,
			"outbox": attackOutbox, "signatures": attackSignatures, "memory": attackMemory,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				attack(t, h)
			})
		}
	})

	if status, _, body := h.do(t, "GET", "/-/healthz", "", ""); status != 200 {
		t.Errorf("afterwards: got %d %s, want the server well", status, body)
	}
	if code := h.stop(t); code != 0 {
		t.Errorf("stop: got exit code %d, want 0", code)
	}
	for _, word := range []string{"panic", "goroutine ", "runtime error", "superfluous", "level=ERROR"} {
		if strings.Contains(h.stderr.String(), word) {
			t.Errorf("stderr holds %q:\n%s", word, h.stderr)
		}
	}
	h.checkFiles(t)
	h.checkAccessLog(t)
}

// join registers a person and signs them in.
func (h *target) join(t *testing.T, email string) person {
	t.Helper()
	h.register(t, email)
	out, err := h.cognito(t).InitiateAuth(context.Background(), &cognito.InitiateAuthInput{
		ClientId:       aws.String(h.config["APP_CLIENT_ID"]),
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		t.Fatalf("sign-in of %s: %v", email, err)
	}
	p := person{email, *out.AuthenticationResult.IdToken, *out.AuthenticationResult.AccessToken, *out.AuthenticationResult.RefreshToken}
	h.plant(p.id, p.access, p.refresh)
	return p
}

// plant notes secrets to look for afterwards.
func (h *target) plant(secrets ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets = append(h.secrets, secrets...)
}

// mailed is the newest code for an address, noted as a secret.
func (h *target) mailed(t *testing.T, email string) string {
	t.Helper()
	code := h.code(t, email)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.codes = append(h.codes, code)
	return code
}

// clientID is the app client's.
func (h *target) clientID() string { return h.config["APP_CLIENT_ID"] }

// checkFiles looks at the data directory: it is its owner's alone, and no secret is in a log.
func (h *target) checkFiles(t *testing.T) {
	t.Helper()
	logged := h.stderr.String()
	err := filepath.WalkDir(h.data, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if entry.IsDir() {
			want = 0o700
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: got mode %o, want %o", name, got, want)
		}
		if strings.HasSuffix(name, ".log") {
			content, err := os.ReadFile(name)
			logged += string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range h.secrets {
		if strings.Contains(logged, secret) {
			t.Errorf("a log or stderr holds %.20q…", secret)
		}
	}
	for _, code := range h.codes {
		if regexp.MustCompile(`\b` + code + `\b`).MatchString(logged) {
			t.Errorf("a log or stderr holds the mailed code %s", code)
		}
	}
}

// accessLog is each line of the access log as what it says, once it has been checked to be one flat object.
func (h *target) accessLog(t *testing.T) []map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(h.data, "logs", "aws", "apigateway", "AccessLog-todo.log"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []map[string]string
	for line := range strings.Lines(string(content)) {
		entry, err := flatObject(line)
		if err != nil {
			t.Fatalf("access log: %v in %q", err, line)
		}
		entries = append(entries, entry)
	}
	return entries
}

// flatObject reads an object of strings and refuses a member that is there twice, which a decoder would overlook.
func flatObject(line string) (map[string]string, error) {
	var entry map[string]string
	if err := json.Unmarshal([]byte(line), &entry); err != nil {
		return nil, err
	}
	var names []string
	for _, match := range regexp.MustCompile(`[{,] *"(\w+)":"(?:[^"\\]|\\.)*"`).FindAllStringSubmatch(line, -1) {
		names = append(names, match[1])
	}
	slices.Sort(names)
	want := []string{"bytes", "error", "integrationMs", "ip", "latencyMs", "method", "path", "requestId", "resource", "status", "sub", "time"}
	if !slices.Equal(names, want) {
		return nil, fmt.Errorf("members %v, want %v", names, want)
	}
	return entry, nil
}
