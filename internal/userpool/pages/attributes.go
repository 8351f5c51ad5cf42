package pages

import (
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

const attributePrefix = "attribute."

// inputs are how the standard attributes are best asked for; the rest is plain text.
var inputs = map[string]struct{ kind, autocomplete string }{
	"email":        {"email", "email"},
	"phone_number": {"tel", "tel"},
	"name":         {"text", "name"},
	"given_name":   {"text", "given-name"},
	"family_name":  {"text", "family-name"},
	"middle_name":  {"text", "additional-name"},
	"nickname":     {"text", "nickname"},
	"birthdate":    {"date", "bday"},
	"gender":       {"text", "sex"},
	"website":      {"url", "url"},
}

// attributeInputs ask for what the pool requires of an account beside its name and password. What the account with the
// given sub has already is not asked again; for a new account sub is empty.
func (v *visit) attributeInputs(sub string) []field {
	var known []userpool.Attribute
	if sub != "" {
		// An account that has gone is found out when the form is sent.
		user, _ := v.cfg.Pool.User(v.r.Context(), sub)
		known = user.Attributes
	}
	var fields []field
	for _, name := range v.requiredAttributes() {
		if slices.ContainsFunc(known, func(a userpool.Attribute) bool { return a.Name == name && a.Value != "" }) {
			continue
		}
		f := field{Name: attributePrefix + name, Label: v.words.attribute(name), Type: "text", missing: "missing.attribute"}
		if input, ok := inputs[name]; ok {
			f.Type, f.Autocomplete = input.kind, input.autocomplete
		}
		f.Value = v.posted(f.Name)
		fields = append(fields, f)
	}
	return fields
}

// requiredAttributes are the pool's, and the one that a code confirms: without it an account could never be confirmed.
// What people sign in with is not among them; the pool sets it from the user name.
func (v *visit) requiredAttributes() []string {
	settings := v.cfg.Pool.Settings()
	names := v.cfg.Pool.RequiredAttributes()
	if slices.Contains(settings.AutoVerifiedAttributes, "email") && !slices.Contains(names, "email") {
		names = append(names, "email")
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(settings.UsernameAttributes, name) })
}

// attributes are the attributes among the fields that were sent.
func (v *visit) attributes() []userpool.Attribute {
	var sent []userpool.Attribute
	for _, name := range v.requiredAttributes() {
		if value := v.posted(attributePrefix + name); value != "" {
			sent = append(sent, userpool.Attribute{Name: name, Value: value})
		}
	}
	return sent
}

// attribute is the label of an attribute: the catalogue's, or for one it does not know the name made readable.
func (w words) attribute(name string) string {
	if label, ok := w["attribute."+name]; ok {
		return label
	}
	label := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(label[:1]) + label[1:]
}
