package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/deadline"
	"example.com/todo/internal/todo"
)

// A success is an answer with status 200.
type success struct {
	body string
	etag string // of an answer that holds one item
}

var errUnauthorized = errors.New("no user name in the authorizer's claims")

// exposedHeaders are what a page of another origin may read besides the body.
const exposedHeaders = "ETag, X-Amzn-RequestId"

// answer performs a call that knows the query parameters named.
func (a *API) answer(ctx context.Context, function string, r events.APIGatewayProxyRequest, do operation, query ...string) (events.APIGatewayProxyResponse, error) {
	headers := map[string]string{
		"Access-Control-Allow-Origin":   a.cfg.AllowOrigin,
		"Access-Control-Expose-Headers": exposedHeaders,
		"Cache-Control":                 "no-store",
		"Content-Type":                  "application/json",
		"X-Content-Type-Options":        "nosniff",
	}
	done, err := a.perform(ctx, request{r}, do, query)
	if err == nil {
		if done.etag != "" {
			headers["ETag"] = done.etag
		}
		return events.APIGatewayProxyResponse{StatusCode: http.StatusOK, Headers: headers, Body: done.body}, nil
	}
	problem := problem{}
	status := http.StatusInternalServerError
	if status, problem.Message = refusal(err); status >= http.StatusInternalServerError {
		problem.RequestID = r.RequestContext.RequestID
		a.cfg.Logger.LogAttrs(ctx, slog.LevelError, "the function failed", slog.String("function", function),
			// Lambda has an id of its own for the call, which its log lines have as requestId.
			slog.String("apiRequestId", problem.RequestID), slog.Any("error", err))
	}
	return events.APIGatewayProxyResponse{StatusCode: status, Headers: headers, Body: problem.json()}, nil
}

func (a *API) perform(ctx context.Context, r request, do operation, query []string) (success, error) {
	owner := r.owner()
	if owner == "" {
		return success{}, errUnauthorized
	}
	if err := r.knowsQuery(query); err != nil {
		return success{}, err
	}
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = deadline.With(ctx, end.Add(-answerTime))
		defer cancel()
	}
	return do(ctx, owner, r)
}

// answerTime is kept of the function's timeout for the answer that it has taken too long: when the call itself is ended,
// the client gets a bare 502.
const answerTime = 500 * time.Millisecond

// refusal is the one place that gives errors their status and wording. What is not known here is a fault, and says
// nothing about itself.
func refusal(err error) (status int, message string) {
	if invalid, ok := errors.AsType[*todo.InvalidError](err); ok {
		return http.StatusBadRequest, invalid.Error()
	}
	switch {
	case errors.Is(err, errUnauthorized):
		return http.StatusUnauthorized, "Unauthorized"
	case errors.Is(err, todo.ErrNotFound):
		return http.StatusNotFound, "There is no such item"
	case errors.Is(err, todo.ErrExists):
		return http.StatusConflict, "Idempotency-Key has been used for another item"
	case errors.Is(err, todo.ErrStale):
		return http.StatusPreconditionFailed, "If-Match is not the item's version: it has changed since"
	case errors.Is(err, todo.ErrUnavailable):
		return http.StatusServiceUnavailable, "Service unavailable"
	}
	return http.StatusInternalServerError, "Internal server error"
}

// A problem is the body of an error.
type problem struct {
	Message string `json:"message"`
	// RequestID is what to tell the operator, whose log has it beside the cause.
	RequestID string `json:"requestId,omitempty"`
}

func (p problem) json() string {
	// Two strings: there is nothing that can fail.
	b, _ := json.Marshal(p)
	return string(b)
}
