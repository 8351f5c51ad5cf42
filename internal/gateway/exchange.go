package gateway

import (
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
	header  http.Header // of the answer
	start   time.Time

	sourceIP string // the address of the peer
	sent     string // the path as the client sent it
	random   [16 + 11 + traceEntropy]byte

	requestID  string
	extendedID string
	replacedID bool // the client sent a request id that is no UUID
	trace      trace

	path       string // below the stage, as the client sent it but for repeated slashes at its start
	method     *method
	parameters map[string]string // nil when there are none

	authorized    bool           // the authorizer was asked
	authorizerErr error          // what it said
	authorizerFor time.Duration  // how long it took
	claims        map[string]any // strings, shared with other requests; nil without an authorizer

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
	if _, err := io.ReadFull(g.cfg.Rand, x.random[:]); err != nil {
		return fmt.Errorf("ids of a request: %w", err)
	}
	id := uuid.UUID(x.random[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a random one (RFC 9562 section 5.4)
	x.requestID = id.String()
	if sent := x.request.Header.Get(requestIDHeader); sent != "" {
		if len(sent) == len(x.requestID) && uuid.Validate(sent) == nil {
			x.requestID = sent
		} else {
			x.replacedID = true
		}
	}
	x.extendedID = base64.URLEncoding.EncodeToString(x.random[16:27])
	x.trace = newTrace(x.request.Header.Get(traceHeader), x.start, x.random[27:])
	return nil
}

// peer is the address of the client, or of the proxy in front, without its port.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
