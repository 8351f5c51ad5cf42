package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
)

var (
	// ErrNoTable says that there is no table of that name for the client's Region and credentials.
	ErrNoTable = errors.New("no such table")
	// ErrKeys says that a table has another key than the one that items have.
	ErrKeys = errors.New("the table has another key")
)

// CheckTable asks whether a table can hold items: nil, or an error that says why not. It wraps ErrNoTable or ErrKeys
// where one of them is the reason, and todo.ErrUnavailable where the table could not be asked.
func CheckTable(ctx context.Context, client *dynamodb.Client, table string) error {
	var tries attempts
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table}, tries.watch)
	if missing, ok := errors.AsType[*types.ResourceNotFoundException](err); ok {
		return fmt.Errorf("%w: %w", ErrNoTable, missing)
	}
	if err != nil {
		return tries.fault(ctx, err)
	}
	switch status := out.Table.TableStatus; status {
	case types.TableStatusActive, types.TableStatusUpdating:
	default:
		return fmt.Errorf("%w: the table's status is %s", todo.ErrUnavailable, status)
	}
	return CheckKeys(out.Table.AttributeDefinitions, out.Table.KeySchema)
}

// CheckKeys is ErrKeys with both keys, unless these are the ones that items have.
func CheckKeys(attributes []types.AttributeDefinition, schema []types.KeySchemaElement) error {
	var parts []string
	for _, element := range schema {
		name, kind := aws.ToString(element.AttributeName), "?"
		for _, attribute := range attributes {
			if aws.ToString(attribute.AttributeName) == name {
				kind = string(attribute.AttributeType)
			}
		}
		parts = append(parts, fmt.Sprintf("%s %s (%s)", element.KeyType, name, kind))
	}
	slices.Sort(parts)
	got, want := strings.Join(parts, ", "), fmt.Sprintf("HASH %s (S), RANGE %s (S)", attrOwner, attrID)
	if got != want {
		return fmt.Errorf("%w: %s, and items have %s", ErrKeys, got, want)
	}
	return nil
}

// Ready is nil if items can be read at this moment. It asks for one that nobody has, with the one permission that
// reading an item takes.
func (s *Store) Ready(ctx context.Context) error {
	_, err := s.Get(ctx, "-", "-")
	if errors.Is(err, todo.ErrNotFound) {
		return nil
	}
	return err
}
