package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
)

// A failure is a way for the gateway to refuse a request or to report that a function failed. Steps return one, wrapped
// with the reason for the log where there is one.
type failure struct {
	kind      string // the gateway response's type
	status    int
	message   string // empty means null
	exception string // x-amzn-ErrorType

	// Errors around the integration are written with a space after the colon, and tell the trace.
	integration bool
}

func (f *failure) Error() string {
	if f.message == "" {
		return f.kind
	}
	return f.message
}

var (
	errNoToken     = &failure{kind: "MISSING_AUTHENTICATION_TOKEN", status: 403, message: "Missing Authentication Token", exception: "MissingAuthenticationTokenException"}
	errForbidden   = &failure{kind: "INVALID_API_KEY", status: 403, message: "Forbidden", exception: "ForbiddenException"}
	errThrottled   = &failure{kind: "THROTTLED", status: 429, message: "Too Many Requests", exception: "TooManyRequestsException"}
	errQuota       = &failure{kind: "QUOTA_EXCEEDED", status: 429, message: "Limit Exceeded", exception: "LimitExceededException"}
	errBadRequest  = &failure{kind: "DEFAULT_4XX", status: 400, message: "Bad Request", exception: "BadRequestException"}
	errIntegration = &failure{kind: "INTEGRATION_FAILURE", status: 502, message: "Internal server error", exception: "InternalServerErrorException", integration: true}
	errBusy        = &failure{kind: "INTEGRATION_FAILURE", status: 500, message: "Internal server error", exception: "InternalServerErrorException", integration: true}
	errTimedOut    = &failure{kind: "INTEGRATION_TIMEOUT", status: 504, message: "Endpoint request timed out", exception: "InternalServerErrorException", integration: true}
	errInternal    = &failure{kind: "DEFAULT_5XX", status: 500, message: "Internal server error", exception: "InternalServerErrorException", integration: true}
	errAuthorizer  = &failure{kind: "AUTHORIZER_FAILURE", status: 500, exception: "InternalServerErrorException"}

	// The type of an expired token is that of any other: EXPIRED_TOKEN is about AWS credentials.
	errUnauthorized = &failure{kind: "UNAUTHORIZED", status: 401, message: "Unauthorized", exception: "UnauthorizedException"}
	errExpired      = &failure{kind: "UNAUTHORIZED", status: 401, message: "The incoming token has expired", exception: "UnauthorizedException"}

	// A response for REQUEST_TOO_LARGE cannot be customised ("known issues", API Gateway Developer Guide): of the
	// template, only DEFAULT_4XX has a say.
	errEventTooLarge = &failure{kind: "DEFAULT_4XX", status: 413, message: "Request Too Long", exception: "BadRequestException", integration: true}
	// Which answer API Gateway gives is not documented; this is HTTP's own (RFC 6585).
	errHeaderTooLarge = &failure{kind: "DEFAULT_4XX", status: http.StatusRequestHeaderFieldsTooLarge, message: "Request Header Fields Too Large", exception: "BadRequestException"}
	// Spaced as an answer to a media type that a method does not take. Its exception is not documented.
	errCoding = &failure{kind: "UNSUPPORTED_MEDIA_TYPE", status: http.StatusUnsupportedMediaType, message: "Unsupported Media Type", exception: "BadRequestException", integration: true}
	// The body's limit is kept in front of API Gateway's own logic: see bareAnswer.
	errBodyTooLarge = &failure{kind: "REQUEST_TOO_LARGE", status: 413, message: "HTTP content length exceeded 10485760 bytes."}
)

// bareAnswer is plain text with no header of the gateway's, and no gateway response applies to it.
func bareAnswer(x *exchange, f *failure) answer {
	x.set("Content-Type", "text/plain; charset=utf-8")
	x.set("Connection", "close")
	return answer{status: f.status, body: f.message, bare: true}
}

// noRoute refuses a request that no method answers. With an Authorization header it is taken for one signed with AWS
// credentials, and found wanting; the header comes back hashed, never as it was. A real signature, which nobody here
// could check, gets what it would without one.
func noRoute(header http.Header) error {
	sent := header.Get("Authorization")
	if sent == "" || signedByKey(header["Authorization"]) {
		return errNoToken
	}
	sum := sha256.Sum256([]byte(sent))
	return &failure{
		kind:   errNoToken.kind,
		status: http.StatusForbidden,
		message: fmt.Sprintf("Invalid key=value pair (missing equal-sign) in Authorization header "+
			"(hashed with SHA-256 and encoded with Base64): '%s'.", base64.StdEncoding.EncodeToString(sum[:])),
		exception: "IncompleteSignatureException",
	}
}
