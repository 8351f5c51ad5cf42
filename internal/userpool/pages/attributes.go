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

// signUpAttributes are what a new account is asked for beside its name and password: what the pool requires, and the
// address that a code confirms, without which it could never be confirmed. What people sign in with is not among them,
// unless it may be of two kinds; the pool sets it from the user name.
func (v *visit) signUpAttributes() []string {
	settings := v.cfg.Pool.Settings()
	names := v.cfg.Pool.MissingAttributes(userpool.User{})
	if slices.Contains(settings.AutoVerifiedAttributes, "email") && !slices.Contains(names, "email") {
		names = append(names, "email")
	}
	return slices.DeleteFunc(names, func(name string) bool { return slices.Equal(settings.UsernameAttributes, []string{name}) })
}

// signUpInputs asks for signUpAttributes. Of two kinds of names the one that was not typed is needed; before anything is,
// the page does not know which that will be.
func (v *visit) signUpInputs() []field {
	names := v.signUpAttributes()
	fields := v.attributeInputs(names)
	typed := v.cfg.Pool.AddressOf(v.username())
	for i, name := range names {
		if slices.Contains(v.cfg.Pool.Settings().UsernameAttributes, name) && (typed == "" || typed == name) {
			fields[i].Hint, fields[i].Optional = v.words.say("hint.once"), true
		}
	}
	return fields
}

// firstSignInAttributes are what the account of a temporary password still misses. They are the pool's to find; that
// the account has gone meanwhile shows when the form is sent.
func (v *visit) firstSignInAttributes() []string {
	user, err := v.cfg.Pool.User(v.r.Context(), v.carried.Sub)
	if err != nil {
		return nil
	}
	return v.cfg.Pool.MissingAttributes(user)
}

func (v *visit) attributeInputs(names []string) []field {
	var fields []field
	for _, name := range names {
		f := field{Name: attributePrefix + name, Label: v.words.attribute(name), Type: "text", missing: "missing.attribute"}
		if input, ok := inputs[name]; ok {
			f.Type, f.Autocomplete = input.kind, input.autocomplete
		}
		if name == "phone_number" {
			f.Hint = v.words.say("hint.phone")
		}
		f.Value = v.posted(f.Name)
		fields = append(fields, f)
	}
	return fields
}

// attributes are what was filled in for attributeInputs of these names.
func (v *visit) attributes(names []string) []userpool.Attribute {
	var sent []userpool.Attribute
	for _, name := range names {
		if value := v.posted(attributePrefix + name); value != "" {
			sent = append(sent, userpool.Attribute{Name: name, Value: value})
		}
	}
	return sent
}

// attribute is the label of an attribute: the catalogue's, or for one that the template made its name made readable.
func (w words) attribute(name string) string {
	if key := "attribute." + name; w.has(key) {
		return w.say(key)
	}
	label := strings.ReplaceAll(strings.TrimPrefix(name, "custom:"), "_", " ")
	return strings.ToUpper(label[:1]) + label[1:]
}
