package gateway

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"example.com/todo/internal/stack"
)

// refuse makes the answer of an error. One that is no failure is a fault of the gateway's own: it is logged, and the
// client learns nothing of it.
func (g *Gateway) refuse(x *exchange, err error) answer {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		f = errInternal
	}
	x.failure = f
	if f.status >= 500 {
		g.cfg.Logger.LogAttrs(x.request.Context(), slog.LevelError, "request failed",
			slog.String("requestId", x.requestID), slog.Int("status", f.status), slog.Any("error", err))
	}
	clear(x.header) // what a function may have set
	if f == errBodyTooLarge {
		return bareAnswer(x, f)
	}
	x.set("Content-Type", jsonType)
	a := answer{status: f.status, body: f.body()}
	if custom := g.responseFor(f); custom != nil {
		custom.apply(&a, x)
	}
	x.set("x-amzn-ErrorType", f.exception)
	if f.integration && x.integration.called {
		x.set(traceHeader, x.trace.short)
	}
	return a
}

// body is the default template, {"message":$context.error.messageString}.
func (f *failure) body() string {
	begin := `{"message":`
	if f.integration {
		begin = `{"message": `
	}
	return string(append(f.appendMessage([]byte(begin)), '}'))
}

// appendMessage appends the message with its quotes, or null.
func (f *failure) appendMessage(b []byte) []byte {
	if f.message == "" {
		return append(b, "null"...)
	}
	return append(appendEscaped(append(b, '"'), f.message), '"')
}

// A gatewayResponse is how the template wants errors of a type to look.
type gatewayResponse struct {
	status    int // 0 when unchanged
	headers   map[string]headerSource
	mediaType string
	body      format // empty when unchanged
}

// A headerSource gives a header's value: a constant, or a header of the request.
type headerSource struct{ constant, requestHeader string }

const requestHeaderPrefix = "method.request.header."

func (g *Gateway) addResponses() error {
	g.responses = map[string]*gatewayResponse{}
	var errs []error
	for kind, response := range g.cfg.API.Responses {
		compiled, err := g.compileResponse(response)
		if err != nil {
			errs = append(errs, fmt.Errorf("gateway response %s: %w", kind, err))
		}
		g.responses[kind] = compiled
	}
	return errors.Join(errs...)
}

func (g *Gateway) compileResponse(response stack.GatewayResponse) (*gatewayResponse, error) {
	compiled := &gatewayResponse{status: response.StatusCode, headers: map[string]headerSource{}}
	for name, expression := range response.Headers {
		source, err := parseHeaderSource(expression)
		if err != nil {
			return nil, fmt.Errorf("header %s: %w", name, err)
		}
		if !httpguts.ValidHeaderFieldName(name) {
			return nil, fmt.Errorf("%q is no header name", name)
		}
		compiled.headers[http.CanonicalHeaderKey(name)] = source
		g.keeps = g.keeps || source.requestHeader != ""
	}
	if len(response.Templates) > 0 {
		compiled.mediaType = jsonType
		if _, ok := response.Templates[jsonType]; !ok {
			compiled.mediaType = slices.Min(slices.Collect(maps.Keys(response.Templates)))
		}
		compiled.body = g.compileFormat(response.Templates[compiled.mediaType])
	}
	return compiled, nil
}

func parseHeaderSource(expression string) (headerSource, error) {
	if name, ok := strings.CutPrefix(expression, requestHeaderPrefix); ok && httpguts.ValidHeaderFieldName(name) {
		return headerSource{requestHeader: name}, nil
	}
	value, ok := strings.CutPrefix(expression, "'")
	value, closed := strings.CutSuffix(value, "'")
	if !ok || !closed || !httpguts.ValidHeaderFieldValue(value) {
		return headerSource{}, fmt.Errorf("%s is neither a quoted 'value' nor %s<name>", expression, requestHeaderPrefix)
	}
	return headerSource{constant: value}, nil
}

// responseFor is the customisation of a failure: that of its type, else that of its family.
func (g *Gateway) responseFor(f *failure) *gatewayResponse {
	if response := g.responses[f.kind]; response != nil {
		return response
	}
	if f.status >= 500 {
		return g.responses["DEFAULT_5XX"]
	}
	return g.responses["DEFAULT_4XX"]
}

func (c *gatewayResponse) apply(a *answer, x *exchange) {
	if c.status != 0 {
		a.status = c.status
	}
	if c.mediaType != "" {
		x.set("Content-Type", c.mediaType)
		a.body = string(c.body.append(nil, x))
	}
	for name, source := range c.headers {
		value := source.constant
		if source.requestHeader != "" {
			value = x.request.Header.Get(source.requestHeader)
		}
		if value != "" {
			x.set(name, value)
		}
	}
}
