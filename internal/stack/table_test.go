package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

func TestTables(t *testing.T) {
	s, err := load(sam(`Resources:
  Keyed:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: kept
      AttributeDefinitions:
        - {AttributeName: owner, AttributeType: S}
        - {AttributeName: number, AttributeType: N}
        - {AttributeName: due, AttributeType: S}
      KeySchema:
        - {AttributeName: owner, KeyType: HASH}
        - {AttributeName: number, KeyType: RANGE}
      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 6}
      DeletionProtectionEnabled: true
  Simple:
    Type: AWS::Serverless::SimpleTable
    Properties: {TableName: plain, PrimaryKey: {Name: pk, Type: Number}}
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []stack.Table{
		{
			LogicalID: "Keyed", Name: "kept", Key: []stack.KeyAttribute{{Name: "owner", Type: "S"}, {Name: "number", Type: "N"}},
			ReadUnits: 5, WriteUnits: 6, Further: []string{"DeletionProtectionEnabled"},
		},
		{LogicalID: "Simple", Name: "plain", Key: []stack.KeyAttribute{{Name: "pk", Type: "N"}}, OnDemand: true},
	}
	if diff := cmp.Diff(want, s.Tables); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestTablesThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct{ properties, want string }{
		"no key": {"BillingMode: PAY_PER_REQUEST", "2: Resources.R.Properties.KeySchema: is missing"},
		"a key that is not defined": {
			"{BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}]}",
			`2: Resources.R.Properties.KeySchema[0].AttributeName: "a" is not among the AttributeDefinitions`,
		},
		"the sort key first": {
			"{BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: a, AttributeType: S}], KeySchema: [{AttributeName: a, KeyType: RANGE}]}",
			"2: Resources.R.Properties.KeySchema: must be a HASH key, and then a RANGE key or none",
		},
		"no capacity": {
			"{AttributeDefinitions: [{AttributeName: a, AttributeType: S}], KeySchema: [{AttributeName: a, KeyType: HASH}]}",
			"2: Resources.R.Properties.ProvisionedThroughput: is missing",
		},
		"capacity on demand": {
			"{BillingMode: PAY_PER_REQUEST, ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}, AttributeDefinitions: [{AttributeName: a, AttributeType: S}], KeySchema: [{AttributeName: a, KeyType: HASH}]}",
			"2: Resources.R.Properties.ProvisionedThroughput: cannot be set with BillingMode PAY_PER_REQUEST",
		},
	} {
		t.Run(name, func(t *testing.T) {
			properties := test.properties
			if properties[0] != '{' {
				properties = "{" + properties + "}"
			}
			_, err := load("Resources:\n  R: {Type: AWS::DynamoDB::Table, Properties: " + properties + "}\n")
			wantProblems(t, err, test.want)
		})
	}
}
