// Command sdkdefault is the function get as the SDK's documentation has one begin: with LoadDefaultConfig.
package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"example.com/todo/internal/api"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
)

func main() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.BaseEndpoint = aws.String(os.Getenv("ENDPOINT_OVERRIDE")) })
	service := todo.NewService(dynamostore.New(client, os.Getenv("TABLE_NAME")), time.Now, func() string { return "" })
	functions := api.New(api.Config{Service: service, AllowOrigin: "*", Logger: slog.New(slog.NewJSONHandler(os.Stdout, nil))})
	lambda.Start(functions.Get)
}
