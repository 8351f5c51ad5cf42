package dynamostore_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
	"example.com/todo/internal/todo/storetest"
)

// losing carries requests to a server and loses the next answers, as many as it is told. It is for one caller.
type losing struct {
	dynamodb.HTTPClient
	lose int
}

func (l *losing) Do(r *http.Request) (*http.Response, error) {
	response, err := l.HTTPClient.Do(r)
	if l.lose == 0 || err != nil {
		return response, err
	}
	l.lose--
	return nil, errors.Join(errors.New("connection reset by peer"), response.Body.Close())
}

// TestLostAnswers repeats what was done already: the repeat must not be taken for a conflict with itself.
func TestLostAnswers(t *testing.T) {
	for name, mode := range map[string]dynamotest.Mode{"on AWS": dynamotest.Explaining, "elsewhere": dynamotest.Silent} {
		t.Run(name, func(t *testing.T) {
			endpoint := dynamotest.Start(t, mode)
			client := dynamotest.ClientOfAWS(endpoint, nil)
			if mode == dynamotest.Silent {
				client = dynamotest.Client(endpoint)
			}
			options := client.Options()
			l := &losing{HTTPClient: options.HTTPClient}
			options.HTTPClient = l
			store := dynamostore.New(dynamodb.New(options), dynamotest.NewTable(t, client))
			loseAnswers(t, store, func() { l.lose = 1 })
		})
	}
}

func loseAnswers(t *testing.T, store todo.Store, lose func()) {
	item := newItem("ann")
	lose()
	if got, err := store.Add(t.Context(), item); err != nil || got != item {
		t.Errorf("Add: got %+v, %v, want what was added", got, err)
	}
	lose()
	another := item
	another.Text = "another"
	if got, err := store.Add(t.Context(), another); !errors.Is(err, todo.ErrExists) || got != item {
		t.Errorf("Add under the same id: got %+v, %v, want ErrExists and the first", got, err)
	}
	text, due, none := "changed", "2026-02-28", ""
	for _, c := range []todo.Change{{Text: &text, At: item.Updated.Add(1e9), IfVersion: 1}, {Notes: &text, Completed: true, At: item.Updated.Add(2e9)}, {Notes: &none, Due: &due, Completed: true, At: item.Updated.Add(3e9), IfVersion: 3}} {
		want, _, _ := c.Apply(item)
		lose()
		if got, err := store.Update(t.Context(), "ann", id, c); err != nil || got != want {
			t.Errorf("Update: got %+v, %v, want %+v", got, err, want)
		}
		item = want
	}
	lose()
	if _, err := store.Update(t.Context(), "ann", id, todo.Change{Text: &text, At: item.Updated, IfVersion: 1}); !errors.Is(err, todo.ErrStale) {
		t.Errorf("Update of a stale version: got %v, want ErrStale", err)
	}
	lose()
	if err := store.Delete(t.Context(), "ann", id, 1); !errors.Is(err, todo.ErrStale) {
		t.Errorf("Delete of a stale version: got %v, want ErrStale", err)
	}
	lose()
	if err := store.Delete(t.Context(), "ann", id, 4); err != nil {
		t.Errorf("Delete: got %v", err)
	}
	if err := store.Delete(t.Context(), "ann", id, 0); !errors.Is(err, todo.ErrNotFound) {
		t.Errorf("Delete again: got %v, want ErrNotFound", err)
	}
}

// TestForgedTokens are sealed as the store's own and name ids that no table takes.
func TestForgedTokens(t *testing.T) {
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	store := dynamostore.New(client, dynamotest.NewTable(t, client))
	for name, last := range map[string]string{
		"too long": strings.Repeat("x", 1025), "not UTF-8": "\xff",
	} {
		_, err := storetest.Page(t.Context(), store, "ann", todo.Query{After: todo.NextToken("ann", last)})
		if invalid, ok := errors.AsType[*todo.InvalidError](err); !ok || invalid.Field != "next" {
			t.Errorf("%s: got %v, want an InvalidError for next", name, err)
		}
	}
	if _, err := storetest.Page(t.Context(), store, "ann", todo.Query{After: todo.NextToken("ann", strings.Repeat("x", 1024))}); err != nil {
		t.Errorf("the longest: got %v", err)
	}
}

// TestTenThousandItems walks a long list, by pages of 1 MB and by pages of a thousand.
func TestTenThousandItems(t *testing.T) {
	const n, batch = 10_000, 25
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	table := dynamotest.NewTable(t, client)
	store := dynamostore.New(client, table)
	nthID := func(i int) string { return fmt.Sprintf("01920000-0000-7000-8000-%012d", i) }
	for first := 0; first < n; first += batch {
		var writes []types.WriteRequest
		for i := first; i < first+batch; i++ {
			item := attributes(newItem("ann"))
			item["id"] = &types.AttributeValueMemberS{Value: nthID(i)}
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
		}
		out, err := client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: writes}})
		if err != nil || len(out.UnprocessedItems) > 0 {
			t.Fatalf("filling the table: %v, unprocessed: %d", err, len(out.UnprocessedItems))
		}
	}
	for _, limit := range []int{0, todo.MaxLimit} {
		q, i := todo.Query{Limit: limit}, 0
		for {
			page, err := storetest.Page(t.Context(), store, "ann", q)
			if err != nil {
				t.Fatal(err)
			}
			for _, raw := range page.Items {
				var item todo.Item
				if err := json.Unmarshal(raw, &item); err != nil || item.ID != nthID(i) {
					t.Fatalf("limit %d: got item %d with id %s (%v)", limit, i, item.ID, err)
				}
				i++
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if i != n {
			t.Errorf("limit %d: got %d items, want %d", limit, i, n)
		}
	}
}

// attributes are an item as it is in the table, written down once more.
func attributes(item todo.Item) map[string]types.AttributeValue {
	const layout = "2006-01-02T15:04:05.000Z"
	return map[string]types.AttributeValue{
		"cognito-username": &types.AttributeValueMemberS{Value: item.Owner},
		"id":               &types.AttributeValueMemberS{Value: item.ID},
		"item":             &types.AttributeValueMemberS{Value: item.Text},
		"completed":        &types.AttributeValueMemberBOOL{Value: item.Completed},
		"creation_date":    &types.AttributeValueMemberS{Value: item.Created.Format(layout)},
		"lastupdate_date":  &types.AttributeValueMemberS{Value: item.Updated.Format(layout)},
		"version":          &types.AttributeValueMemberN{Value: fmt.Sprint(item.Version)},
	}
}

// TestRecords reads what somebody else has written. The errors say where, and not what, it is.
func TestRecords(t *testing.T) {
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	table := dynamotest.NewTable(t, client)
	store := dynamostore.New(client, table)
	put := func(name string, value types.AttributeValue) {
		record := attributes(newItem("ann"))
		record[name] = value
		if value == nil {
			delete(record, name)
		}
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: record}); err != nil {
			t.Fatal(err)
		}
	}
	put("another", &types.AttributeValueMemberN{Value: "1"})
	if got, err := store.Get(t.Context(), "ann", id); err != nil || got != newItem("ann") {
		t.Errorf("one with more: got %+v, %v", got, err)
	}
	for name, value := range map[string]types.AttributeValue{
		"item": &types.AttributeValueMemberN{Value: "7"}, "completed": &types.AttributeValueMemberS{Value: "true"},
		"creation_date": &types.AttributeValueMemberS{Value: "a secret date"}, "lastupdate_date": nil, "version": nil,
		"due_date": &types.AttributeValueMemberN{Value: "2026"}, "notes": &types.AttributeValueMemberNULL{Value: true},
		"position": &types.AttributeValueMemberBOOL{Value: true},
	} {
		put(name, value)
		for call, do := range map[string]func() error{
			"Get":    func() error { _, err := store.Get(t.Context(), "ann", id); return err },
			"List":   func() error { _, err := storetest.Page(t.Context(), store, "ann", todo.Query{}); return err },
			"Add":    func() error { _, err := store.Add(t.Context(), newItem("ann")); return err },
			"Delete": func() error { return store.Delete(t.Context(), "ann", id, 7) },
		} {
			err := do()
			if err == nil || !strings.Contains(err.Error(), id) || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "secret") {
				t.Errorf("%s with a bad %s: got error %v, want one that names item and attribute only", call, name, err)
			}
		}
	}
}

// TestOtherTables are mistakes of the operator, and named. A missing table is nothing that the program could have made.
func TestOtherTables(t *testing.T) {
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	keyless := dynamotest.NewTable(t, client) + "-other"
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &keyless, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for table, want := range map[string]string{"missing": "ResourceNotFoundException", keyless: "ValidationException"} {
		store := dynamostore.New(client, table)
		for call, do := range map[string]func() error{
			"Get":  func() error { _, err := store.Get(t.Context(), "ann", id); return err },
			"List": func() error { _, err := storetest.Page(t.Context(), store, "ann", todo.Query{}); return err },
		} {
			if err := do(); err == nil || errors.Is(err, todo.ErrUnavailable) != (table == "missing") || !strings.Contains(err.Error(), want) {
				t.Errorf("%s on %s: got %v, want %s", call, table, err, want)
			}
		}
	}
}
