package dynamostore_test

import (
	"context"
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
	"example.com/todo/internal/todo/storetest"
)

func TestMain(m *testing.M) {
	// The suite's random walk makes thousands of calls, which take seconds on a server. The command line still decides.
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// TestStore is the port's suite on a server that puts no item into its refusals, and is asked for it.
func TestStore(t *testing.T) {
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	storetest.Run(t, func(t *testing.T) todo.Store { return dynamostore.New(client, dynamotest.NewTable(t, client)) })
}

// TestStoreOnAWS is the same suite as it goes on AWS, where each method makes one call, always the same.
func TestStoreOnAWS(t *testing.T) {
	client := dynamotest.ClientOfAWS(dynamotest.Start(t, dynamotest.Explaining), note)
	seen := &atomic.Int64{}
	storetest.Run(t, func(t *testing.T) todo.Store {
		return counted{t, dynamostore.New(client, dynamotest.NewTable(t, client)), seen}
	})
	if seen.Load() == 0 {
		t.Error("no call has been seen")
	}
}

func TestLongList(t *testing.T) {
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	storetest.RunLong(t, dynamostore.New(client, dynamotest.NewTable(t, client)))
}

type archive = interface {
	todo.Store
	todo.Archive
}

func TestArchive(t *testing.T) {
	for name, mode := range map[string]dynamotest.Mode{"on AWS": dynamotest.Explaining, "elsewhere": dynamotest.Silent} {
		t.Run(name, func(t *testing.T) {
			endpoint := dynamotest.Start(t, mode)
			client := dynamotest.Client(endpoint)
			if mode == dynamotest.Explaining {
				client = dynamotest.ClientOfAWS(endpoint, nil)
			}
			storetest.RunArchive(t, func(t *testing.T) archive { return dynamostore.New(client, dynamotest.NewTable(t, client)) })
		})
	}
}

// counted checks the calls that each method makes.
type counted struct {
	t     *testing.T
	store todo.Store
	seen  *atomic.Int64
}

type calls struct {
	mu   sync.Mutex
	made []string
}

type callsKey struct{}

// note writes a request's operation down in its context; on a busy machine an attempt may fail and be repeated.
func note(r *http.Request) {
	c, ok := r.Context().Value(callsKey{}).(*calls)
	if !ok || !strings.HasPrefix(r.Header.Get("Amz-Sdk-Request"), "attempt=1;") {
		return
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.made = append(c.made, operation)
}

func (s counted) watch(ctx context.Context, operation string) (context.Context, func()) {
	var c calls
	return context.WithValue(ctx, callsKey{}, &c), func() {
		s.seen.Add(int64(len(c.made)))
		// What is refused without asking, such as a bad token, makes none.
		if !slices.Equal(c.made, []string{operation}) && len(c.made) > 0 {
			s.t.Errorf("got the calls %v, want one %s", c.made, operation)
		}
	}
}

func (s counted) List(ctx context.Context, owner string, q todo.Query, use func(todo.Page)) error {
	ctx, check := s.watch(ctx, "Query")
	defer check()
	return s.store.List(ctx, owner, q, use)
}

func (s counted) Get(ctx context.Context, owner, id string) (todo.Item, error) {
	ctx, check := s.watch(ctx, "GetItem")
	defer check()
	return s.store.Get(ctx, owner, id)
}

func (s counted) Add(ctx context.Context, item todo.Item) (todo.Item, error) {
	ctx, check := s.watch(ctx, "PutItem")
	defer check()
	return s.store.Add(ctx, item)
}

func (s counted) Update(ctx context.Context, owner, id string, c todo.Change) (todo.Item, error) {
	ctx, check := s.watch(ctx, "UpdateItem")
	defer check()
	return s.store.Update(ctx, owner, id, c)
}

func (s counted) Delete(ctx context.Context, owner, id string, ifVersion int64) error {
	ctx, check := s.watch(ctx, "DeleteItem")
	defer check()
	return s.store.Delete(ctx, owner, id, ifVersion)
}
