package main

import (
	"math"
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	for _, test := range []struct {
		name   string
		sorted []int
		q      float64
		want   int
	}{
		{"of nothing", nil, 0.5, 0},
		{"of one", []int{7}, 0.99, 7},
		{"the middle of an odd number", []int{1, 2, 3}, 0.5, 2},
		{"the middle of an even number is the lower one", []int{1, 2, 3, 4}, 0.5, 2},
		{"the least", []int{1, 2, 3}, 0, 1},
		{"the most", []int{1, 2, 3}, 1, 3},
		{"p99 of a hundred is the last but one", hundred(), 0.99, 99},
	} {
		if got := quantile(test.sorted, test.q); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

func hundred() []int {
	all := make([]int, 100)
	for i := range all {
		all[i] = i + 1
	}
	return all
}

func TestSpread(t *testing.T) {
	if got, want := spread([]float64{3, 1, 2}), (Spread{2, 1, 3}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := spread(nil); !math.IsNaN(got.Median) {
		t.Errorf("of nothing: got %v, want no number", got)
	}
}

func TestRoundCountsPerRequest(t *testing.T) {
	var sum answers
	sum.took[list] = []time.Duration{3 * time.Millisecond, time.Millisecond}
	sum.took[add] = []time.Duration{5 * time.Millisecond, 7 * time.Millisecond}
	got := newRound(sum, 2*time.Second, 400*time.Microsecond, 40*time.Microsecond, Memory{})
	if got.Requests != 4 || got.PerSecond != 2 || got.CPU != 100 || got.Generator != 10 {
		t.Errorf("got %+v, want 4 requests, 2 a second, 100 µs and 10 µs each", got)
	}
	if want := (Latency{Count: 2, P50: 1, P99: 3, Max: 3}); got.Operations["list"] != want {
		t.Errorf("lists: got %+v, want %+v", got.Operations["list"], want)
	}
	if want := (Latency{Count: 4, P50: 3, P99: 7, Max: 7}); got.Operations["all"] != want {
		t.Errorf("all: got %+v, want %+v", got.Operations["all"], want)
	}
}
