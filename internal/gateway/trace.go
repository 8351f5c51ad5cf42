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
	short           string // Root=<root>: the header of an answer that no function gave
	full            string // the header of an answer that a function gave
	parent, sampled string // of the client
}

const (
	rootAt        = len("Root=")
	rootLength    = len("1-00000000-000000000000000000000000")
	segmentLength = len("0000000000000000")
)

// appendTrace writes the full header of a new trace. The segment is that of this request, the parent of what the
// function does.
func appendTrace(b []byte, now time.Time, random []byte, lineage string) []byte {
	var seconds [4]byte
	binary.BigEndian.PutUint32(seconds[:], uint32(now.Unix()))
	b = append(hex.AppendEncode(append(b, "Root=1-"...), seconds[:]), '-')
	b = hex.AppendEncode(b, random[:12])
	b = hex.AppendEncode(append(b, ";Parent="...), random[12:traceEntropy])
	return append(append(b, ";Sampled=0;Lineage="...), lineage...)
}

// begin takes what appendTrace has written.
func (t *trace) begin(full string) { t.short, t.full = full[:rootAt+rootLength], full }

func (t *trace) root() string { return t.short[min(rootAt, len(t.short)):] }

// join goes on with the trace that the client sent instead, if it has a root. Only fields that mean something and are
// well formed are kept: they go into headers and logs.
func (t *trace) join(sent string) {
	var joined trace
	joined.read(sent)
	if joined.short == "" {
		return
	}
	const parent = len(";Parent=") + segmentLength
	own := t.full[len(t.short):]
	joined.full = joined.short + own
	if joined.sampled == "1" {
		joined.full = joined.short + own[:parent] + ";Sampled=1" + own[parent+len(";Sampled=0"):]
	}
	*t = joined
}

func (t *trace) read(sent string) {
	for field := range strings.SplitSeq(sent, ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(field), "="); name {
		case "Root":
			if isRoot(value) {
				t.short = "Root=" + value
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
