package api

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/todo"
)

// A request reads the inputs of an event. What a call does not know it refuses by name: a misspelt filter must not
// become a list of everything.
type request struct {
	events.APIGatewayProxyRequest
}

// owner is the user name in the ID token that the gateway has verified; empty when there is none. Nothing else in a
// request can say who asks.
func (r request) owner() string {
	claims, _ := r.RequestContext.Authorizer["claims"].(map[string]any)
	name, _ := claims["cognito:username"].(string)
	return name
}

// id is the path parameter, which a REST API hands on percent-encoded as it was sent.
func (r request) id() (string, error) {
	id, err := url.PathUnescape(r.PathParameters["id"])
	if err != nil {
		return "", &todo.InvalidError{Field: "id", Problem: "is not properly percent-encoded"}
	}
	return id, nil
}

func (r request) idAndVersion() (id string, version int64, err error) {
	if id, err = r.id(); err != nil {
		return "", 0, err
	}
	version, err = r.ifMatch()
	return id, version, err
}

func (r request) listQuery() (todo.Query, error) {
	var q todo.Query
	if text, ok := r.QueryStringParameters["limit"]; ok {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > todo.MaxLimit || strconv.Itoa(limit) != text {
			return todo.Query{}, &todo.InvalidError{Field: "limit", Problem: fmt.Sprintf("must be a number from 1 to %d", todo.MaxLimit)}
		}
		q.Limit = limit
	}
	if token, ok := r.QueryStringParameters["next"]; ok {
		if token == "" {
			return todo.Query{}, &todo.InvalidError{Field: "next", Problem: "must not be empty"}
		}
		q.After = token
	}
	if text, ok := r.QueryStringParameters["completed"]; ok {
		if text != "true" && text != "false" {
			return todo.Query{}, &todo.InvalidError{Field: "completed", Problem: "must be true or false"}
		}
		completed := text == "true"
		q.Completed = &completed
	}
	return q, nil
}

// knowsQuery refuses parameters that are not among names, and repeated ones, of which one value would be ignored.
func (r request) knowsQuery(names []string) error {
	known := 0
	for _, name := range names {
		if _, ok := r.QueryStringParameters[name]; ok {
			known++
		}
		if len(r.MultiValueQueryStringParameters[name]) > 1 {
			return &todo.InvalidError{Field: name, Problem: "must be given once"}
		}
	}
	if known == len(r.QueryStringParameters) {
		return nil
	}
	unknown := ""
	for name := range r.QueryStringParameters {
		if !slices.Contains(names, name) && (unknown == "" || name < unknown) {
			unknown = name
		}
	}
	return &todo.InvalidError{Field: quote(unknown), Problem: "is not a query parameter of this call"}
}

// ifMatch is the version that the client has seen, or 0 for any. A call changes an item on one condition, so of what
// RFC 9110 allows it takes what the API itself has given out: one strong ETag, or *.
func (r request) ifMatch() (int64, error) {
	values := r.header("If-Match")
	if len(values) == 0 {
		return 0, nil
	}
	invalid := &todo.InvalidError{Field: "If-Match", Problem: `must be one ETag of the item, such as "3" with its quotes, or *`}
	if len(values) > 1 {
		return 0, invalid
	}
	value := strings.Trim(values[0], " \t")
	if value == "*" {
		return 0, nil
	}
	digits, opened := strings.CutPrefix(value, `"`)
	digits, closed := strings.CutSuffix(digits, `"`)
	version, err := strconv.ParseInt(digits, 10, 64)
	if !opened || !closed || err != nil || version < 1 || strconv.FormatInt(version, 10) != digits {
		return 0, invalid
	}
	return version, nil
}

// idempotencyKey is the id that the client has chosen, or empty.
func (r request) idempotencyKey() (string, error) {
	values := r.header("Idempotency-Key")
	if len(values) == 0 {
		return "", nil
	}
	id, ok := todo.CanonicalID(strings.Trim(values[0], " \t"))
	if !ok || len(values) > 1 {
		return "", &todo.InvalidError{Field: "Idempotency-Key", Problem: "must be one UUID"}
	}
	return id, nil
}

// header collects the values of a header whatever the case of its name: over HTTP/1.1 the gateway keeps the client's.
func (r request) header(name string) []string {
	var values []string
	for key, v := range r.MultiValueHeaders {
		if strings.EqualFold(key, name) {
			values = append(values, v...)
		}
	}
	if len(r.MultiValueHeaders) > 0 {
		return values
	}
	for key, v := range r.Headers {
		if strings.EqualFold(key, name) {
			values = append(values, v)
		}
	}
	return values
}

// quote makes a name that a client sent fit for a message: bounded, and with nothing in it that a terminal obeys.
func quote(name string) string {
	const most = 64
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "…"
	}
	return strconv.Quote(name)
}
