// Command coldstart measures how the six functions start and run, as Lambda would have it: each is built as it is
// deployed, started by the project's own Runtime API, and asks a table that answers at once.
//
//	zip     what is uploaded, for arm64
//	poll    from the start of the process to its first request for an event
//	first   the first call, which opens the connection to the table
//	warm    a call after that
//	cpu     processor time of the process for a warm call, user and system
//	memory  resident at the end
//
// Beside them stands "get by default", the function get with the SDK's default configuration, which reads profiles and
// looks around for credentials, instead of a client made by hand. With -tls the table is behind TLS, as DynamoDB is.
// The figures want a quiet machine. CPU and memory are read from /proc, so it runs on Linux.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path"
	"slices"
	"sync"
	"time"

	template "example.com/todo"
	"example.com/todo/internal/lambda"
	"example.com/todo/internal/stack"
)

// goals are what a function may take; the last is of the zip.
var goals = sample{poll: 5 * time.Millisecond, first: 3 * time.Millisecond, cpu: 600 * time.Microsecond, memory: 16 << 20}

const goalOfZip = 3_400_000 // bytes

// A sample is what one process showed.
type sample struct {
	poll, first, warm, cpu time.Duration
	memory                 int // bytes
}

func main() {
	starts := flag.Int("starts", 20, "processes that are started of each function")
	calls := flag.Int("calls", 500, "warm calls to each process")
	tls := flag.Bool("tls", false, "ask the table over TLS")
	flag.Parse()
	if err := run(*starts, *calls, *tls); err != nil {
		fmt.Fprintln(os.Stderr, "coldstart:", err)
		os.Exit(1)
	}
}

func run(starts, calls int, tls bool) error {
	dir, err := os.MkdirTemp("", "coldstart-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	programs, err := build(dir)
	if err != nil {
		return err
	}
	table, err := startTable(dir, tls)
	if err != nil {
		return err
	}
	defer table.Close()
	described, err := stack.Load(template.YAML, stack.Options{File: template.Name, StackName: "todo"})
	if err != nil {
		return err
	}
	fmt.Printf("medians of %d starts with %d warm calls each; ! is over the goal of %s, %s, %s, %d MiB, %.1f MB\n\n",
		starts, calls, goals.poll, goals.first, goals.cpu, goals.memory>>20, goalOfZip/1e6)
	fmt.Printf("%-15s %10s %12s %12s %12s %12s %12s\n", "function", "zip", "poll", "first", "warm", "cpu", "memory")
	for _, p := range programs {
		at := slices.IndexFunc(described.Functions, func(f stack.Function) bool { return path.Base(f.CodeURI) == p.function })
		if at < 0 {
			return fmt.Errorf("the template has no function %s", p.function)
		}
		f := described.Functions[at]
		f.Environment["ENDPOINT_OVERRIDE"] = table.url
		if tls {
			f.Environment["SSL_CERT_FILE"] = table.roots
		}
		var samples []sample
		for range starts {
			s, err := p.measure(f, calls)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			samples = append(samples, s)
		}
		p.print(samples)
	}
	return nil
}

func (p program) print(samples []sample) {
	median := func(figure func(sample) int) int {
		all := make([]int, 0, len(samples))
		for _, s := range samples {
			all = append(all, figure(s))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	show := func(got, goal int, unit float64, name string) string {
		mark := " "
		if goal > 0 && got > goal {
			mark = "!"
		}
		return fmt.Sprintf("%s%.2f %s", mark, float64(got)/unit, name)
	}
	fmt.Printf("%-15s %10s %12s %12s %12s %12s %12s\n", p.name,
		show(p.zip, goalOfZip, 1e6, "MB"),
		show(median(func(s sample) int { return int(s.poll) }), int(goals.poll), 1e6, "ms"),
		show(median(func(s sample) int { return int(s.first) }), int(goals.first), 1e6, "ms"),
		show(median(func(s sample) int { return int(s.warm) }), 0, 1e6, "ms"),
		show(median(func(s sample) int { return int(s.cpu) }), int(goals.cpu), 1e3, "µs"),
		show(median(func(s sample) int { return s.memory }), goals.memory, 1<<20, "MiB"))
}

// reports keeps what Lambda's own lines tell of the calls.
type reports struct {
	mu  sync.Mutex
	all []report
}

type report struct {
	Type   string
	Record struct {
		Metrics struct{ DurationMs, InitDurationMs float64 }
	}
}

func (r *reports) WriteLine(line []byte) {
	var found report
	if json.Unmarshal(line, &found) != nil || found.Type != "platform.report" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, found)
}

// measure starts a process, calls it, and ends it.
func (p program) measure(f stack.Function, calls int) (sample, error) {
	log := &reports{}
	artifact, err := lambda.NewArtifact(lambda.ArtifactConfig{
		Config: lambda.Config{
			Name: f.Name, ARN: f.ARN, Timeout: f.Timeout, MemorySize: f.MemorySize, Log: log, JSONLog: true,
			Logger: slog.New(slog.DiscardHandler), Now: time.Now,
		},
		Folder: p.folder, Handler: f.Handler, LogGroup: f.LogGroup, Environment: f.Environment,
	})
	if err != nil {
		return sample{}, err
	}
	defer artifact.Close()
	call := func() error {
		answer, err := artifact.Function()(context.Background(), event(p.function))
		if err == nil && answer.StatusCode != 200 {
			err = fmt.Errorf("answered %d %s", answer.StatusCode, answer.Body)
		}
		return err
	}
	if err := call(); err != nil {
		return sample{}, err
	}
	pid, err := child()
	if err != nil {
		return sample{}, err
	}
	before, err := processorTime(pid)
	if err != nil {
		return sample{}, err
	}
	for range calls {
		if err := call(); err != nil {
			return sample{}, err
		}
	}
	after, err := processorTime(pid)
	if err != nil {
		return sample{}, err
	}
	memory, err := resident(pid)
	if err != nil {
		return sample{}, err
	}
	return log.sample(sample{cpu: (after - before) / time.Duration(max(calls, 1)), memory: memory})
}

func (r *reports) sample(s sample) (sample, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.all) == 0 {
		return s, fmt.Errorf("the log has no report")
	}
	milliseconds := func(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
	s.poll = milliseconds(r.all[0].Record.Metrics.InitDurationMs)
	s.first = milliseconds(r.all[0].Record.Metrics.DurationMs)
	var warm []time.Duration
	for _, call := range r.all[1:] {
		warm = append(warm, milliseconds(call.Record.Metrics.DurationMs))
	}
	if slices.Sort(warm); len(warm) > 0 {
		s.warm = warm[len(warm)/2]
	}
	return s, nil
}
