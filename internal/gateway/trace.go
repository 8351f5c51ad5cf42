package gateway

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// traceHeader carries the trace of AWS X-Ray: Root=1-<time>-<id>;Parent=<segment>;Sampled=<0 or 1>.
const traceHeader = "X-Amzn-Trace-Id"

// traceEntropy is how many random bytes newTrace takes.
const traceEntropy = 12 + 8

var (
	traceRoot   = regexp.MustCompile(`^1-[0-9a-f]{8}-[0-9a-f]{24}$`)
	traceParent = regexp.MustCompile(`^[0-9a-f]{16}$`)
)

type trace struct {
	root, parent, sampled string
	segment               string // of this request, the parent of what the function does
}

// newTrace goes on with the trace that the client sent, or begins one. Only fields that mean something and are well
// formed are kept: they go into headers and logs.
func newTrace(sent string, now time.Time, random []byte) trace {
	t := trace{segment: fmt.Sprintf("%x", random[12:20])}
	for field := range strings.SplitSeq(sent, ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(field), "="); name {
		case "Root":
			if traceRoot.MatchString(value) {
				t.root = value
			}
		case "Parent":
			if traceParent.MatchString(value) {
				t.parent = value
			}
		case "Sampled":
			if value == "0" || value == "1" {
				t.sampled = value
			}
		}
	}
	if t.root == "" {
		return trace{root: fmt.Sprintf("1-%08x-%x", uint32(now.Unix()), random[:12]), segment: t.segment}
	}
	return t
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
	return t.short() + ";Parent=" + t.segment + ";Sampled=" + sampled + ";Lineage=" + lineage
}
