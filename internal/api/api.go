// Package api is the application's REST contract: the six functions, each from a proxy event to an operation of the
// domain and back to a proxy response. openapi.yaml describes the same contract for clients.
//
// The gateway in front routes, authenticates and throttles. What is left here: reading the inputs strictly, and turning
// what the domain answers into statuses, headers and bodies, in one place.
package api

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/todo"
)

// A Function is what Lambda starts, and what a gateway calls.
type Function = func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// Config is what the functions need. Every field is required.
type Config struct {
	Service *todo.Service
	// AllowOrigin is the one origin whose pages may read the answers, or *.
	AllowOrigin string
	// Logger takes faults: never a person's text, a token or a whole event.
	Logger *slog.Logger
}

// API is the six functions. Their error is always nil, because a gateway would make a bare 502 of it: what went wrong
// is in the response. They are safe for concurrent use.
type API struct {
	cfg Config
}

// New makes the functions.
func New(cfg Config) *API { return &API{cfg: cfg} }

// Functions are all six by the names of their folders in functions/.
func (a *API) Functions() map[string]Function {
	return map[string]Function{
		"list":     a.List,
		"get":      a.Get,
		"add":      a.Add,
		"update":   a.Update,
		"complete": a.Complete,
		"delete":   a.Delete,
	}
}

// List is GET /item.
func (a *API) List(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return a.answer(ctx, "list", r, a.list, "limit", "next", "completed")
}

// Get is GET /item/{id}.
func (a *API) Get(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return a.answer(ctx, "get", r, a.get)
}

// Add is POST /item.
func (a *API) Add(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return a.answer(ctx, "add", r, a.add)
}

// Update is PUT /item/{id}.
func (a *API) Update(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return a.answer(ctx, "update", r, a.update)
}

// Complete is POST /item/{id}/done.
func (a *API) Complete(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return a.answer(ctx, "complete", r, a.complete)
}

// Delete is DELETE /item/{id}.
func (a *API) Delete(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return a.answer(ctx, "delete", r, a.delete)
}
