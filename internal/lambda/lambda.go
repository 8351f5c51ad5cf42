// Package lambda runs a function the way AWS Lambda does: with a deadline, a name for the call, a log, and nothing to be
// feared from what the function does.
//
// A function runs in process (InProcess), or as the executable that it is deployed as (Artifact), which speaks the Lambda
// Runtime API to us. Both come out as a Function, and a caller cannot tell them apart.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Function is the signature that Lambda starts, for a function behind a REST API.
type Function = func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// How a call can fail beside the function's own error.
var (
	// ErrTimeout is a function that did not answer within its timeout.
	ErrTimeout = errors.New("lambda: task timed out")
	// ErrCrashed is a function that panicked, or ended itself. What it said of it is in its log only.
	ErrCrashed = errors.New("lambda: function crashed")
	// ErrInit is an artifact that could not be started, or that did not ask for an event in time.
	ErrInit = errors.New("lambda: function did not start")
	// ErrThrottled is a call that found all of a function's processes busy for as long as it may wait, or its context
	// lets it, or that found too many calls waiting already. The function did not get the event.
	ErrThrottled error = throttled{}
	// ErrClosed is a call to an artifact that is closed, or was while it ran.
	ErrClosed = errors.New("lambda: function is closed")
)

// throttled can be told from other errors without knowing this package.
type throttled struct{}

func (throttled) Error() string { return "lambda: too many calls at once" }

// Throttled marks the error as the one that Lambda itself answers when a function's concurrency is used up.
func (throttled) Throttled() bool { return true }

// LineWriter takes the lines of a log group, without their ends. It must not keep a line, nor hold up its caller, and
// must be safe for concurrent use.
type LineWriter interface {
	WriteLine(line []byte)
}

// Config describes a function. Every field is required but JSONLog.
type Config struct {
	// Name is the function's name.
	Name string
	// ARN is what the function sees as the ARN that was invoked.
	ARN string
	// Timeout is how long a call may take. It starts when the function gets the event.
	Timeout time.Duration
	// MemorySize is in MB. It is told and not enforced.
	MemorySize int
	// Log is the function's log group. Lambda's own lines go there, and what an artifact prints.
	Log LineWriter
	// JSONLog is the log format JSON; without it Lambda's own lines are text.
	JSONLog bool
	// Logger hears of every call that failed.
	Logger *slog.Logger
	Now    func() time.Time
}

// function makes the Function of whatever runs it, with what all have in common: a failure is logged with the id of the
// request and comes without a response.
func (c *Config) function(run Function) Function {
	return func(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		response, err := run(ctx, event)
		if err == nil && response.StatusCode == 0 {
			err = fmt.Errorf("%w: statusCode: must be a number of an HTTP status", ErrMalformed) // as Go writes none
		}
		if err != nil {
			c.Logger.LogAttrs(ctx, slog.LevelError, "function failed",
				slog.String("function", c.Name), slog.String("requestId", event.RequestContext.RequestID), slog.Any("error", err))
			return events.APIGatewayProxyResponse{}, err
		}
		return response, nil
	}
}

// timedOut is the error of a call whose time was up.
func (c *Config) timedOut() error {
	return fmt.Errorf("%w after %.2f seconds", ErrTimeout, c.Timeout.Seconds())
}

// traceHeader is the header that carries the trace.
const traceHeader = "X-Amzn-Trace-Id"
