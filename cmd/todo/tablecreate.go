package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/todo/dynamostore"
)

type tableCmd struct {
	Create tableCreateCmd `cmd:"" help:"Make the template's table, on a DynamoDB-compatible server or on AWS."`
}

type tableCreateCmd struct {
	templateFlags
	tableFlags
}

// Help is the manual of `todo table create`.
func (tableCreateCmd) Help() string {
	return `Makes the table with the template's keys and capacity, waits until it can be used, and prints its name: --table, or the
one that the template comes to. A table that is there already stays as it is; one with another key is refused. On AWS,
sam deploy makes the table with everything else.`
}

// createTimeout is how long a table may take to become active. AWS takes seconds.
const createTimeout = 5 * time.Minute

// Run makes the table.
func (c tableCreateCmd) Run(ctx context.Context, s streams) error {
	described, err := c.resolve(stack.Local{})
	if err != nil {
		return err
	}
	if len(described.Tables) != 1 {
		return fmt.Errorf("%s: has %d tables, and items are kept in one", described.File, len(described.Tables))
	}
	table := described.Tables[0]
	if c.Table == "" {
		c.Table = table.Name
	}
	in := createInput(c.Table, table)
	if err := dynamostore.CheckKeys(in.AttributeDefinitions, in.KeySchema); err != nil {
		return fmt.Errorf("%s: Resources.%s: %w", described.File, table.LogicalID, err)
	}
	t, err := c.connect(ctx)
	if err != nil {
		return err
	}
	made, err := t.create(ctx, in)
	if err != nil {
		return err
	}
	if made && len(table.Further) > 0 {
		fmt.Fprintf(s.err, "todo: not set here: the template's %s of %s\n", strings.Join(table.Further, ", "), table.LogicalID)
	}
	_, err = fmt.Fprintln(s.out, c.Table)
	return err
}

func createInput(name string, table stack.Table) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	if !table.OnDemand {
		in.BillingMode = types.BillingModeProvisioned
		in.ProvisionedThroughput = &types.ProvisionedThroughput{
			ReadCapacityUnits: aws.Int64(int64(table.ReadUnits)), WriteCapacityUnits: aws.Int64(int64(table.WriteUnits)),
		}
	}
	for i, key := range table.Key {
		kind := types.KeyTypeHash
		if i > 0 {
			kind = types.KeyTypeRange
		}
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: &key.Name, KeyType: kind})
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: &key.Name, AttributeType: types.ScalarAttributeType(key.Type),
		})
	}
	return in
}

// create makes a table, unless it is there, and waits until it can be used. Its key is then what items need.
func (t *outsideTable) create(ctx context.Context, in *dynamodb.CreateTableInput) (made bool, err error) {
	begun, cancel := context.WithTimeout(ctx, tableTimeout)
	defer cancel()
	_, err = t.client.CreateTable(begun, in)
	if _, there := errors.AsType[*types.ResourceInUseException](err); err != nil && !there {
		return false, fmt.Errorf("--table: %s (%s): %w", t.name, t.place, err)
	}
	made = err == nil
	ready := dynamodb.NewTableExistsWaiter(t.client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 100*time.Millisecond, 5*time.Second
	})
	if err := ready.Wait(ctx, &dynamodb.DescribeTableInput{TableName: in.TableName}, createTimeout); err != nil {
		return made, fmt.Errorf("--table: waiting for %s (%s): %w", t.name, t.place, err)
	}
	return made, t.check(ctx)
}
