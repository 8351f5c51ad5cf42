package gateway

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/net/http/httpguts"
)

// jsonType is the media type of every answer that does not name another.
const jsonType = "application/json"

// An answer is what goes back to the client.
type answer struct {
	status int
	header http.Header
	body   string
	bare   bool // without the ids of the request
}

// write sends an answer. What fails from here on is the client's connection, and nobody is left to be told.
func (a answer) write(w http.ResponseWriter, x *exchange) {
	header := w.Header()
	maps.Copy(header, a.header)
	if !a.bare {
		// Spelled as API Gateway spells them, which is not net/http's way.
		header["x-amzn-RequestId"] = []string{x.requestID}
		header["x-amz-apigw-id"] = []string{x.extendedID}
	}
	if !bodyAllowed(a.status) {
		w.WriteHeader(a.status)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(a.body)))
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

// functionAnswer checks what a function returned. An error says why it is no valid response.
func functionAnswer(response events.APIGatewayProxyResponse) (answer, error) {
	// net/http would take 1xx for an interim answer.
	if response.StatusCode < 200 || response.StatusCode > 599 {
		return answer{}, fmt.Errorf("malformed response: status code %d", response.StatusCode)
	}
	header := http.Header{}
	for _, name := range slices.Sorted(maps.Keys(response.MultiValueHeaders)) {
		for _, value := range response.MultiValueHeaders[name] {
			if err := addHeader(header, name, value); err != nil {
				return answer{}, err
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(response.Headers)) {
		if err := addHeader(header, name, response.Headers[name]); err != nil {
			return answer{}, err
		}
	}
	if len(header["Content-Type"]) == 0 {
		header["Content-Type"] = []string{jsonType}
	}
	return answer{status: response.StatusCode, header: header, body: response.Body}, nil
}

// addHeader adds a function's header to those of the answer, unless the very same is there: the two maps of a response
// are merged, the lists first ("set up Lambda proxy integrations", API Gateway Developer Guide).
func addHeader(header http.Header, name, value string) error {
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
	if !slices.Contains(header[name], value) {
		header[name] = append(header[name], value)
	}
	return nil
}
