package pages

import (
	"strings"

	"example.com/todo/internal/userpool"
)

// A problem is one thing wrong with a form that was sent.
type problem struct {
	field string // empty when it is not one field's
	word  string
	args  []any
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
}

// explanations are searched in order; the first that fits is taken.
var explanations = [...]explanation{
	{"NotAuthorizedException", "Incorrect username or password", passwordField, "wrong-password"},
	{"NotAuthorizedException", "Password attempts exceeded", "", "locked"},
	{"NotAuthorizedException", "User is disabled", "", "disabled"},
	{"NotAuthorizedException", "Temporary password has expired", passwordField, "temporary-expired"},
	{"NotAuthorizedException", "SignUp is not permitted", "", "signup-closed"},
	{"NotAuthorizedException", "User password cannot be reset", usernameField, "reset-refused"},
	{"NotAuthorizedException", "Contact administrator", usernameField, "reset-refused"},
	{"InvalidParameterException", "Cannot reset password", usernameField, "reset-refused"},
	{"InvalidParameterException", "Username should be an email", usernameField, "email-form"},
	{"InvalidParameterException", "Username should be a phone number", usernameField, "phone-form"},
	{"InvalidParameterException", "Username should be either an email or a phone number", usernameField, "email-or-phone-form"},
	{"InvalidParameterException", "The email attribute should be the username", attributePrefix + "email", "other-address"},
	{"InvalidParameterException", "Invalid email address format", attributePrefix + "email", "email-form"},
	{"InvalidParameterException", "The phone_number attribute should be the username", attributePrefix + "phone_number", "other-address"},
	{"InvalidParameterException", "Invalid phone number format", attributePrefix + "phone_number", "phone-form"},
	{"InvalidParameterException", "Username cannot be of email format", usernameField, "username-email"},
	{"InvalidParameterException", "Username cannot be of phone number format", usernameField, "username-phone"},
	{"InvalidParameterException", "1 validation error detected: Value at 'username'", usernameField, "username-form"},
	{"InvalidParameterException", "1 validation error detected: Value at 'password'", passwordField, "password-form"},
	{"UserNotFoundException", "", usernameField, "unknown-user"},
	{"UsernameExistsException", "", usernameField, "exists"},
	{"AliasExistsException", "", usernameField, "exists"},
	{"CodeMismatchException", "Invalid code received", codeField, "app-code-wrong"},
	{"CodeMismatchException", "", codeField, "code-wrong"},
	{"EnableSoftwareTokenMFAException", "", codeField, "app-code-wrong"},
	{"ExpiredCodeException", "Your software token", codeField, "app-code-used"},
	{"ExpiredCodeException", "", codeField, "code-expired"},
	{"InvalidPasswordException", "Password did not conform with policy: Password not long enough", passwordField, "password.length"},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have uppercase", passwordField, "password.upper"},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have lowercase", passwordField, "password.lower"},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have numeric", passwordField, "password.number"},
	{"InvalidPasswordException", "Password did not conform with policy: Password must have symbol", passwordField, "password.symbol"},
	{"InvalidPasswordException", "", passwordField, "password.policy"},
	{"PasswordHistoryPolicyViolationException", "", passwordField, "password.used"},
	{"InvalidParameterException", "The passkey is registered already", "", "passkey.known"},
	{"WebAuthnChallengeNotFoundException", "", "", "passkey.failed"},
	{"WebAuthnCredentialNotSupportedException", "", "", "passkey.failed"},
	{"LimitExceededException", "A user has", "", "passkey.limit"},
	{"LimitExceededException", "", "", "limit"},
	{"TooManyFailedAttemptsException", "", "", "limit"},
	{"TooManyRequestsException", "", "", "limit"},
}

const (
	// unfit begins the refusal of an attribute; its name and a colon follow.
	unfit = "Attributes did not conform to the schema: "
	// taken begins the refusal of a name that is another account's; the attribute's name follows.
	taken = "An account with the given "
)

// explain finds the words for a refusal. A problem of a field that the form lacks is the whole form's.
func explain(refusal *userpool.Error, f form) problem {
	if about, ok := strings.CutPrefix(refusal.Message, unfit); ok {
		name, _, _ := strings.Cut(about, ": ")
		if fd, ok := f.field(attributePrefix + name); ok {
			return problem{field: fd.Name, word: "attribute-form", args: []any{fd.Label}}
		}
	}
	if about, ok := strings.CutPrefix(refusal.Message, taken); ok {
		name, _, _ := strings.Cut(about, " ")
		if fd, ok := f.field(attributePrefix + name); ok && !fd.Optional { // else it is the user name
			return problem{field: fd.Name, word: "exists"}
		}
	}
	for _, e := range explanations {
		if e.kind != refusal.Type || !strings.HasPrefix(refusal.Message, e.message) {
			continue
		}
		p := problem{word: e.word}
		if _, ok := f.field(e.field); ok {
			p.field = e.field
		}
		return p
	}
	return problem{word: "refused"}
}

// say is the problem in a person's language.
func (p problem) say(w words) string { return w.say(p.word, p.args...) }
