package lambda_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/lambda"
)

type (
	request  = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

const arn = "arn:aws:lambda:local:000000000000:function:add"

// start makes a function callable, and gives its log.
func start(fn lambda.Function) (lambda.Function, *bytes.Buffer) {
	log := &bytes.Buffer{}
	return lambda.InProcess(fn, lambda.Config{
		Name: "add", ARN: arn, Timeout: 3 * time.Second, MemorySize: 128, Log: &lines{}, Now: time.Now,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	}), log
}

func event() request {
	return request{
		Headers:           map[string]string{"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793"},
		MultiValueHeaders: map[string][]string{"A": {"1", "2"}},
		PathParameters:    map[string]string{"id": "7"},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID:  "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
			Authorizer: map[string]any{"claims": map[string]any{"sub": "me"}},
		},
	}
}

func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call, _ := start(func(ctx context.Context, _ request) (response, error) {
			deadline, _ := ctx.Deadline()
			if got := time.Until(deadline); got != 3*time.Second {
				t.Errorf("got %v until the deadline, want 3s", got)
			}
			lc, ok := lambdacontext.FromContext(ctx)
			if !ok || lc.AwsRequestID != "c6af9ac6-7b61-11e6-9a41-93e8deadbeef" || lc.InvokedFunctionArn != arn {
				t.Errorf("got lambdacontext %+v", lc)
			}
			if got, want := ctx.Value("x-amzn-trace-id"), "Root=1-5759e988-bd862e3fe1be46a994272793"; got != want {
				t.Errorf("got trace %v, want %v", got, want)
			}
			return response{StatusCode: 201, Body: "b"}, nil
		})
		got, err := call(t.Context(), event())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(response{StatusCode: 201, Body: "b"}, got); diff != "" {
			t.Errorf("response (-want +got):\n%s", diff)
		}
	})
}

func TestFailures(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, c := range []struct {
		name   string
		fn     lambda.Function
		want   error
		logged []string
	}{
		{
			"returns an error",
			func(context.Context, request) (response, error) { return response{}, broken },
			broken, []string{"function failed", "disk on fire"},
		},
		{
			"returns an error beside a response",
			func(context.Context, request) (response, error) { return response{Body: "half"}, broken },
			broken, []string{"disk on fire"},
		},
		{
			"panics",
			func(context.Context, request) (response, error) { panic("no such drawer") },
			lambda.ErrCrashed, []string{"function panicked", "no such drawer", "inprocess_test.go"},
		},
		{
			"writes to a nil map",
			func(_ context.Context, e request) (response, error) {
				e.StageVariables["a"] = "b"
				return response{}, nil
			},
			lambda.ErrCrashed, []string{"nil map"},
		},
		{
			"ends its goroutine",
			func(context.Context, request) (response, error) { runtime.Goexit(); return response{}, nil },
			lambda.ErrCrashed, []string{"function failed"},
		},
		{
			"heeds its context",
			func(ctx context.Context, _ request) (response, error) { <-ctx.Done(); return response{}, ctx.Err() },
			lambda.ErrTimeout, []string{"timed out after 3.00 seconds"},
		},
		{
			"ignores its context",
			func(context.Context, request) (response, error) { time.Sleep(time.Hour); return response{}, nil },
			lambda.ErrTimeout, []string{"timed out after 3.00 seconds"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				call, log := start(c.fn)
				begin := time.Now()
				got, err := call(t.Context(), event())
				if !errors.Is(err, c.want) {
					t.Errorf("got error %v, want %v", err, c.want)
				}
				if diff := cmp.Diff(response{}, got); diff != "" {
					t.Errorf("a response came with the error (-want +got):\n%s", diff)
				}
				if took := time.Since(begin); took > 3*time.Second {
					t.Errorf("got an answer after %v, want at most 3s", took)
				}
				for _, want := range append(c.logged, "requestId=c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "function=add") {
					if !strings.Contains(log.String(), want) {
						t.Errorf("the log lacks %q:\n%s", want, log)
					}
				}
				if strings.Contains(err.Error(), "goroutine") || strings.Contains(err.Error(), "drawer") {
					t.Errorf("the error tells what only the log may: %v", err)
				}
				time.Sleep(2 * time.Hour) // until the one that ignores its context has come to its end too
			})
		})
	}
}

func TestCallerEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call, _ := start(func(ctx context.Context, _ request) (response, error) { <-ctx.Done(); return response{}, ctx.Err() })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := call(ctx, event())
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, lambda.ErrTimeout) {
			t.Errorf("got error %v, want the caller's deadline and not the function's", err)
		}
		time.Sleep(2 * time.Second) // until the function, which goes on without its caller, has come to its own end
	})
}
