// Package gateway is the front of a REST API: it does for one machine what Amazon API Gateway does in the cloud, from the
// same template. It routes a request, asks its authorizer, keeps its limits, hands it to a function as a proxy event of
// format 1.0, checks what comes back, and writes one line into the access log. What its answers look like, to the byte
// and the space, is API Gateway's.
//
// A request runs through handle, step by step; each step is a file. Any step may refuse it with a failure; what a
// failure looks like to the client is decided in one place (refuse.go).
package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/token"
	"example.com/todo/internal/usage"
)

// Function answers a request. It must return soon after its context ends and must not panic. The event is its own: nothing
// else looks at it again, or at what is in it.
type Function = func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

// LineWriter takes the lines of the access log, without their ends. It must not keep a line, nor hold up its caller.
type LineWriter interface {
	WriteLine(line []byte)
}

// Config is what a Gateway needs. Every field is required but Plans and AccessLog.
type Config struct {
	API stack.API
	// Functions are keyed by their logical id. Those that no route names are ignored.
	Functions map[string]Function
	// Verifiers verify the tokens of the API's authorizers, by the authorizer's name.
	Verifiers map[string]*token.Verifier
	// Plans admit the requests to methods that require an API key. It is nil where there are none: then no key opens them.
	Plans *usage.Plans
	// AccessLog is nil where nothing is to be logged, though the API may have a format.
	AccessLog LineWriter
	Logger    *slog.Logger
	Now       func() time.Time
	// Rand seeds the ids of requests.
	Rand io.Reader
	// AccountID is the AWS account that the event names.
	AccountID string
}

// A Gateway serves the REST API of one stage.
type Gateway struct {
	cfg       Config
	base      string // the path of the stage: /prod
	host      string // of the API's address
	prefix    string // of the host
	origin    origin
	routes    node
	responses map[string]*gatewayResponse
	log       format
	clock     clock
	entropy   *entropy
	lines     *sync.Pool // of *[]byte, for the lines of the access log
	binary    binaryTypes
	large     chan struct{} // holds one for each large body
	keeps     bool          // the request's headers, for what answers need of them
}

// New prepares an API. It fails with all that it cannot do at once: a route whose function or authorizer is not there,
// two routes that contradict, a setting for a method that does not exist, a format or expression it cannot read.
func New(cfg Config) (*Gateway, error) {
	address, err := url.Parse(cfg.API.URL)
	if err != nil {
		return nil, fmt.Errorf("gateway: address of the API: %w", err)
	}
	g := &Gateway{
		cfg:    cfg,
		base:   "/" + cfg.API.Stage,
		host:   address.Host,
		prefix: domainPrefix(address.Host),
		origin: originOf(address),
		binary: binaryTypes(cfg.API.BinaryMediaTypes),
		large:  make(chan struct{}, largeBodies),
		keeps:  len(cfg.API.BinaryMediaTypes) > 0,
	}
	if g.entropy, err = newEntropy(cfg.Rand); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	errs := []error{g.addRoutes(), g.limitMethods(), g.addResponses()}
	if cfg.API.AccessLog != nil && cfg.AccessLog != nil {
		errs = append(errs, g.setAccessLog(cfg.API.AccessLog.Format))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("gateway: API %s: %w", cfg.API.LogicalID, err)
	}
	return g, nil
}

// ServeHTTP answers requests for the stage's path and all below it. It takes the path as the client sent it; nothing in
// front of it may clean it.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{
		request: r, header: w.Header(), start: g.cfg.Now(),
		sourceIP: peer(r), userAgent: first(r.Header, "User-Agent"), sent: sentPath(r.URL),
		acceptEncoding: strings.Join(r.Header["Accept-Encoding"], ","),
	}
	x.values = x.few[:0]
	x.answer = g.answer(x)
	x.answer.write(w, x)
	g.writeAccessLog(x)
}

// answer turns whatever happens into an answer: a panic too, so that one bad request is all it costs.
func (g *Gateway) answer(x *exchange) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			g.cfg.Logger.LogAttrs(x.request.Context(), slog.LevelError, "panic while serving a request",
				slog.String("requestId", x.requestID), slog.String("panic", fmt.Sprint(p)),
				slog.String("stack", string(debug.Stack())))
			a = g.refuse(x, errInternal)
		}
	}()
	a, err := g.handle(x)
	if err != nil {
		return g.refuse(x, err)
	}
	return a
}

// handle is the way of a request.
//
// The token is asked for before the API key, and both before the method's bucket. Of tokens and buckets, which comes
// first in the cloud is not documented; here, a flood of requests without a good token must not use up what those with
// one are owed, and refusing it is cheap: a bad token is mostly refused before any arithmetic.
func (g *Gateway) handle(x *exchange) (answer, error) {
	unrouted := g.route(x)
	g.identify(x)
	if err := checkSize(x.request); err != nil {
		return answer{}, err
	}
	if unrouted != nil {
		return answer{}, unrouted
	}
	if err := x.method.authorize(x, g.cfg.Now); err != nil {
		return answer{}, err
	}
	if err := g.admit(x); err != nil {
		return answer{}, err
	}
	if err := x.method.throttle(x.asked); err != nil {
		return answer{}, err
	}
	if x.method.preflight != nil {
		return preflight(x)
	}
	return g.integrate(x)
}
