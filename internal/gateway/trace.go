package gateway

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// traceHeader carries the trace of AWS X-Ray: Root=1-<time>-<id>;Parent=<segment>;Sampled=<0 or 1>.
const traceHeader = "X-Amzn-Trace-Id"

// traceEntropy is how many random bytes newTrace takes.
const traceEntropy = 12 + 8

type trace struct {
	root, parent, sampled string
	segment               string // of this request, the parent of what the function does
}

// newTrace goes on with the trace that the client sent, or begins one. Only fields that mean something and are well
// formed are kept: they go into headers and logs.
func newTrace(sent string, now time.Time, random []byte) trace {
	t := trace{segment: hex.EncodeToString(random[12:traceEntropy])}
	if sent != "" {
		t.read(sent)
	}
	if t.root == "" {
		return trace{root: newRoot(now, random[:12]), segment: t.segment}
	}
	return t
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

func newRoot(now time.Time, random []byte) string {
	seconds := binary.BigEndian.AppendUint32(make([]byte, 0, 4), uint32(now.Unix()))
	b := append(make([]byte, 0, 35), "1-"...)
	b = append(hex.AppendEncode(b, seconds), '-')
	return string(hex.AppendEncode(b, random))
}

func isRoot(s string) bool {
	return len(s) == 35 && s[:2] == "1-" && isHex(s[2:10], 8) && s[10] == '-' && isHex(s[11:], 24)
}

// isHex tells whether s is that many lower-case hexadecimal digits.
func isHex(s string, length int) bool {
	return len(s) == length && strings.Trim(s, "0123456789abcdef") == ""
}

// forward is the header as the function gets it.
func (t trace) forward() string {
	s := t.short()
	if t.parent != "" {
		s += ";Parent=" + t.parent
	}
	if t.sampled != "" {
		s += ";Sampled=" + t.sampled
	}
	return s
}

// short is the header of an answer that no function gave.
func (t trace) short() string { return "Root=" + t.root }

// full is the header of an answer that a function gave.
func (t trace) full(lineage string) string {
	sampled := t.sampled
	if sampled == "" {
		sampled = "0"
	}
	return "Root=" + t.root + ";Parent=" + t.segment + ";Sampled=" + sampled + ";Lineage=" + lineage
}
