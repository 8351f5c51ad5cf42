package lambda_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"example.com/todo/internal/lambda"
)

// artifacts is a folder as `sam build` writes it, with one function named Fn.
var artifacts string

func TestMain(m *testing.M) {
	if address := os.Getenv(serverAddress); address != "" {
		serve(address)
	}
	if os.Getenv(lambda.DialVariable) != "" {
		os.Exit(m.Run())
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "lambda-test")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		artifacts = dir
		build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, "Fn", "bootstrap"), "./lambdatest/bootstrap")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// patience bounds every wait of the tests; none should come near.
const patience = 30 * time.Second

// lines are a log group in memory.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) WriteLine(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, string(line))
}

func (l *lines) get() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// starting are the lines with a prefix.
func (l *lines) starting(prefix string) []string {
	return slices.DeleteFunc(l.get(), func(line string) bool { return !strings.HasPrefix(line, prefix) })
}

// safe is a buffer that may be written and read at the same time.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// A rig is a function with its log group and the program's log.
type rig struct {
	call   lambda.Function
	log    *lines
	logger *safe
	*lambda.Artifact
}

func config(r *rig, timeout time.Duration) lambda.Config {
	return lambda.Config{
		Name: "add", ARN: arn, Timeout: timeout, MemorySize: 128, Log: r.log,
		Logger: slog.New(slog.NewTextHandler(r.logger, nil)), Now: time.Now,
	}
}

// artifact runs one of the functions of lambdatest/bootstrap as an artifact, until the test ends.
func artifact(t *testing.T, handler string, change func(*lambda.ArtifactConfig, *lambda.Limits)) *rig {
	t.Helper()
	r := &rig{log: &lines{}, logger: &safe{}}
	folder, err := lambda.FindArtifact(artifacts, "Fn", "")
	if err != nil {
		t.Fatal(err)
	}
	cfg := lambda.ArtifactConfig{
		Config: config(r, patience), Folder: folder, Handler: handler, LogGroup: "/aws/lambda/add",
		Environment: map[string]string{"GOMAXPROCS": "1"},
	}
	var limits lambda.Limits
	if change != nil {
		change(&cfg, &limits)
	}
	if r.Artifact, err = lambda.NewLimitedArtifact(cfg, limits); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	r.call = r.Function()
	return r
}

// must calls the function, which must answer.
func (r *rig) must(t *testing.T, e request) response {
	t.Helper()
	got, err := r.call(t.Context(), e)
	if err != nil {
		t.Fatalf("got error %v, want an answer; log:\n%s", err, strings.Join(r.log.get(), "\n"))
	}
	return got
}

// A listener is where functions named hold call.
type listener struct{ net.Listener }

func listen(t *testing.T) listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return listener{l}
}

func (l listener) event() request {
	e := event()
	e.Body = l.Addr().String()
	return e
}

// A held is a process that waits for what it is told.
type held struct {
	net.Conn
	lines *bufio.Reader
	pid   int
}

// next is the next process that calls.
func (l listener) next(t *testing.T) held {
	t.Helper()
	_ = l.Listener.(*net.TCPListener).SetDeadline(time.Now().Add(patience))
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	h := held{Conn: conn, lines: bufio.NewReader(conn)}
	if h.pid, err = strconv.Atoi(h.read(t)); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h held) read(t *testing.T) string {
	t.Helper()
	line, err := h.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("process %d: %v", h.pid, err)
	}
	return strings.TrimSuffix(line, "\n")
}

// tell gives the process a word and waits until it has heeded it.
func (h held) tell(t *testing.T, word string) {
	t.Helper()
	h.say(t, word)
	if got := h.read(t); got != "ok" {
		t.Fatalf("told %s, process %d said %q", word, h.pid, got)
	}
}

// say gives the process its last word.
func (h held) say(t *testing.T, word string) {
	t.Helper()
	if _, err := fmt.Fprintln(h, word); err != nil {
		t.Fatal(err)
	}
}

// ended waits until nobody holds the connection any more: neither the process nor what it started.
func (h held) ended(t *testing.T) {
	t.Helper()
	_, err := h.lines.ReadByte()
	if err != io.EOF && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("process %d or what it started still lives: %v", h.pid, err)
	}
}

// gone fails when there is a process of that id.
func gone(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is still there (%v)", pid, err)
	}
}

// calling makes a call beside the test.
func (r *rig) calling(ctx context.Context, e request) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := r.call(ctx, e)
		done <- err
	}()
	return done
}

func await[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("nothing happened")
		panic("unreachable")
	}
}
