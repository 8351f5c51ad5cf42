package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// A Result is everything that a run of this program measured, or several runs together.
type Result struct {
	Taken    []time.Time
	Machine  Machine
	Versions Versions
	Runs     []Run    `json:",omitempty"`
	Sync     *Latency `json:",omitempty"` // of a page written and synced where the data was
	Starts   []Start  `json:",omitempty"`
	Binary   float64  `json:",omitempty"` // of the program, in MB
	Soak     []Round  `json:",omitempty"` // one after the other
}

// Versions are of what was measured.
type Versions struct{ Todo, Go, PocketBase string }

// A Setting is what a server was loaded with.
type Setting struct {
	Part        string // of the measurement
	Server      string
	Work        string
	X           int // what the part varies
	Connections int
}

// A Run is a setting and what its rounds showed.
type Run struct {
	Setting
	Rounds []Round
}

// A Start is how a server began, on a data directory with so many items: until its first authorised answer.
type Start struct {
	Items int
	Times []float64 // in milliseconds
	CPU   []float64 // in milliseconds
	Idle  []Memory  // a moment later
}

// find gives the rounds of a setting.
func (r *Result) find(s Setting) []Round {
	for _, run := range r.Runs {
		if run.Setting == s {
			return run.Rounds
		}
	}
	return nil
}

func (r *Result) add(s Setting, rounds ...Round) {
	for i := range r.Runs {
		if r.Runs[i].Setting == s {
			r.Runs[i].Rounds = append(r.Runs[i].Rounds, rounds...)
			return
		}
	}
	r.Runs = append(r.Runs, Run{s, rounds})
}

func (r *Result) addStart(s Start) {
	for i, have := range r.Starts {
		if have.Items == s.Items {
			have.Times, have.CPU, have.Idle = append(have.Times, s.Times...), append(have.CPU, s.CPU...), append(have.Idle, s.Idle...)
			r.Starts[i] = have
			return
		}
	}
	r.Starts = append(r.Starts, s)
}

// join adds another run's rounds to those of the same settings. Both have to be of one machine and the same programs.
func (r *Result) join(other Result) error {
	if r.Machine != other.Machine || r.Versions != other.Versions {
		return fmt.Errorf("results of different machines or versions do not go together: %+v, %+v; %+v, %+v", r.Machine, r.Versions, other.Machine, other.Versions)
	}
	r.Taken = append(r.Taken, other.Taken...)
	for _, run := range other.Runs {
		r.add(run.Setting, run.Rounds...)
	}
	for _, s := range other.Starts {
		r.addStart(s)
	}
	if r.Sync == nil {
		r.Sync = other.Sync
	}
	if len(r.Soak) == 0 {
		r.Soak = other.Soak
	}
	r.Binary = max(r.Binary, other.Binary)
	return nil
}

func (r *Result) save(file string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// loadResults reads what runs have saved.
func loadResults(files []string) (Result, error) {
	var all Result
	for i, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return Result{}, err
		}
		var one Result
		if err := json.Unmarshal(text, &one); err != nil {
			return Result{}, fmt.Errorf("%s: %w", file, err)
		}
		if i == 0 {
			all = one
			continue
		}
		if err := all.join(one); err != nil {
			return Result{}, fmt.Errorf("%s: %w", file, err)
		}
	}
	return all, nil
}

// of gives the spread of one figure over rounds.
func of(rounds []Round, figure func(Round) float64) Spread {
	values := make([]float64, len(rounds))
	for i, r := range rounds {
		values[i] = figure(r)
	}
	return spread(values)
}

func cpu(r Round) float64       { return r.CPU }
func perSecond(r Round) float64 { return r.PerSecond }
func generator(r Round) float64 { return r.Generator }
func resident(r Round) float64  { return r.Memory.Resident }
func own(r Round) float64       { return r.Memory.Own }
func p50(r Round) float64       { return r.Operations["all"].P50 }
func p99(r Round) float64       { return r.Operations["all"].P99 }
func slowest(r Round) float64   { return r.Operations["all"].Max }

func errorsOf(rounds []Round) (n int, first string) {
	for _, r := range rounds {
		n += r.Errors
		if first == "" {
			first = r.FirstError
		}
	}
	return n, first
}

// xs are the values that a part varies, in their order.
func (r *Result) xs(part string) []int {
	var all []int
	for _, run := range r.Runs {
		if run.Part == part && !slices.Contains(all, run.X) {
			all = append(all, run.X)
		}
	}
	slices.Sort(all)
	return all
}
