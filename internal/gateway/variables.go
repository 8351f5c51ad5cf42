package gateway

import (
	"maps"
	"strconv"
	"time"
)

// invalidID is what the access log shows for a request id that the client sent and that is no UUID.
const invalidID = "UUID_REPLACED_INVALID_REQUEST_ID"

// variables are those $context variables that mean something on one machine.
func (g *Gateway) variables() map[string]variable {
	all := map[string]variable{
		"accountId":       constant(g.cfg.AccountID),
		"apiId":           constant(g.cfg.API.ID),
		"stage":           constant(g.cfg.API.Stage),
		"domainName":      constant(g.host),
		"domainPrefix":    constant(g.prefix),
		"requestTime":     text(func(x *exchange) string { return g.clock.text(x.start) }),
		"responseLatency": milliseconds(func(x *exchange) time.Duration { return g.cfg.Now().Sub(x.start) }),
		"protocol":        constant(protocol),
	}
	for _, group := range []map[string]variable{requestVariables(), outcomeVariables(), authorizerVariables(), integrationVariables()} {
		maps.Copy(all, group)
	}
	return all
}

// text is a variable of any text, escaped.
func text(value func(*exchange) string) variable {
	return func(b []byte, x *exchange) []byte { return appendEscaped(b, value(x)) }
}

func constant(s string) variable {
	escaped := appendEscaped(nil, s)
	return func(b []byte, _ *exchange) []byte { return append(b, escaped...) }
}

func number(value func(*exchange) int) variable {
	return func(b []byte, x *exchange) []byte { return strconv.AppendInt(b, int64(value(x)), 10) }
}

// milliseconds is how API Gateway gives durations.
func milliseconds(value func(*exchange) time.Duration) variable {
	return number(func(x *exchange) int { return int(value(x).Milliseconds()) })
}

// when gives a variable's value only where the condition holds.
func when(condition func(*exchange) bool, value variable) variable {
	return func(b []byte, x *exchange) []byte {
		if !condition(x) {
			return b
		}
		return value(b, x)
	}
}

func requestVariables() map[string]variable {
	routed := func(x *exchange) bool { return x.method != nil }
	return map[string]variable{
		"requestId": text(func(x *exchange) string {
			if x.replacedID {
				return invalidID
			}
			return x.requestID
		}),
		"extendedRequestId":  text(func(x *exchange) string { return x.extendedID }),
		"requestTimeEpoch":   number(func(x *exchange) int { return int(x.start.UnixMilli()) }),
		"xrayTraceId":        text(func(x *exchange) string { return x.trace.root() }),
		"httpMethod":         text(func(x *exchange) string { return x.request.Method }),
		"path":               text(func(x *exchange) string { return x.sent }),
		"identity.sourceIp":  text(func(x *exchange) string { return x.sourceIP }),
		"identity.userAgent": text(func(x *exchange) string { return x.userAgent }),
		"identity.apiKey":    text(func(x *exchange) string { return x.apiKey }),
		"identity.apiKeyId":  text(func(x *exchange) string { return x.apiKeyID }),
		"resourcePath":       when(routed, text(func(x *exchange) string { return x.method.resource.path })),
		"resourceId":         when(routed, text(func(x *exchange) string { return x.method.resource.id })),
	}
}

func outcomeVariables() map[string]variable {
	failed := func(x *exchange) bool { return x.failure != nil }
	return map[string]variable{
		"status":             number(func(x *exchange) int { return x.answer.status }),
		"responseLength":     number(func(x *exchange) int { return x.answer.length(x.request.Method) }),
		"error.message":      when(failed, text(func(x *exchange) string { return x.failure.message })),
		"error.responseType": when(failed, text(func(x *exchange) string { return x.failure.kind })),
		// This one brings its quotes.
		"error.messageString": when(failed, func(b []byte, x *exchange) []byte { return x.failure.appendMessage(b) }),
	}
}

func authorizerVariables() map[string]variable {
	authorized := func(x *exchange) bool { return x.authorized }
	return map[string]variable{
		"authorizer.error": when(func(x *exchange) bool { return x.authorizerErr != nil },
			text(func(x *exchange) string { return x.authorizerErr.Error() })),
		"authorizer.status": when(authorized, number(func(x *exchange) int {
			if x.authorizerErr != nil {
				return x.failure.status
			}
			return 200
		})),
		"authorizer.latency": when(authorized, milliseconds(func(x *exchange) time.Duration { return x.asked.Sub(x.start) })),
	}
}

func integrationVariables() map[string]variable {
	called := func(x *exchange) bool { return x.integration.called }
	took := when(called, milliseconds(func(x *exchange) time.Duration { return x.integration.took }))
	reason := when(func(x *exchange) bool { return x.integration.err != nil },
		text(func(x *exchange) string { return x.integration.err.Error() }))
	// The service's status is 200 whenever the function could be called, whatever became of it.
	service := when(called, constant("200"))
	return map[string]variable{
		"integrationLatency":            took,
		"integration.latency":           took,
		"integration.error":             reason,
		"integrationErrorMessage":       reason,
		"integrationStatus":             service,
		"integration.integrationStatus": service,
		"integration.requestId":         when(called, text(func(x *exchange) string { return x.requestID })),
		"integration.status": when(func(x *exchange) bool { return x.integration.status != 0 },
			number(func(x *exchange) int { return x.integration.status })),
	}
}
