package process

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/api"
)

type (
	request  = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

var begin = time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)

// clock goes on by 1.5 ms each time it is read.
func clock() func() time.Time {
	now := begin.Add(-1500 * time.Microsecond)
	return func() time.Time {
		now = now.Add(1500 * time.Microsecond)
		return now
	}
}

// call is a context as aws-lambda-go makes it.
func call(t *testing.T) context.Context {
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "of-lambda"})
	//lint:ignore SA1029 the key is aws-lambda-go's
	return context.WithValue(ctx, "x-amzn-trace-id", "Self=1-2;Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
}

func environmentOf(variables map[string]string) func(string) string {
	all := map[string]string{
		"TABLE_NAME": "todo", "CORS_ALLOW_ORIGIN": "*", "ENDPOINT_OVERRIDE": "", "AWS_REGION": "eu-central-1",
		"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
	}
	for name, value := range variables {
		all[name] = value
	}
	return func(name string) string { return all[name] }
}

func TestEnvironment(t *testing.T) {
	env, err := readEnvironment(environmentOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	who, err := env.client.Credentials.Retrieve(t.Context())
	if err != nil || who.AccessKeyID != "key" || who.SecretAccessKey != "secret" || who.SessionToken != "token" {
		t.Errorf("got credentials of %q, %v", who.AccessKeyID, err)
	}
	if env.table != "todo" || env.allowOrigin != "*" || env.client.Region != "eu-central-1" || env.client.Endpoint != "" {
		t.Errorf("got %+v", env)
	}
	for _, c := range []struct {
		name      string
		variables map[string]string
		want      []string
	}{
		{"no table", map[string]string{"TABLE_NAME": ""}, []string{"TABLE_NAME is not set"}},
		{"nothing", map[string]string{"TABLE_NAME": "", "AWS_REGION": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "CORS_ALLOW_ORIGIN": ""},
			[]string{"TABLE_NAME", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CORS_ALLOW_ORIGIN"}},
		{"an endpoint without a scheme", map[string]string{"ENDPOINT_OVERRIDE": "localhost:8000"}, []string{"ENDPOINT_OVERRIDE"}},
		{"an endpoint without a host", map[string]string{"ENDPOINT_OVERRIDE": "http:///x"}, []string{"ENDPOINT_OVERRIDE"}},
		{"an endpoint that is none", map[string]string{"ENDPOINT_OVERRIDE": "http://a b"}, []string{"ENDPOINT_OVERRIDE"}},
	} {
		_, err := newFunction("list", (*api.API).List, environmentOf(c.variables), &bytes.Buffer{}, clock())
		for _, want := range c.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %s", c.name, err, want)
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	for _, c := range []struct {
		name     string
		response response
		err      error
		success  string
		fault    string
	}{
		{"a success", response{StatusCode: 200}, nil, "1", "0"},
		{"a refusal", response{StatusCode: 404}, nil, "1", "0"},
		{"a fault", response{StatusCode: 500}, nil, "0", "1"},
		{"an unavailable table", response{StatusCode: 503}, nil, "0", "1"},
		{"an error", response{}, errors.New("no"), "0", "1"},
		{"no answer", response{}, nil, "0", "1"},
	} {
		var out bytes.Buffer
		m := metrics{service: "list", out: &out, now: clock()}
		got, err := m.measure(func(context.Context, request) (response, error) { return c.response, c.err })(call(t), request{})
		if diff := cmp.Diff(c.response, got); diff != "" || err != c.err {
			t.Errorf("%s: the answer has changed: %v, %s", c.name, err, diff)
		}
		want := `{"_aws":{"Timestamp":1770091506789,"CloudWatchMetrics":[{"Namespace":"TodoApp","Dimensions":[["Service"]],` +
			`"Metrics":[{"Name":"Success","Unit":"Count"},{"Name":"Error","Unit":"Count"},{"Name":"Latency","Unit":"Milliseconds"}]}]},` +
			`"level":"INFO","Service":"list","requestId":"of-lambda","traceId":"1-5759e988-bd862e3fe1be46a994272793",` +
			`"Success":` + c.success + `,"Error":` + c.fault + `,"Latency":1.5}` + "\n"
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%s: the line (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestACallThatPanicsIsAnError(t *testing.T) {
	var out bytes.Buffer
	defer func() {
		if recover() == nil || !strings.Contains(out.String(), `"Error":1`) {
			t.Errorf("got %q, want an error, and the panic to go on", &out)
		}
	}()
	m := metrics{service: "list", out: &out, now: clock()}
	_, _ = m.measure(func(context.Context, request) (response, error) { panic("no") })(call(t), request{})
}

// TestAFault goes through the whole function: a table that is not there.
func TestAFault(t *testing.T) {
	const secret = "a secret text"
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}`))
	}))
	defer table.Close()
	var out bytes.Buffer
	add, err := newFunction("add", (*api.API).Add, environmentOf(map[string]string{"ENDPOINT_OVERRIDE": table.URL}), &out, clock())
	if err != nil {
		t.Fatal(err)
	}
	event := request{Body: `{"item":"` + secret + `"}`}
	event.RequestContext.RequestID = "of-the-api"
	event.RequestContext.Authorizer = map[string]any{"claims": map[string]any{"cognito:username": "ann"}}
	answer, err := add(call(t), event)
	if err != nil || answer.StatusCode != 503 || answer.Body != `{"message":"Service unavailable","requestId":"of-the-api"}` {
		t.Errorf("got %d %s, %v, want a neutral 503", answer.StatusCode, answer.Body, err)
	}
	if strings.Contains(out.String(), secret) {
		t.Errorf("the log tells the text: %s", &out)
	}
	fault, metrics, _ := strings.Cut(out.String(), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(fault), &got); err != nil {
		t.Fatalf("%q: %v", fault, err)
	}
	at, err := time.Parse(time.RFC3339, got["timestamp"].(string))
	if err != nil || at.IsZero() {
		t.Errorf("timestamp: got %v", got["timestamp"])
	}
	if text, _ := got["error"].(string); !strings.Contains(text, "ResourceNotFoundException") {
		t.Errorf("error: got %q, want the table's", text)
	}
	delete(got, "timestamp")
	delete(got, "error")
	want := map[string]any{
		"level": "ERROR", "message": "the function failed", "function": "add",
		"requestId": "of-lambda", "apiRequestId": "of-the-api", "traceId": "1-5759e988-bd862e3fe1be46a994272793",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the line (-want +got):\n%s", diff)
	}
	if !strings.Contains(metrics, `"Error":1`) {
		t.Errorf("the metrics: got %q", metrics)
	}
}

func TestLogLevels(t *testing.T) {
	for level, want := range map[string]int{"": 2, "INFO": 2, "TRACE": 2, "DEBUG": 3, "WARN": 1, "ERROR": 1} {
		var out bytes.Buffer
		logger := newLogger(&out, environmentOf(map[string]string{"AWS_LAMBDA_LOG_LEVEL": level})).With("a", "b")
		logger.Debug("x")
		logger.Info("x")
		logger.Error("x")
		if got := strings.Count(out.String(), "\n"); got != want {
			t.Errorf("%q: got %d lines, want %d", level, got, want)
		}
	}
}
