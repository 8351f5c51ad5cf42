package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// ErrMalformed is a response that is none for a proxy integration.
var ErrMalformed = errors.New("lambda: malformed response")

// DecodeResponse reads what a function answered, the way API Gateway reads the output of a proxy integration ("Set up
// Lambda proxy integrations", API Gateway Developer Guide, and what the service was seen to do). It must be an object
// that holds no key but statusCode, headers, multiValueHeaders, body and isBase64Encoded; each may be missing or null.
//
// A missing status code comes back as 200, so that 0 never stands for it; one may also be written as a string of digits.
// A header's value may be a boolean or a number, which becomes text. The body is text. Whether the status code and the
// headers can be sent is left to whoever sends them. Every error is an ErrMalformed and quotes no more of the response
// than the name of a key.
func DecodeResponse(output []byte) (events.APIGatewayProxyResponse, error) {
	response, err := decodeResponse(output)
	if err != nil {
		return events.APIGatewayProxyResponse{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return response, nil
}

var responseKeys = []string{"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}

func decodeResponse(output []byte) (r events.APIGatewayProxyResponse, err error) {
	fields, err := object(output)
	if err != nil {
		return r, err
	}
	r.StatusCode = http.StatusOK
	for name, value := range fields {
		if !slices.Contains(responseKeys, name) {
			return r, fmt.Errorf("key %.100q is not one of a response", name)
		}
		if isNull(value) {
			continue
		}
		switch name {
		case "statusCode":
			r.StatusCode, err = statusCode(value)
		case "headers":
			r.Headers, err = headers(value)
		case "multiValueHeaders":
			r.MultiValueHeaders, err = headerLists(value)
		case "body":
			r.Body, err = as[string](value, "a string")
		case "isBase64Encoded":
			r.IsBase64Encoded, err = as[bool](value, "true or false")
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r, nil
}

// object reads an object without encoding/json's leniency for the case of keys.
func object(value []byte) (map[string]json.RawMessage, error) {
	var fields map[string]json.RawMessage
	err := json.Unmarshal(value, &fields)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, errors.New("not JSON")
	case err != nil || fields == nil:
		return nil, errors.New("must be an object")
	}
	return fields, nil
}

func isNull(value json.RawMessage) bool { return string(value) == "null" }

func as[T string | bool](value json.RawMessage, what string) (T, error) {
	var v T
	if err := json.Unmarshal(value, &v); err != nil {
		return v, fmt.Errorf("must be %s", what)
	}
	return v, nil
}

func statusCode(value json.RawMessage) (int, error) {
	digits := string(value)
	if value[0] == '"' {
		if err := json.Unmarshal(value, &digits); err != nil {
			return 0, errors.New("must be a number")
		}
	}
	code, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || code == 0 {
		return 0, errors.New("must be a number of an HTTP status")
	}
	return int(code), nil
}

func headers(value json.RawMessage) (map[string]string, error) {
	fields, err := object(value)
	if err != nil {
		return nil, err
	}
	headers := make(map[string]string, len(fields))
	for name, value := range fields {
		if isNull(value) {
			continue
		}
		if headers[name], err = headerValue(value); err != nil {
			return nil, fmt.Errorf("%.100q: %w", name, err)
		}
	}
	return headers, nil
}

func headerLists(value json.RawMessage) (map[string][]string, error) {
	fields, err := object(value)
	if err != nil {
		return nil, err
	}
	headers := make(map[string][]string, len(fields))
	for name, value := range fields {
		var values []json.RawMessage
		if err := json.Unmarshal(value, &values); err != nil {
			return nil, fmt.Errorf("%.100q: must be a list", name)
		}
		for _, value := range values {
			text, err := headerValue(value)
			if err != nil {
				return nil, fmt.Errorf("%.100q: %w", name, err)
			}
			headers[name] = append(headers[name], text)
		}
	}
	return headers, nil
}

// headerValue is a string, or a boolean or number as it is written.
func headerValue(value json.RawMessage) (string, error) {
	switch value[0] {
	case '"':
		return as[string](value, "a string")
	case '{', '[', 'n':
		return "", errors.New("must be a string")
	}
	return string(value), nil
}
