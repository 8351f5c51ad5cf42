package lambda_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/lambda/lambdatest"
)

// homes are the two ways to run a function. Each row of the tests in this file holds for both.
func homes(t *testing.T, handler string, timeout time.Duration) map[string]*rig {
	t.Helper()
	in := &rig{log: &lines{}, logger: &safe{}}
	in.call = lambda.InProcess(lambdatest.Functions()[handler], config(in, timeout))
	out := artifact(t, handler, func(cfg *lambda.ArtifactConfig, _ *lambda.Limits) { cfg.Timeout = timeout })
	return map[string]*rig{"in process": in, "artifact": out}
}

// whole is an event with everything that a gateway may put into one.
func whole() request {
	e := event()
	e.Resource, e.Path, e.HTTPMethod = "/item/{id}", "/item/a%2Fb", "PUT"
	e.QueryStringParameters = map[string]string{"a": "2", "": "x<>&\u2028"}
	e.MultiValueQueryStringParameters = map[string][]string{"a": {"1", "2"}, "": {"x<>&\u2028"}}
	e.StageVariables = map[string]string{"v": "1"}
	e.Body = "{\"item\":\"buy \u0000 <milk>\"}"
	e.RequestContext.AccountID, e.RequestContext.ResourceID = "000000000000", "r1"
	e.RequestContext.Stage, e.RequestContext.DomainName, e.RequestContext.DomainPrefix = "prod", "localhost:8080", "localhost"
	e.RequestContext.ExtendedRequestID, e.RequestContext.Protocol, e.RequestContext.Path = "x=", "HTTP/1.1", "/prod/item/a%2Fb"
	e.RequestContext.ResourcePath, e.RequestContext.HTTPMethod, e.RequestContext.APIID = "/item/{id}", "PUT", "abc"
	e.RequestContext.RequestTime, e.RequestContext.RequestTimeEpoch = "09/Apr/2015:12:34:56 +0000", 1428582896000
	e.RequestContext.Identity = events.APIGatewayRequestIdentity{SourceIP: "127.0.0.1", UserAgent: "curl/8"}
	return e
}

func TestAFunctionSeesItsInvocation(t *testing.T) {
	for home, r := range homes(t, "describe", time.Minute) {
		t.Run(home, func(t *testing.T) {
			for _, e := range []request{whole(), event()} {
				var got lambdatest.Seen
				if err := json.Unmarshal([]byte(r.must(t, e).Body), &got); err != nil {
					t.Fatal(err)
				}
				if got.Left <= 0 || got.Left > time.Minute {
					t.Errorf("got %v until the deadline, want up to a minute", got.Left)
				}
				want := lambdatest.Seen{
					RequestID: e.RequestContext.RequestID, ARN: arn, Trace: e.Headers["X-Amzn-Trace-Id"], Left: got.Left, PID: got.PID, Event: e,
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("what the function saw (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAnswersComeBack(t *testing.T) {
	for _, c := range []struct {
		fact   string
		answer response
	}{
		{"a status alone", response{StatusCode: 204}},
		{"nil maps are null and fine", response{StatusCode: 200, Body: "b"}},
		{"empty maps", response{StatusCode: 200, Headers: map[string]string{}, MultiValueHeaders: map[string][]string{}}},
		{"both header maps", response{StatusCode: 201, Headers: map[string]string{"A": "1"}, MultiValueHeaders: map[string][]string{"A": {"2", "3"}}}},
		{"base64 is carried and not decoded", response{StatusCode: 200, Body: "YQ==", IsBase64Encoded: true}},
		{"any text", response{StatusCode: 200, Body: "\u0000\"\\\u2028<>&é\U0001F600"}},
		{"statuses are the gateway's to judge", response{StatusCode: 999}},
	} {
		for home, r := range homes(t, "answer", patience) {
			t.Run(c.fact+", "+home, func(t *testing.T) {
				e := event()
				body, err := json.Marshal(c.answer)
				if err != nil {
					t.Fatal(err)
				}
				e.Body = string(body)
				if diff := cmp.Diff(c.answer, r.must(t, e)); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestFailuresAreErrors(t *testing.T) {
	for _, c := range []struct {
		fact, handler string
		timeout       time.Duration
		want          error // nil for an error of the function's own
		says          string
		ends          string // in the function's log
	}{
		{"an error is an error, whatever came with it", "fail", patience, nil, "disk on fire", "\tStatus: error"},
		{"a panic is a crash", "panic", patience, lambda.ErrCrashed, "", "\tError Type: Runtime.ExitError"},
		{"absent stage variables are a nil map", "nilmap", patience, lambda.ErrCrashed, "", "\tError Type: Runtime.ExitError"},
		{"a function that heeds its deadline times out", "heed", 100 * time.Millisecond, nil, "", ""},
		{"a function that ignores its deadline is stopped", "ignore", 100 * time.Millisecond, lambda.ErrTimeout, "after 0.10 seconds", "\tStatus: timeout"},
		{"Go writes a missing status as 0, which is none", "answer", patience, lambda.ErrMalformed, "statusCode", ""},
	} {
		for home, r := range homes(t, c.handler, c.timeout) {
			t.Run(c.fact+", "+home, func(t *testing.T) {
				e := event()
				e.Body = "{}"
				got, err := r.call(t.Context(), e)
				if err == nil || c.want != nil && !errors.Is(err, c.want) {
					t.Fatalf("got error %v, want %v", err, c.want)
				}
				if diff := cmp.Diff(response{}, got); diff != "" {
					t.Errorf("a response came with the error (-want +got):\n%s", diff)
				}
				if !strings.Contains(err.Error(), c.says) {
					t.Errorf("got error %v, want it to say %q", err, c.says)
				}
				if strings.Contains(err.Error(), "goroutine") || strings.Contains(err.Error(), "drawer") {
					t.Errorf("the error tells what only a log may: %v", err)
				}
				for _, want := range []string{"function failed", "requestId=" + e.RequestContext.RequestID, "function=add"} {
					if !strings.Contains(r.logger.String(), want) {
						t.Errorf("the program's log lacks %q:\n%s", want, r.logger)
					}
				}
				reports := r.log.starting("REPORT RequestId: " + e.RequestContext.RequestID)
				if len(reports) != 1 || !strings.Contains(reports[0], c.ends) {
					t.Errorf("got reports %q, want one with %q", reports, c.ends)
				}
			})
		}
	}
}

func TestBigPayloads(t *testing.T) {
	const mega = 1 << 20
	for home, r := range homes(t, "big", patience) {
		t.Run(home, func(t *testing.T) {
			e := event()
			e.Body = strings.Repeat("é", 3*mega-1000)
			if got := r.must(t, e).Body; got != e.Body {
				t.Errorf("got %d bytes back, want the %d sent", len(got), len(e.Body))
			}
		})
	}
}
