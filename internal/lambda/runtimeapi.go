package lambda

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// An invocation is one event on its way through a process.
type invocation struct {
	id, trace string
	event     []byte
	deadline  time.Time
	settled   chan struct{} // closed when the process has answered and asks for the next event
	output    output        // guarded by the runtimeAPI's mutex
}

// An output is what a function answered: a payload, or an error. It is neither until then.
type output struct {
	payload []byte
	err     error
}

func (o output) answered() bool { return o.payload != nil || o.err != nil }

// A runtimeAPI is Lambda's runtime interface, version 2018-06-01, for one process ("Using the Lambda runtime API for
// custom runtimes", Lambda Developer Guide). Its paths are fixed, so each process has a listener of its own, and only
// the id of the event that it works on is taken.
type runtimeAPI struct {
	cfg        *Config
	events     chan *invocation // to the process
	ready      chan struct{}    // closed when it asks for an event for the first time
	initFailed chan struct{}    // closed when it says that it cannot start; initErr is set before

	mu      sync.Mutex
	polling bool // a request for an event waits
	begun   bool // ready is closed
	current *invocation
	initErr error
}

func newRuntimeAPI(cfg *Config) runtimeAPI {
	return runtimeAPI{cfg: cfg, events: make(chan *invocation), ready: make(chan struct{}), initFailed: make(chan struct{})}
}

const (
	// maxOutput is the most that a function may answer, in bytes: 6 MB and 100 bytes.
	maxOutput = 6_291_456 + 100
	// maxWaste is how much more of an answer that is too large is read, so that the process learns why it is refused.
	maxWaste = 10 << 20
)

func (api *runtimeAPI) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", api.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", api.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", api.failed)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", api.initError)
	return mux
}

// next waits for an event. It is also how a process says that it is done with the one before.
func (api *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	if !api.poll() {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "an event is being worked on, or asked for already")
		return
	}
	var inv *invocation
	select {
	case inv = <-api.events:
	case <-r.Context().Done():
	}
	api.mu.Lock()
	api.polling, api.current = false, inv
	api.mu.Unlock()
	if inv == nil {
		return // the process has hung up
	}
	api.cfg.logStart(inv.id, inv.trace)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", api.cfg.ARN)
	if inv.trace != "" {
		header.Set("Lambda-Runtime-Trace-Id", inv.trace)
	}
	_, _ = w.Write(inv.event) // a process that does not read it runs into the timeout
}

func (api *runtimeAPI) poll() bool {
	api.mu.Lock()
	defer api.mu.Unlock()
	if api.polling || api.current != nil && !api.current.output.answered() {
		return false
	}
	api.polling = true
	if !api.begun {
		api.begun = true
		close(api.ready)
	}
	if api.current != nil {
		close(api.current.settled)
		api.current = nil
	}
	return true
}

// response takes the function's answer.
func (api *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	inv := api.working(w, r)
	if inv == nil {
		return
	}
	payload, err := io.ReadAll(io.LimitReader(r.Body, maxOutput+1))
	out := output{payload: payload}
	switch {
	case err != nil:
		refuse(w, http.StatusBadRequest, "InvalidBody", "the response ended early")
		return
	case len(payload) > maxOutput:
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxWaste))
		out = output{err: fmt.Errorf("%w: Function.ResponseSizeTooLarge: over %d bytes", ErrMalformed, maxOutput)}
	case r.Trailer.Get(errorTypeHeader) != "":
		// Go's runtime client sends the error that ended an answer half-way as a trailer.
		out = output{err: reported(r.Trailer.Get(errorTypeHeader), http.NoBody)}
	}
	if !api.settle(w, inv, out) {
		return
	}
	if len(payload) > maxOutput {
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the response is larger than 6 MB")
		return
	}
	accept(w)
}

// failed takes the function's error.
func (api *runtimeAPI) failed(w http.ResponseWriter, r *http.Request) {
	inv := api.working(w, r)
	if inv == nil {
		return
	}
	if api.settle(w, inv, output{err: reported(r.Header.Get(errorTypeHeader), r.Body)}) {
		accept(w)
	}
}

// initError takes the reason why the process cannot start.
func (api *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	err := reported(r.Header.Get(errorTypeHeader), r.Body)
	api.mu.Lock()
	defer api.mu.Unlock()
	if api.begun || api.initErr != nil {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the start is over")
		return
	}
	api.initErr = err
	close(api.initFailed)
	accept(w)
}

// working is the event that the process works on, if that is the one the request names and it has no answer yet.
func (api *runtimeAPI) working(w http.ResponseWriter, r *http.Request) *invocation {
	api.mu.Lock()
	defer api.mu.Unlock()
	switch inv := api.current; {
	case inv == nil || inv.id != r.PathValue("id"):
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "this is not the id of the event that is being worked on")
	case inv.output.answered():
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the event has been answered")
	default:
		return inv
	}
	return nil
}

// settle keeps the first answer.
func (api *runtimeAPI) settle(w http.ResponseWriter, inv *invocation, out output) bool {
	api.mu.Lock()
	defer api.mu.Unlock()
	if inv.output.answered() {
		refuse(w, http.StatusForbidden, "InvalidStateTransition", "the event has been answered")
		return false
	}
	inv.output = out
	return true
}

// outcome is what the function has answered so far.
func (api *runtimeAPI) outcome(inv *invocation) output {
	api.mu.Lock()
	defer api.mu.Unlock()
	return inv.output
}

// errorTypeHeader names a function's error, as a header or as a trailer.
const errorTypeHeader = "Lambda-Runtime-Function-Error-Type"

// reported is the error that a function reported.
func reported(kind string, body io.Reader) error {
	var report struct {
		Message string `json:"errorMessage"`
		Type    string `json:"errorType"`
	}
	// What cannot be read of it is no matter: that there was an error is enough.
	_ = json.NewDecoder(io.LimitReader(body, maxOutput)).Decode(&report)
	if report.Type != "" {
		kind = report.Type
	}
	return fmt.Errorf("function reported an error: %.100s: %.1000s", kind, report.Message)
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": kind, "errorMessage": message})
}
