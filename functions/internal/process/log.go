package process

import (
	"context"
	"io"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// newLogger writes a JSON object per line, with the keys by which Lambda and CloudWatch know them: timestamp, level,
// message, requestId; and traceId, which the service map of X-Ray finds. Lambda says the level from which it keeps lines.
func newLogger(out io.Writer, getenv func(string) string) *slog.Logger {
	var level slog.Level
	// Lambda knows TRACE and FATAL beside slog's own; for what this program says, INFO does as well.
	if err := level.UnmarshalText([]byte(getenv("AWS_LAMBDA_LOG_LEVEL"))); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(handler{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: lambdacontext.ReplaceAttr})})
}

// A handler adds the ids of the call in whose context a line is logged.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	requestID, traceID := callIDs(ctx)
	for _, id := range []slog.Attr{slog.String("requestId", requestID), slog.String("traceId", traceID)} {
		if id.Value.String() != "" {
			r.AddAttrs(id)
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }

// callIDs are Lambda's id of the call and the root of its trace, each empty where there is none.
func callIDs(ctx context.Context) (request, trace string) {
	if call, ok := lambdacontext.FromContext(ctx); ok {
		request = call.AwsRequestID
	}
	header, _ := ctx.Value("x-amzn-trace-id").(string) // aws-lambda-go's key
	for part := range strings.SplitSeq(header, ";") {
		if root, ok := strings.CutPrefix(part, "Root="); ok {
			trace = root
		}
	}
	return request, trace
}
