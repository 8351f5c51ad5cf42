package gateway

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// traceHeader carries the trace of AWS X-Ray: Root=1-<time>-<id>;Parent=<segment>;Sampled=<0 or 1>.
const traceHeader = "X-Amzn-Trace-Id"

// traceEntropy is how many random bytes appendTrace takes.
const traceEntropy = 12 + 8

type trace struct {
	short                 string // Root=<root>: the header of an answer that no function gave
	root, parent, sampled string
	segment               string // of this request, the parent of what the function does
}

// rootLength is that of 1-<8 digits>-<24 digits>.
const rootLength = 35

// appendTrace begins a trace: the text that newTrace takes.
func appendTrace(b []byte, now time.Time, random []byte) []byte {
	var seconds [4]byte
	binary.BigEndian.PutUint32(seconds[:], uint32(now.Unix()))
	b = append(hex.AppendEncode(append(b, "Root=1-"...), seconds[:]), '-')
	b = hex.AppendEncode(b, random[:12])
	return hex.AppendEncode(b, random[12:traceEntropy])
}

func newTrace(text string) trace {
	const end = len("Root=") + rootLength
	return trace{short: text[:end], root: text[len("Root="):end], segment: text[end:]}
}

// join goes on with the trace that the client sent instead, if it has a root. Only fields that mean something and are
// well formed are kept: they go into headers and logs.
func (t *trace) join(sent string) {
	joined := trace{segment: t.segment}
	joined.read(sent)
	if joined.root != "" {
		joined.short = "Root=" + joined.root
		*t = joined
	}
}

func (t *trace) read(sent string) {
	for field := range strings.SplitSeq(sent, ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(field), "="); name {
		case "Root":
			if isRoot(value) {
				t.root = value
			}
		case "Parent":
			if isHex(value, 16) {
				t.parent = value
			}
		case "Sampled":
			if value == "0" || value == "1" {
				t.sampled = value
			}
		}
	}
}

func isRoot(s string) bool {
	return len(s) == rootLength && s[:2] == "1-" && isHex(s[2:10], 8) && s[10] == '-' && isHex(s[11:], 24)
}

// isHex tells whether s is that many lower-case hexadecimal digits.
func isHex(s string, length int) bool {
	return len(s) == length && strings.Trim(s, "0123456789abcdef") == ""
}

// forward is the header as the function gets it.
func (t trace) forward() string {
	s := t.short
	if t.parent != "" {
		s += ";Parent=" + t.parent
	}
	if t.sampled != "" {
		s += ";Sampled=" + t.sampled
	}
	return s
}

// full is the header of an answer that a function gave.
func (t trace) full(lineage string) string {
	sampled := t.sampled
	if sampled == "" {
		sampled = "0"
	}
	return t.short + ";Parent=" + t.segment + ";Sampled=" + sampled + ";Lineage=" + lineage
}
