package dynamostore

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
)

const exists = "attribute_exists(#id)"

// Add implements todo.Store.
func (s *Store) Add(ctx context.Context, item todo.Item) (todo.Item, error) {
	send := func(watch option) (attributes, error) {
		sent := encode(item)
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName:                           &s.table,
			Item:                                sent,
			ConditionExpression:                 aws.String("attribute_not_exists(#id)"),
			ExpressionAttributeNames:            map[string]string{"#id": attrID},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, watch)
		return sent, err
	}
	return s.change(ctx, item.Owner, item.ID, send, func(found *todo.Item, repeated bool) (todo.Item, error) {
		switch {
		case found == nil:
			return todo.Item{}, errHolds
		case repeated && string(found.JSON()) == string(item.JSON()):
			return *found, nil
		}
		return *found, todo.ErrExists
	})
}

// Update implements todo.Store.
func (s *Store) Update(ctx context.Context, owner, id string, c todo.Change) (todo.Item, error) {
	u := newUpdate(c)
	send := func(watch option) (attributes, error) {
		out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:                           &s.table,
			Key:                                 key(owner, id),
			UpdateExpression:                    aws.String(u.expression()),
			ConditionExpression:                 aws.String(u.condition()),
			ExpressionAttributeNames:            u.names,
			ExpressionAttributeValues:           u.values,
			ReturnValues:                        types.ReturnValueAllNew,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, watch)
		if err != nil {
			return nil, err
		}
		return out.Attributes, nil
	}
	return s.change(ctx, owner, id, send, func(found *todo.Item, repeated bool) (todo.Item, error) {
		if found == nil {
			return todo.Item{}, todo.ErrNotFound
		}
		after, changed, err := c.Apply(*found)
		switch {
		case errors.Is(err, todo.ErrStale) && repeated && madeBy(c, *found):
			return *found, nil
		case changed:
			return todo.Item{}, errHolds
		}
		return after, err
	})
}

// madeBy says whether the item is as a change of a certain version leaves it.
func madeBy(c todo.Change, item todo.Item) bool {
	if item.Version != c.IfVersion+1 || !item.Updated.Equal(c.At) {
		return false
	}
	c.IfVersion = 0
	_, changed, err := c.Apply(item)
	return err == nil && !changed
}

// Delete implements todo.Store.
func (s *Store) Delete(ctx context.Context, owner, id string, ifVersion int64) error {
	names, condition := map[string]string{"#id": attrID}, exists
	var values attributes
	if ifVersion != 0 {
		names["#version"], values = attrVersion, attributes{":version": number(ifVersion)}
		condition += " AND #version = :version"
	}
	send := func(watch option) (attributes, error) {
		_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName:                           &s.table,
			Key:                                 key(owner, id),
			ConditionExpression:                 &condition,
			ExpressionAttributeNames:            names,
			ExpressionAttributeValues:           values,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, watch)
		return nil, err
	}
	_, err := s.change(ctx, owner, id, send, func(found *todo.Item, repeated bool) (todo.Item, error) {
		switch {
		case found == nil && repeated:
			return todo.Item{}, nil // it is gone, as the caller wants, and most likely by the attempt before
		case found == nil:
			return todo.Item{}, todo.ErrNotFound
		case ifVersion == 0 || ifVersion == found.Version:
			return todo.Item{}, errHolds
		}
		return todo.Item{}, todo.ErrStale
	})
	return err
}

type option = func(*dynamodb.Options)

// maxSends bounds how often a change is sent again because the item was another by the time it was read back.
const maxSends = 10

// errHolds says that the condition, which failed, holds of what was found.
var errHolds = errors.New("the table refused a change and shows no reason for it")

// change sends a conditional write. When the condition fails, judge says what that means, by the item found (nil is
// none). repeated tells it that an attempt before, whose answer was lost, may have been this write's success: the
// client sends a request again when it has no answer, and the condition that held then does not hold any more.
//
// An unconditional change that was made, then followed by another's, and then repeated is made twice. Only a
// transaction could know, at twice the price of each write.
func (s *Store) change(ctx context.Context, owner, id string, send func(option) (attributes, error), judge func(found *todo.Item, repeated bool) (todo.Item, error)) (todo.Item, error) {
	if err := ctx.Err(); err != nil {
		return todo.Item{}, err
	}
	repeated := false
	for range maxSends {
		var tries attempts
		made, err := send(tries.watch)
		repeated = repeated || tries.unsure
		refusal, refused := errors.AsType[*types.ConditionalCheckFailedException](err)
		switch {
		case err == nil && made == nil:
			return todo.Item{}, nil
		case err == nil:
			return decode(made)
		case !refused:
			return todo.Item{}, tries.fault(ctx, err)
		}
		found, err := s.found(ctx, refusal, owner, id)
		if err != nil {
			return todo.Item{}, err
		}
		item, err := judge(found, repeated)
		if !errors.Is(err, errHolds) {
			return item, err
		}
		if !s.readsBack {
			return todo.Item{}, err
		}
	}
	return todo.Item{}, fmt.Errorf("%w: %w", todo.ErrUnavailable, errHolds)
}

// found is the item that failed a condition, or nil. DynamoDB sends it along, and a refusal without one means that there
// is none. Some compatible servers do not know ReturnValuesOnConditionCheckFailure (dynalite 4 does not): they are
// asked. By then the item may be another, and the condition hold; then the change is sent again.
func (s *Store) found(ctx context.Context, refusal *types.ConditionalCheckFailedException, owner, id string) (*todo.Item, error) {
	var item todo.Item
	var err error
	switch {
	case len(refusal.Item) > 0:
		item, err = decode(refusal.Item)
	case s.readsBack:
		item, err = s.Get(ctx, owner, id)
	default:
		return nil, nil
	}
	if errors.Is(err, todo.ErrNotFound) {
		return nil, nil
	}
	return &item, err
}
