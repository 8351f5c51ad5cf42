package e2e

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// command runs the program to its end.
func command(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	c := exec.Command(program, args...)
	c.Stdout, c.Stderr = &out, &errs
	var failed *exec.ExitError
	if err := c.Run(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

func runOK(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, code := command(t, args...)
	if code != 0 {
		t.Fatalf("todo %s: exit code %d: %s", strings.Join(args, " "), code, errs)
	}
	return out
}

func lineWith(text, part string) string {
	for line := range strings.Lines(text) {
		if strings.Contains(line, part) {
			return line
		}
	}
	return ""
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// edited is the repository's template with some of its text replaced.
func edited(t *testing.T, replacements ...string) string {
	t.Helper()
	content, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replacements); i += 2 {
		if !bytes.Contains(content, []byte(replacements[i])) {
			t.Fatalf("the template does not hold %q", replacements[i])
		}
		content = bytes.ReplaceAll(content, []byte(replacements[i]), []byte(replacements[i+1]))
	}
	return write(t, filepath.Join(t.TempDir(), "template.yaml"), string(content))
}

func TestBadInputIsOneClearLine(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	held := serve(t, t.TempDir())
	corrupt := t.TempDir()
	damaged := write(t, filepath.Join(corrupt, "todo.db"), strings.Repeat("not a database ", 4096))
	file := write(t, filepath.Join(t.TempDir(), "file"), "")
	write(t, filepath.Join(corrupt, "logs"), "")
	sealed := t.TempDir()
	if other := serve(t, sealed); other.stop(t) != 0 {
		t.Fatal("a server did not stop cleanly")
	}
	key := write(t, filepath.Join(sealed, "seal.key"), strings.Repeat("x", 32))

	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"an unknown command", []string{"server"}, 2, []string{"server"}},
		{"an unknown flag", []string{"serve", "--prot", "1"}, 2, []string{"--prot"}},
		{"a parameter without a value", []string{"serve", "--parameter", "Branch"}, 2, []string{"parameter"}},
		{"a public address that is none", []string{"serve", "--public-url", "localhost"}, 2, []string{"--public-url", "localhost"}},
		{"an address that is none", []string{"serve", "--addr", "nonsense"}, 2, []string{"--addr", "nonsense", "HOST:PORT"}},
		{"an address that is none, for stack", []string{"stack", "--addr", "8080"}, 2, []string{"--addr", "8080", "HOST:PORT"}},
		{"a port in use", []string{"serve", "--addr", busy.Addr().String()}, 1, []string{busy.Addr().String(), "in use"}},
		{"an unknown parameter", []string{"serve", "--parameter", "Brunch=main"}, 1, []string{"Brunch"}},
		{"a value against its constraint", []string{"serve", "--parameter", "ThrottlingRateLimit=fast"}, 1, []string{"ThrottlingRateLimit", "template.yaml"}},
		{"a stage in the place of the sign-in pages", []string{"serve", "--parameter", "StageNameParam=auth"}, 1, []string{"TodoApi", "auth"}},
		{"a template that is not there", []string{"serve", "--template", "nowhere.yaml"}, 1, []string{"nowhere.yaml"}},
		{"a template that is not YAML", []string{"serve", "--template", write(t, filepath.Join(t.TempDir(), "t.yaml"), "a: [")}, 1, []string{"t.yaml"}},
		{"a misspelt property", []string{"serve", "--template", edited(t, "MethodSettings:", "MethodSetings:")}, 1, []string{"MethodSetings", "template.yaml:"}},
		{"a data directory held by another", []string{"serve", "--data", held.data}, 1, []string{held.data, "in use by another process"}},
		{"a data directory that is a file", []string{"serve", "--data", file}, 1, []string{file}},
		{"a damaged data file", []string{"serve", "--data", corrupt}, 1, []string{damaged, "damaged"}},
		{"a template whose function is nowhere", []string{"serve", "--template", edited(t, "./functions/list", "./functions/lst")}, 1, []string{"GetAllTodoFunction.Properties.CodeUri", "lst", "complete", "list"}},
		{"a key that is not the data file's", []string{"serve", "--data", sealed}, 1, []string{key, "not the one"}},
		{"logs that are no directory", []string{"logs", "--data", corrupt}, 1, []string{filepath.Join(corrupt, "logs")}},
		{"logs of no data directory", []string{"logs", "--data", filepath.Join(corrupt, "none")}, 1, []string{"none"}},
		{"logs of an unknown group", []string{"logs", "--data", held.data, "/no/such/group"}, 1, []string{"/no/such/group"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := c.args
			if args[0] == "serve" {
				args = append([]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")}, args[1:]...)
			}
			_, stderr, code := command(t, args...)
			if code != c.code {
				t.Errorf("got exit code %d, want %d", code, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("got %q on stderr, want it to name %q", stderr, want)
				}
			}
			if strings.Count(stderr, "\n") != 1 || strings.Contains(stderr, "goroutine") {
				t.Errorf("got %q on stderr, want one line", stderr)
			}
		})
	}
	if content, err := os.ReadFile(damaged); err != nil || string(content) != strings.Repeat("not a database ", 4096) {
		t.Errorf("the damaged file was changed (%v)", err)
	}
	if held.stop(t) != 0 {
		t.Error("the server whose directory was asked for did not stop cleanly")
	}
}

// TestAnotherTemplate changes only the template, and looks at the running server.
func TestAnotherTemplate(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), "--template", edited(t,
		"MinimumLength: 8", "MinimumLength: 20",
		"AccessTokenValidity: 60", "AccessTokenValidity: 7",
	), "--parameter", "StageNameParam=beta", "--parameter", "ThrottlingRateLimit=1", "--parameter", "ThrottlingBurstLimit=2")

	if status, _, _ := s.do(t, "GET", "/beta/item", "", ""); status != 401 {
		t.Errorf("the new stage: got %d, want 401", status)
	}
	if got, want := s.config["APP_API_URL"], s.url+"/beta"; got != want {
		t.Errorf("the web app's configuration: got %q, want %q", got, want)
	}

	ctx, client := context.Background(), s.cognito(t)
	id, email := aws.String(s.config["APP_CLIENT_ID"]), aws.String("ana@example.com")
	var weak *types.InvalidPasswordException
	_, err := client.SignUp(ctx, &cognito.SignUpInput{ClientId: id, Username: email, Password: aws.String(password)})
	if !errors.As(err, &weak) {
		t.Errorf("a password that the new policy refuses: got %v, want InvalidPasswordException", err)
	}
	long := aws.String("Correct-Horse-Battery-7")
	if _, err = client.SignUp(ctx, &cognito.SignUpInput{ClientId: id, Username: email, Password: long}); err != nil {
		t.Fatal(err)
	}
	if _, err = client.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{ClientId: id, Username: email, ConfirmationCode: aws.String(s.code(t, *email))}); err != nil {
		t.Fatal(err)
	}
	out, err := client.InitiateAuth(ctx, &cognito.InitiateAuthInput{
		ClientId: id, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": *email, "PASSWORD": *long},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := out.AuthenticationResult.ExpiresIn; got != 7*60 {
		t.Errorf("the access token's lifetime: got %d s, want 420 s", got)
	}

	throttled := false
	for range 10 {
		status, _, body := s.do(t, "GET", "/beta/item", *out.AuthenticationResult.IdToken, "")
		if status == 429 && string(body) == `{"message":"Too Many Requests"}` {
			throttled = true
		}
	}
	if !throttled {
		t.Error("ten requests at a burst of two: none was throttled")
	}
}

func TestStackChecksATemplate(t *testing.T) {
	t.Parallel()
	if out := runOK(t, "stack", "--check"); out != "" {
		t.Errorf("the repository's template: got %q, want nothing to say", out)
	}
	out := runOK(t, "stack", "--check", "--template", edited(t, "        Type: REGIONAL", "        Type: REGIONAL\n      CacheClusterEnabled: true"))
	if !strings.Contains(out, "Resources.TodoApi.Properties.CacheClusterEnabled") {
		t.Errorf("a setting that is not run here: got %q, want it named", out)
	}
	_, errs, code := command(t, "stack", "--check", "--template", edited(t, "StageName: !Ref StageNameParam", "StageName: !Ref Stage"))
	if code != 1 || !strings.Contains(errs, "Stage") {
		t.Errorf("an unknown reference: got exit code %d and %q", code, errs)
	}
}

func TestStackPrintsWhatServeRuns(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir())
	out := runOK(t, "stack", "--addr", strings.TrimPrefix(s.url, "http://"), "--output", "json")
	for _, want := range []string{s.config["APP_API_URL"], s.config["APP_CLIENT_ID"], `"TodoUserPool"`, `"AmplifyURL"`} {
		if !strings.Contains(out, want) {
			t.Errorf("todo stack: got\n%s\nwant it to hold %s", out, want)
		}
	}
}
