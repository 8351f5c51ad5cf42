package lambda_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/lambda"
)

type noLines struct{}

func (noLines) WriteLine([]byte) {}

// deep takes as much stack as a function that asks a database.
func deep(levels int) int {
	var frame [512]byte
	if levels == 0 {
		return 0
	}
	frame[levels] = byte(levels)
	return deep(levels-1) + int(frame[levels])
}

func BenchmarkInProcess(b *testing.B) {
	function := lambda.InProcess(func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		return events.APIGatewayProxyResponse{StatusCode: 200 + deep(14) - deep(14)}, nil
	}, lambda.Config{
		Name: "f", ARN: "arn", Timeout: time.Second, MemorySize: 128, Log: noLines{},
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: time.Now,
	})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := function(b.Context(), events.APIGatewayProxyRequest{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
