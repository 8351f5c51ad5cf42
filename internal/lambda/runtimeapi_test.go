package lambda

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

type discard struct{}

func (discard) WriteLine([]byte) {}

// A runtime is a process' side of the Runtime API, and may break its rules.
type runtime struct {
	t   *testing.T
	api *runtimeAPI
	url string
}

func newRuntime(t *testing.T) *runtime {
	api := newRuntimeAPI(&Config{ARN: "arn:add", Log: discard{}, Now: time.Now})
	server := httptest.NewServer(api.handler())
	t.Cleanup(server.Close)
	return &runtime{t, &api, server.URL + "/2018-06-01/runtime/"}
}

func (r *runtime) send(method, path, body string, header ...string) (*http.Response, string) {
	r.t.Helper()
	request, err := http.NewRequest(method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response, string(content)
}

func (r *runtime) want(status int, kind, method, path, body string, header ...string) {
	r.t.Helper()
	response, content := r.send(method, path, body, header...)
	if response.StatusCode != status || !strings.Contains(content, kind) {
		r.t.Errorf("%s %s: got %d %.200s, want %d %s", method, path, response.StatusCode, content, status, kind)
	}
}

// begin gives the process an event.
func (r *runtime) begin(id string) *invocation {
	r.t.Helper()
	inv := &invocation{id: id, trace: "Root=1-a", event: []byte(`{"a":1}`), deadline: time.UnixMilli(1542409706888), settled: make(chan struct{})}
	go func() { r.api.events <- inv }()
	response, body := r.send("GET", "invocation/next", "")
	for name, want := range map[string]string{
		"Lambda-Runtime-Aws-Request-Id": id, "Lambda-Runtime-Deadline-Ms": "1542409706888",
		"Lambda-Runtime-Invoked-Function-Arn": "arn:add", "Lambda-Runtime-Trace-Id": "Root=1-a",
	} {
		if got := response.Header.Get(name); got != want {
			r.t.Errorf("got %s %q, want %q", name, got, want)
		}
	}
	if response.StatusCode != 200 || body != `{"a":1}` {
		r.t.Errorf("got %d %s, want the event", response.StatusCode, body)
	}
	return inv
}

func TestRuntimeAPI(t *testing.T) {
	const refusedID, refusedState, accepted = "InvalidRequestID", "InvalidStateTransition", `{"status":"OK"}`
	t.Run("before the first event", func(t *testing.T) {
		r := newRuntime(t)
		r.want(400, refusedID, "POST", "invocation/a/response", "{}")
		r.want(400, refusedID, "POST", "invocation/a/error", "{}")
		r.want(202, accepted, "POST", "init/error", `{"errorMessage":"m","errorType":"t"}`)
		r.want(403, refusedState, "POST", "init/error", "{}")
		<-r.api.initFailed
		if got := r.api.initErr.Error(); got != "function reported an error: t: m" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("one event after the other", func(t *testing.T) {
		r := newRuntime(t)
		first := r.begin("a")
		<-r.api.ready
		r.want(403, refusedState, "POST", "init/error", "{}")
		r.want(403, refusedState, "GET", "invocation/next", "")
		r.want(400, refusedID, "POST", "invocation/b/response", "{}")
		r.want(400, refusedID, "POST", "invocation/b/error", "{}")
		r.want(202, accepted, "POST", "invocation/a/response", `{"body":"1"}`)
		r.want(403, refusedState, "POST", "invocation/a/response", `{"body":"2"}`)
		r.want(403, refusedState, "POST", "invocation/a/error", "{}")
		if got := string(r.api.outcome(first).payload); got != `{"body":"1"}` {
			t.Errorf("got %s, want the first answer", got)
		}
		second := r.begin("b")
		<-first.settled
		r.want(400, refusedID, "POST", "invocation/a/response", "{}")
		r.want(202, accepted, "POST", "invocation/b/error", "no JSON", errorTypeHeader, "Odd")
		if got := r.api.outcome(second).err.Error(); got != "function reported an error: Odd: " {
			t.Errorf("got %q", got)
		}
	})
	t.Run("what is not there", func(t *testing.T) {
		r := newRuntime(t)
		r.want(404, "", "GET", "invocation/a/response/more", "")
		r.want(405, "", "POST", "invocation/next", "")
		r.want(404, "", "GET", "../../2020-01-01/extension/event/next", "")
	})
	t.Run("empty", func(t *testing.T) {
		r := newRuntime(t)
		inv := r.begin("a")
		r.want(202, accepted, "POST", "invocation/a/response", "")
		if !r.api.outcome(inv).answered() {
			t.Error("an empty answer is taken for none")
		}
	})
	t.Run("as large as can be", func(t *testing.T) {
		r := newRuntime(t)
		inv := r.begin("a")
		r.want(202, accepted, "POST", "invocation/a/response", strings.Repeat("x", maxOutput))
		if got := len(r.api.outcome(inv).payload); got != maxOutput {
			t.Errorf("got %d bytes, want %d", got, maxOutput)
		}
	})
	t.Run("too large", func(t *testing.T) {
		r := newRuntime(t)
		inv := r.begin("a")
		r.want(413, "RequestEntityTooLarge", "POST", "invocation/a/response", strings.Repeat("x", maxOutput+1))
		if got := r.api.outcome(inv); got.payload != nil || !strings.Contains(got.err.Error(), "Function.ResponseSizeTooLarge") {
			t.Errorf("got %d bytes and error %v, want the error alone", len(got.payload), got.err)
		}
	})
	t.Run("an error of any length is cut", func(t *testing.T) {
		r := newRuntime(t)
		inv := r.begin("a")
		r.want(202, accepted, "POST", "invocation/a/error", `{"errorType":"`+strings.Repeat("t", 5000)+`","errorMessage":"`+strings.Repeat("m", 5000)+`"}`)
		if got := len(r.api.outcome(inv).err.Error()); got > 1200 {
			t.Errorf("got an error of %d bytes", got)
		}
	})
}

// TestAnAnswerThatBreaksOff is what aws-lambda-go sends when the reader that a function returned fails half-way.
func TestAnAnswerThatBreaksOff(t *testing.T) {
	r := newRuntime(t)
	inv := r.begin("a")
	request, err := http.NewRequest("POST", r.url+"invocation/a/response", io.MultiReader(strings.NewReader(`{"body":`)))
	if err != nil {
		t.Fatal(err)
	}
	request.Trailer = http.Header{errorTypeHeader: {"DiskFull"}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if got := r.api.outcome(inv); got.payload != nil || !strings.Contains(got.err.Error(), "DiskFull") {
		t.Errorf("got %q and error %v, want the error alone", got.payload, got.err)
	}
}
