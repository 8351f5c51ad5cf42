package idp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/todo/internal/userpool"
)

// Credentials are the access key that signs the operations of administrators.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
}

const (
	signingService   = "cognito-idp"
	signingAlgorithm = "AWS4-HMAC-SHA256"
	// signingSkew is how far a signer's clock may be off ("Signing AWS API requests", IAM User Guide: most services
	// refuse a request after five minutes).
	signingSkew = 5 * time.Minute
)

// mustSign are the headers whose change would make another request of it.
var mustSign = []string{"host", "x-amz-date", "x-amz-target"}

// verify checks a request's Signature Version 4 by signing it again with the official signer. It refuses with an
// *userpool.Error of the type and text that AWS gives.
func (c Credentials) verify(r *http.Request, body []byte, now time.Time) error {
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		return &userpool.Error{Type: "MissingAuthenticationTokenException", Message: "Missing Authentication Token"}
	}
	claimed, ok := parseSignature(header[0])
	if !ok || len(header) > 1 {
		return &userpool.Error{Type: "IncompleteSignatureException", Message: "The Authorization header is not a complete Signature Version 4."}
	}
	signedAt, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	switch {
	case err != nil || claimed.date != signedAt.Format("20060102") || claimed.service != signingService || claimed.terminator != "aws4_request":
		return &userpool.Error{Type: "IncompleteSignatureException", Message: "The credential must be scoped to the date in X-Amz-Date and to the service " + signingService + "."}
	case now.Sub(signedAt).Abs() > signingSkew:
		return &userpool.Error{Type: "InvalidSignatureException", Message: "Signature expired or not yet current: " + r.Header.Get("X-Amz-Date") + " is too far from " + now.UTC().Format("20060102T150405Z") + "."}
	case subtle.ConstantTimeCompare([]byte(claimed.accessKeyID), []byte(c.AccessKeyID)) != 1:
		return &userpool.Error{Type: "UnrecognizedClientException", Message: "The security token included in the request is invalid."}
	}
	for _, name := range mustSign {
		if !slices.Contains(claimed.headers, name) {
			return &userpool.Error{Type: "IncompleteSignatureException", Message: "The header " + name + " must be signed."}
		}
	}
	if !c.matches(r, body, claimed, signedAt) {
		return &userpool.Error{Type: "InvalidSignatureException", Message: "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}
	}
	return nil
}

// matches signs what the client says it signed, and nothing else, and compares.
func (c Credentials) matches(r *http.Request, body []byte, claimed signature, signedAt time.Time) bool {
	again := &http.Request{
		Method: r.Method,
		Host:   r.Host,
		URL:    &url.URL{Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery},
		Header: http.Header{},
	}
	for _, name := range claimed.headers {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = int64(len(body))
		default:
			name = http.CanonicalHeaderKey(name)
			again.Header[name] = r.Header.Values(name)
		}
	}
	hash := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey}
	err := v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(hash[:]), signingService, claimed.region, signedAt)
	if err != nil {
		return false
	}
	expected, ok := parseSignature(again.Header.Get("Authorization"))
	return ok && slices.Equal(expected.headers, claimed.headers) &&
		subtle.ConstantTimeCompare([]byte(expected.value), []byte(claimed.value)) == 1
}

// A signature is what an Authorization header of Signature Version 4 says.
type signature struct {
	accessKeyID, date, region, service, terminator string
	headers                                        []string // lower case, sorted
	value                                          string
}

func parseSignature(header string) (signature, bool) {
	algorithm, rest, _ := strings.Cut(header, " ")
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	scope := strings.Split(parts["Credential"], "/")
	if algorithm != signingAlgorithm || len(scope) != 5 || parts["SignedHeaders"] == "" || parts["Signature"] == "" {
		return signature{}, false
	}
	return signature{
		accessKeyID: scope[0], date: scope[1], region: scope[2], service: scope[3], terminator: scope[4],
		headers: strings.Split(parts["SignedHeaders"], ";"),
		value:   parts["Signature"],
	}, true
}
