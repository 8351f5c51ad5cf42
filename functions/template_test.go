package functions_test

import (
	"log/slog"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.yaml.in/yaml/v3"

	"example.com/todo/internal/api"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
)

func readTemplate(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTheMakefileNamesTheFunctions holds its list to the template.
func TestTheMakefileNamesTheFunctions(t *testing.T) {
	described, err := stack.Load(readTemplate(t), stack.Options{File: "template.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range described.Functions {
		want = append(want, path.Base(f.CodeURI)+":"+f.LogicalID)
	}
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`(?m)^FUNCTIONS := ((?:.*\\\n)*.*)$`).FindSubmatch(makefile)
	if list == nil {
		t.Fatal("the Makefile has no FUNCTIONS")
	}
	got := strings.Fields(strings.ReplaceAll(string(list[1]), "\\\n", " "))
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-template +Makefile\n%s", diff)
	}
}

// policies are the actions that the template allows to each function, by the names of their folders.
func policies(t *testing.T) map[string][]string {
	t.Helper()
	var template struct {
		Resources map[string]struct {
			Type       string    `yaml:"Type"`
			Properties yaml.Node `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(readTemplate(t), &template); err != nil {
		t.Fatal(err)
	}
	actions := map[string][]string{}
	for _, resource := range template.Resources {
		if resource.Type != "AWS::Serverless::Function" {
			continue
		}
		var function struct {
			CodeURI  string `yaml:"CodeUri"`
			Policies []struct {
				Statement []struct {
					Action string `yaml:"Action"`
				} `yaml:"Statement"`
			} `yaml:"Policies"`
		}
		if err := resource.Properties.Decode(&function); err != nil {
			t.Fatal(err)
		}
		name := path.Base(function.CodeURI)
		for _, policy := range function.Policies {
			for _, statement := range policy.Statement {
				actions[name] = append(actions[name], statement.Action)
			}
		}
	}
	return actions
}

// TestPoliciesAllowWhatIsCalled sends each function through every way it can go, on a server that answers as AWS does,
// and compares the calls it makes with those that the template allows it.
func TestPoliciesAllowWhatIsCalled(t *testing.T) {
	var recorder recorder
	endpoint := dynamotest.Start(t, dynamotest.Explaining)
	table := dynamotest.NewTable(t, dynamotest.Client(endpoint))
	fixture := dynamostore.New(dynamotest.Client(endpoint), table)
	functions := api.New(api.Config{
		Service:     todo.NewService(dynamostore.New(dynamotest.ClientOfAWS(endpoint, recorder.note), table), time.Now, uuid.NewString),
		AllowOrigin: "*", Logger: slog.New(slog.DiscardHandler),
	}).Functions()

	const there, missing = "01920000-0000-7000-8000-000000000001", "01920000-0000-7000-8000-000000000002"
	got := map[string][]string{}
	statuses := map[string]bool{}
	for name, function := range functions {
		recorder.reset()
		for _, id := range []string{there, missing} {
			for _, version := range []string{"*", `"1"`, `"7"`} {
				_, _ = fixture.Add(t.Context(), todo.Item{ID: there, Owner: "ann", Text: "x", Version: 1})
				_ = fixture.Delete(t.Context(), "ann", missing, 0)
				for range 2 { // the second finds what the first has left
					e := event(id, `{"item":"changed","completed":true}`)
					e.MultiValueHeaders = map[string][]string{"If-Match": {version}, "Idempotency-Key": {id}}
					answer, err := function(t.Context(), e)
					if err != nil {
						t.Fatal(err)
					}
					statuses[http.StatusText(answer.StatusCode)] = true
				}
			}
		}
		got[name] = recorder.actions()
	}
	want := []string{"OK", "Not Found", "Conflict", "Precondition Failed"}
	for _, status := range want {
		if !statuses[status] {
			t.Errorf("no call was answered %s", status)
		}
	}
	if len(statuses) != len(want) {
		t.Errorf("got the answers %v, want %v", statuses, want)
	}
	if diff := cmp.Diff(policies(t), got); diff != "" {
		t.Errorf("-allowed +called\n%s", diff)
	}
}

// A recorder keeps the operations of requests, as policies name them.
type recorder struct {
	mu   sync.Mutex
	seen []string
}

func (r *recorder) note(request *http.Request) {
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, "dynamodb:"+operation)
}

func (r *recorder) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = nil
}

func (r *recorder) actions() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	slices.Sort(r.seen)
	return slices.Compact(r.seen)
}
