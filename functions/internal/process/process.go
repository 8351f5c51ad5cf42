// Package process is what the six functions have in common: a Lambda process over the table, configured by its
// environment, with a log and a metric for each call. Everything is made once, before the first call.
package process

import (
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/google/uuid"

	"example.com/todo/internal/api"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
)

// A Method is one of the API's functions.
type Method = func(*api.API, context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// Run serves calls until Lambda ends the process. service is the name under which the function reports its metrics, after
// what SERVICE_PREFIX says: its folder's. A faulty environment ends the process with a line in the log.
func Run(service string, method Method) {
	function, err := newFunction(service, method, os.Getenv, os.Stdout, time.Now)
	if err != nil {
		newLogger(os.Stdout, os.Getenv).Error("the function cannot start", slog.String("service", service), slog.Any("error", err))
		os.Exit(1)
	}
	lambda.Start(function)
}

func newFunction(service string, method Method, getenv func(string) string, out io.Writer, now func() time.Time) (api.Function, error) {
	env, err := readEnvironment(getenv)
	if err != nil {
		return nil, err
	}
	store := dynamostore.New(dynamostore.NewClient(env.client), env.table)
	functions := api.New(api.Config{
		Service:     todo.NewService(store, now, func() string { return uuid.Must(uuid.NewV7()).String() }),
		AllowOrigin: env.allowOrigin,
		Logger:      newLogger(out, getenv),
	})
	metrics := metrics{service: env.servicePrefix + service, out: out, now: now}
	return metrics.measure(func(ctx context.Context, r events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return method(functions, ctx, r)
	}), nil
}
