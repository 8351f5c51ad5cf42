package gateway

import (
	"fmt"
	"net/url"
	"strings"
)

// sentPath is the path as the client sent it, but for characters that no URL has (RFC 3986 section 3.3), which it
// encodes. EscapedPath would decode all of such a path and encode it anew, and so make a slash of %2F.
func sentPath(u *url.URL) string {
	path := u.EscapedPath()
	if u.RawPath == "" || u.RawPath == path {
		return path
	}
	var b strings.Builder
	for i := range len(u.RawPath) {
		if c := u.RawPath[i]; c > ' ' && c < 0x7f && !strings.ContainsRune("\"#<>\\^`{|}", rune(c)) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
