package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/lambda/lambdatest"
)

func TestATimeoutEndsTheProcessAndWhatItStarted(t *testing.T) {
	t.Parallel() // it waits for the timeout, which must leave a busy machine time to tell the process all
	l := listen(t)
	r := artifact(t, "hold", func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) { cfg.Timeout = 5 * time.Second })
	first := r.calling(t.Context(), l.event())
	process := l.next(t)
	process.tell(t, "deaf")
	process.tell(t, "child")
	if err := await(t, first); !errors.Is(err, lambda.ErrTimeout) {
		t.Errorf("got error %v, want %v", err, lambda.ErrTimeout)
	}
	process.ended(t)

	second := r.calling(t.Context(), l.event())
	fresh := l.next(t)
	if fresh.pid == process.pid {
		t.Error("the next call got the process that timed out")
	}
	fresh.say(t, "done")
	if err := await(t, second); err != nil {
		t.Errorf("the next call: %v", err)
	}
	if got := r.log.starting("REPORT"); !strings.HasSuffix(got[0], "Status: timeout") {
		t.Errorf("got report %q, want Status: timeout", got[0])
	}
}

func TestAnExit(t *testing.T) {
	r := artifact(t, "exit", nil)
	for _, c := range []struct{ code, reason string }{
		{"3", "Runtime exited with error: exit status 3"},
		{"0", "Runtime exited without providing a reason"},
	} {
		e := event()
		e.Body = c.code
		if _, err := r.call(t.Context(), e); !errors.Is(err, lambda.ErrCrashed) || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("exit %s: got error %v, want %v: %s", c.code, err, lambda.ErrCrashed, c.reason)
		}
		line := "RequestId: " + e.RequestContext.RequestID + " Error: " + c.reason
		if got := r.log.starting(line); len(got) != 1 {
			t.Errorf("exit %s: got %q in the log, want %q", c.code, got, line)
		}
	}
}

func TestAnAnswerBeforeTheExitCounts(t *testing.T) {
	r := artifact(t, "answer-exit", nil)
	for range 2 {
		if got := r.must(t, event()); got.Body != "last words" || got.StatusCode != 200 {
			t.Errorf("got %+v, want the last words with status 200", got)
		}
	}
}

func TestAPanicIsInTheLogAndCostsTheProcess(t *testing.T) {
	r := artifact(t, "panic", nil)
	for range 2 {
		if _, err := r.call(t.Context(), event()); !errors.Is(err, lambda.ErrCrashed) {
			t.Errorf("got error %v, want %v", err, lambda.ErrCrashed)
		}
	}
	log := strings.Join(r.log.get(), "\n")
	if !strings.Contains(log, "no such drawer") || !strings.Contains(log, "lambdatest.go") {
		t.Errorf("the log lacks the panic and its stack:\n%s", log)
	}
	if got := strings.Count(log, "Init Duration"); got != 2 {
		t.Errorf("got %d processes, want one for each call", got)
	}
}

func TestAFunctionThatDoesNotStart(t *testing.T) {
	for _, c := range []struct {
		handler string
		want    error
		says    string
		logged  string
	}{
		{"init-exit", lambda.ErrCrashed, "exit status 7", "Phase: init\tStatus: error\tError Type: Runtime.ExitError"},
		{"init-silent", lambda.ErrTimeout, "asked for no event within", "Phase: init\tStatus: timeout"},
		{"init-error", lambda.ErrInit, "Setup: no table", "Phase: init\tStatus: error"},
	} {
		t.Run(c.handler, func(t *testing.T) {
			r := artifact(t, c.handler, func(_ *lambda.ArtifactConfig, l *lambda.Limits) {
				if c.handler == "init-silent" {
					l.Init = 100 * time.Millisecond
				}
			})
			_, err := r.call(t.Context(), event())
			if !errors.Is(err, lambda.ErrInit) || !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want %v and %v: %s", err, lambda.ErrInit, c.want, c.says)
			}
			log := r.log.get()
			if len(log) == 0 || !strings.HasSuffix(log[len(log)-1], c.logged) || len(r.log.starting("START")) > 0 {
				t.Errorf("got log %q, want it to end with %q and no START", log, c.logged)
			}
			if c.handler == "init-exit" && log[0] != "no table" {
				t.Errorf("got log %q, want what the function printed first", log)
			}
		})
	}
}

func TestAnExecutableThatIsNone(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(folder+"/bootstrap", []byte("\x7fELF no"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := artifact(t, "", func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) { cfg.Folder = folder })
	if _, err := r.call(t.Context(), event()); !errors.Is(err, lambda.ErrInit) || !strings.Contains(err.Error(), "exec") {
		t.Errorf("got error %v, want %v and why", err, lambda.ErrInit)
	}
}

func TestAProcessThatPollsAndExits(t *testing.T) {
	r := artifact(t, "poll-exit", nil)
	if _, err := r.call(t.Context(), event()); !errors.Is(err, lambda.ErrCrashed) {
		t.Errorf("got error %v, want %v", err, lambda.ErrCrashed)
	}
}

func TestACrashLoopIsHeldBack(t *testing.T) {
	for _, handler := range []string{"init-exit", "exit"} {
		t.Run(handler, func(t *testing.T) {
			r := artifact(t, handler, func(_ *lambda.ArtifactConfig, l *lambda.Limits) { l.Backoff = time.Hour })
			for range 2 {
				if _, err := r.call(t.Context(), event()); !errors.Is(err, lambda.ErrCrashed) {
					t.Fatalf("got error %v, want %v", err, lambda.ErrCrashed)
				}
			}
			before := len(r.log.get())
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := r.call(ctx, event()); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got error %v, want %v", err, context.DeadlineExceeded)
			}
			if got := len(r.log.get()); got != before {
				t.Errorf("got %d lines after, %d before: a process was started", got, before)
			}
			waiting := r.calling(t.Context(), event())
			r.Close()
			if err := await(t, waiting); !errors.Is(err, lambda.ErrClosed) {
				t.Errorf("a call that waits while all is closed: got error %v, want %v", err, lambda.ErrClosed)
			}
		})
	}
}

func TestIdleProcessesAreEnded(t *testing.T) {
	l := listen(t)
	r := artifact(t, "hold", func(_ *lambda.ArtifactConfig, limits *lambda.Limits) { limits.Idle = time.Millisecond })
	call := r.calling(t.Context(), l.event())
	process := l.next(t)
	process.tell(t, "child")
	process.say(t, "keep")
	if err := await(t, call); err != nil {
		t.Fatal(err)
	}
	process.ended(t)
}

func TestClose(t *testing.T) {
	l := listen(t)
	r := artifact(t, "hold", nil)
	idle := r.calling(t.Context(), l.event())
	kept := l.next(t)
	busy := r.calling(t.Context(), l.event())
	running := l.next(t)
	for _, process := range []held{kept, running} {
		process.tell(t, "deaf")
		process.tell(t, "child")
	}
	kept.say(t, "keep")
	if err := await(t, idle); err != nil {
		t.Fatal(err)
	}

	r.Close()
	gone(t, kept.pid)
	gone(t, running.pid)
	kept.ended(t)
	running.ended(t)
	if err := await(t, busy); !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("the call that ran: got error %v, want %v", err, lambda.ErrClosed)
	}
	if _, err := r.call(t.Context(), l.event()); !errors.Is(err, lambda.ErrClosed) {
		t.Errorf("a call after Close: got error %v, want %v", err, lambda.ErrClosed)
	}
	r.Close() // again is no harm
}

func TestAProcessKilledWhileIdleCostsNobodyACall(t *testing.T) {
	r := artifact(t, "describe", nil)
	pids := map[int]bool{}
	for range 3 {
		var seen lambdatest.Seen
		if err := json.Unmarshal([]byte(r.must(t, event()).Body), &seen); err != nil {
			t.Fatal(err)
		}
		pids[seen.PID] = true
		process, err := os.FindProcess(seen.PID)
		if err != nil {
			t.Fatal(err)
		}
		if err := process.Kill(); err != nil {
			t.Fatal(err)
		}
		for limit := time.Now().Add(patience); r.Processes() > 0; runtime.Gosched() {
			if time.Now().After(limit) {
				t.Fatal("the end of the process went unnoticed")
			}
		}
	}
	if len(pids) != 3 {
		t.Errorf("got %d processes, want a new one after each kill", len(pids))
	}
}

// serverAddress is the variable that makes the test binary a server: one that runs the function hold, with the address
// in it for its event, until it is killed.
const serverAddress = "LAMBDA_TEST_SERVER"

func serve(address string) {
	artifacts = os.Getenv(serverAddress + "_ARTIFACTS")
	r := &rig{log: &lines{}, logger: &safe{}}
	folder, err := lambda.FindArtifact(artifacts, "Fn", "")
	if err != nil {
		panic(err)
	}
	r.Artifact, err = lambda.NewArtifact(lambda.ArtifactConfig{Config: config(r, time.Minute), Folder: folder, Handler: "hold", LogGroup: "/g"})
	if err != nil {
		panic(err)
	}
	e := event()
	e.Body = address
	_, err = r.Function()(context.Background(), e)
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestNothingIsLeftOfAServerThatIsKilled(t *testing.T) {
	l := listen(t)
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), serverAddress+"="+l.Addr().String(), serverAddress+"_ARTIFACTS="+artifacts)
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Wait() //nolint:errcheck // it is killed
	defer server.Process.Kill()
	process := l.next(t)
	if err := server.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	process.ended(t)
}
