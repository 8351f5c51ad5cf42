package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/lambda/lambdatest"
)

func TestFindArtifact(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"AddFunction/bootstrap": 0o755, "add/bootstrap": 0o755, "list/bootstrap": 0o755, "get/bootstrap": 0o644} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ situation, id, codeURI, want, fault string }{
		{"as sam build writes it", "AddFunction", "./functions/add", "AddFunction", ""},
		{"by the folder of its source", "ListFunction", "./functions/list/", "list", ""},
		{"not executable", "GetFunction", "functions/get", "", filepath.Join(dir, "get/bootstrap") + " cannot be executed"},
		{"missing", "PutFunction", "./functions/put", "", "function PutFunction has no artifact: looked at " +
			filepath.Join(dir, "PutFunction/bootstrap") + " and " + filepath.Join(dir, "put/bootstrap")},
	} {
		t.Run(c.situation, func(t *testing.T) {
			got, err := lambda.FindArtifact(dir, c.id, c.codeURI)
			if c.fault == "" {
				if want := filepath.Join(dir, c.want); err != nil || got != want {
					t.Errorf("got %q and error %v, want %q", got, err, want)
				}
			} else if err == nil || !strings.HasSuffix(err.Error(), c.fault) {
				t.Errorf("got %q and error %v, want error %q", got, err, c.fault)
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("SMTP_PASSWORD", "hunter2")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
	t.Setenv("AWS_PROFILE", "hunter2")
	var folder string
	r := artifact(t, "environment", func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) {
		folder = cfg.Folder
		cfg.Environment = map[string]string{"TABLE_NAME": "todo", "TZ": "Europe/Vienna", "EMPTY": ""}
		cfg.JSONLog = true
	})
	body := r.must(t, event()).Body
	if strings.Contains(body, "hunter2") {
		t.Errorf("this process's environment leaks: %s", body)
	}
	var list []string
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, entry := range list {
		name, value, _ := strings.Cut(entry, "=")
		got[name] = value
	}
	for name, prefix := range map[string]string{
		"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:", "AWS_LAMBDA_LOG_STREAM_NAME": time.Now().UTC().Format("2006/"),
		"LD_LIBRARY_PATH": "/lib64", "PATH": "/usr/local/bin:",
	} {
		if !strings.HasPrefix(got[name], prefix) {
			t.Errorf("got %s=%q, want %s…", name, got[name], prefix)
		}
		delete(got, name)
	}
	want := map[string]string{
		"PWD":        folder, // where it runs
		"_HANDLER":   "environment",
		"AWS_REGION": "local", "AWS_DEFAULT_REGION": "local",
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
		"AWS_LAMBDA_FUNCTION_NAME": "add", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
		"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/add",
		"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO",
		"AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR", "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
		"_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1", "_AWS_XRAY_DAEMON_PORT": "2000",
		"_X_AMZN_TRACE_ID": event().Headers["X-Amzn-Trace-Id"], // set by aws-lambda-go
		"LAMBDA_TASK_ROOT": folder, "LAMBDA_RUNTIME_DIR": "/var/runtime", "LANG": "en_US.UTF-8",
		"TABLE_NAME": "todo", "TZ": "Europe/Vienna", "EMPTY": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestAccess(t *testing.T) {
	r := artifact(t, "environment", func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) {
		cfg.Access = lambda.Access{Region: "eu-central-1", KeyID: "the-key", Secret: "the-secret", SessionToken: "the-session"}
	})
	body := r.must(t, event()).Body
	for _, want := range []string{
		`"AWS_REGION=eu-central-1"`, `"AWS_DEFAULT_REGION=eu-central-1"`, `"AWS_ACCESS_KEY_ID=the-key"`, `"AWS_SECRET_ACCESS_KEY=the-secret"`,
		`"AWS_SESSION_TOKEN=the-session"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the environment lacks %s: %s", want, body)
		}
	}
}

func TestReservedVariables(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_LAMBDA_RUNTIME_API", "AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT"} {
		_, err := lambda.NewArtifact(lambda.ArtifactConfig{Environment: map[string]string{name: "x"}, Config: lambda.Config{Name: "add"}})
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "add") {
			t.Errorf("%s: got error %v, want one that names it and the function", name, err)
		}
	}
}

func TestLoad(t *testing.T) {
	const clients, each, most = 16, 25, 3
	r := artifact(t, "describe", func(_ *lambda.ArtifactConfig, l *lambda.Limits) { l.Processes, l.Wait = most, patience })
	var mu sync.Mutex
	pids := map[int]int{}
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for n := range each {
				e := event()
				e.Body = strconv.Itoa(client) + " " + strconv.Itoa(n)
				e.RequestContext.RequestID = "id-" + strconv.Itoa(client*each+n)
				got, err := r.call(t.Context(), e)
				if err != nil {
					t.Error(err)
					return
				}
				var seen lambdatest.Seen
				if err := json.Unmarshal([]byte(got.Body), &seen); err != nil {
					t.Error(err)
				}
				if seen.Event.Body != e.Body || seen.RequestID != e.RequestContext.RequestID {
					t.Errorf("got the answer to %q, want that to %q", seen.Event.Body, e.Body)
				}
				mu.Lock()
				pids[seen.PID]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(pids) == 0 || len(pids) > most {
		t.Errorf("got %d processes, want 1 to %d", len(pids), most)
	}
	r.Close()
	for pid := range pids {
		gone(t, pid)
	}
	if got := len(r.log.starting("REPORT")); got != clients*each {
		t.Errorf("got %d reports, want %d", got, clients*each)
	}
}

func TestOneAfterTheOtherNeedsOneProcess(t *testing.T) {
	r := artifact(t, "describe", nil)
	pids := map[int]bool{}
	for range 20 {
		var seen lambdatest.Seen
		if err := json.Unmarshal([]byte(r.must(t, event()).Body), &seen); err != nil {
			t.Fatal(err)
		}
		pids[seen.PID] = true
	}
	if len(pids) != 1 {
		t.Errorf("got %d processes, want 1", len(pids))
	}
	if got := r.log.starting("REPORT"); !strings.Contains(got[0], "Init Duration") || strings.Contains(got[1], "Init Duration") {
		t.Errorf("got reports %q and %q, want the start in the first only", got[0], got[1])
	}
}

func TestACallWaitsForAProcess(t *testing.T) {
	l := listen(t)
	r := artifact(t, "hold", func(_ *lambda.ArtifactConfig, limits *lambda.Limits) { limits.Processes, limits.Wait = 1, patience })
	first := r.calling(t.Context(), l.event())
	process := l.next(t)

	ctx, cancel := context.WithCancelCause(t.Context())
	inVain := r.calling(ctx, l.event())
	cancel(errors.New("waited enough"))
	err := await(t, inVain)
	if !errors.Is(err, lambda.ErrThrottled) || !strings.Contains(err.Error(), "waited enough") {
		t.Errorf("waiting in vain: got error %v, want %v and why the wait ended", err, lambda.ErrThrottled)
	}

	second := r.calling(t.Context(), l.event())
	process.say(t, "done")
	if err := await(t, first); err != nil {
		t.Error(err)
	}
	again := l.next(t)
	if again.pid != process.pid {
		t.Errorf("the call that waited got process %d, want %d", again.pid, process.pid)
	}
	again.say(t, "done")
	if err := await(t, second); err != nil {
		t.Error(err)
	}
}

func TestACallWaitsNotForEver(t *testing.T) {
	l := listen(t)
	r := artifact(t, "hold", func(_ *lambda.ArtifactConfig, limits *lambda.Limits) {
		limits.Processes, limits.Wait = 1, time.Millisecond
	})
	first := r.calling(t.Context(), l.event())
	process := l.next(t)
	if _, err := r.call(t.Context(), l.event()); !errors.Is(err, lambda.ErrThrottled) {
		t.Errorf("got error %v, want %v", err, lambda.ErrThrottled)
	}
	process.say(t, "done")
	if err := await(t, first); err != nil {
		t.Error(err)
	}
}

func TestTooManyCallsAreThrottled(t *testing.T) {
	l := listen(t)
	r := artifact(t, "hold", func(_ *lambda.ArtifactConfig, limits *lambda.Limits) { limits.Calls = 2 })
	calls := []<-chan error{r.calling(t.Context(), l.event()), r.calling(t.Context(), l.event())}
	processes := []held{l.next(t), l.next(t)}
	_, err := r.call(t.Context(), l.event())
	if !errors.Is(err, lambda.ErrThrottled) {
		t.Errorf("one call too many: got error %v, want %v", err, lambda.ErrThrottled)
	}
	if throttled, ok := errors.AsType[interface {
		error
		Throttled() bool
	}](err); !ok || !throttled.Throttled() {
		t.Errorf("the error %v does not say that it is Lambda's throttle", err)
	}
	for _, process := range processes {
		process.say(t, "done")
	}
	for _, call := range calls {
		if err := await(t, call); err != nil {
			t.Error(err)
		}
	}
}

func TestACallerThatLeaves(t *testing.T) {
	l := listen(t)
	r := artifact(t, "hold", func(_ *lambda.ArtifactConfig, limits *lambda.Limits) { limits.Processes, limits.Wait = 1, patience })
	ctx, cancel := context.WithCancel(t.Context())
	first := r.calling(ctx, l.event())
	process := l.next(t)
	cancel()
	if err := await(t, first); !errors.Is(err, context.Canceled) || errors.Is(err, lambda.ErrThrottled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	process.tell(t, "go on") // the function finishes what it began
	process.say(t, "done")
	second := r.calling(t.Context(), l.event())
	next := l.next(t)
	if next.pid != process.pid {
		t.Errorf("got process %d for the next call, want %d", next.pid, process.pid)
	}
	next.say(t, "done")
	if err := await(t, second); err != nil {
		t.Error(err)
	}
	if got := r.log.starting("REPORT"); len(got) != 2 || strings.Contains(got[0], "Status") {
		t.Errorf("got reports %q, want two that are well", got)
	}
}
