package gateway

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
)

// binaryTypes are the media types that functions see as base64 and may answer in base64 ("Content type conversions in
// API Gateway", API Gateway Developer Guide). A type stands for itself only, but */* for all.
type binaryTypes []string

func (b binaryTypes) has(mediaType string) bool {
	return slices.Contains(b, "*/*") || mediaType != "" && slices.Contains(b, mediaType)
}

// encodes tells whether the body of a request goes to the function as base64, by its content type.
func (b binaryTypes) encodes(header http.Header) bool {
	return len(b) > 0 && b.has(essence(first(header, "Content-Type")))
}

// decodes tells whether the client gets the bytes that the function encoded: it must accept a binary type in the first
// place. What else it accepts does not count.
func (b binaryTypes) decodes(header http.Header) bool {
	preferred, _, _ := strings.Cut(first(header, "Accept"), ",")
	return b.has(essence(preferred))
}

// essence is a media type without its parameters.
func essence(mediaType string) string {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	return strings.ToLower(strings.TrimSpace(mediaType))
}

// decode is the body of a function's response, as the client is to have it.
func (b binaryTypes) decode(body string, encoded bool, header http.Header) (string, error) {
	if !encoded || !b.decodes(header) {
		return body, nil
	}
	decoded, err := base64.StdEncoding.DecodeString(body)
	return string(decoded), err
}
