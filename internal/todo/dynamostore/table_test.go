package dynamostore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
)

func TestCheckTable(t *testing.T) {
	client := dynamotest.Client(dynamotest.Start(t, dynamotest.Silent))
	table := dynamotest.NewTable(t, client)
	if err := dynamostore.CheckTable(t.Context(), client, table); err != nil {
		t.Errorf("a table as it should be: got %v", err)
	}
	if err := dynamostore.New(client, table).Ready(t.Context()); err != nil {
		t.Errorf("Ready: got %v", err)
	}
	if err := dynamostore.CheckTable(t.Context(), client, "another"); !errors.Is(err, dynamostore.ErrNoTable) {
		t.Errorf("no table: got %v, want ErrNoTable", err)
	}
	if err := dynamostore.New(client, "another").Ready(t.Context()); !errors.Is(err, todo.ErrUnavailable) {
		t.Errorf("Ready without a table: got %v, want ErrUnavailable", err)
	}
}

func TestCheckKeys(t *testing.T) {
	attribute := func(name string, kind types.ScalarAttributeType) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: kind}
	}
	element := func(name string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &name, KeyType: kind}
	}
	const owner, id = "cognito-username", "id"
	for name, test := range map[string]struct {
		attributes []types.AttributeDefinition
		schema     []types.KeySchemaElement
		tells      string
	}{
		"as it should be": {
			[]types.AttributeDefinition{attribute("another", "N"), attribute(id, "S"), attribute(owner, "S")},
			[]types.KeySchemaElement{element(id, "RANGE"), element(owner, "HASH")}, "",
		},
		"the other way round": {
			[]types.AttributeDefinition{attribute(id, "S"), attribute(owner, "S")},
			[]types.KeySchemaElement{element(id, "HASH"), element(owner, "RANGE")}, "HASH id (S), RANGE cognito-username (S)",
		},
		"no sort key": {
			[]types.AttributeDefinition{attribute(owner, "S")}, []types.KeySchemaElement{element(owner, "HASH")}, "HASH cognito-username (S)",
		},
		"a number": {
			[]types.AttributeDefinition{attribute(id, "N"), attribute(owner, "S")},
			[]types.KeySchemaElement{element(owner, "HASH"), element(id, "RANGE")}, "RANGE id (N)",
		},
	} {
		err := dynamostore.CheckKeys(test.attributes, test.schema)
		if test.tells == "" && err != nil || test.tells != "" && (!errors.Is(err, dynamostore.ErrKeys) || !strings.Contains(err.Error(), test.tells)) {
			t.Errorf("%s: got %v, want %q", name, err, test.tells)
		}
	}
}

func TestATableOnItsWay(t *testing.T) {
	w := &wire{answers: []answer{say(200, `{"Table":{"TableStatus":"DELETING"}}`)}}
	options := dynamotest.Client("").Options()
	options.HTTPClient = w
	err := dynamostore.CheckTable(t.Context(), dynamodb.New(options), "todo")
	if !errors.Is(err, todo.ErrUnavailable) || !strings.Contains(err.Error(), "DELETING") {
		t.Errorf("got %v, want ErrUnavailable and the status", err)
	}
}
