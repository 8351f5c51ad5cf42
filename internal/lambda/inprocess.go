package lambda

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// InProcess makes a function callable as if it ran in Lambda. A call gives the function its event, which nobody else may
// look at from then on, a context with the function's deadline, lambdacontext (whose request id is the API request's) and
// the trace header. It returns when the function does, or as soon as its time is up or its caller's context ends, even if
// the function does not stop: then the function's answer is dropped, and what it still does runs on beside. The caller's
// context ends the wait only: as in the cloud, a function finishes what it began though nobody waits for it. Of a context
// with a deadline later than the function's, nothing else is heeded.
func InProcess(fn Function, cfg Config) Function {
	p := &inProcess{Config: cfg, fn: fn, timeout: cfg.timedOut()}
	return cfg.function(p.call)
}

type inProcess struct {
	Config
	fn      Function
	timeout error
}

type result struct {
	response events.APIGatewayProxyResponse
	err      error
}

func (p *inProcess) call(ctx context.Context, event events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	id, trace := event.RequestContext.RequestID, event.Headers[traceHeader]
	deadline := time.Now().Add(p.Timeout)
	own, cancel := context.WithDeadlineCause(context.WithoutCancel(ctx), deadline, p.timeout)
	var gone <-chan struct{} // not asked for where the function's own time is up before: that would set another timer
	if end, ok := ctx.Deadline(); !ok || end.Before(deadline) {
		gone = ctx.Done()
	}
	begin := p.Now()
	p.logStart(id, trace)

	answer := make(chan result, 1)
	go func() {
		makeRoom(0)
		p.run(p.invocation(own, id, trace), &event, answer)
	}()
	end := func(r result) {
		cancel()
		p.logEnd(id, trace, report{took: p.Now().Sub(begin), err: r.err})
	}
	select {
	case r := <-answer:
		end(r)
		return r.response, r.err
	case <-own.Done():
		r := result{err: context.Cause(own)}
		end(r)
		return r.response, r.err
	case <-gone:
		go func() {
			select {
			case r := <-answer:
				end(r)
			case <-own.Done():
				end(result{err: context.Cause(own)})
			}
		}()
		return events.APIGatewayProxyResponse{}, context.Cause(ctx)
	}
}

// makeRoom grows the stack of a goroutine that has just begun, when there is next to nothing on it to be moved, to what
// most functions need. Else it would grow in steps, with all that is on it moved at each.
//
//go:noinline
func makeRoom(at int) byte {
	var room [7 << 10]byte
	return room[at]
}

// run sends one result, whatever the function does.
func (p *inProcess) run(ctx context.Context, event *events.APIGatewayProxyRequest, answer chan<- result) {
	id := event.RequestContext.RequestID
	r := result{err: ErrCrashed}
	defer func() {
		if fault := recover(); fault != nil {
			p.Logger.LogAttrs(ctx, slog.LevelError, "function panicked",
				slog.String("function", p.Name), slog.String("requestId", id),
				slog.String("panic", fmt.Sprint(fault)), slog.String("stack", string(debug.Stack())))
		}
		answer <- r
	}()
	r.response, r.err = p.fn(ctx, *event)
	if r.err != nil && ctx.Err() != nil {
		// A function that heeds its context reports the timeout as an error of its own.
		r.err = fmt.Errorf("%w: %w", context.Cause(ctx), r.err)
	}
}

// traceKey is the context key under which aws-lambda-go passes the trace on.
const traceKey = "x-amzn-trace-id"

func (p *inProcess) invocation(ctx context.Context, id, trace string) context.Context {
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: id, InvokedFunctionArn: p.ARN})
	//lint:ignore SA1029 the key is aws-lambda-go's, so that a function finds the trace where it does in Lambda
	return context.WithValue(ctx, traceKey, trace)
}
