// Package lambdatest holds functions that do what tests of running functions want to see: answer, fail, hang, crash.
// They run in process, or as an artifact: the program in bootstrap is whichever of them its handler names.
package lambdatest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type (
	request  = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

// Seen is what Describe answers as JSON.
type Seen struct {
	RequestID, ARN, Trace string
	// Left is how long the function has until its deadline.
	Left  time.Duration
	PID   int
	Event events.APIGatewayProxyRequest
}

// Functions are those that can run in process too, by their names.
func Functions() map[string]func(context.Context, request) (response, error) {
	return map[string]func(context.Context, request) (response, error){
		"describe": Describe,
		"answer":   Answer,
		"big":      Big,
		"fail": func(context.Context, request) (response, error) {
			return response{Body: "half"}, errors.New("disk on fire")
		},
		"panic": func(context.Context, request) (response, error) { panic("no such drawer") },
		"nilmap": func(_ context.Context, e request) (response, error) {
			e.StageVariables["a"] = "b"
			return response{StatusCode: 200}, nil
		},
		"heed":   func(ctx context.Context, _ request) (response, error) { <-ctx.Done(); return response{}, ctx.Err() },
		"ignore": func(context.Context, request) (response, error) { time.Sleep(time.Minute); return response{}, nil },
	}
}

// Describe answers with what it sees of its invocation.
func Describe(ctx context.Context, e request) (response, error) {
	seen := Seen{PID: os.Getpid(), Event: e}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		seen.RequestID, seen.ARN = lc.AwsRequestID, lc.InvokedFunctionArn
	}
	seen.Trace, _ = ctx.Value("x-amzn-trace-id").(string)
	if deadline, ok := ctx.Deadline(); ok {
		seen.Left = time.Until(deadline)
	}
	body, err := json.Marshal(seen)
	return response{StatusCode: 200, Body: string(body)}, err
}

// Answer answers with the response that the event's body describes.
func Answer(_ context.Context, e request) (response, error) {
	var r response
	err := json.Unmarshal([]byte(e.Body), &r)
	return r, err
}

// Big answers with as many bytes as the event's body has, and as many more as its path parameter "more" has zeros.
func Big(_ context.Context, e request) (response, error) {
	return response{StatusCode: 200, Body: e.Body + strings.Repeat("x", len(e.PathParameters["more"]))}, nil
}
