package userpool

// Error is a refusal in Cognito's terms. The message is for the person or program that asked, to the letter of the
// service's own.
type Error struct {
	// Type is the exception's name, e.g. NotAuthorizedException.
	Type    string
	Message string
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// The types of refusals.
const (
	typeAliasExists     = "AliasExistsException"
	typeCodeMismatch    = "CodeMismatchException"
	typeExpiredCode     = "ExpiredCodeException"
	typeInvalidParam    = "InvalidParameterException"
	typeInvalidPassword = "InvalidPasswordException"
	typeLimitExceeded   = "LimitExceededException"
	typeNotAuthorized   = "NotAuthorizedException"
	typeNoResource      = "ResourceNotFoundException"
	typeNotFound        = "UserNotFoundException"
	typeTooMany         = "TooManyRequestsException"
	typeUnsupported     = "UnsupportedOperationException"
	typeUnsupportedUser = "UnsupportedUserStateException"
	typeUsernameExists  = "UsernameExistsException"
)

func refuse(kind, message string) *Error { return &Error{Type: kind, Message: message} }

// Refusals that more than one operation answers. Those of a single operation are written where they are made.
func errWrongPassword() *Error { return refuse(typeNotAuthorized, "Incorrect username or password.") }
func errNoSuchUser() *Error    { return refuse(typeNotFound, "User does not exist.") }
func errNoSuchPair() *Error    { return refuse(typeNotFound, "Username/client id combination not found.") }
func errDisabled() *Error      { return refuse(typeNotAuthorized, "User is disabled.") }
func errLimit() *Error {
	return refuse(typeLimitExceeded, "Attempt limit exceeded, please try after some time.")
}
func errBusy() *Error { return refuse(typeTooMany, "Rate exceeded") }
func errCodeMismatch() *Error {
	return refuse(typeCodeMismatch, "Invalid verification code provided, please try again.")
}
func errCodeExpired() *Error {
	return refuse(typeExpiredCode, "Invalid code provided, please request a code again.")
}
func errNotUTF8() *Error {
	return refuse(typeInvalidParam, "The request holds text that is not UTF-8.")
}
