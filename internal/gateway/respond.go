package gateway

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/net/http/httpguts"
)

// jsonType is the media type of every answer that does not name another.
const jsonType = "application/json"

// An answer is what goes back to the client, beside the headers in its exchange.
type answer struct {
	status int
	body   string
	bare   bool // without the ids of the request
}

// write sends an answer. What fails from here on is the client's connection, and nobody is left to be told.
func (a answer) write(w http.ResponseWriter, x *exchange) {
	if !a.bare {
		// Spelled as API Gateway spells them, which is not net/http's way.
		x.set("x-amzn-RequestId", x.requestID)
		x.set("x-amz-apigw-id", x.extendedID)
	}
	if !bodyAllowed(a.status) {
		w.WriteHeader(a.status)
		return
	}
	x.set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if a.length(x.request.Method) > 0 {
		io.WriteString(w, a.body)
	}
}

// length is how many bytes of body the client gets.
func (a answer) length(method string) int {
	if method == http.MethodHead || !bodyAllowed(a.status) {
		return 0
	}
	return len(a.body)
}

// bodyAllowed tells whether HTTP lets a final answer of that status have a body.
func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

// functionAnswer checks what a function returned, and takes over its headers. An error says why it is no valid response;
// the headers may hold some of it then.
func (x *exchange) functionAnswer(response *events.APIGatewayProxyResponse) (answer, error) {
	// net/http would take 1xx for an interim answer.
	if response.StatusCode < 200 || response.StatusCode > 599 {
		return answer{}, fmt.Errorf("malformed response: status code %d", response.StatusCode)
	}
	var few [8]string // so that the names of most responses need no memory of their own
	for _, name := range sortedNames(few[:0], response.MultiValueHeaders) {
		for _, value := range response.MultiValueHeaders[name] {
			if err := x.addHeader(name, value); err != nil {
				return answer{}, err
			}
		}
	}
	for _, name := range sortedNames(few[:0], response.Headers) {
		if err := x.addHeader(name, response.Headers[name]); err != nil {
			return answer{}, err
		}
	}
	if len(x.header["Content-Type"]) == 0 {
		x.set("Content-Type", jsonType)
	}
	return answer{status: response.StatusCode, body: response.Body}, nil
}

func sortedNames[V any](names []string, headers map[string]V) []string {
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// addHeader adds a function's header to those of the answer, unless the very same is there: the two maps of a response
// are merged, the lists first ("set up Lambda proxy integrations", API Gateway Developer Guide).
func (x *exchange) addHeader(name, value string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return fmt.Errorf("malformed response: header name %.100q", name)
	}
	if !httpguts.ValidHeaderFieldValue(value) {
		return fmt.Errorf("malformed response: value of header %s", name)
	}
	name = http.CanonicalHeaderKey(name)
	switch name {
	case "Connection", "Content-Length", "Date", "Server":
		name = "X-Amzn-Remapped-" + name
	case "Transfer-Encoding", "Trailer", "Upgrade", "Keep-Alive":
		return nil // of the connection, which is not the function's
	case "X-Amzn-Requestid", "X-Amz-Apigw-Id", traceHeader:
		return nil // the gateway's own
	}
	switch there := x.header[name]; {
	case len(there) == 0:
		x.set(name, value)
	case !slices.Contains(there, value):
		x.header[name] = append(there, value)
	}
	return nil
}
