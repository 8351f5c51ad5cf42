package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/todo/internal/deadline"
)

// integrate calls the function and turns its response into the answer.
func (g *Gateway) integrate(x *exchange) (answer, error) {
	body, release, err := g.readBody(x.request)
	defer release()
	if err != nil {
		return answer{}, err
	}
	event := g.event(x, body)
	if eventTooLarge(&event) {
		return answer{}, errEventTooLarge
	}
	// The function finishes what it began though its client has gone away, as it does in the cloud.
	ctx, cancel := deadline.With(context.WithoutCancel(x.request.Context()), time.Now().Add(x.method.timeout))
	defer cancel()
	begin := g.cfg.Now()
	response, err := x.method.function(ctx, event)
	x.integration = integration{called: true, took: g.cfg.Now().Sub(begin), err: err}
	switch {
	case isBusy(err): // also when it waited for its turn until the time was up
		return answer{}, fmt.Errorf("%w: %w", errBusy, err)
	case ctx.Err() != nil:
		return answer{}, fmt.Errorf("%w after %s", errTimedOut, x.method.timeout)
	case err != nil:
		return answer{}, fmt.Errorf("%w: %w", errIntegration, err)
	}
	if responseTooLarge(&response) {
		return answer{}, fmt.Errorf("%w: response over %d bytes", errIntegration, maxResponse)
	}
	a, err := x.functionAnswer(&response)
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errIntegration, err)
	}
	if a.body, err = g.binary.decode(response.Body, response.IsBase64Encoded, x.request.Header); err != nil {
		return answer{}, fmt.Errorf("%w: body of the response: %w", errInternal, err)
	}
	g.compress(&a, x)
	x.integration.status = a.status
	x.set(traceHeader, x.trace.full)
	return a, nil
}

// isBusy tells a function that did not run, for as many run as may, from one that failed.
func isBusy(err error) bool {
	busy, ok := errors.AsType[interface {
		error
		Throttled() bool
	}](err)
	return ok && busy.Throttled()
}
