package gateway

import (
	"maps"
	"strconv"
	"strings"
	"time"
)

// invalidID is what the access log shows for a request id that the client sent and that is no UUID.
const invalidID = "UUID_REPLACED_INVALID_REQUEST_ID"

// variables are those $context variables that mean something on one machine.
func (g *Gateway) variables() map[string]variable {
	all := map[string]variable{
		"accountId":    constant(g.cfg.AccountID),
		"apiId":        constant(g.cfg.API.ID),
		"stage":        constant(g.cfg.API.Stage),
		"domainName":   constant(g.host),
		"domainPrefix": func(*exchange) string { prefix, _, _ := strings.Cut(g.hostname(), "."); return prefix },
		"responseLatency": func(x *exchange) string {
			return milliseconds(g.cfg.Now().Sub(x.start))
		},
		"protocol": constant(protocol),
	}
	for _, group := range []map[string]variable{requestVariables(), outcomeVariables(), integrationVariables()} {
		maps.Copy(all, group)
	}
	return all
}

func constant(s string) variable { return func(*exchange) string { return s } }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// milliseconds is how API Gateway gives durations.
func milliseconds(d time.Duration) string { return number(d.Milliseconds()) }

func requestVariables() map[string]variable {
	return map[string]variable{
		"requestId": func(x *exchange) string {
			if x.replacedID {
				return invalidID
			}
			return x.requestID
		},
		"extendedRequestId":  func(x *exchange) string { return x.extendedID },
		"requestTime":        func(x *exchange) string { return x.start.UTC().Format(requestTimeLayout) },
		"requestTimeEpoch":   func(x *exchange) string { return number(x.start.UnixMilli()) },
		"xrayTraceId":        func(x *exchange) string { return x.trace.root },
		"httpMethod":         func(x *exchange) string { return x.request.Method },
		"path":               func(x *exchange) string { return x.request.URL.EscapedPath() },
		"identity.sourceIp":  func(x *exchange) string { return x.sourceIP() },
		"identity.userAgent": func(x *exchange) string { return x.request.UserAgent() },
		"identity.apiKey":    func(x *exchange) string { return x.apiKey },
		"identity.apiKeyId":  func(x *exchange) string { return x.apiKeyID },
		"resourcePath":       ofResource(func(r *resource) string { return r.path }),
		"resourceId":         ofResource(func(r *resource) string { return r.id }),
	}
}

func ofResource(value func(*resource) string) variable {
	return func(x *exchange) string {
		if x.method == nil {
			return ""
		}
		return value(x.method.resource)
	}
}

func outcomeVariables() map[string]variable {
	return map[string]variable{
		"status":              func(x *exchange) string { return number(int64(x.answer.status)) },
		"responseLength":      func(x *exchange) string { return number(int64(x.answer.length(x.request.Method))) },
		"error.message":       ofFailure(func(f *failure) string { return f.message }),
		"error.messageString": ofFailure((*failure).messageString),
		"error.responseType":  ofFailure(func(f *failure) string { return f.kind }),
		"authorizer.error": func(x *exchange) string {
			if x.authorizerErr == nil {
				return ""
			}
			return x.authorizerErr.Error()
		},
		"authorizer.status": ifAuthorized(func(x *exchange) string {
			if x.authorizerErr != nil {
				return number(int64(x.failure.status))
			}
			return "200"
		}),
		"authorizer.latency": ifAuthorized(func(x *exchange) string { return milliseconds(x.authorizerFor) }),
	}
}

func ofFailure(value func(*failure) string) variable {
	return func(x *exchange) string {
		if x.failure == nil {
			return ""
		}
		return value(x.failure)
	}
}

func ifAuthorized(value variable) variable {
	return func(x *exchange) string {
		if !x.authorized {
			return ""
		}
		return value(x)
	}
}

func integrationVariables() map[string]variable {
	took := ifCalled(func(x *exchange) string { return milliseconds(x.integration.took) })
	reason := ifCalled(func(x *exchange) string {
		if x.integration.err == nil {
			return ""
		}
		return x.integration.err.Error()
	})
	// The service's status is 200 whenever the function could be called, whatever became of it.
	service := ifCalled(constant("200"))
	return map[string]variable{
		"integrationLatency":            took,
		"integration.latency":           took,
		"integration.error":             reason,
		"integrationErrorMessage":       reason,
		"integrationStatus":             service,
		"integration.integrationStatus": service,
		"integration.requestId":         ifCalled(func(x *exchange) string { return x.requestID }),
		"integration.status": ifCalled(func(x *exchange) string {
			if x.integration.status == 0 {
				return ""
			}
			return number(int64(x.integration.status))
		}),
	}
}

func ifCalled(value variable) variable {
	return func(x *exchange) string {
		if !x.integration.called {
			return ""
		}
		return value(x)
	}
}
