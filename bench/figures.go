package main

import (
	"math"
	"slices"
	"time"
)

// A Round is what one load of one server showed.
type Round struct {
	Requests   int
	Errors     int
	FirstError string `json:",omitempty"`
	PerSecond  float64
	// CPU is what the server's process used per request, Generator what the load generator did, in microseconds.
	CPU, Generator float64
	Memory         Memory // the most of it
	Operations     map[string]Latency
}

// A Latency is in milliseconds.
type Latency struct {
	Count         int
	P50, P99, Max float64
}

func newRound(sum answers, took, cpu, generator time.Duration, memory Memory) Round {
	r := Round{Errors: sum.errors, Memory: memory, Operations: map[string]Latency{}}
	if sum.first != nil {
		r.FirstError = sum.first.Error()
	}
	var all []time.Duration
	for op, times := range sum.took {
		if len(times) > 0 {
			r.Operations[operation(op).String()] = latency(times)
			all = append(all, times...)
		}
	}
	r.Operations["all"] = latency(all)
	r.Requests = len(all)
	r.PerSecond = float64(r.Requests) / took.Seconds()
	r.CPU = micros(cpu) / float64(r.Requests)
	r.Generator = micros(generator) / float64(r.Requests)
	return r
}

// latency sorts the times that it is given.
func latency(times []time.Duration) Latency {
	slices.Sort(times)
	return Latency{Count: len(times), P50: millis(quantile(times, 0.5)), P99: millis(quantile(times, 0.99)), Max: millis(quantile(times, 1))}
}

// quantile is the least of the sorted values that so many are not above; 0 without values.
func quantile[T any](sorted []T, q float64) (value T) {
	if len(sorted) == 0 {
		return value
	}
	return sorted[max(int(math.Ceil(q*float64(len(sorted)))), 1)-1]
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// A Spread is the middle of some values, and how far they lie apart.
type Spread struct{ Median, Low, High float64 }

func spread(values []float64) Spread {
	if len(values) == 0 {
		return Spread{math.NaN(), math.NaN(), math.NaN()}
	}
	sorted := slices.Sorted(slices.Values(values))
	return Spread{quantile(sorted, 0.5), sorted[0], sorted[len(sorted)-1]}
}
