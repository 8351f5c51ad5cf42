package lambda

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A report is what Lambda tells of a call that has ended, or of a process that did not start.
type report struct {
	took   time.Duration
	init   time.Duration // that the call's process took to start; 0 when it was there already
	memory int           // the most that the process used, in MB; 0 when that is not known
	err    error
}

// status and kind are the words that Lambda has for the end of a call.
func (r report) status() (status, kind string) {
	switch {
	case r.err == nil:
		return "success", ""
	case errors.Is(r.err, ErrTimeout):
		return "timeout", ""
	case errors.Is(r.err, ErrCrashed):
		return "error", "Runtime.ExitError"
	}
	return "error", ""
}

// logStart, logEnd and logInit write the lines that Lambda adds to a function's log: with the format JSON those of the
// level INFO and above ("System log event schema", Lambda Developer Guide), else START, END and REPORT.

func (c *Config) logStart(id, trace string) {
	if !c.JSONLog {
		c.Log.WriteLine(fmt.Appendf(nil, "START RequestId: %s Version: $LATEST", id))
		return
	}
	c.logEvent("platform.start", platformRecord{RequestID: id, Version: version, Tracing: tracingOf(trace)})
}

func (c *Config) logEnd(id, trace string, r report) {
	status, kind := r.status()
	if c.JSONLog {
		c.logEvent("platform.report", platformRecord{
			RequestID: id, Status: status, ErrorType: kind, Tracing: tracingOf(trace),
			Metrics: &platformMetrics{
				Duration: milliseconds(r.took), Billed: billed(r), MemorySize: c.MemorySize, MemoryUsed: r.memory, Init: milliseconds(r.init),
			},
		})
		return
	}
	switch status {
	case "timeout":
		c.Log.WriteLine(fmt.Appendf(nil, "%s %s Task timed out after %.2f seconds", c.timestamp(), id, c.Timeout.Seconds()))
	case "error":
		if exit, ok := errors.AsType[*exitError](r.err); ok {
			c.Log.WriteLine(fmt.Appendf(nil, "RequestId: %s Error: %s", id, exit.reason))
		}
	}
	c.Log.WriteLine(fmt.Appendf(nil, "END RequestId: %s", id))
	line := fmt.Appendf(nil, "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB",
		id, milliseconds(r.took), billed(r), c.MemorySize)
	if r.memory > 0 {
		line = fmt.Appendf(line, "\tMax Memory Used: %d MB", r.memory)
	}
	if r.init > 0 {
		line = fmt.Appendf(line, "\tInit Duration: %.2f ms", milliseconds(r.init))
	}
	if trace != "" {
		root, _, _ := strings.Cut(strings.TrimPrefix(trace, "Root="), ";")
		line = fmt.Appendf(line, "\tXRAY TraceId: %s", root)
	}
	c.Log.WriteLine(appendStatus(line, status, kind))
}

// logInit tells of a process that did not start; of one that did, the report of its first call tells.
func (c *Config) logInit(r report) {
	status, kind := r.status()
	if c.JSONLog {
		c.logEvent("platform.initReport", platformRecord{
			InitializationType: initializationType, Phase: "init", Status: status, ErrorType: kind,
			Metrics: &platformMetrics{Duration: milliseconds(r.took)},
		})
		return
	}
	line := fmt.Appendf(nil, "INIT_REPORT Init Duration: %.2f ms\tPhase: init", milliseconds(r.took))
	c.Log.WriteLine(appendStatus(line, status, kind))
}

func appendStatus(line []byte, status, kind string) []byte {
	if status != "success" {
		line = append(append(line, "\tStatus: "...), status...)
	}
	if kind != "" {
		line = append(append(line, "\tError Type: "...), kind...)
	}
	return line
}

// version is the one that a function without aliases runs as, and initializationType how Lambda starts it.
const (
	version            = "$LATEST"
	initializationType = "on-demand"
)

type platformRecord struct {
	InitializationType string           `json:"initializationType,omitempty"`
	Phase              string           `json:"phase,omitempty"`
	RequestID          string           `json:"requestId,omitempty"`
	Version            string           `json:"version,omitempty"`
	Status             string           `json:"status,omitempty"`
	ErrorType          string           `json:"errorType,omitempty"`
	Metrics            *platformMetrics `json:"metrics,omitempty"`
	Tracing            *platformTracing `json:"tracing,omitempty"`
}

type platformMetrics struct {
	Duration   float64 `json:"durationMs"`
	Billed     int64   `json:"billedDurationMs,omitempty"`
	MemorySize int     `json:"memorySizeMB,omitempty"`
	MemoryUsed int     `json:"maxMemoryUsedMB,omitempty"`
	Init       float64 `json:"initDurationMs,omitempty"`
}

type platformTracing struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

func tracingOf(trace string) *platformTracing {
	if trace == "" {
		return nil
	}
	return &platformTracing{Type: traceHeader, Value: trace}
}

func (c *Config) logEvent(kind string, record platformRecord) {
	line, err := json.Marshal(struct {
		Time   string         `json:"time"`
		Type   string         `json:"type"`
		Record platformRecord `json:"record"`
	}{c.timestamp(), kind, record})
	if err == nil { // a record holds nothing that JSON cannot
		c.Log.WriteLine(line)
	}
}

func (c *Config) timestamp() string { return c.Now().UTC().Format("2006-01-02T15:04:05.000Z") }

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// billed is the duration that Lambda would charge, in whole milliseconds; the start of a custom runtime is charged too.
func billed(r report) int64 {
	return int64((r.took + r.init + time.Millisecond - 1) / time.Millisecond)
}
