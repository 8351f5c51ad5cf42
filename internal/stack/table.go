package stack

import "slices"

func tableARN(l *loader, r *resource) string { return l.arn("dynamodb", "table/"+l.refOf(r)) }

// furtherTable are what a table can have beside its keys and its capacity. On one machine they have no meaning.
var furtherTable = []string{
	"ContributorInsightsSpecification", "DeletionProtectionEnabled", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "OnDemandThroughput",
	"PointInTimeRecoverySpecification", "ResourcePolicy", "SSESpecification", "TableClass", "Tags", "WarmThroughput",
}

// decodeTable takes a table's properties: one machine keeps items in its own store, whatever the table is made of.
func decodeTable(p *parts, r *resource, o *object) {
	table := Table{LogicalID: r.id, Name: p.l.refOf(r), OnDemand: true}
	o.skip("TableName")
	capacity := func(o *object) {
		table.OnDemand = false
		o.required("ReadCapacityUnits", "WriteCapacityUnits")
		table.ReadUnits = o.integer("ReadCapacityUnits", 1, 1, maxCapacity)
		table.WriteUnits = o.integer("WriteCapacityUnits", 1, 1, maxCapacity)
	}
	further := furtherTable
	if r.kindName == serverlessTable {
		further = []string{"PointInTimeRecoverySpecification", "SSESpecification", "Tags"}
		table.Key = []KeyAttribute{{Name: "id", Type: "S"}}
		o.in("PrimaryKey", func(o *object) {
			table.Key[0] = KeyAttribute{Name: o.raw("Name"), Type: o.enum("Type", "S", "String", "Number", "Binary")[:1]}
		})
		o.in("ProvisionedThroughput", capacity)
	} else {
		table.Key = o.tableKey()
		provisioned := o.enum("BillingMode", "PROVISIONED", "PROVISIONED", "PAY_PER_REQUEST") == "PROVISIONED"
		if provisioned {
			o.required("ProvisionedThroughput")
			o.in("ProvisionedThroughput", capacity)
		} else if o.has("ProvisionedThroughput") {
			o.fault("ProvisionedThroughput", "cannot be set with BillingMode PAY_PER_REQUEST")
		}
		o.notRun("ImportSourceSpecification", "KinesisStreamSpecification", "StreamSpecification", "TimeToLiveSpecification")
	}
	for _, name := range further {
		if o.has(name) {
			table.Further = append(table.Further, name)
		}
	}
	p.tables = append(p.tables, table)
}

// maxCapacity is DynamoDB's quota for a table, in the Regions that have the largest.
const maxCapacity = 40_000

// tableKey reads the attributes of a table's key, partition key first, with their types.
func (o *object) tableKey() (key []KeyAttribute) {
	types := map[string]string{}
	o.each("AttributeDefinitions", func(o *object) {
		o.required("AttributeName", "AttributeType")
		types[o.raw("AttributeName")] = o.enum("AttributeType", "S", "S", "N", "B")
	})
	var kinds []string
	o.required("KeySchema").each("KeySchema", func(o *object) {
		o.required("AttributeName", "KeyType")
		name := o.raw("AttributeName")
		if types[name] == "" && name != "" {
			o.fault("AttributeName", "%q is not among the AttributeDefinitions", name)
		}
		kinds = append(kinds, o.enum("KeyType", "HASH", "HASH", "RANGE"))
		key = append(key, KeyAttribute{Name: name, Type: types[name]})
	})
	if o.has("KeySchema") && !slices.Equal(kinds, []string{"HASH"}) && !slices.Equal(kinds, []string{"HASH", "RANGE"}) {
		o.fault("KeySchema", "must be a HASH key, and then a RANGE key or none")
	}
	return key
}
