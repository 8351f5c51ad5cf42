package pages

import (
	"net/http"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

// A problem is one thing wrong with a form that was sent.
type problem struct {
	field string // empty when it is not one field's
	word  string
	args  []any
	text  string // used when word is empty
}

// problems are an error that is shown at the form.
type problems []problem

func (p problems) Error() string { return "the form has problems" }

// explanation tells a person what a refusal of the pool means.
type explanation struct {
	kind    string
	message string // a prefix of the refusal's message
	field   string
	word    string
	status  int
}

const wait = http.StatusTooManyRequests

// explanations are searched in order; the first that fits is taken.
var explanations = [...]explanation{
	{"NotAuthorizedException", "Incorrect username or password", passwordField, "wrong-password", refusedStatus},
	{"NotAuthorizedException", "Password attempts exceeded", "", "locked", wait},
	{"NotAuthorizedException", "User is disabled", "", "disabled", refusedStatus},
	{"NotAuthorizedException", "Temporary password has expired", passwordField, "temporary-expired", refusedStatus},
	{"NotAuthorizedException", "SignUp is not permitted", "", "signup-closed", refusedStatus},
	{"NotAuthorizedException", "User password cannot be reset", usernameField, "reset-refused", refusedStatus},
	{"NotAuthorizedException", "Contact administrator", usernameField, "reset-refused", refusedStatus},
	{"InvalidParameterException", "Cannot reset password", usernameField, "reset-refused", refusedStatus},
	{"InvalidParameterException", "Username should be an email", usernameField, "email-form", refusedStatus},
	{"InvalidParameterException", "Invalid email address format", usernameField, "email-form", refusedStatus},
	{"UserNotFoundException", "", usernameField, "unknown-user", refusedStatus},
	{"UsernameExistsException", "", usernameField, "exists", refusedStatus},
	{"AliasExistsException", "", usernameField, "exists", refusedStatus},
	{"CodeMismatchException", "", codeField, "code-wrong", refusedStatus},
	{"ExpiredCodeException", "", codeField, "code-expired", refusedStatus},
	{"InvalidPasswordException", "Password did not conform with policy: Password not long enough", passwordField, "password.length", refusedStatus},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have uppercase", passwordField, "password.upper", refusedStatus},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have lowercase", passwordField, "password.lower", refusedStatus},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have numeric", passwordField, "password.number", refusedStatus},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have symbol", passwordField, "password.symbol", refusedStatus},
	{"InvalidPasswordException", "", passwordField, "password.policy", refusedStatus},
	{"LimitExceededException", "", "", "limit", wait},
	{"TooManyFailedAttemptsException", "", "", "limit", wait},
	{"TooManyRequestsException", "", "", "limit", wait},
}

// explain finds the words for a refusal and the status of the answer. A refusal that has none is shown in the pool's
// own words, which are meant for people. A problem of a field that the form lacks is the whole form's.
func explain(refusal *userpool.Error, f form) (problem, int) {
	for _, e := range explanations {
		if e.kind != refusal.Type || !strings.HasPrefix(refusal.Message, e.message) {
			continue
		}
		p := problem{field: e.field, word: e.word}
		if !slices.ContainsFunc(f.fields, func(fd field) bool { return fd.Name == e.field }) {
			p.field = ""
		}
		return p, e.status
	}
	return problem{text: refusal.Message}, refusedStatus
}

// say is the problem in a person's language.
func (p problem) say(w words) string {
	if p.word == "" {
		return p.text
	}
	return w.say(p.word, p.args...)
}
