package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/telemetry"
)

// call is the context that a function is called with.
func call(ctx context.Context, id, trace string) context.Context {
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: id})
	//lint:ignore SA1029 the key is aws-lambda-go's
	return context.WithValue(ctx, "x-amzn-trace-id", trace)
}

func TestFunctionLogger(t *testing.T) {
	dir := t.TempDir()
	groups := open(t, dir)
	var server bytes.Buffer
	const name, trace = "/aws/lambda/todo-Add", "Root=1-65f0c1a2-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0"
	logger := telemetry.FunctionLogger("todo-Add", group(t, groups, name), slog.NewTextHandler(&server, nil))
	ctx := call(t.Context(), "id-1", trace)

	logger.DebugContext(ctx, "left out")
	logger.InfoContext(ctx, "two\nlines", "items", 3)
	logger.With("operation", "add").ErrorContext(ctx, "a fault", "error", errors.New("disk: full"))
	logger.ErrorContext(ctx, "one that names its request", "requestId", "id-2")
	logger.Warn("outside of any call")
	logger.WithGroup("cache").InfoContext(call(t.Context(), "", ""), "no ids", "hits", 1)
	closeGroups(t, groups)

	lines := strings.Split(strings.TrimSuffix(content(t, dir, name), "\n"), "\n")
	want := []map[string]any{
		{"level": "INFO", "message": "two\nlines", "functionName": "todo-Add", "items": 3., "requestId": "id-1", "traceId": trace},
		{"level": "ERROR", "message": "a fault", "functionName": "todo-Add", "operation": "add", "error": "disk: full", "requestId": "id-1", "traceId": trace},
		{"level": "ERROR", "message": "one that names its request", "functionName": "todo-Add", "requestId": "id-2", "traceId": trace},
		{"level": "WARN", "message": "outside of any call", "functionName": "todo-Add"},
		{"level": "INFO", "message": "no ids", "functionName": "todo-Add", "cache": map[string]any{"hits": 1.}},
	}
	if len(lines) != len(want) {
		t.Fatalf("got %d lines, want %d:\n%s", len(lines), len(want), strings.Join(lines, "\n"))
	}
	for i, line := range lines {
		var got map[string]any
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		stamp, _ := got["timestamp"].(string)
		if _, err := time.Parse(time.RFC3339, stamp); err != nil {
			t.Errorf("timestamp: %v", err)
		}
		delete(got, "timestamp")
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("line %d (-want +got):\n%s", i, diff)
		}
		if n := strings.Count(line, `"requestId"`); n > 1 {
			t.Errorf("line %d names the request %d times", i, n)
		}
	}

	seen := strings.Split(strings.TrimSuffix(server.String(), "\n"), "\n")
	if len(seen) != 2 || !strings.Contains(seen[0], `msg="a fault"`) || !strings.Contains(seen[1], "requestId=id-2") {
		t.Fatalf("the server's log: got %q, want the two faults", seen)
	}
	for _, part := range []string{"functionName=todo-Add", "requestId=id-1", "traceId=", `error="disk: full"`} {
		if !strings.Contains(seen[0], part) {
			t.Errorf("the server's log: got %q, want it to hold %q", seen[0], part)
		}
	}
}
