package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
)

func TestQueriesRefused(t *testing.T) {
	s := newServer(t)
	for _, test := range []struct {
		name   string
		values []string
	}{
		{"limit", []string{""}}, {"limit", []string{"0"}}, {"limit", []string{"-1"}}, {"limit", []string{"1001"}},
		{"limit", []string{"+5"}}, {"limit", []string{"05"}}, {"limit", []string{"5.0"}}, {"limit", []string{"5 "}},
		{"limit", []string{"0x5"}}, {"limit", []string{"1e2"}}, {"limit", []string{"٣"}}, {"limit", []string{"all"}},
		{"limit", []string{"99999999999999999999"}}, {"limit", []string{"5", "5"}}, {"limit", []string{"1001", "5"}},
		{"completed", []string{""}}, {"completed", []string{"True"}}, {"completed", []string{"1"}}, {"completed", []string{"yes"}},
		{"completed", []string{"true", "false"}}, {"next", []string{""}}, {"next", []string{"garbage"}},
		{"next", []string{strings.Repeat("A", 1<<16)}}, {"next", []string{"A", "A"}}, {"next", []string{"../../x\x00"}},
	} {
		t.Run(fmt.Sprintf("%s=%.20q", test.name, test.values), func(t *testing.T) {
			s.refused(t, "list", withQuery(from("ann"), test.name, test.values...), test.name)
		})
	}
	for _, name := range []string{"complete", "Limit", "limit ", "", "owner", "limit[]", "\x00"} {
		s.refused(t, "list", withQuery(from("ann"), name, "1"), fmt.Sprintf("%q", name))
	}
	long := strings.Repeat("é", 1000)
	s.refused(t, "list", withQuery(from("ann"), long, "1"), `"`+strings.Repeat("é", 32)+`…"`)
	for _, function := range []string{"get", "add", "update", "complete", "delete"} {
		e := withBody(withID("ann", firstID), `{"item":"x","completed":true}`)
		s.refused(t, function, withQuery(e, "limit", "5"), `"limit"`)
	}
	s.want(t, "list", from("ann"), 200, `{"Items":[],"Count":0,"ScannedCount":0}`)
}

func TestIDsInThePath(t *testing.T) {
	s := newServer(t)
	s.call(t, "add", withBody(from("ann"), `{"item":"x"}`))
	whole := `{"Item":` + itemJSON(firstID, "ann", "x", false, 1) + `}`
	s.want(t, "get", withID("ann", firstID), 200, whole)
	s.want(t, "get", withID("ann", strings.ReplaceAll(firstID, "-", "%2D")), 200, whole)
	for name, id := range map[string]string{
		"none":                  "",
		"a number":              "1",
		"upper case":            strings.ToUpper(noID),
		"half an escape":        firstID[:35] + "%3",
		"no hexadecimal escape": firstID[:33] + "%zz",
		"an escape twice":       strings.ReplaceAll(firstID, "-", "%252D"),
		"a slash":               "ann%2F" + firstID,
		"up":                    "..%2f" + firstID,
		"a NUL":                 firstID + "%00",
		"a NUL before":          "%00" + firstID,
		"a newline":             firstID + "%0A",
		"not UTF-8":             "%ff%fe",
		"a plus":                "+" + firstID[1:],
		"a long one":            strings.Repeat("a", 1<<20),
		"another key":           url.PathEscape(`{"S":"x"}`),
	} {
		t.Run(name, func(t *testing.T) {
			for _, function := range []string{"get", "complete", "delete", "update"} {
				s.refused(t, function, withBody(withID("ann", id), `{"item":"x","completed":true}`), "id")
			}
		})
	}
	e := from("ann") // no path parameters at all
	s.refused(t, "get", e, "id")
}

var changes = map[string]string{"update": `{"item":"other","completed":true}`, "complete": ``, "delete": ``}

func TestIfMatch(t *testing.T) {
	const stale = `{"message":"If-Match is not the item's version: it has changed since"}`
	for function, body := range changes {
		t.Run(function, func(t *testing.T) {
			for _, header := range []string{`"1"`, `*`, ` "1"	`} {
				s := newServer(t)
				s.call(t, "add", withBody(from("ann"), `{"item":"x"}`))
				for _, name := range []string{"if-match", "If-Match"} {
					s.want(t, function, withHeader(withBody(withID("ann", firstID), body), name, `"7"`), 412, stale)
				}
				e := withHeader(withBody(withID("ann", noID), body), "If-Match", header)
				s.want(t, function, e, 404, `{"message":"There is no such item"}`)
				e = withHeader(withBody(withID("ann", firstID), body), "IF-MATCH", header)
				if r := s.call(t, function, e); r.StatusCode != 200 {
					t.Errorf("If-Match: %s: got %d %s", header, r.StatusCode, r.Body)
				}
			}
		})
	}
}

func TestIfMatchRefused(t *testing.T) {
	s := newServer(t)
	s.call(t, "add", withBody(from("ann"), `{"item":"x"}`))
	for name, values := range map[string][]string{
		"weak":                  {`W/"1"`},
		"a list":                {`"1", "2"`},
		"two headers":           {`"1"`, `"1"`},
		"a star among others":   {`*, "1"`},
		"without quotes":        {`1`},
		"single quotes":         {`'1'`},
		"one quote":             {`"1`},
		"quotes alone":          {`""`},
		"one quote alone":       {`"`},
		"empty":                 {``},
		"no number":             {`"abc"`},
		"zero, which means any": {`"0"`},
		"negative":              {`"-1"`},
		"with a sign":           {`"+1"`},
		"with zeros before":     {`"01"`},
		"with a space":          {`" 1"`},
		"a fraction":            {`"1.0"`},
		"hexadecimal":           {`"0x1"`},
		"too great":             {`"9223372036854775808"`},
		"wide digits":           {`"１"`},
		"a header in it":        {"\"1\"\r\nX: y"},
		"very long":             {`"` + strings.Repeat("1", 1<<16) + `"`},
	} {
		t.Run(name, func(t *testing.T) {
			for function, body := range changes {
				s.refused(t, function, withHeader(withBody(withID("ann", firstID), body), "If-Match", values...), "If-Match")
			}
		})
	}
	s.want(t, "get", withID("ann", firstID), 200, `{"Item":`+itemJSON(firstID, "ann", "x", false, 1)+`}`)
}

func TestIdempotencyKey(t *testing.T) {
	const key = "0b0b0b0b-1111-4222-8333-abcdefabcdef"
	s := newServer(t)
	add := func(text string, header string, values ...string) events.APIGatewayProxyRequest {
		return withHeader(withBody(from("ann"), `{"item":"`+text+`"}`), header, values...)
	}
	item := `{"Item":` + itemJSON(key, "ann", "x", false, 1) + `}`
	s.want(t, "add", add("x", "Idempotency-Key", key), 200, item)
	r := s.want(t, "add", add(" x ", "idempotency-key", " "+strings.ToUpper(key)), 200, item)
	if got := r.Headers["ETag"]; got != `"1"` {
		t.Errorf("the repeat's ETag: got %s, want \"1\"", got)
	}
	s.want(t, "add", add("y", "Idempotency-Key", key), 409, `{"message":"Idempotency-Key has been used for another item"}`)
	s.want(t, "list", from("ann"), 200, `{"Items":[`+itemJSON(key, "ann", "x", false, 1)+`],"Count":1,"ScannedCount":1}`)
	for name, values := range map[string][]string{
		"empty": {""}, "no UUID": {"again"}, "a URN": {"urn:uuid:" + key}, "in braces": {"{" + key + "}"}, "in quotes": {`"` + key + `"`},
		"two": {key, key}, "a list": {key + ", " + key}, "with a NUL": {key[:35] + "\x00"},
	} {
		t.Run(name, func(t *testing.T) { s.refused(t, "add", add("x", "Idempotency-Key", values...), "Idempotency-Key") })
	}
	single := add("x", "IDEMPOTENCY-KEY", key)
	single.MultiValueHeaders = nil // as some test tools send events
	s.want(t, "add", single, 200, item)
}
