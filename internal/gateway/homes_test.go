package gateway_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/lambda"
)

// A home is a way to run the function of a rig: in this process, or as the executable that Lambda would start, which
// hands its events back here.
type home struct {
	name string
	run  func(*rig, time.Duration) gateway.Function
}

var homes = []home{{"in process", inProcess}, {"artifact", artifact}}

// at is the change that gives a rig's function this home, and a timeout of its own.
func (h home) at(timeout time.Duration) func(*rig, *gateway.Config) {
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	return func(r *rig, c *gateway.Config) {
		c.Functions = map[string]gateway.Function{"Function": h.run(r, timeout)}
	}
}

func lambdaConfig(timeout time.Duration) lambda.Config {
	return lambda.Config{
		Name: "function", ARN: "arn:aws:lambda:local:000000000000:function:function", Timeout: timeout, MemorySize: 128,
		Log: &lines{added: make(chan struct{}, 1000)}, Logger: slog.New(slog.DiscardHandler), Now: time.Now,
	}
}

func inProcess(r *rig, timeout time.Duration) gateway.Function {
	return lambda.InProcess(r.function, lambdaConfig(timeout))
}

func artifact(r *rig, timeout time.Duration) gateway.Function {
	asked := httptest.NewServer(http.HandlerFunc(r.asked))
	r.t.Cleanup(asked.Close)
	folder, err := built()
	if err != nil {
		r.t.Fatal(err)
	}
	a, err := lambda.NewArtifact(lambda.ArtifactConfig{
		Config: lambdaConfig(timeout), Folder: folder, Handler: "ask", LogGroup: "/x",
		Environment: map[string]string{"ASK": asked.URL, "GOMAXPROCS": "1"},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(a.Close) // before the server, which would wait for what the function asked
	return a.Function()
}

// asked answers the executable as the rig's function does.
func (r *rig) asked(w http.ResponseWriter, req *http.Request) {
	defer func() {
		if fault := recover(); fault != nil {
			http.Error(w, fmt.Sprint(fault), http.StatusInternalServerError)
		}
	}()
	wire, err := io.ReadAll(req.Body)
	if err != nil {
		panic(err)
	}
	var e request
	if err := json.Unmarshal(wire, &e); err != nil {
		panic(err)
	}
	r.mu.Lock()
	r.wire = wire
	r.mu.Unlock()
	answer, err := r.function(req.Context(), e)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	if r.says != "" {
		_, err = io.WriteString(w, r.says)
	} else {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false) // as aws-lambda-go writes
		err = encoder.Encode(answer)
	}
	if err != nil {
		panic(err)
	}
}

var buildDir string

// built is the folder of the executable, which is built for the first test that needs it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "gateway-test")
	if err != nil {
		return "", err
	}
	buildDir = dir
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, "bootstrap"),
		"example.com/todo/internal/lambda/lambdatest/bootstrap")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, output)
	}
	return dir, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if buildDir != "" {
		os.RemoveAll(buildDir)
	}
	os.Exit(code)
}
