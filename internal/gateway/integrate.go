package gateway

import (
	"context"
	"errors"
	"fmt"
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
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.request.Context()), x.method.timeout)
	defer cancel()
	begin := g.cfg.Now()
	response, err := x.method.function(ctx, event)
	x.integration = integration{called: true, took: g.cfg.Now().Sub(begin), err: err}
	if ctx.Err() != nil {
		return answer{}, fmt.Errorf("%w after %s", errTimedOut, x.method.timeout)
	}
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", integrationFailure(err), err)
	}
	if responseTooLarge(&response) {
		return answer{}, fmt.Errorf("%w: response over %d bytes", errIntegration, maxResponse)
	}
	a, err := functionAnswer(x.header, response)
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errIntegration, err)
	}
	if a.body, err = g.binary.decode(response.Body, response.IsBase64Encoded, x.request.Header); err != nil {
		return answer{}, fmt.Errorf("%w: body of the response: %w", errInternal, err)
	}
	x.integration.status = a.status
	x.header[traceHeader] = []string{x.trace.full(x.method.lineage)}
	return a, nil
}

// integrationFailure tells a function that failed from one that did not run, for as many run as may.
func integrationFailure(err error) *failure {
	if busy, ok := errors.AsType[interface {
		error
		Throttled() bool
	}](err); ok && busy.Throttled() {
		return errBusy
	}
	return errIntegration
}
