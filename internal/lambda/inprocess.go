// Package lambda runs a function the way AWS Lambda does: with a deadline, a name for the call, and nothing to be feared
// from what the function does.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Function is the signature that Lambda starts, for a function behind a REST API.
type Function = func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// How a call can fail beside the function's own error.
var (
	// ErrTimeout is a function that did not answer within its timeout.
	ErrTimeout = errors.New("lambda: task timed out")
	// ErrCrashed is a function that panicked or ended its goroutine. What it said of it is in the log only.
	ErrCrashed = errors.New("lambda: function crashed")
)

// Config describes a function to InProcess. Every field is required.
type Config struct {
	// Name is the function's name, for the log.
	Name string
	// ARN is what the function sees as the ARN that was invoked.
	ARN string
	// Timeout is how long a call may take.
	Timeout time.Duration
	Logger  *slog.Logger
}

// InProcess makes a function callable as if it ran in Lambda. A call gets a copy of its event, a context with the
// function's deadline, lambdacontext (whose request id is the API request's) and the trace header. It returns when the
// function does, or as soon as its time is up or its caller's context ends, even if the function does not stop: then
// the function's answer is dropped, and what it still does runs on beside. Every failure is logged with the request id
// and returned.
func InProcess(fn Function, cfg Config) Function {
	return func(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		id := event.RequestContext.RequestID
		response, err := call(ctx, fn, cfg, event)
		if err != nil {
			cfg.Logger.LogAttrs(ctx, slog.LevelError, "function failed",
				slog.String("function", cfg.Name), slog.String("requestId", id), slog.Any("error", err))
			return events.APIGatewayProxyResponse{}, err
		}
		return response, nil
	}
}

type result struct {
	response events.APIGatewayProxyResponse
	err      error
}

func call(ctx context.Context, fn Function, cfg Config, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	timeout := fmt.Errorf("%w after %.2f seconds", ErrTimeout, cfg.Timeout.Seconds())
	ctx, cancel := context.WithTimeoutCause(ctx, cfg.Timeout, timeout)
	defer cancel()

	done := make(chan result, 1)
	go run(invocation(ctx, cfg, event), fn, cfg, copyEvent(event), done)
	select {
	case r := <-done:
		// A function that heeds its context reports the timeout as an error of its own.
		if r.err != nil && ctx.Err() != nil {
			return r.response, fmt.Errorf("%w: %w", context.Cause(ctx), r.err)
		}
		return r.response, r.err
	case <-ctx.Done():
		return events.APIGatewayProxyResponse{}, context.Cause(ctx)
	}
}

// run sends exactly one result, whatever the function does.
func run(ctx context.Context, fn Function, cfg Config, event events.APIGatewayProxyRequest, done chan<- result) {
	r := result{err: ErrCrashed}
	defer func() {
		if p := recover(); p != nil {
			cfg.Logger.LogAttrs(ctx, slog.LevelError, "function panicked",
				slog.String("function", cfg.Name), slog.String("requestId", event.RequestContext.RequestID),
				slog.String("panic", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
		}
		done <- r
	}()
	r.response, r.err = fn(ctx, event)
}

// traceHeader is the header that carries the trace, and traceKey the context key under which aws-lambda-go passes it on.
const (
	traceHeader = "X-Amzn-Trace-Id"
	traceKey    = "x-amzn-trace-id"
)

func invocation(ctx context.Context, cfg Config, event events.APIGatewayProxyRequest) context.Context {
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{
		AwsRequestID:       event.RequestContext.RequestID,
		InvokedFunctionArn: cfg.ARN,
	})
	//lint:ignore SA1029 the key is aws-lambda-go's, so that a function finds the trace where it does in Lambda
	return context.WithValue(ctx, traceKey, event.Headers[traceHeader])
}
