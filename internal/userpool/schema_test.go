package userpool

import (
	"strings"
	"testing"

	"example.com/todo/internal/stack"
)

func TestValuesAndTheSchema(t *testing.T) {
	two, ten, minus := 2, 10, -5
	schema := schemaOf(&stack.UserPool{Schema: []stack.Attribute{
		{Name: "code", Custom: true, Type: "String", MinLength: &two, MaxLength: &ten},
		{Name: "score", Custom: true, Type: "Number", MinValue: &minus, MaxValue: &ten},
		{Name: "any", Custom: true, Type: "Number"},
		{Name: "news", Custom: true, Type: "Boolean"},
		{Name: "since", Custom: true, Type: "DateTime"},
	}})
	const number, boolean, date = "The value must be a whole number.", "The value must be true or false.", "The value must be a date or a time of ISO 8601."
	const size, span = "String length does not conform to the schema.", "The number is out of the range of the schema."
	for _, c := range []struct{ name, value, want string }{
		{"custom:code", "é", size}, {"custom:code", "éé", ""}, {"custom:code", "0123456789", ""}, {"custom:code", "0123456789a", size},
		{"custom:score", "-5", ""}, {"custom:score", "-6", span}, {"custom:score", "10", ""}, {"custom:score", "11", span},
		{"custom:score", "1e1", number}, {"custom:score", " 1", number}, {"custom:score", "99999999999999999999", number}, {"custom:score", "NaN", number},
		{"custom:any", "9223372036854775807", ""},
		{"custom:news", "true", ""}, {"custom:news", "false", ""}, {"custom:news", "yes", boolean}, {"custom:news", "", boolean},
		{"custom:since", "2026-02-28", ""}, {"custom:since", "2026-02-28T10:00:00Z", ""}, {"custom:since", "2026-02-28T10:00:00.5+02:00", ""},
		{"custom:since", "2026-02-30", date}, {"custom:since", "tomorrow", date},
		{"birthdate", "1990-01-31", ""}, {"birthdate", "1990", size}, {"updated_at", "1700000000", ""}, {"updated_at", "-1", span},
		{"custom:none", "x", "Attribute does not exist in the schema."}, {"code", "abc", "Attribute does not exist in the schema."},
		{"name", strings.Repeat("é", 2048), ""}, {"name", strings.Repeat("é", 2049), "The value is too long."},
	} {
		want := ""
		if c.want != "" {
			want = "InvalidParameterException: Attributes did not conform to the schema: " + c.name + ": " + c.want + "\n"
		}
		wantRefusal(t, c.name+"="+c.value[:min(len(c.value), 30)], orNil(schema.check(one(c.name, c.value))), want)
	}
}
