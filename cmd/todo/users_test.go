package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

// operator runs `todo users` against a served stack and gives what was printed.
type operator struct {
	t         *testing.T
	url, data string
	home      *home
	pool      string // its id
}

func newOperator(t *testing.T) operator { return operatorOf(t, describe(t, "")) }

func operatorOf(t *testing.T, described *stack.Stack) operator {
	dir := t.TempDir()
	h, _ := openedHome(t, dir, described)
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		server.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return operator{t: t, url: server.URL + domainPath + "/", data: dir, home: h, pool: described.UserPool.ID}
}

func (o operator) run(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(o.t.Context(), append([]string{"users"}, append(args, "--endpoint", o.url, "--data", o.data)...), &out, &err)
	return code, out.String(), err.String()
}

func (o operator) must(args ...string) string {
	o.t.Helper()
	code, out, stderr := o.run(args...)
	if code != exitOK || stderr != "" {
		o.t.Fatalf("%v: got exit code %d, %s", args, code, stderr)
	}
	return out
}

// passwordFile holds a password with a line's end, as editors and echo write it.
func passwordFile(t *testing.T, password string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(name, []byte(password+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAnOperatorsDay(t *testing.T) {
	const ana = "ana@example.com"
	o := newOperator(t)
	sub := strings.TrimSpace(o.must("create", ana, "--verified", "--attribute", "name=Ana \x1b[2J, A", "--no-invite", "--password-file", passwordFile(t, "Correct-horse-9!")))
	if !regexp.MustCompile(`^[0-9a-f-]{36}$`).MatchString(sub) {
		t.Errorf("created: got %q", sub)
	}
	o.must("create", "ben@example.com")
	if got := o.must("list"); !strings.Contains(got, "ben@example.com") || !strings.Contains(got, sub+"  "+ana) || !strings.Contains(got, "FORCE_CHANGE_PASSWORD") {
		t.Errorf("list: got %s", got)
	}
	if got := o.must("list", "--filter", `email = "`+ana+`"`); strings.Count(got, "\n") != 2 {
		t.Errorf("list of one: got %s", got)
	}
	o.must("set-password", ana, "--password-file", passwordFile(t, "Another-horse-9!"))
	o.must("disable", ana)
	o.must("groups", "create", "admins", "--precedence", "0", "--description", "They may all")
	o.must("groups", "add", ana, "admins")
	if got := o.must("groups", "list"); !strings.Contains(got, "admins  0           They may all") {
		t.Errorf("groups: got %s", got)
	}
	if got := o.must("groups", "members", "admins"); !strings.Contains(got, "CONFIRMED, disabled") {
		t.Errorf("members: got %s", got)
	}
	shown := o.must("show", ana)
	for _, want := range []string{"CONFIRMED, disabled", "email_verified  true", "Groups          admins", "Ana \uFFFD[2J, A"} {
		if !strings.Contains(shown, want) {
			t.Errorf("show: got %s, want %q in it", shown, want)
		}
	}
	o.must("enable", ana)
	o.must("reset", ana)
	if got := o.must("show", ana); !strings.Contains(got, "RESET_REQUIRED\n") {
		t.Errorf("show: got %s", got)
	}
	o.must("sign-out", ana)
	o.must("groups", "remove", ana, "admins")
	o.must("groups", "delete", "admins")
	o.must("delete", ana)
	if got := o.must("list"); strings.Contains(got, ana) {
		t.Errorf("list after the deletion: got %s", got)
	}
}

func TestWhatAnOperatorCannotDo(t *testing.T) {
	o := newOperator(t)
	stopped := httptest.NewServer(nil)
	stopped.Close()
	nothing := o
	nothing.url = stopped.URL
	elsewhere := httptest.NewServer(http.RedirectHandler(o.url, http.StatusTemporaryRedirect))
	t.Cleanup(elsewhere.Close)
	redirected := o
	redirected.url = elsewhere.URL
	app := o
	app.url = strings.TrimSuffix(o.url, "auth/")
	stranger := o
	stranger.data = t.TempDir()
	if err := os.WriteFile(filepath.Join(stranger.data, credentialsFile), []byte("aws_access_key_id = AKIAX\naws_secret_access_key = x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := o
	empty.data = t.TempDir()
	nowhere := o
	nowhere.url = "localhost:8080"
	for name, c := range map[string]struct {
		operator operator
		args     []string
		code     int
		want     string
	}{
		"somebody unknown":         {o, []string{"show", "nobody@example.com"}, exitFault, "todo: UserNotFoundException: User does not exist.\n"},
		"a weak password":          {o, []string{"create", "ana@example.com", "--password-file", passwordFile(t, "weak-password")}, exitFault, "todo: InvalidPasswordException: Password did not conform with policy: "},
		"a password nobody knows":  {o, []string{"create", "ana@example.com", "--no-invite"}, exitUsage, "todo: --no-invite needs --password-file, or nobody would know the password\n"},
		"a file that is not there": {o, []string{"set-password", "ana", "--password-file", "/nowhere/at/all"}, exitFault, "todo: open /nowhere/at/all: no such file or directory\n"},
		"a server that is stopped": {nothing, []string{"list"}, exitFault, "(is `todo serve` running there?)\n"},
		"a redirect":               {redirected, []string{"list"}, exitFault, "answered 307: no user pool is there\n"},
		"another address":          {app, []string{"list"}, exitFault, "no user pool is there\n"},
		"another's key":            {stranger, []string{"list"}, exitFault, "todo: UnrecognizedClientException: The security token included in the request is invalid. (is --data that server's directory?)\n"},
		"no key":                   {empty, []string{"list"}, exitFault, "it is no server's data directory yet\n"},
		"no address":               {nowhere, []string{"list"}, exitUsage, `todo: --endpoint: "localhost:8080" is not an address such as http://localhost:8080/auth/` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, stderr := c.operator.run(c.args...)
			if code != c.code || out != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
				t.Errorf("got exit code %d, %q, %q; want %d and %q", code, out, stderr, c.code, c.want)
			}
		})
	}
	if files, err := os.ReadDir(empty.data); err != nil || len(files) != 0 {
		t.Errorf("got %v, %v: nothing should have been made", files, err)
	}
}
