package lambda

import (
	"errors"
	"strconv"
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

// version is the one that a function without aliases runs as, and initializationType how Lambda starts it.
const (
	version            = "$LATEST"
	initializationType = "on-demand"
)

// logStart, logEnd and logInit write the lines that Lambda adds to a function's log: with the format JSON those of the
// level INFO and above ("System log event schema", Lambda Developer Guide), else START, END and REPORT. They are written
// for every call, so they are put together by hand.

func (c *Config) logStart(id, trace string) {
	if c.JSONLog {
		o := c.event("platform.start")
		o.text("requestId", id)
		o.text("version", version)
		o.tracing(trace)
		o.write(c.Log)
		return
	}
	c.Log.WriteLine([]byte("START RequestId: " + id + " Version: " + version))
}

func (c *Config) logEnd(id, trace string, r report) {
	status, kind := r.status()
	if !c.JSONLog {
		c.logEndText(id, trace, r, status, kind)
		return
	}
	o := c.event("platform.report")
	o.text("requestId", id)
	o.status(status, kind)
	o.open("metrics")
	o.figure("durationMs", milliseconds(r.took))
	o.figure("billedDurationMs", float64(billed(r)))
	o.figure("memorySizeMB", float64(c.MemorySize))
	if r.memory > 0 {
		o.figure("maxMemoryUsedMB", float64(r.memory))
	}
	if r.init > 0 {
		o.figure("initDurationMs", milliseconds(r.init))
	}
	o.close()
	o.tracing(trace)
	o.write(c.Log)
}

func (c *Config) logEndText(id, trace string, r report, status, kind string) {
	if status == "timeout" {
		seconds := strconv.FormatFloat(c.Timeout.Seconds(), 'f', 2, 64)
		c.Log.WriteLine([]byte(c.timestamp() + " " + id + " Task timed out after " + seconds + " seconds"))
	}
	if exit, ok := errors.AsType[*exitError](r.err); ok {
		c.Log.WriteLine([]byte("RequestId: " + id + " Error: " + exit.reason))
	}
	c.Log.WriteLine([]byte("END RequestId: " + id))

	line := append(make([]byte, 0, 320), "REPORT RequestId: "+id+"\tDuration: "...)
	line = appendFixed(line, r.took)
	line = append(line, " ms\tBilled Duration: "...)
	line = strconv.AppendInt(line, billed(r), 10)
	line = append(line, " ms\tMemory Size: "...)
	line = strconv.AppendInt(line, int64(c.MemorySize), 10)
	line = append(line, " MB"...)
	if r.memory > 0 {
		line = append(line, "\tMax Memory Used: "...)
		line = append(strconv.AppendInt(line, int64(r.memory), 10), " MB"...)
	}
	if r.init > 0 {
		line = append(appendFixed(append(line, "\tInit Duration: "...), r.init), " ms"...)
	}
	if trace != "" {
		root, _, _ := strings.Cut(strings.TrimPrefix(trace, "Root="), ";")
		line = append(append(line, "\tXRAY TraceId: "...), root...)
	}
	c.Log.WriteLine(appendStatus(line, status, kind))
}

// logInit tells of a process that did not start; of one that did, the report of its first call tells.
func (c *Config) logInit(r report) {
	status, kind := r.status()
	if c.JSONLog {
		o := c.event("platform.initReport")
		o.text("initializationType", initializationType)
		o.text("phase", "init")
		o.status(status, kind)
		o.open("metrics")
		o.figure("durationMs", milliseconds(r.took))
		o.close()
		o.write(c.Log)
		return
	}
	line := append(appendFixed([]byte("INIT_REPORT Init Duration: "), r.took), " ms\tPhase: init"...)
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

// appendFixed writes milliseconds as the text lines have them.
func appendFixed(line []byte, d time.Duration) []byte {
	return strconv.AppendFloat(line, milliseconds(d), 'f', 2, 64)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// billed is the duration that Lambda would charge, in whole milliseconds; the start of a custom runtime is charged too.
func billed(r report) int64 {
	return int64((r.took + r.init + time.Millisecond - 1) / time.Millisecond)
}

const timestampLayout = "2006-01-02T15:04:05.000Z"

func (c *Config) timestamp() string { return c.Now().UTC().Format(timestampLayout) }
