package idp

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// text is a string member, which may be absent.
type text struct {
	Value string
	Given bool
}

// UnmarshalJSON reads a string; null is as good as absent.
func (t *text) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	t.Given = true
	return json.Unmarshal(b, &t.Value)
}

// checks collects the constraints that a request's members do not satisfy.
type checks struct{ failures []string }

// longestEcho is the longest value that an error message repeats.
const longestEcho = 128

func (c *checks) fail(member string, t text, constraint string) {
	value := "Value"
	switch {
	case !t.Given:
		value = "Value null"
	case !secret[member] && len(t.Value) <= longestEcho:
		value = "Value '" + t.Value + "'"
	}
	c.failures = append(c.failures, fmt.Sprintf("%s at '%s' failed to satisfy constraint: %s", value, member, constraint))
}

// secret are the members whose values are never repeated.
var secret = map[string]bool{
	"password": true, "proposedPassword": true, "previousPassword": true, "temporaryPassword": true, "accessToken": true,
	"refreshToken": true, "token": true, "code": true, "session": true, "secretHash": true, "clientSecret": true, "confirmationCode": true, "userCode": true,
	"feedbackToken": true,
}

func (c *checks) err() error {
	switch n := len(c.failures); n {
	case 0:
		return nil
	case 1:
		return refuse("InvalidParameterException", "1 validation error detected: "+c.failures[0])
	default:
		return refuse("InvalidParameterException", fmt.Sprintf("%d validation errors detected: %s", n, strings.Join(c.failures, "; ")))
	}
}

// A form is what a member's value must be; a zero bound is none.
type form struct {
	least, most int // characters
	pattern     string
	is          func(string) bool // satisfies pattern
}

func matching(pattern string) (string, func(string) bool) {
	return pattern, regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString
}

func newForm(least, most int, pattern string) form {
	f := form{least: least, most: most}
	f.pattern, f.is = matching(pattern)
	return f
}

// The forms of the API's model.
var (
	clientIDForm = newForm(1, 128, `[\w+]+`)
	poolIDForm   = newForm(1, 55, `[\w-]+_[0-9a-zA-Z]+`)
	usernameForm = newForm(1, 128, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	codeForm     = newForm(1, 2048, `[\S]+`)
	tokenForm    = newForm(1, 16<<10, `[A-Za-z0-9-_=.]+`)
	sessionForm  = newForm(20, 2048, `[\S]+`)
	// newPasswordForm is what the service says of a password that is set; the model is laxer.
	newPasswordForm = newForm(6, 256, `[\S]+.*[\S]+`)
	passwordForm    = newForm(0, 256, `(?s).*`)
	filterForm      = newForm(0, 256, `(?s).*`)

	attributeNameForm  = newForm(1, 32, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	attributeValueForm = newForm(0, 2048, `(?s).*`)
)

// required checks a member that must be there.
func (c *checks) required(member string, t text, f form) {
	if !t.Given {
		c.fail(member, t, "Member must not be null")
		return
	}
	c.optional(member, t, f)
}

// optional checks a member that may be absent.
func (c *checks) optional(member string, t text, f form) {
	if !t.Given {
		return
	}
	n := utf8.RuneCountInString(t.Value)
	if !f.is(t.Value) {
		c.fail(member, t, "Member must satisfy regular expression pattern: "+f.pattern)
	}
	if n < f.least {
		c.fail(member, t, fmt.Sprintf("Member must have length greater than or equal to %d", f.least))
	}
	if f.most > 0 && n > f.most {
		c.fail(member, t, fmt.Sprintf("Member must have length less than or equal to %d", f.most))
	}
}

// within checks a number that may be absent.
func (c *checks) within(member string, n *int, least, most int) {
	switch {
	case n == nil:
	case *n < least:
		c.fail(member, text{Value: fmt.Sprint(*n), Given: true}, fmt.Sprintf("Member must have value greater than or equal to %d", least))
	case *n > most:
		c.fail(member, text{Value: fmt.Sprint(*n), Given: true}, fmt.Sprintf("Member must have value less than or equal to %d", most))
	}
}

// oneOf checks a member that must be there and one of the values.
func (c *checks) oneOf(member string, t text, values ...string) {
	for _, value := range values {
		if t.Given && t.Value == value {
			return
		}
	}
	if !t.Given {
		c.fail(member, t, "Member must not be null")
		return
	}
	c.fail(member, t, "Member must satisfy enum value set: ["+strings.Join(values, ", ")+"]")
}

// maxAttributes is how many attributes a request may hold; a pool has at most 50 of its own beside the standard ones.
const maxAttributes = 75

// attributes checks a list of attributes.
func (c *checks) attributes(attrs attributes) {
	if len(attrs) > maxAttributes {
		c.failures = append(c.failures, fmt.Sprintf("Value at 'userAttributes' failed to satisfy constraint: Member must have length less than or equal to %d", maxAttributes))
		return
	}
	for i, a := range attrs {
		member := fmt.Sprintf("userAttributes.%d.member.", i+1)
		c.required(member+"name", text{Value: a.Name, Given: true}, attributeNameForm)
		c.required(member+"value", text{Value: a.Value, Given: true}, attributeValueForm)
	}
}
