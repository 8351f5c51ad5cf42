package main

import (
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"example.com/todo/internal/api"
)

func TestMissingArtifactsStopTheStart(t *testing.T) {
	dir, artifacts := t.TempDir(), t.TempDir()
	_, err := openHome(t.Context(), dir, describe(t, ""), outside{}, artifacts, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err == nil {
		t.Fatal("got no error")
	}
	for _, want := range []string{
		"AddTodoFunction", filepath.Join(artifacts, "AddTodoFunction", "bootstrap"), filepath.Join(artifacts, "add", "bootstrap"),
		"DeleteTodoFunction",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("got %q, want it to name %s", err, want)
		}
	}
	h, _ := openedHome(t, dir, describe(t, "")) // nothing was left open
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

// builtArtifacts are the test's function, and under the names of the program's own the same.
func builtArtifacts(t *testing.T) string {
	t.Helper()
	artifacts := t.TempDir()
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(artifacts, "FlagTodoFunction", "bootstrap"),
		"example.com/todo/internal/lambda/lambdatest/bootstrap")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for name := range api.New(api.Config{}).Functions() { // by the folders of their sources
		if err := os.Symlink(filepath.Join(artifacts, "FlagTodoFunction"), filepath.Join(artifacts, name)); err != nil {
			t.Fatal(err)
		}
	}
	return artifacts
}

// TestArtifacts runs a function that this program does not have, and shows its answers, its log and its failure through
// the gateway.
func TestArtifacts(t *testing.T) {
	artifacts := builtArtifacts(t)
	for _, c := range []struct {
		handler string
		status  int
		logged  string
	}{
		{"describe", http.StatusOK, `"type":"platform.report"`},
		{"exit", http.StatusBadGateway, `"errorType":"Runtime.ExitError"`},
	} {
		t.Run(c.handler, func(t *testing.T) {
			described := describe(t, strings.Replace(seventh("./functions/flag"), "CodeUri:", "Handler: "+c.handler+"\n      CodeUri:", 1))
			dir := t.TempDir()
			h, err := openHome(t.Context(), dir, described, outside{}, artifacts, slog.New(slog.NewTextHandler(io.Discard, nil)))
			if err != nil {
				t.Fatal(err)
			}
			w := ask(h, "/prod/flagged/1")
			if w.Code != c.status || byFunction(w) != (c.status == http.StatusOK) {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, c.status)
			}
			if c.status == http.StatusBadGateway && w.Body.String() != `{"message": "Internal server error"}` {
				t.Errorf("got %s", w.Body)
			}
			if err := h.Close(); err != nil {
				t.Error(err)
			}
			logs, err := filepath.Glob(filepath.Join(dir, logsDir, "aws", "lambda", "todo-FlagTodoFunction*"))
			if err != nil || len(logs) == 0 {
				t.Fatalf("the function has no log (%v)", err)
			}
			content, err := os.ReadFile(logs[0])
			if err != nil || !strings.Contains(string(content), c.logged) {
				t.Errorf("got log %s (%v), want %s", content, err, c.logged)
			}
		})
	}
}
