package telemetry

import (
	"bytes"
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// traceKey is the context key under which aws-lambda-go passes a call's trace on.
const traceKey = "x-amzn-trace-id"

// FunctionLogger is what a function that runs in this process logs to: its log group gets each record of level INFO and
// above as a line of JSON with the names that Lambda has for them (timestamp, level, message, requestId, as
// lambdacontext.NewLogHandler writes them; traceId, the whole header, as its managed runtimes do) and functionName. The
// ids are those of the call whose context a record is logged with. What is at least an error goes to faults as well,
// where an operator looks.
func FunctionLogger(name string, group *Group, faults slog.Handler) *slog.Logger {
	lines := slog.NewJSONHandler(lineWriter{group}, &slog.HandlerOptions{ReplaceAttr: lambdacontext.ReplaceAttr})
	return slog.New(slog.NewMultiHandler(
		callHandler{lines},
		leveled{callHandler{faults}, slog.LevelError},
	)).With("functionName", name)
}

// lineWriter hands the lines of a slog handler on, which writes each by one call.
type lineWriter struct{ group *Group }

func (w lineWriter) Write(line []byte) (int, error) {
	w.group.WriteLine(bytes.TrimSuffix(line, []byte{'\n'}))
	return len(line), nil
}

// A callHandler adds the ids of the call. A record that brings one of its own keeps it.
type callHandler struct{ slog.Handler }

func (h callHandler) Handle(ctx context.Context, r slog.Record) error {
	ids := map[string]string{}
	if call, ok := lambdacontext.FromContext(ctx); ok {
		ids["requestId"] = call.AwsRequestID
	}
	ids["traceId"], _ = ctx.Value(traceKey).(string)
	r.Attrs(func(a slog.Attr) bool {
		delete(ids, a.Key)
		return true
	})
	r = r.Clone()
	for _, key := range []string{"requestId", "traceId"} {
		if id := ids[key]; id != "" {
			r.AddAttrs(slog.String(key, id))
		}
	}
	return h.Handler.Handle(ctx, r)
}

func (h callHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return callHandler{h.Handler.WithAttrs(attrs)}
}

func (h callHandler) WithGroup(name string) slog.Handler {
	return callHandler{h.Handler.WithGroup(name)}
}

// A leveled handler takes records of a level and above.
type leveled struct {
	slog.Handler
	least slog.Level
}

func (h leveled) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.least && h.Handler.Enabled(ctx, level)
}

func (h leveled) WithAttrs(attrs []slog.Attr) slog.Handler {
	return leveled{h.Handler.WithAttrs(attrs), h.least}
}

func (h leveled) WithGroup(name string) slog.Handler {
	return leveled{h.Handler.WithGroup(name), h.least}
}
