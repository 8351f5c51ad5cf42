package dynamostore

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
)

var _ todo.Archive = (*Store)(nil)

// Items implements todo.Archive by a scan, page after page: it reads, and costs, the whole table.
func (s *Store) Items(ctx context.Context) iter.Seq2[todo.Item, error] {
	return func(yield func(todo.Item, error) bool) {
		in := &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true)}
		for {
			var tries attempts
			out, err := s.client.Scan(ctx, in, tries.watch)
			if err != nil {
				yield(todo.Item{}, tries.fault(ctx, err))
				return
			}
			for _, found := range out.Items {
				item, err := decode(found)
				if !yield(item, err) || err != nil {
					return
				}
			}
			if len(out.LastEvaluatedKey) == 0 {
				return
			}
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
}

// Put implements todo.Archive by one conditional put. What is Added or Replaced by an attempt whose answer is lost is
// reported as Same.
func (s *Store) Put(ctx context.Context, item todo.Item) (outcome todo.Outcome, err error) {
	send := func(watch option) (attributes, error) {
		out, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &s.table,
			Item:      encode(item),
			// Times are texts of one length, in UTC: their order is the order of their bytes.
			ConditionExpression:                 aws.String("attribute_not_exists(#id) OR #version < :version AND #updated <= :updated"),
			ExpressionAttributeNames:            map[string]string{"#id": attrID, "#version": attrVersion, "#updated": attrUpdated},
			ExpressionAttributeValues:           attributes{":version": number(item.Version), ":updated": instant(item.Updated)},
			ReturnValues:                        types.ReturnValueAllOld,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}, watch)
		if err == nil && len(out.Attributes) > 0 {
			outcome = todo.Replaced
		}
		return nil, err
	}
	_, err = s.change(ctx, item.Owner, item.ID, send, func(found *todo.Item, _ bool) (todo.Item, error) {
		if found == nil {
			return todo.Item{}, errHolds
		}
		if outcome = item.Over(*found); outcome == todo.Replaced {
			return todo.Item{}, errHolds
		}
		return *found, nil
	})
	return outcome, err
}
