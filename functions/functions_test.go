package functions_test

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
)

type (
	request  = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

var names = []string{"add", "complete", "delete", "get", "list", "update"}

// artifacts is a folder with the six executables, each in one that bears its function's name.
var artifacts string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "todo-functions")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		artifacts = dir
		build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags=-s", "-o", filepath.Join(dir, "built")+"/", "./...")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			panic(err)
		}
		for _, name := range names {
			if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
				panic(err)
			}
			if err := os.Rename(filepath.Join(dir, "built", name), filepath.Join(dir, name, "bootstrap")); err != nil {
				panic(err)
			}
		}
		return m.Run()
	}())
}

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

// home runs the executables as Lambda does.
type home struct {
	functions map[string]lambda.Function
	logs      map[string]*lines
	running   []*lambda.Artifact
}

func newHome(t *testing.T, environment map[string]string, only ...string) *home {
	t.Helper()
	h := &home{functions: map[string]lambda.Function{}, logs: map[string]*lines{}}
	for _, name := range only {
		log := &lines{}
		artifact, err := lambda.NewArtifact(lambda.ArtifactConfig{
			Config: lambda.Config{
				Name: name, ARN: "arn:aws:lambda:" + dynamotest.Region + ":000000000000:function:" + name,
				Timeout: 10 * time.Second, MemorySize: 256, Log: log, JSONLog: true, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
			},
			Folder: filepath.Join(artifacts, name), Handler: "bootstrap", LogGroup: "/aws/lambda/" + name, Environment: environment,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(artifact.Close)
		h.functions[name], h.logs[name] = artifact.Function(), log
		h.running = append(h.running, artifact)
	}
	return h
}

// close ends the executables, so that all they printed is in their logs.
func (h *home) close() {
	for _, artifact := range h.running {
		artifact.Close()
	}
}

// event is a request of ann's.
func event(id, body string) request {
	e := request{
		Body: body, Headers: map[string]string{"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793"},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID:  uuid.NewString(),
			Authorizer: map[string]any{"claims": map[string]any{"cognito:username": "ann"}},
		},
	}
	if id != "" {
		e.PathParameters = map[string]string{"id": id}
	}
	return e
}

func (h *home) call(t *testing.T, name string, e request, wantStatus int, wantBody string) response {
	t.Helper()
	got, err := h.functions[name](t.Context(), e)
	if err != nil || got.StatusCode != wantStatus || !strings.Contains(got.Body, wantBody) {
		t.Fatalf("%s: got %d %s, %v, want %d with %s", name, got.StatusCode, got.Body, err, wantStatus, wantBody)
	}
	return got
}

const secret = "Buy <milk> secretly"

// TestAnItemsLife goes through the six executables over a table.
func TestAnItemsLife(t *testing.T) {
	endpoint := dynamotest.Start(t, dynamotest.Silent)
	h := newHome(t, map[string]string{
		"TABLE_NAME": dynamotest.NewTable(t, dynamotest.Client(endpoint)), "ENDPOINT_OVERRIDE": endpoint,
		"CORS_ALLOW_ORIGIN": "https://app.example.com", "GOMAXPROCS": "1", "SERVICE_PREFIX": "todo-",
	}, names...)

	added := h.call(t, "add", event("", `{"item":"`+secret+`"}`), 200, `"item":"`+secret+`"`)
	if got := added.Headers["Access-Control-Allow-Origin"]; got != "https://app.example.com" {
		t.Errorf("the allowed origin: got %q", got)
	}
	var answer struct{ Item struct{ ID string } }
	if err := json.Unmarshal([]byte(added.Body), &answer); err != nil {
		t.Fatal(err)
	}
	id := answer.Item.ID
	repeat := event("", `{"item":"`+secret+`"}`)
	repeat.MultiValueHeaders = map[string][]string{"idempotency-key": {id}}
	if got := h.call(t, "add", repeat, 200, ""); got.Body != added.Body {
		t.Errorf("a repeat: got %s, want %s", got.Body, added.Body)
	}
	h.call(t, "get", event(id, ""), 200, secret)
	h.call(t, "list", event("", ""), 200, `"Count":1,"ScannedCount":1}`)
	stale := event(id, `{"item":"x","completed":true}`)
	stale.MultiValueHeaders = map[string][]string{"If-Match": {`"7"`}}
	h.call(t, "update", stale, 412, "If-Match")
	h.call(t, "update", event(id, `{"item":"changed `+secret+`","completed":false}`), 200, `"version":2`)
	h.call(t, "complete", event(id, ""), 200, `"completed":true`)
	h.call(t, "complete", event(id, ""), 200, `"version":3`)
	h.call(t, "delete", event(id, ""), 200, `{}`)
	for _, name := range []string{"get", "complete", "delete"} {
		h.call(t, name, event(id, ""), 404, "no such item")
	}
	h.call(t, "update", event(id, `{"item":"x","completed":true}`), 404, "no such item")
	h.call(t, "list", event("", ""), 200, `{"Items":[],"Count":0,"ScannedCount":0}`)

	h.close()
	for name, calls := range map[string]int{"add": 2, "get": 2, "list": 2, "update": 3, "complete": 3, "delete": 2} {
		checkLog(t, name, h.logs[name].all, calls)
	}
}

// checkLog wants valid JSON only, a line of metrics for each call, and nothing that a person wrote.
func checkLog(t *testing.T, name string, log []string, calls int) {
	t.Helper()
	requests := map[string]bool{}
	for _, text := range log {
		var line struct {
			AWS       map[string]any `json:"_aws"`
			Level     string
			Service   string
			RequestID string
			TraceID   string
			Success   float64
			Error     float64
			Latency   float64
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil || strings.Contains(text, "milk") {
			t.Errorf("%s: a line of the log: got %s (%v)", name, text, err)
		}
		if line.AWS == nil {
			continue
		}
		requests[line.RequestID] = true
		if line.Service != "todo-"+name || line.Success != 1 || line.Error != 0 || line.Latency <= 0 || line.TraceID != "1-5759e988-bd862e3fe1be46a994272793" {
			t.Errorf("%s: the metrics: got %s", name, text)
		}
	}
	if delete(requests, ""); len(requests) != calls {
		t.Errorf("%s: got metrics of %d requests, want %d:\n%s", name, len(requests), calls, strings.Join(log, "\n"))
	}
}

// TestAServerThatIsNotThere names a port that nobody listens on.
func TestAServerThatIsNotThere(t *testing.T) {
	h := newHome(t, map[string]string{
		"TABLE_NAME": "todo", "ENDPOINT_OVERRIDE": "http://127.0.0.1:1", "CORS_ALLOW_ORIGIN": "*",
	}, "add")
	e := event("", `{"item":"`+secret+`"}`)
	got := h.call(t, "add", e, http.StatusServiceUnavailable, "")
	if want := `{"message":"Service unavailable","requestId":"` + e.RequestContext.RequestID + `"}`; got.Body != want {
		t.Errorf("got %s, want %s", got.Body, want)
	}
	h.close()
	log := strings.Join(h.logs["add"].all, "\n")
	for _, want := range []string{`"level":"ERROR"`, "connection refused", e.RequestContext.RequestID, `"Success":0,"Error":1`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, "milk") {
		t.Errorf("the log tells the text:\n%s", log)
	}
}

func TestWithoutATable(t *testing.T) {
	for _, name := range names {
		h := newHome(t, map[string]string{"CORS_ALLOW_ORIGIN": "*"}, name)
		if _, err := h.functions[name](t.Context(), event("", "")); !errors.Is(err, lambda.ErrInit) && !errors.Is(err, lambda.ErrCrashed) {
			t.Errorf("%s: got %v, want a function that does not start", name, err)
		}
		h.close()
		var line map[string]any
		for _, text := range h.logs[name].all {
			if strings.Contains(text, "the function cannot start") {
				if err := json.Unmarshal([]byte(text), &line); err != nil {
					t.Error(err)
				}
			}
		}
		delete(line, "timestamp")
		want := map[string]any{"level": "ERROR", "message": "the function cannot start", "service": name, "error": "the environment variable TABLE_NAME is not set"}
		if diff := cmp.Diff(want, line); diff != "" {
			t.Errorf("%s: what it said (-want +got):\n%s", name, diff)
		}
	}
}
