package main

import (
	"fmt"
	"math"
)

// A Goal is what the program has to keep, and what was measured.
type Goal struct {
	What, Want, Got string
	Met             bool
}

// goals are those of which something was measured.
func (r *Result) goals() []Goal {
	var all []Goal
	// most adds a goal whose figure is to be at most so large.
	most := func(what, unit string, limit float64, got Spread) {
		if !math.IsNaN(got.Median) {
			all = append(all, Goal{what, fmt.Sprintf("at most %s%s", number(limit), unit), got.String() + unit, got.Median <= limit})
		}
	}
	load := func(server string, m mix) []Round {
		return r.find(Setting{Part: partLoad, Server: server, Work: m.Name, Connections: usual})
	}
	most("CPU per request beside the bare server, mixed work", "x", 1.6, ratio(load("todo", mixed), load("bare", mixed), cpu))
	most("CPU per request beside the bare server, reads", "x", 1.35, ratio(load("todo", reads), load("bare", reads), cpu))
	if times := ratio(load("todo", mixed), load("pocketbase", mixed), perSecond); !math.IsNaN(times.Median) {
		all = append(all, Goal{"requests per second beside PocketBase, mixed work", "at least 15x", times.String() + "x", times.Median >= 15})
	}
	most("p99 of the slowest operation of mixed work", " ms", 20, of(load("todo", mixed), worst))
	for i, s := range r.Starts {
		what, limit := "from the start to the first answer, a new directory", 50.0
		if i > 0 {
			what, limit = fmt.Sprintf("from the start to the first answer, %s items", count(s.Items)), 150
		}
		most(what, " ms", limit, spread(s.Times))
	}
	if len(r.Starts) == 2 {
		most("CPU until then with the many items, beside few", "x", 1.25, over(spread(r.Starts[1].CPU), spread(r.Starts[0].CPU)))
	}
	if len(r.Starts) > 0 {
		most("memory when idle", " MiB", 40, residents(r.Starts[0].Idle))
	}
	if n := 512; len(r.find(Setting{partConnections, "todo", mixed.Name, n, n})) > 0 {
		most("memory under load at 512 connections", " MiB", 150, of(r.find(Setting{partConnections, "todo", mixed.Name, n, n}), resident))
	}
	if r.Binary > 0 {
		most("the program's size", " MB", 30, spread([]float64{r.Binary}))
	}
	if memory, latency, ok := drift(r.Soak); ok {
		most("soak: own memory in its last third beside its first", "x", 1.1, memory)
		most("soak: p99 in its last third beside its first", "x", 1.5, latency)
	}
	if n, _ := r.faults(); len(r.Runs) > 0 {
		most("wrong or missing answers, and differences in what is stored", "", 0, spread([]float64{float64(n)}))
	}
	return all
}

// faults counts the errors of our own server.
func (r *Result) faults() (n int, first string) {
	for _, run := range append(r.Runs, Run{Setting{Server: "todo"}, r.Soak}) {
		if more, text := errorsOf(run.Rounds); run.Server == "todo" {
			n += more
			if first == "" {
				first = text
			}
		}
	}
	return n, first
}

// worst is the p99 of the operation that has the longest.
func worst(r Round) float64 {
	most := 0.0
	for _, l := range r.Operations {
		most = max(most, l.P99)
	}
	return most
}

// ratio compares two servers round by round, since what disturbs the machine disturbs both of a round.
func ratio(of, by []Round, figure func(Round) float64) Spread {
	values := make([]float64, min(len(of), len(by)))
	for i := range values {
		values[i] = figure(of[i]) / figure(by[i])
	}
	return spread(values)
}

func over(a, b Spread) Spread { return spread([]float64{a.Median / b.Median}) }

func residents(all []Memory) Spread {
	values := make([]float64, len(all))
	for i, m := range all {
		values[i] = m.Resident
	}
	return spread(values)
}

// drift compares the end of a soak with its beginning, of which the first round warms up.
func drift(soak []Round) (memory, latency Spread, ok bool) {
	if len(soak) < 4 {
		return Spread{}, Spread{}, false
	}
	soak = soak[1:]
	third := len(soak) / 3
	first, last := soak[:third], soak[len(soak)-third:]
	return over(of(last, own), of(first, own)), over(of(last, p99), of(first, p99)), true
}

// String is the middle, and how far the values lie apart where they do.
func (s Spread) String() string {
	if s.Low == s.High {
		return number(s.Median)
	}
	return fmt.Sprintf("%s (%s to %s)", number(s.Median), number(s.Low), number(s.High))
}

// number has three digits, or all before the point.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case v == math.Trunc(v) && math.Abs(v) < 1e9, math.Abs(v) >= 100:
		return count(int(math.Round(v)))
	case math.Abs(v) >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

// count writes thousands apart.
func count(n int) string {
	if n < 0 {
		return "-" + count(-n)
	}
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", count(n/1000), n%1000)
}
