package main

import (
	"math"
	"testing"
	"time"
)

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		a, b      []time.Duration
		slower, p float64
	}{
		// p has the corrections for ties and for continuity.
		"apart":     {[]time.Duration{5, 6, 7, 8}, []time.Duration{1, 2, 3, 4}, 1, 0.03038},
		"mixed":     {[]time.Duration{1, 4, 5, 8}, []time.Duration{2, 3, 6, 7}, 0.5, 1},
		"with ties": {[]time.Duration{1, 2, 2, 3, 9}, []time.Duration{2, 3, 4, 4, 5}, 0.3, 0.33827},
	} {
		got := compare(c.a, c.b)
		if got.slower != c.slower || math.Abs(got.p-c.p) > 1e-4 {
			t.Errorf("%s: got %+v, want %g and p %g", name, got, c.slower, c.p)
		}
	}
	if got := quartiles([]time.Duration{5, 1, 4, 2, 3}); got != [3]time.Duration{2, 3, 4} {
		t.Errorf("quartiles: got %v", got)
	}
}
