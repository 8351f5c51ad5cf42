package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

// accepting takes every item and keeps none.
type accepting struct{ todo.Store }

func (accepting) Add(_ context.Context, item todo.Item) (todo.Item, error) { return item, nil }

// contract is openapi.yaml with a record of what has been tried: "add 200" and so on.
type contract struct {
	doc    *openapi3.T
	router routers.Router
	tried  map[string]bool
}

func loadContract(t *testing.T) contract {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// NewRouter validates the document, examples included.
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return contract{doc, router, map[string]bool{}}
}

// documented are all the answers that the contract ascribes to the functions; the gateway's own are under default.
func (c contract) documented() []string {
	var all []string
	for _, item := range c.doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				if status != "default" {
					all = append(all, operation.OperationID+" "+status)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

// send routes a request by the contract to the function that bears the operation's name, as the gateway would, and
// holds the answer to the contract.
func (c contract) send(t *testing.T, s server, owner, request string, header http.Header, body string) events.APIGatewayProxyResponse {
	t.Helper()
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequestWithContext(t.Context(), method, "http://localhost:8080/prod"+target, strings.NewReader(body))
	r.Header = header.Clone()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	name := route.Operation.OperationID
	e := from(owner)
	e.Body, e.PathParameters, e.MultiValueHeaders = body, params, r.Header
	e.MultiValueQueryStringParameters, e.QueryStringParameters = r.URL.Query(), map[string]string{}
	for key, values := range r.URL.Query() {
		e.QueryStringParameters[key] = values[len(values)-1]
	}
	answer := s.call(t, name, e)
	c.tried[fmt.Sprintf("%s %d", name, answer.StatusCode)] = true

	in := &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: params,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(t.Context(), in); err != nil && answer.StatusCode == http.StatusOK {
		t.Errorf("%s: got 200 for what the contract forbids: %v", request, err)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: answer.StatusCode, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(answer.Body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	for key, value := range answer.Headers {
		out.Header.Set(key, value)
	}
	if err := openapi3filter.ValidateResponse(t.Context(), out); err != nil {
		t.Errorf("%s: %d %s: %v", request, answer.StatusCode, answer.Body, err)
	}
	if route.Operation.Responses.Status(answer.StatusCode) == nil {
		t.Errorf("%s: the contract does not know status %d", request, answer.StatusCode)
	}
	return answer
}

// TestTheContract goes through openapi.yaml: every operation and every status that it documents for the functions.
func TestTheContract(t *testing.T) {
	c, s := loadContract(t), newServer(t)
	stale := http.Header{"If-Match": {`"99"`}}
	current := http.Header{"If-Match": {`"1"`}}
	key, otherKey := http.Header{"Idempotency-Key": {strings.ToUpper(noID)}}, http.Header{"Idempotency-Key": {thirdID}}
	const text, change = `{"item":"<Buy> \"milk\" 🙂\n"}`, `{"item":"Buy bread","completed":true}`
	const full, less = `{"item":"Buy jam","due_date":"2026-05-31","notes":" Two\n","position":"V"}`,
		`{"item":"Buy jam","completed":false,"due_date":null,"notes":"","position":"0z"}`
	for _, step := range []struct {
		request string
		header  http.Header
		body    string
		want    int
	}{
		{"GET /item", nil, "", 200},
		{"POST /item", nil, text, 200},
		{"POST /item", nil, change, 200},
		{"POST /item", key, text, 200},
		{"POST /item", key, text, 200},
		{"POST /item", key, change, 409},
		{"POST /item", nil, `{"item":"x","id":"1"}`, 400},
		{"POST /item", otherKey, full, 200},
		{"POST /item", otherKey, text, 409},
		{"POST /item", nil, less, 200},
		{"POST /item", nil, `{"item":"x","due_date":"2026-02-30"}`, 400},
		{"POST /item", nil, `{"item":"x","position":"0"}`, 400},
		{"GET /item/" + thirdID, nil, "", 200},
		{"PUT /item/" + thirdID, nil, less, 200},
		{"PUT /item/" + thirdID, nil, change, 200},
		{"PUT /item/" + thirdID, nil, `{"item":"x","completed":true,"notes":1}`, 400},
		{"GET /item?limit=1&completed=false", nil, "", 200},
		{"GET /item?completed=true", nil, "", 200},
		{"GET /item?limit=0", nil, "", 400},
		{"GET /item/" + firstID, nil, "", 200},
		{"GET /item/" + secondID[:35] + "e", nil, "", 404},
		{"GET /item/1", nil, "", 400},
		{"PUT /item/" + firstID, stale, change, 412},
		{"PUT /item/" + firstID, current, change, 200},
		{"PUT /item/" + firstID, nil, `{"item":"x"}`, 400},
		{"PUT /item/" + secondID[:35] + "e", nil, change, 404},
		{"POST /item/" + secondID + "/done", stale, "", 412},
		{"POST /item/" + secondID + "/done", nil, "", 200},
		{"POST /item/" + secondID[:35] + "e/done", nil, "", 404},
		{"POST /item/1/done", nil, "", 400},
		{"DELETE /item/" + secondID, stale, "", 412},
		{"DELETE /item/" + secondID, current, "", 200},
		{"DELETE /item/" + secondID, nil, "", 404},
		{"DELETE /item/1", nil, "", 400},
	} {
		if got := c.send(t, s, "ann", step.request, step.header, step.body); got.StatusCode != step.want {
			t.Errorf("%s: got %d %s, want %d", step.request, got.StatusCode, got.Body, step.want)
		}
	}
	for _, request := range []string{"GET /item", "POST /item", "GET /item/" + firstID, "PUT /item/" + firstID, "DELETE /item/" + firstID, "POST /item/" + firstID + "/done"} {
		c.send(t, s, "", request, nil, change)
		c.send(t, serve(faulty{err: errDisk}), "ann", request, nil, change)
		c.send(t, serve(faulty{err: errBusy}), "ann", request, nil, change)
	}
	var tried []string
	for answer := range c.tried {
		tried = append(tried, answer)
	}
	slices.Sort(tried)
	if diff := cmp.Diff(c.documented(), tried); diff != "" {
		t.Errorf("the answers: -documented +tried\n%s", diff)
	}
}
