package process

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/api"
)

// metrics writes a line for each call that CloudWatch makes metrics of ("Specification: Embedded metric format",
// CloudWatch User Guide), so that nothing has to be sent and no permission is needed for it.
type metrics struct {
	service string
	out     io.Writer
	now     func() time.Time
}

// namespace is where the metrics are found.
const namespace = "TodoApp"

// A line is an event in the embedded metric format. The request's id is a property: it can be searched for, and is no
// dimension, of which each value would be a metric by itself.
type line struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []directive
	} `json:"_aws"`
	// Level is what Lambda filters by: a function whose log is kept from WARN has no metrics.
	Level     string  `json:"level"`
	Service   string  `json:"Service"`
	RequestID string  `json:"requestId"`
	TraceID   string  `json:"traceId,omitempty"`
	Success   int     `json:"Success"`
	Error     int     `json:"Error"`
	Latency   float64 `json:"Latency"`
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

type metric struct{ Name, Unit string }

// measure counts each call as a success or an error. What the client did wrong is answered rightly, and so a success:
// an error is what somebody should look at.
func (m metrics) measure(next api.Function) api.Function {
	return func(ctx context.Context, r events.APIGatewayProxyRequest) (response events.APIGatewayProxyResponse, err error) {
		begin := m.now()
		defer func() { // of a call that panics too
			m.write(ctx, begin, err == nil && response.StatusCode > 0 && response.StatusCode < 500)
		}()
		return next(ctx, r)
	}
}

func (m metrics) write(ctx context.Context, begin time.Time, success bool) {
	l := line{Level: "INFO", Service: m.service, Error: 1}
	if success {
		l.Success, l.Error = 1, 0
	}
	l.RequestID, l.TraceID = callIDs(ctx)
	l.Latency = float64(m.now().Sub(begin).Microseconds()) / 1000
	l.AWS.Timestamp = begin.UnixMilli()
	l.AWS.CloudWatchMetrics = []directive{{
		Namespace:  namespace,
		Dimensions: [][]string{{"Service"}},
		Metrics:    []metric{{"Success", "Count"}, {"Error", "Count"}, {"Latency", "Milliseconds"}},
	}}
	// Strings and finite numbers: there is nothing that can fail. Nor is there anybody to tell when the log is gone.
	text, _ := json.Marshal(l)
	_, _ = m.out.Write(append(text, '\n'))
}
