package gateway

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// An exchange is a request on its way to its answer, and what the access log will tell of it.
type exchange struct {
	request *http.Request
	start   time.Time

	requestID  string
	extendedID string
	replacedID bool // the client sent a request id that is no UUID
	trace      trace

	path       string // below the stage, as the client sent it but for repeated slashes at its start
	method     *method
	parameters map[string]string // nil when there are none

	authorized    bool              // the authorizer was asked
	authorizerErr error             // what it said
	authorizerFor time.Duration     // how long it took
	claims        map[string]string // nil without an authorizer

	apiKey   string // what the client showed, once it has been found good; empty where the method needs none
	apiKeyID string

	integration integration
	failure     *failure // nil when a function or the preflight answered
	answer      answer
}

// An integration is what became of the call to the function.
type integration struct {
	called bool
	took   time.Duration
	status int // the function's; 0 when it gave none
	err    error
}

const requestIDHeader = "X-Amzn-Requestid" // as net/http spells x-amzn-RequestId

// identify gives the request its ids. A client may choose the request id, if it is a UUID, and the trace.
func (g *Gateway) identify(x *exchange) error {
	var random [16 + 11 + traceEntropy]byte
	if _, err := io.ReadFull(g.cfg.Rand, random[:]); err != nil {
		return fmt.Errorf("ids of a request: %w", err)
	}
	id, err := uuid.NewRandomFromReader(bytes.NewReader(random[:16]))
	if err != nil {
		return err
	}
	x.requestID = id.String()
	if sent := x.request.Header.Get(requestIDHeader); sent != "" {
		if len(sent) == len(x.requestID) && uuid.Validate(sent) == nil {
			x.requestID = sent
		} else {
			x.replacedID = true
		}
	}
	x.extendedID = base64.URLEncoding.EncodeToString(random[16:27])
	x.trace = newTrace(x.request.Header.Get(traceHeader), x.start, random[27:])
	return nil
}

// sourceIP is the address of the peer.
func (x *exchange) sourceIP() string {
	host, _, err := net.SplitHostPort(x.request.RemoteAddr)
	if err != nil {
		return x.request.RemoteAddr
	}
	return host
}
