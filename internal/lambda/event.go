package lambda

import (
	"maps"
	"slices"

	"github.com/aws/aws-lambda-go/events"
)

// copyEvent copies all that a function could alter: a call ends at its timeout but the function may go on, and must not
// write to maps that its caller still reads.
func copyEvent(e events.APIGatewayProxyRequest) events.APIGatewayProxyRequest {
	e.Headers = maps.Clone(e.Headers)
	e.MultiValueHeaders = copyLists(e.MultiValueHeaders)
	e.QueryStringParameters = maps.Clone(e.QueryStringParameters)
	e.MultiValueQueryStringParameters = copyLists(e.MultiValueQueryStringParameters)
	e.PathParameters = maps.Clone(e.PathParameters)
	e.StageVariables = maps.Clone(e.StageVariables)
	e.RequestContext.Authorizer = copyTree(e.RequestContext.Authorizer)
	return e
}

func copyLists(m map[string][]string) map[string][]string {
	m = maps.Clone(m)
	for name, list := range m {
		m[name] = slices.Clone(list)
	}
	return m
}

func copyTree(m map[string]any) map[string]any {
	m = maps.Clone(m)
	for name, value := range m {
		if branch, ok := value.(map[string]any); ok {
			m[name] = copyTree(branch)
		}
	}
	return m
}
