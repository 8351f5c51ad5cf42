package idp

import (
	"strconv"

	"example.com/todo/internal/stack"
)

// schemaAttribute is an entry of a pool's schema. Its bounds are numbers written as strings.
type schemaAttribute struct {
	Name                       string
	AttributeDataType          string
	DeveloperOnlyAttribute     bool
	Mutable                    bool
	Required                   bool
	StringAttributeConstraints *stringConstraints `json:",omitempty"`
	NumberAttributeConstraints *numberConstraints `json:",omitempty"`
}

type stringConstraints struct {
	MinLength string `json:",omitempty"`
	MaxLength string `json:",omitempty"`
}

type numberConstraints struct {
	MinValue string `json:",omitempty"`
	MaxValue string `json:",omitempty"`
}

func describeSchema(attrs []stack.Attribute) []schemaAttribute {
	var list []schemaAttribute
	for _, a := range attrs {
		s := schemaAttribute{Name: a.Name, AttributeDataType: a.Type, Mutable: a.Mutable, Required: a.Required}
		switch a.Type {
		case "String":
			s.StringAttributeConstraints = &stringConstraints{bound(a.MinLength), bound(a.MaxLength)}
		case "Number":
			s.NumberAttributeConstraints = &numberConstraints{bound(a.MinValue), bound(a.MaxValue)}
		}
		list = append(list, s)
	}
	return list
}

func bound(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
