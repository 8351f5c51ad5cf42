// Package dynamostore is the todo.Store on Amazon DynamoDB, and on servers that speak its protocol.
//
// The table's partition key is the owner and its sort key the id, both strings; DynamoDB orders strings by their UTF-8
// bytes, as the port wants. Each method is one request: a consistent read, or a write on a condition whose refusal
// brings along the item that caused it. Only Items, which moves house, scans the table.
package dynamostore

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
)

// maxID is DynamoDB's bound for a sort key, in bytes.
const maxID = 1024

// A Store is a todo.Store on a table.
type Store struct {
	client *dynamodb.Client
	table  string
	// readsBack says that a refusal without an item does not mean that there is none; see change.
	readsBack bool
}

var _ todo.Store = (*Store)(nil)

// New makes a store on a table that exists. It does not ask whether it does: a wrong name shows with the first call.
//
// With a client that has an endpoint of its own, one that is not AWS's, a write whose condition fails may be followed by
// a GetItem, because not every compatible server puts the item into the refusal.
func New(client *dynamodb.Client, table string) *Store {
	return &Store{client: client, table: table, readsBack: client.Options().BaseEndpoint != nil}
}

// Get implements todo.Store.
func (s *Store) Get(ctx context.Context, owner, id string) (todo.Item, error) {
	if err := ctx.Err(); err != nil {
		return todo.Item{}, err
	}
	var tries attempts
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &s.table,
		Key:            key(owner, id),
		ConsistentRead: aws.Bool(true),
	}, tries.watch)
	if err != nil {
		return todo.Item{}, tries.fault(ctx, err)
	}
	if len(out.Item) == 0 {
		return todo.Item{}, todo.ErrNotFound
	}
	return decode(out.Item)
}

// List implements todo.Store. The filter is DynamoDB's, which counts and bounds what it examines before filtering.
func (s *Store) List(ctx context.Context, owner string, q todo.Query, use func(todo.Page)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in := &dynamodb.QueryInput{
		TableName:                 &s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#owner = :owner"),
		ExpressionAttributeNames:  map[string]string{"#owner": attrOwner},
		ExpressionAttributeValues: attributes{":owner": text(owner)},
	}
	if q.Limit > 0 {
		in.Limit = aws.Int32(int32(min(q.Limit, todo.MaxLimit)))
	}
	if q.Completed != nil {
		in.FilterExpression = aws.String("#completed = :completed")
		in.ExpressionAttributeNames["#completed"] = attrCompleted
		in.ExpressionAttributeValues[":completed"] = boolean(*q.Completed)
	}
	if q.After != "" {
		id, err := todo.ParseNextToken(owner, q.After)
		if err != nil {
			return err
		}
		// A token can be forged, for one's own list, with an id that DynamoDB would not take for a key.
		if len(id) > maxID || !utf8.ValidString(id) {
			return &todo.InvalidError{Field: "next", Problem: "must be a NextToken of this list"}
		}
		in.ExclusiveStartKey = key(owner, id)
	}
	var tries attempts
	out, err := s.client.Query(ctx, in, tries.watch)
	if err != nil {
		return tries.fault(ctx, err)
	}
	p, err := page(owner, out)
	if err == nil {
		use(p)
	}
	return err
}

func page(owner string, out *dynamodb.QueryOutput) (todo.Page, error) {
	p := todo.Page{Items: make([]json.RawMessage, len(out.Items)), Scanned: int(out.ScannedCount)}
	for i, found := range out.Items {
		item, err := decode(found)
		if err != nil {
			return todo.Page{}, err
		}
		p.Items[i] = item.JSON()
	}
	if len(out.LastEvaluatedKey) > 0 {
		last, ok := out.LastEvaluatedKey[attrID].(*types.AttributeValueMemberS)
		if !ok {
			return todo.Page{}, fmt.Errorf("the table's sort key is not the string %s", attrID)
		}
		p.Next = todo.NextToken(owner, last.Value)
	}
	return p, nil
}
