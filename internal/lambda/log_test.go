package lambda_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/lambda/lambdatest"
)

func printing(body string) request {
	e := event()
	e.Body = body
	return e
}

// match compares lines with patterns, one for each.
func match(t *testing.T, got []string, patterns ...string) {
	t.Helper()
	if len(got) != len(patterns) {
		t.Fatalf("got %d lines, want %d:\n%s", len(got), len(patterns), strings.Join(got, "\n"))
	}
	for i, pattern := range patterns {
		if !regexp.MustCompile("^" + pattern + "$").MatchString(got[i]) {
			t.Errorf("line %d: got %q, want %s", i, got[i], pattern)
		}
	}
}

const (
	idPattern    = `c6af9ac6-7b61-11e6-9a41-93e8deadbeef`
	startPattern = `START RequestId: ` + idPattern + ` Version: \$LATEST`
	endPattern   = `END RequestId: ` + idPattern
	tracePattern = "\tXRAY TraceId: 1-5759e988-bd862e3fe1be46a994272793"
)

func TestLinesOfAProcess(t *testing.T) {
	r := artifact(t, "print", nil)
	r.must(t, printing("one\r\n\ntwo\nwithout an end "))
	r.must(t, printing("\x1b[31m\ufffd\n"))
	const report = `REPORT RequestId: ` + idPattern + "\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB"
	match(t, r.log.get(),
		startPattern, "one", "two", "without an end from stderr", endPattern,
		report+"(\tMax Memory Used: \\d+ MB)?\tInit Duration: \\d+\\.\\d\\d ms"+tracePattern,
		startPattern, "\x1b\\[31m\ufffd", "from stderr", endPattern,
		report+"(\tMax Memory Used: \\d+ MB)?"+tracePattern,
	)
}

func TestLongLinesAreSplit(t *testing.T) {
	const most = 256 << 10
	r := artifact(t, "print", nil)
	text := strings.Repeat("0123456789abcdef", most*5/2/16)
	r.must(t, printing(text+"\n"))
	got := r.log.get()
	if len(got) != 7 {
		t.Fatalf("got %d lines, want three pieces within START, stderr, END and REPORT", len(got))
	}
	if diff := cmp.Diff([]int{most, most, most / 2}, []int{len(got[1]), len(got[2]), len(got[3])}); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
	if strings.Join(got[1:4], "") != text {
		t.Error("the pieces do not make up the line")
	}
}

func TestAFloodOfLinesEnds(t *testing.T) {
	r := artifact(t, "print", nil)
	r.must(t, printing(strings.Repeat("flood\n", 200_000)))
	if got := len(r.log.starting("flood")); got != 200_000 {
		t.Errorf("got %d lines, want all 200000", got)
	}
	if got := r.log.get(); !strings.HasPrefix(got[len(got)-1], "REPORT") {
		t.Errorf("got last line %q, want the report", got[len(got)-1])
	}
}

func TestJSONLines(t *testing.T) {
	in := &rig{log: &lines{}, logger: &safe{}}
	cfg := config(in, patience)
	cfg.JSONLog = true
	in.call = lambda.InProcess(lambdatest.Functions()["describe"], cfg)
	out := artifact(t, "describe", func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) { cfg.JSONLog = true })
	failing := artifact(t, "exit", func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) { cfg.JSONLog = true })
	for _, c := range []struct {
		name, status, kind string
		*rig
	}{{"in process", "success", "", in}, {"artifact", "success", "", out}, {"exit", "error", "Runtime.ExitError", failing}} {
		t.Run(c.name, func(t *testing.T) {
			_, _ = c.call(t.Context(), printing("1"))
			type entry struct {
				Time, Type string
				Record     struct {
					RequestID, Version, Status, ErrorType string
					Metrics                               map[string]float64
					Tracing                               map[string]string
				}
			}
			var got []entry
			for _, line := range c.log.get() {
				var e entry
				if err := json.Unmarshal([]byte(line), &e); err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				got = append(got, e)
			}
			if len(got) != 2 || got[0].Type != "platform.start" || got[1].Type != "platform.report" {
				t.Fatalf("got %+v, want start and report", got)
			}
			for _, e := range got {
				if e.Record.RequestID != idPattern || e.Record.Tracing["value"] != event().Headers["X-Amzn-Trace-Id"] {
					t.Errorf("got ids %+v, want the call's", e.Record)
				}
				if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`).MatchString(e.Time) {
					t.Errorf("got time %s", e.Time)
				}
			}
			report := got[1].Record
			if got[0].Record.Version != "$LATEST" || report.Status != c.status || report.ErrorType != c.kind {
				t.Errorf("got %+v and %+v, want version $LATEST, status %s, type %q", got[0].Record, report, c.status, c.kind)
			}
			if report.Metrics["memorySizeMB"] != 128 || report.Metrics["billedDurationMs"] < report.Metrics["durationMs"] {
				t.Errorf("got metrics %v", report.Metrics)
			}
		})
	}
}
