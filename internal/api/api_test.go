package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/api"
	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
)

const (
	firstID   = "01920000-0000-7000-8000-000000000001"
	secondID  = "01920000-0000-7000-8000-000000000002"
	thirdID   = "01920000-0000-7000-8000-00000000f003"
	noID      = "01920000-0000-7000-8000-00000000ffff"
	requestID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
	origin    = "https://app.example"
)

var now = time.Date(2026, 5, 6, 7, 8, 9, 123e6, time.UTC)

// server is the six functions over a real store, with ids firstID, secondID and so on.
type server struct {
	functions map[string]api.Function
	log       *bytes.Buffer
}

func newServer(t *testing.T) server {
	t.Helper()
	db, err := boltdb.Open(filepath.Join(t.TempDir(), "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	store, err := boltstore.New(db)
	if err != nil {
		t.Fatal(err)
	}
	return serve(store)
}

func serve(store todo.Store) server {
	var n atomic.Int64
	newID := func() string { return fmt.Sprintf("01920000-0000-7000-8000-%012x", n.Add(1)) }
	log := new(bytes.Buffer)
	service := todo.NewService(store, func() time.Time { return now }, newID)
	return server{api.New(api.Config{
		Service: service, AllowOrigin: origin, Logger: slog.New(slog.NewTextHandler(log, nil)),
	}).Functions(), log}
}

// from is an event of a person who has signed in.
func from(owner string) events.APIGatewayProxyRequest {
	return events.APIGatewayProxyRequest{RequestContext: events.APIGatewayProxyRequestContext{
		RequestID:  requestID,
		Authorizer: map[string]any{"claims": map[string]any{"cognito:username": owner, "sub": "not the owner"}},
	}}
}

func withID(owner, id string) events.APIGatewayProxyRequest {
	e := from(owner)
	e.PathParameters = map[string]string{"id": id}
	return e
}

func withBody(e events.APIGatewayProxyRequest, body string) events.APIGatewayProxyRequest {
	e.Body = body
	return e
}

// withHeader adds a header as a gateway gives it: all values in one map, the last in the other.
func withHeader(e events.APIGatewayProxyRequest, name string, values ...string) events.APIGatewayProxyRequest {
	e.MultiValueHeaders = map[string][]string{"Accept": {"*/*"}, name: values}
	e.Headers = map[string]string{"Accept": "*/*", name: values[len(values)-1]}
	return e
}

func withQuery(e events.APIGatewayProxyRequest, name string, values ...string) events.APIGatewayProxyRequest {
	e.MultiValueQueryStringParameters = map[string][]string{name: values}
	e.QueryStringParameters = map[string]string{name: values[len(values)-1]}
	return e
}

func (s server) call(t *testing.T, function string, e events.APIGatewayProxyRequest) events.APIGatewayProxyResponse {
	t.Helper()
	r, err := s.functions[function](t.Context(), e)
	if err != nil {
		t.Fatalf("%s: got error %v, want an answer", function, err)
	}
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "ETag, X-Amzn-RequestId",
		"Cache-Control": "no-store", "Content-Type": "application/json", "X-Content-Type-Options": "nosniff",
	} {
		if got := r.Headers[name]; got != want {
			t.Errorf("%s: %s: got %q, want %q", function, name, got, want)
		}
	}
	if !json.Valid([]byte(r.Body)) {
		t.Errorf("%s: the body is no JSON: %s", function, r.Body)
	}
	return r
}

func (s server) want(t *testing.T, function string, e events.APIGatewayProxyRequest, status int, body string) events.APIGatewayProxyResponse {
	t.Helper()
	r := s.call(t, function, e)
	if r.StatusCode != status || r.Body != body {
		t.Errorf("%s: got %d %s\nwant %d %s", function, r.StatusCode, r.Body, status, body)
	}
	return r
}

// refused checks for a 400 whose message begins with the name of the input at fault.
func (s server) refused(t *testing.T, function string, e events.APIGatewayProxyRequest, field string) {
	t.Helper()
	r := s.call(t, function, e)
	var problem struct{ Message string }
	if err := json.Unmarshal([]byte(r.Body), &problem); err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusBadRequest || !strings.HasPrefix(problem.Message, field+" ") || r.Headers["ETag"] != "" {
		t.Errorf("%s: got %d %q, want 400 and a message that begins with %q", function, r.StatusCode, problem.Message, field)
	}
	if len(problem.Message) > 300 {
		t.Errorf("%s: the message is %d bytes long", function, len(problem.Message))
	}
}

// itemJSON is an item of the tests' clock.
func itemJSON(id, owner, text string, completed bool, version int) string {
	quoted, _ := json.Marshal(text)
	return fmt.Sprintf(`{"id":"%s","cognito-username":"%s","item":%s,"completed":%v,"creation_date":"2026-05-06T07:08:09.123Z",`+
		`"lastupdate_date":"2026-05-06T07:08:09.123Z","version":%d}`, id, owner, quoted, completed, version)
}

func TestTheLifeOfAnItem(t *testing.T) {
	s := newServer(t)
	wantETag := func(r events.APIGatewayProxyResponse, want string) {
		t.Helper()
		if got := r.Headers["ETag"]; got != want {
			t.Errorf("ETag: got %s, want %s", got, want)
		}
	}
	s.want(t, "list", from("ann"), 200, `{"Items":[],"Count":0,"ScannedCount":0}`)
	r := s.want(t, "add", withBody(from("ann"), `{"item":" Buy milk "}`), 200, `{"Item":`+itemJSON(firstID, "ann", "Buy milk", false, 1)+`}`)
	wantETag(r, `"1"`)
	wantETag(s.want(t, "get", withID("ann", firstID), 200, r.Body), `"1"`)
	r = s.want(t, "update", withBody(withID("ann", firstID), `{"completed":false,"item":"Buy bread"}`), 200,
		`{"Attributes":`+itemJSON(firstID, "ann", "Buy bread", false, 2)+`}`)
	wantETag(r, `"2"`)
	done := `{"Attributes":` + itemJSON(firstID, "ann", "Buy bread", true, 3) + `}`
	wantETag(s.want(t, "complete", withID("ann", firstID), 200, done), `"3"`)
	wantETag(s.want(t, "complete", withID("ann", firstID), 200, done), `"3"`)
	wantETag(s.want(t, "list", from("ann"), 200, `{"Items":[`+itemJSON(firstID, "ann", "Buy bread", true, 3)+`],"Count":1,"ScannedCount":1}`), "")
	wantETag(s.want(t, "delete", withID("ann", firstID), 200, `{}`), "")
	const none = `{"message":"There is no such item"}`
	for _, function := range []string{"get", "complete", "delete"} {
		s.want(t, function, withID("ann", firstID), 404, none)
	}
	s.want(t, "update", withBody(withID("ann", firstID), `{"item":"x","completed":true}`), 404, none)
	s.want(t, "list", from("ann"), 200, `{"Items":[],"Count":0,"ScannedCount":0}`)
	if s.log.Len() > 0 {
		t.Errorf("the log: %s", s.log)
	}
}

// An item's optional fields as clients see them, and what leaving one out of a change means.
func TestOptionalFields(t *testing.T) {
	s := newServer(t)
	item := func(text, optional string, version int) string {
		plain := itemJSON(firstID, "ann", text, false, version)
		return strings.Replace(plain, `"creation_date"`, optional+`"creation_date"`, 1)
	}
	const all = `"due_date":"2026-05-31","notes":"two\nlitres","position":"V",`
	s.want(t, "add", withBody(from("ann"), `{"position":"V","item":"Buy milk","notes":"\ttwo\nlitres ","due_date":"2026-05-31"}`), 200,
		`{"Item":`+item("Buy milk", all, 1)+`}`)
	s.want(t, "list", from("ann"), 200, `{"Items":[`+item("Buy milk", all, 1)+`],"Count":1,"ScannedCount":1}`)
	version := 1
	for _, step := range []struct{ name, body, text, optional string }{
		{"a client that does not know them", `{"item":"Buy bread","completed":false}`, "Buy bread", all},
		{"one of them alone", `{"item":"Buy bread","completed":false,"due_date":"2026-06-01"}`, "Buy bread", `"due_date":"2026-06-01","notes":"two\nlitres","position":"V",`},
		{"taken away by null", `{"item":"Buy bread","completed":false,"due_date":null}`, "Buy bread", `"notes":"two\nlitres","position":"V",`},
		{"taken away by an empty text", `{"item":"Buy bread","completed":false,"notes":"","position":""}`, "Buy bread", ""},
		{"set again", `{"item":"Buy bread","completed":false,"position":"0000z"}`, "Buy bread", `"position":"0000z",`},
	} {
		version++
		t.Run(step.name, func(t *testing.T) {
			s.want(t, "update", withBody(withID("ann", firstID), step.body), 200, `{"Attributes":`+item(step.text, step.optional, version)+`}`)
			s.want(t, "get", withID("ann", firstID), 200, `{"Item":`+item(step.text, step.optional, version)+`}`)
		})
	}
	t.Run("what changes nothing makes no version", func(t *testing.T) {
		body := `{"item":"Buy bread","completed":false,"notes":null,"position":"0000z"}`
		s.want(t, "update", withBody(withID("ann", firstID), body), 200, `{"Attributes":`+item("Buy bread", `"position":"0000z",`, version)+`}`)
	})
}

func TestListsByPage(t *testing.T) {
	s := newServer(t)
	for i := range 5 {
		s.call(t, "add", withBody(from("ann"), fmt.Sprintf(`{"item":"item %d","completed":%v}`, i, i%2 == 0)))
	}
	var got []string
	e := withQuery(from("ann"), "limit", "2")
	for page := range 3 {
		var answer struct {
			Items               []todo.Item
			Count, ScannedCount int
			NextToken           *string
		}
		if err := json.Unmarshal([]byte(s.call(t, "list", e).Body), &answer); err != nil {
			t.Fatal(err)
		}
		for _, item := range answer.Items {
			got = append(got, item.Text)
		}
		if last := page == 2; last != (answer.NextToken == nil) || answer.Count != len(answer.Items) || answer.ScannedCount != answer.Count {
			t.Fatalf("page %d: got %+v", page, answer)
		}
		if answer.NextToken != nil {
			e.QueryStringParameters["next"] = *answer.NextToken
		}
	}
	if diff := cmp.Diff([]string{"item 0", "item 1", "item 2", "item 3", "item 4"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	s.want(t, "list", withQuery(from("ann"), "completed", "false"), 200, `{"Items":[`+itemJSON(secondID, "ann", "item 1", false, 1)+`,`+
		itemJSON("01920000-0000-7000-8000-000000000004", "ann", "item 3", false, 1)+`],"Count":2,"ScannedCount":5}`)
	e.RequestContext = from("bob").RequestContext
	s.refused(t, "list", e, "next") // ann's token
}

func TestNobodyReachesAnothersItem(t *testing.T) {
	s := newServer(t)
	anns := `{"Item":` + itemJSON(firstID, "ann", "Ann's own", false, 1) + `}`
	s.want(t, "add", withBody(from("ann"), `{"item":"Ann's own"}`), 200, anns)
	const none = `{"message":"There is no such item"}`
	s.want(t, "get", withID("bob", firstID), 404, none)
	s.want(t, "complete", withID("bob", firstID), 404, none)
	s.want(t, "delete", withID("bob", firstID), 404, none)
	s.want(t, "update", withBody(withID("bob", firstID), `{"item":"Bob's","completed":true}`), 404, none)
	s.want(t, "list", from("bob"), 200, `{"Items":[],"Count":0,"ScannedCount":0}`)
	for _, field := range []string{"cognito-username", "id", "version", "owner", "creation_date"} {
		s.refused(t, "add", withBody(from("bob"), fmt.Sprintf(`{"item":"x","%s":"ann"}`, field)), fmt.Sprintf("%q", field))
		s.refused(t, "update", withBody(withID("bob", firstID), fmt.Sprintf(`{"%s":"ann","item":"x","completed":true}`, field)), fmt.Sprintf("%q", field))
		s.refused(t, "list", withQuery(from("bob"), field, "ann"), fmt.Sprintf("%q", field))
	}
	s.want(t, "get", withID("ann", firstID), 200, anns)
}

func TestWithoutAUserName(t *testing.T) {
	s := newServer(t)
	for name, authorizer := range map[string]map[string]any{
		"no authorizer":            nil,
		"no claims":                {},
		"claims of another type":   {"claims": "ann"},
		"claims that are a list":   {"claims": []any{"ann"}},
		"claims that are null":     {"claims": nil},
		"no name":                  {"claims": map[string]any{"username": "ann", "sub": "ann"}},
		"a name of another type":   {"claims": map[string]any{"cognito:username": 7}},
		"a name that is a list":    {"claims": map[string]any{"cognito:username": []any{"ann"}}},
		"an empty name":            {"claims": map[string]any{"cognito:username": ""}},
		"a name beside the claims": {"cognito:username": "ann", "principalId": "ann"},
	} {
		t.Run(name, func(t *testing.T) {
			for function := range s.functions {
				e := withBody(withID("", firstID), `{"item":"x","completed":true,"cognito-username":"ann"}`)
				e.RequestContext.Authorizer = authorizer
				s.want(t, function, e, 401, `{"message":"Unauthorized"}`)
			}
		})
	}
}

// faulty fails in a way that only the operator may know.
type faulty struct {
	todo.Store
	err error
}

var (
	errDisk = fmt.Errorf("item %q of owner %q: %w", firstID, "ann", fmt.Errorf("disk sda1 is on fire"))
	errBusy = fmt.Errorf("item %q: %w: all of the table's capacity is used", firstID, todo.ErrUnavailable)
)

func (f faulty) List(context.Context, string, todo.Query, func(todo.Page)) error {
	return f.err
}
func (f faulty) Get(context.Context, string, string) (todo.Item, error) { return todo.Item{}, f.err }
func (f faulty) Add(context.Context, todo.Item) (todo.Item, error)      { return todo.Item{}, f.err }
func (f faulty) Update(context.Context, string, string, todo.Change) (todo.Item, error) {
	return todo.Item{}, f.err
}
func (f faulty) Delete(context.Context, string, string, int64) error { return f.err }

func TestAFaultIsNeutralOutsideAndWholeInTheLog(t *testing.T) {
	const secret, token = "a secret text", "eyJ.a.token"
	for _, fault := range []struct {
		err     error
		status  int
		message string
		logged  string
	}{
		{errDisk, 500, "Internal server error", "disk sda1 is on fire"},
		{errBusy, 503, "Service unavailable", "all of the table's capacity is used"},
	} {
		for function := range newServer(t).functions {
			t.Run(fmt.Sprint(function, " ", fault.status), func(t *testing.T) {
				s := serve(faulty{err: fault.err})
				e := withHeader(withBody(withID("ann", firstID), `{"item":"`+secret+`","completed":true}`), "Authorization", token)
				r := s.want(t, function, e, fault.status, `{"message":"`+fault.message+`","requestId":"`+requestID+`"}`)
				if r.Headers["ETag"] != "" {
					t.Error("the answer has an ETag")
				}
				log := s.log.String()
				for _, want := range []string{"level=ERROR", "function=" + function, "apiRequestId=" + requestID, fault.logged, firstID} {
					if !strings.Contains(log, want) {
						t.Errorf("the log lacks %s: %s", want, log)
					}
				}
				if strings.Contains(log, secret) || strings.Contains(log, token) {
					t.Errorf("the log tells secrets: %s", log)
				}
			})
		}
	}
}

// slow answers when its caller has no more time.
type slow struct{ todo.Store }

func (slow) Get(ctx context.Context, _, _ string) (todo.Item, error) {
	<-ctx.Done()
	return todo.Item{}, fmt.Errorf("%w: %w", todo.ErrUnavailable, ctx.Err())
}

func TestAFunctionKeepsTimeToAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begin := time.Now()
		r, err := serve(slow{}).functions["get"](ctx, withID("ann", firstID))
		if took := time.Since(begin); err != nil || r.StatusCode != 503 || took != 9500*time.Millisecond {
			t.Errorf("got %d, %v after %v, want 503 half a second before the end", r.StatusCode, err, took)
		}
	})
}

func TestTheNamesOfTheFunctions(t *testing.T) {
	got := map[string]bool{}
	for name, f := range newServer(t).functions {
		got[name] = f != nil
	}
	want := map[string]bool{"list": true, "get": true, "add": true, "update": true, "complete": true, "delete": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
