package gateway

import (
	"encoding/base64"
	"encoding/hex"
	"net"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// An exchange is a request on its way to its answer, and what the access log will tell of it.
type exchange struct {
	request *http.Request
	header  http.Header // of the answer
	values  []string    // what header has, one after the other, so that most need no memory of their own
	few     [12]string  // where values begins
	start   time.Time

	sourceIP  string // the address of the peer
	userAgent string
	sent      string // the path as the client sent it

	acceptEncoding string

	requestID  string
	extendedID string
	replacedID bool // the client sent a request id that is no UUID
	trace      trace

	path       string // below the stage, as the client sent it but for repeated slashes at its start
	method     *method
	parameters map[string]string // nil when there are none

	authorized    bool           // the authorizer was asked
	authorizerErr error          // what it said
	asked         time.Time      // when it had been, if it was, else the start
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

// set gives a header of the answer one value. The name must be spelled as the client is to see it.
func (x *exchange) set(name, value string) {
	begin := len(x.values)
	x.values = append(x.values, value)
	x.header[name] = x.values[begin:len(x.values):len(x.values)]
}

// identify gives the request its ids. A client may choose the request id, if it is a UUID, and the trace, which names the
// method's function where there is one.
func (g *Gateway) identify(x *exchange) {
	var random [16 + 11 + traceEntropy]byte
	g.entropy.read(random[:])
	id := uuid.UUID(random[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // a random one (RFC 9562 section 5.4)
	lineage := ""
	if x.method != nil {
		lineage = x.method.lineage
	}
	var scratch [192]byte
	ids := appendUUID(scratch[:0], id)
	afterUUID := len(ids)
	ids = base64.URLEncoding.AppendEncode(ids, random[16:27])
	afterID := len(ids)
	ids = appendTrace(ids, x.start, random[27:], lineage)
	all := string(ids)
	x.requestID, x.extendedID = all[:afterUUID], all[afterUUID:afterID]
	x.trace.begin(all[afterID:])
	if sent := first(x.request.Header, requestIDHeader); sent != "" {
		if len(sent) == len(x.requestID) && uuid.Validate(sent) == nil {
			x.requestID = sent
		} else {
			x.replacedID = true
		}
	}
	if sent := first(x.request.Header, traceHeader); sent != "" {
		x.trace.join(sent)
	}
}

func appendUUID(b []byte, id uuid.UUID) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// first is the first value of a header whose name is spelled as net/http spells it, or "".
func first(header http.Header, name string) string {
	if values := header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// peer is the address of the client, or of the proxy in front, without its port.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
