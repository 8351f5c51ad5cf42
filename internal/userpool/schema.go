package userpool

import (
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/todo/internal/stack"
)

// Schema lists what the pool's accounts can have, the attributes that every pool has first. Names have their custom:
// prefix.
func (p *Pool) Schema() []stack.Attribute { return describedSchema(p.cfg.Pool) }

func describedSchema(pool *stack.UserPool) []stack.Attribute {
	all := schemaOf(pool)
	one := 1
	list := []stack.Attribute{{Name: "sub", Type: "String", Required: true, MinLength: &one, MaxLength: length(maxAttributeValue)}}
	for _, name := range standard {
		list = append(list, all[name])
		if name == "email" || name == "phone_number" {
			list = append(list, stack.Attribute{Name: name + "_verified", Type: "Boolean", Mutable: true})
		}
	}
	for _, a := range pool.Schema {
		if a.Custom {
			list = append(list, all["custom:"+a.Name])
		}
	}
	return list
}

// standardAttribute is what a pool has whose template says nothing of an attribute.
func standardAttribute(name string) stack.Attribute {
	a := stack.Attribute{Name: name, Type: "String", Mutable: true}
	switch name {
	case "birthdate":
		a.MinLength, a.MaxLength = length(len(time.DateOnly)), length(len(time.DateOnly))
	case "updated_at":
		a.Type, a.MinValue = "Number", length(0)
	default:
		a.MinLength, a.MaxLength = length(0), length(maxAttributeValue)
	}
	return a
}

func length(n int) *int { return &n }

// misfit says why a value is none of an attribute's; empty when it is one.
func misfit(a stack.Attribute, value string) string {
	switch a.Type {
	case "Number":
		n, err := strconv.ParseInt(value, 10, 64)
		switch {
		case err != nil:
			return "The value must be a whole number."
		case a.MinValue != nil && n < int64(*a.MinValue), a.MaxValue != nil && n > int64(*a.MaxValue):
			return "The number is out of the range of the schema."
		}
	case "Boolean":
		if value != "true" && value != "false" {
			return "The value must be true or false."
		}
	case "DateTime":
		if !isTime(value) {
			return "The value must be a date or a time of ISO 8601."
		}
	default:
		n := utf8.RuneCountInString(value)
		if a.MinLength != nil && n < *a.MinLength || a.MaxLength != nil && n > *a.MaxLength {
			return "String length does not conform to the schema."
		}
	}
	return ""
}

// isTime tells whether a value is a date, or a time with its offset from UTC (RFC 3339, which is of ISO 8601).
func isTime(value string) bool {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if _, err := time.Parse(layout, value); err == nil {
			return true
		}
	}
	return false
}
