package gateway

import (
	"mime"
	"net/http"
)

// preflight answers as the mock OPTIONS method does that SAM writes for an API's Cors setting. The mock has a template
// for JSON only: a request that says it carries another kind of content is beyond it.
func preflight(x *exchange) (answer, error) {
	if contentType := x.request.Header.Get("Content-Type"); contentType != "" {
		if kind, _, err := mime.ParseMediaType(contentType); err != nil || kind != jsonType {
			return answer{}, errInternal
		}
	}
	x.set("Content-Type", jsonType)
	for name, value := range x.method.preflight {
		x.header.Set(name, value)
	}
	return answer{status: http.StatusOK, body: "{}\n"}, nil
}
