package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"example.com/todo/internal/todo"
)

// ready is a store that has its list at hand.
type ready struct {
	accepting
	page todo.Page
}

func (r ready) List(_ context.Context, _ string, _ todo.Query, use func(todo.Page)) error {
	use(r.page)
	return nil
}

func ask(b *testing.B, store todo.Store, function string, e events.APIGatewayProxyRequest) {
	b.Helper()
	call := serve(store).functions[function]
	b.ReportAllocs()
	for b.Loop() {
		if r, err := call(b.Context(), e); err != nil || r.StatusCode != 200 {
			b.Fatalf("got %d, %v", r.StatusCode, err)
		}
	}
}

func BenchmarkList(b *testing.B) {
	item := todo.Item{ID: firstID, Owner: "ann", Text: strings.Repeat("milk ", 10), Created: now, Updated: now, Version: 1}
	for _, n := range []int{20, 1000} {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) {
			page := todo.Page{Scanned: n}
			for range n {
				page.Items = append(page.Items, json.RawMessage(item.JSON()))
			}
			ask(b, ready{page: page}, "list", from("ann"))
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	ask(b, ready{}, "add", withBody(from("ann"), `{"item":"milk","completed":false,"notes":"two litres","due_date":"2026-06-01"}`))
}
