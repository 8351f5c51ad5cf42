package main

import (
	"io"
	"net/http"
	"strconv"
)

// body is what the measured function answers.
const body = `{"Item":{"id":"0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b","item":"Buy milk","completed":false,"version":1}}`

// bareServer sends the bytes of the gateway's answer, with ids that are always the same.
func bareServer(*hello) (http.Handler, func() error, error) {
	handler := func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Access-Control-Allow-Origin"] = []string{"http://localhost:8080"}
		h["Content-Type"] = []string{"application/json"}
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
		h["X-Amzn-Trace-Id"] = []string{"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:0a1b2c3d:0"}
		h["x-amz-apigw-id"] = []string{"AbCdEfGhIjKlMnO="}
		h["x-amzn-RequestId"] = []string{"c6af9ac6-7b61-11e6-9a41-93e8deadbeef"}
		io.WriteString(w, body)
	}
	return http.HandlerFunc(handler), func() error { return nil }, nil
}
