package gateway

import (
	"encoding/json"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

// The sizes that API Gateway and Lambda allow, in bytes. They cannot be raised there.
const (
	maxHeader   = 10_240          // request line and header values
	maxBody     = 10_485_760      // of a request
	maxEvent    = 6_291_456       // the proxy event as JSON
	maxResponse = 6_291_456 + 100 // the function's response as JSON
)

// checkSize refuses what is too large before anything of its body is read.
func checkSize(r *http.Request) error {
	if r.ContentLength > maxBody {
		return errBodyTooLarge
	}
	size, names := len(r.Method)+len(r.RequestURI)+len(r.Proto)+len(r.Host), 0
	for name, values := range r.Header {
		names += len(name) * len(values)
		for _, value := range values {
			size += len(value)
		}
	}
	// Names do not count in the cloud; they are bounded here all the same, by themselves.
	if size > maxHeader || names > maxHeader {
		return errHeaderTooLarge
	}
	return nil
}

// worstCase is the most that a byte of text can take in JSON: \u0000.
const worstCase = 6

// eventTooLarge tells whether an event would not fit Lambda. Only a body can make it so large; short ones need no look.
func eventTooLarge(event *events.APIGatewayProxyRequest) bool {
	const rest = 1 << 20                                                            // more than all else in an event can take, with the headers bounded
	return len(event.Body)*worstCase+rest > maxEvent && jsonSize(*event) > maxEvent // a copy, so that most events stay off the heap
}

func responseTooLarge(response *events.APIGatewayProxyResponse) bool {
	size := len(response.Body)
	for name, value := range response.Headers {
		size += len(name) + len(value)
	}
	for name, values := range response.MultiValueHeaders {
		size += len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	const punctuation = 1 << 20
	return size*worstCase+punctuation > maxResponse && jsonSize(*response) > maxResponse
}

// jsonSize is how many bytes a value takes as JSON, which Lambda's clients write without escapes for HTML.
func jsonSize(v any) int {
	var size counter
	encoder := json.NewEncoder(&size)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return maxResponse + 1 // what cannot be written as JSON fits nowhere
	}
	return int(size) - len("\n")
}

// A counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
