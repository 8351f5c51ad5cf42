package userpool

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/todo/internal/stack"
)

const maxAttributeValue = 2048 // characters

// standard are the attributes that every pool has, beside sub, email_verified and phone_number_verified.
var standard = [...]string{
	"address", "birthdate", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
	"phone_number", "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
}

// addressAttributes lead to a person. Of each, another attribute tells whether it is known to be theirs.
var addressAttributes = []string{"email", "phone_number"}

// phoneNumber is E.164, as Cognito asks for.
var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)

// schema are a pool's attributes by name, with the custom: prefix where they have it, also in the attribute itself.
type schema map[string]stack.Attribute

func schemaOf(pool *stack.UserPool) schema {
	s := schema{}
	for _, name := range standard {
		s[name] = standardAttribute(name)
	}
	for _, a := range pool.Schema {
		name := a.Name
		if a.Custom {
			name = "custom:" + a.Name
			a.Name = name
		}
		s[name] = a
	}
	return s
}

func schemaError(name, reason string) *Error {
	return refuse(typeInvalidParam, "Attributes did not conform to the schema: "+name+": "+reason+"\n")
}

// check refuses attributes that the pool does not have, or that are given twice or malformed. Those that the service
// keeps itself, email_verified and phone_number_verified, pass: who may write them is another question.
func (s schema) check(attrs []Attribute) *Error {
	seen := map[string]bool{}
	for _, a := range attrs {
		if !utf8.ValidString(a.Name) || !utf8.ValidString(a.Value) {
			return errNotUTF8()
		}
		definition, ok := s[a.Name]
		switch {
		case seen[a.Name]:
			return schemaError(a.Name, "The attribute is given more than once.")
		case a.Name == "email_verified" || a.Name == "phone_number_verified":
			if a.Value != "true" && a.Value != "false" {
				return schemaError(a.Name, "The value must be true or false.")
			}
		case !ok:
			return schemaError(a.Name, "Attribute does not exist in the schema.")
		case utf8.RuneCountInString(a.Value) > maxAttributeValue:
			return schemaError(a.Name, "The value is too long.")
		case misfit(definition, a.Value) != "":
			return schemaError(a.Name, misfit(definition, a.Value))
		case a.Name == "email" && !validEmail(a.Value):
			return refuse(typeInvalidParam, "Invalid email address format.")
		case a.Name == "phone_number" && !phoneNumber.MatchString(a.Value):
			return refuse(typeInvalidParam, "Invalid phone number format.")
		}
		seen[a.Name] = true
	}
	return nil
}

// required are the attributes beside the sub that every account must have, in alphabetical order.
func (s schema) required() []string {
	var names []string
	for name, definition := range s {
		if definition.Required && name != "sub" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// missing refuses an account without an attribute that the pool requires.
func (s schema) missing(attrs []Attribute) *Error {
	for _, name := range s.required() {
		if !slices.ContainsFunc(attrs, func(a Attribute) bool { return a.Name == name && a.Value != "" }) {
			return schemaError(name, "The attribute is required")
		}
	}
	return nil
}

// writable refuses attributes that the client may not write. Without WriteAttributes these are all but the standard
// ones; whether an address is verified is never for a client to say.
func writable(c *Client, attrs []Attribute) *Error {
	for _, a := range attrs {
		ok := slices.Contains(standard[:], a.Name)
		if c.WriteAttributes != nil {
			ok = slices.Contains(c.WriteAttributes, a.Name) && a.Name != "sub" && !strings.HasSuffix(a.Name, "_verified")
		}
		if !ok {
			return refuse(typeNotAuthorized, "A client attempted to write unauthorized attribute")
		}
	}
	return nil
}

// Readable are the attributes that the client may read: its ReadAttributes, or else the standard ones. The sub is
// always among them.
func Readable(c *Client, attrs []Attribute) []Attribute {
	var seen []Attribute
	for _, a := range attrs {
		ok := !strings.HasPrefix(a.Name, "custom:")
		if c.ReadAttributes != nil {
			ok = a.Name == "sub" || slices.Contains(c.ReadAttributes, a.Name)
		}
		if ok {
			seen = append(seen, a)
		}
	}
	return seen
}

// Visible are the attributes that the client may read and that OAuth scopes open: email and phone each their pair,
// profile all others, and openid without any of these three everything. The sub is always among them.
func Visible(c *Client, scopes []string, attrs []Attribute) []Attribute {
	opens := func(scope string) bool { return slices.Contains(scopes, scope) }
	all := !opens("email") && !opens("phone") && !opens("profile")
	var seen []Attribute
	for _, a := range Readable(c, attrs) {
		scope := "profile"
		switch a.Name {
		case "email", "email_verified":
			scope = "email"
		case "phone_number", "phone_number_verified":
			scope = "phone"
		}
		if all || a.Name == "sub" || opens(scope) {
			seen = append(seen, a)
		}
	}
	return seen
}
