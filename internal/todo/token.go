package todo

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
)

const (
	// maxToken bounds what ParseNextToken looks at.
	maxToken = 2048
	sealSize = 8
)

var tokenCoding = base64.RawURLEncoding.Strict()

// NextToken makes the token of the page that begins after an id.
//
// The token is sealed with a digest of owner and id. It holds no secret, because none is needed: whoever forges one
// begins their own list at a place they chose. The seal is there so that a token that was cut, edited or taken from
// another list is an error and not a wrong page.
func NextToken(owner, id string) string {
	seal := tokenSeal(owner, id)
	return tokenCoding.EncodeToString(append(seal[:], id...))
}

// ParseNextToken gives back the id of a token made for the owner; anything else is an *InvalidError for the field next.
func ParseNextToken(owner, token string) (id string, err error) {
	invalid := &InvalidError{"next", "must be a NextToken of this list"}
	// The decoder skips line breaks; a token has none.
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return "", invalid
	}
	data, err := tokenCoding.DecodeString(token)
	if err != nil || len(data) <= sealSize {
		return "", invalid
	}
	id = string(data[sealSize:])
	if tokenSeal(owner, id) != [sealSize]byte(data[:sealSize]) {
		return "", invalid
	}
	return id, nil
}

func tokenSeal(owner, id string) [sealSize]byte {
	b := append(make([]byte, 0, 128), "todo page 1"...)
	b = binary.AppendUvarint(b, uint64(len(owner)))
	b = append(b, owner...)
	b = append(b, id...)
	sum := sha256.Sum256(b)
	return [sealSize]byte(sum[:])
}
