package gateway_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strconv"
	"strings"
	"testing"

	"example.com/todo/internal/gateway"
)

func inCoding(coding, text string) string {
	var b bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&b)
	if coding == "deflate" {
		w = zlib.NewWriter(&b)
	}
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

// ofCoding undoes a coding; what has none is as it was.
func ofCoding(t *testing.T, coding, body string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(body)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "deflate":
		r, err = zlib.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(decoded)
}

// The rules are those of "receive an API response with a compressed payload" and "enable payload compression" (API
// Gateway Developer Guide).
func TestFactsOfCompressedAnswers(t *testing.T) {
	from := func(size int) func(*gateway.Config) {
		return func(c *gateway.Config) { c.API.MinimumCompression = &size }
	}
	long := strings.Repeat("0123456789", 10)
	answers := func(body string) response {
		return response{StatusCode: 200, Headers: map[string]string{"Content-Type": "text/plain"}, Body: body}
	}
	own := answers(long)
	own.Headers["content-encoding"] = "br"
	empty := answers(long)
	empty.StatusCode = 204
	failed := answers(long)
	failed.StatusCode = 500
	for _, test := range []struct {
		rule   string
		accept []string
		answer response
		api    func(*gateway.Config) // instead of from(100)
		want   string
	}{
		{rule: "gzip", accept: []string{"gzip"}, answer: answers(long), want: "gzip"},
		{rule: "deflate is zlib's format", accept: []string{"deflate"}, answer: answers(long), want: "deflate"},
		{rule: "a browser's list", accept: []string{"gzip, deflate, br, zstd"}, answer: answers(long), want: "gzip"},
		{rule: "names in any case", accept: []string{"GZip"}, answer: answers(long), want: "gzip"},
		{rule: "the one of most weight", accept: []string{"gzip;q=0.5, deflate ; Q=0.8, identity;q=0.1"}, answer: answers(long), want: "deflate"},
		{rule: "several headers are one list", accept: []string{"gzip;q=0.5", "deflate"}, answer: answers(long), want: "deflate"},
		{rule: "none when the best is unknown", accept: []string{"br, gzip"}, answer: answers(long)},
		{rule: "none when the best is identity", accept: []string{"identity, gzip;q=0.5"}, answer: answers(long)},
		{rule: "none for any", accept: []string{"*"}, answer: answers(long)},
		{rule: "none without a word", answer: answers(long)},
		{rule: "none that is refused", accept: []string{"gzip;q=0"}, answer: answers(long)},
		{rule: "none that has no weight", accept: []string{"gzip;q=high"}, answer: answers(long)},
		{rule: "none for a shorter body", accept: []string{"gzip"}, answer: answers(long[1:])},
		{rule: "none where the function has one", accept: []string{"gzip"}, answer: own, want: "br"},
		{rule: "errors of functions too", accept: []string{"gzip"}, answer: failed, want: "gzip"},
		{rule: "none for an answer that has no body", accept: []string{"gzip"}, answer: empty},
		{rule: "none where the API has no minimum", accept: []string{"gzip"}, answer: answers(long), api: func(*gateway.Config) {}},
		{rule: "a minimum of 0 leaves nothing out", accept: []string{"gzip"}, answer: answers("a"), api: from(0), want: "gzip"},
		{rule: "but what is empty", accept: []string{"gzip"}, answer: answers(""), api: from(0)},
	} {
		for _, h := range homes {
			t.Run(h.name+"/"+test.rule, func(t *testing.T) {
				api := test.api
				if api == nil {
					api = from(len(long))
				}
				r := newRigAt(t, h.at(0), api)
				r.returns(test.answer)
				var sent []string
				for _, accept := range test.accept {
					sent = append(sent, "Accept-Encoding: "+accept)
				}
				got := r.send("GET /prod/open", sent, "")
				coding := got.one(t, "Content-Encoding")
				if got.status != test.answer.StatusCode || coding != test.want {
					t.Fatalf("got %d in coding %q, want %d in %q", got.status, coding, test.answer.StatusCode, test.want)
				}
				if test.answer.StatusCode == 204 {
					return
				}
				if length := got.one(t, "Content-Length"); length != strconv.Itoa(len(got.body)) {
					t.Errorf("got Content-Length %s with %d bytes", length, len(got.body))
				}
				if coding != "br" {
					got.body = ofCoding(t, coding, got.body)
				}
				if got.body != test.answer.Body {
					t.Errorf("got body %q, want %q", got.body, test.answer.Body)
				}
			})
		}
	}
}

// The rules are those of "call an API method with a compressed payload" (API Gateway Developer Guide); that the event
// keeps the header was seen (github.com/dougmoscrop/serverless-http, issue 194).
func TestFactsOfCompressedRequests(t *testing.T) {
	const text = `{"item":"Buy milk"}`
	sees := func(e request) any { return []any{e.Body, e.IsBase64Encoded, e.Headers["Content-Encoding"]} }
	in := func(rule, coding, body string, want ...any) fact {
		f := fact{rule: rule, line: "POST /prod/open", headers: []string{"Content-Encoding: " + coding}, body: body}
		if len(want) > 0 {
			f.event, f.sees = sees, want
			return f
		}
		f.status, f.want, f.header = 415, `{"message": "Unsupported Media Type"}`, headers{"Content-Type": "application/json"}
		return f
	}
	zipped := inCoding("gzip", text)
	bomb := in("a small body of a large text is a large body", "gzip", inCoding("gzip", strings.Repeat(" ", 10<<20+1)), "")
	bomb.event, bomb.sees, bomb.status, bomb.want = nil, nil, 413, "HTTP content length exceeded 10485760 bytes."
	large := in("or too large an event", "gzip", inCoding("gzip", strings.Repeat(" ", 7<<20)), "")
	large.event, large.sees, large.status, large.want = nil, nil, 413, `{"message": "Request Too Long"}`
	holds(t, []fact{
		in("gzip", "gzip", zipped, text, false, "gzip"),
		in("names in any case", "GZIP", zipped, text, false, "GZIP"),
		in("deflate", "deflate", inCoding("deflate", text), text, false, "deflate"),
		in("identity", "identity", text, text, false, "identity"),
		in("one that is unknown", "br", zipped),
		in("two at once", "gzip, gzip", inCoding("gzip", zipped)),
		in("another than it says", "gzip", text),
		in("another of the two", "deflate", zipped),
		in("cut off", "gzip", zipped[:len(zipped)-9]),
		in("with a wrong checksum", "gzip", zipped[:len(zipped)-8]+"\x00\x00\x00\x00"+zipped[len(zipped)-4:]),
		in("with something behind it", "gzip", zipped+"x"),
		bomb, large,
	})
}
