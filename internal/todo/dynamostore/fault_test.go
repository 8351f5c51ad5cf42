package dynamostore_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
	"example.com/todo/internal/todo/storetest"
)

const id = "01920000-0000-7000-8000-000000000001"

// A wire answers requests in their order; the last answer goes on for ever.
type wire struct {
	answers  []answer
	requests int
}

type answer func(*http.Request) (*http.Response, error)

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	n := min(w.requests, len(w.answers)-1)
	w.requests++
	return w.answers[n](r)
}

// over makes a store of the wire.
func over(w *wire) *dynamostore.Store {
	options := dynamotest.Client("").Options()
	options.HTTPClient = w
	return dynamostore.New(dynamodb.New(options), "todo")
}

func say(status int, body string) answer {
	return func(*http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/x-amz-json-1.0"}}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

func refuse(status int, kind string) answer {
	return say(status, `{"__type":"com.amazonaws.dynamodb.v20120810#`+kind+`","message":"no"}`)
}

func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func breakOff(*http.Request) (*http.Response, error) {
	body := io.MultiReader(strings.NewReader(`{"Item":{"id":`), failing{})
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body)}, nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func disconnect(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection reset by peer")
}

var nothing = say(200, `{}`)

// TestFaultsThatPass proves what is tried again, in a bubble in which waiting takes no time.
func TestFaultsThatPass(t *testing.T) {
	for name, fault := range map[string]answer{
		"too much for the table":     refuse(400, "ProvisionedThroughputExceededException"),
		"too much for the account":   refuse(400, "RequestLimitExceeded"),
		"throttled":                  refuse(400, "ThrottlingException"),
		"another's transaction":      refuse(400, "TransactionConflictException"),
		"another Region's write":     refuse(400, "ReplicatedWriteConflictException"),
		"a fault of the server":      refuse(500, "InternalServerError"),
		"an unavailable server":      say(503, "<html>"),
		"a lost connection":          disconnect,
		"an answer that breaks off":  breakOff,
		"a proxy without its server": say(502, ""),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answers: []answer{fault, fault, nothing}}
				if _, err := over(w).Get(t.Context(), "ann", id); !errors.Is(err, todo.ErrNotFound) || w.requests != 3 {
					t.Errorf("got %v after %d requests, want an answer to the third", err, w.requests)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answers: []answer{fault}}
				begin := time.Now()
				_, err := over(w).Get(t.Context(), "ann", id)
				if !errors.Is(err, todo.ErrUnavailable) || w.requests != 8 {
					t.Errorf("for ever: got %v after %d requests, want ErrUnavailable after 8", err, w.requests)
				}
				if took := time.Since(begin); took > 7*time.Second {
					t.Errorf("got %v of waiting, want at most a second before each attempt", took)
				}
			})
		})
	}
}

func TestAttemptsEndAtTheDeadline(t *testing.T) {
	for name, test := range map[string]struct {
		fault answer
		tells string
	}{
		"throttled": {refuse(400, "ProvisionedThroughputExceededException"), "ProvisionedThroughputExceeded"},
		"hanging":   {hang, "deadline"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
				defer cancel()
				begin := time.Now()
				w := &wire{answers: []answer{test.fault}}
				_, err := over(w).Add(ctx, newItem("ann"))
				if !errors.Is(err, todo.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), test.tells) {
					t.Errorf("got %v, want ErrUnavailable, DeadlineExceeded and %s", err, test.tells)
				}
				if took := time.Since(begin); took != time.Millisecond {
					t.Errorf("returned after %v, want the deadline, 1ms", took)
				}
			})
		})
	}
}

func TestACallerWhoLeavesEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		_, err := storetest.Page(ctx, over(&wire{answers: []answer{hang}}), "ann", todo.Query{})
		if !errors.Is(err, context.Canceled) || errors.Is(err, todo.ErrUnavailable) {
			t.Errorf("got %v, want Canceled and nothing about the store", err)
		}
	})
}

// TestFaultsThatStay are the operator's to mend: they are not tried again. A table that is not there, or not for this
// program, is unavailable to people; the rest is a fault of this program.
func TestFaultsThatStay(t *testing.T) {
	for kind, unavailable := range map[string]bool{
		"ResourceNotFoundException": true, "AccessDeniedException": true, "UnrecognizedClientException": true, "ExpiredTokenException": true,
		"ValidationException": false, "SerializationException": false,
	} {
		w := &wire{answers: []answer{refuse(400, kind)}}
		err := over(w).Delete(t.Context(), "ann", id, 0)
		if err == nil || errors.Is(err, todo.ErrUnavailable) != unavailable || !strings.Contains(err.Error(), kind) || w.requests != 1 {
			t.Errorf("%s: got %v after %d requests, want it named after one", kind, err, w.requests)
		}
	}
}

type noCredentials struct{}

func (noCredentials) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{}, errors.New("the role is gone")
}

func TestCredentialsThatCannotBeHad(t *testing.T) {
	client := dynamostore.NewClient(dynamostore.ClientConfig{Region: dynamotest.Region, Credentials: noCredentials{}})
	_, err := dynamostore.New(client, "todo").Get(t.Context(), "ann", id)
	if !errors.Is(err, todo.ErrUnavailable) || !strings.Contains(err.Error(), "the role is gone") {
		t.Errorf("got %v, want ErrUnavailable and the reason", err)
	}
}

// TestContradictions are of a server that refuses writes whose conditions hold: a call must come to an end.
func TestContradictions(t *testing.T) {
	item := `{"cognito-username":{"S":"ann"},"id":{"S":"` + id + `"},"item":{"S":"a secret text"},"completed":{"BOOL":false},` +
		`"creation_date":{"S":"2026-02-03T04:05:06.789Z"},"lastupdate_date":{"S":"2026-02-03T04:05:06.789Z"},"version":{"N":"1"}}`
	const refusal = `{"__type":"ConditionalCheckFailedException","Item":`
	text := "another"
	for name, call := range map[string]func(todo.Store) error{
		"Update": func(s todo.Store) error {
			_, err := s.Update(t.Context(), "ann", id, todo.Change{Text: &text})
			return err
		},
		"Delete": func(s todo.Store) error { return s.Delete(t.Context(), "ann", id, 1) },
	} {
		w := &wire{answers: []answer{say(400, refusal+item+`}`)}}
		if err := call(over(w)); err == nil || errors.Is(err, todo.ErrUnavailable) || strings.Contains(err.Error(), "secret") || w.requests != 1 {
			t.Errorf("%s: got %v after %d requests, want a fault after one", name, err, w.requests)
		}
	}
	w := &wire{answers: []answer{refuse(400, "ConditionalCheckFailedException")}}
	if got, err := over(w).Add(t.Context(), newItem("ann")); err == nil || errors.Is(err, todo.ErrExists) {
		t.Errorf("Add: got %v, %v, want a fault", got, err)
	}
}

// TestAServerThatHangs is one over a real connection.
func TestAServerThatHangs(t *testing.T) {
	asked := make(chan struct{}, 1)
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-release
	}))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, err := dynamostore.New(dynamotest.Client(server.URL), "todo").Get(ctx, "ann", id)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
}

// TestNobodyIsFollowed sends no signed request where a redirect says.
func TestNobodyIsFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("got a request elsewhere: %s %s", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	if _, err := dynamostore.New(dynamotest.Client(server.URL), "todo").Get(t.Context(), "ann", id); err == nil {
		t.Error("got no error")
	}
}

func newItem(owner string) todo.Item {
	at := time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)
	return todo.Item{ID: id, Owner: owner, Text: "a secret text", Created: at, Updated: at, Version: 1}
}
