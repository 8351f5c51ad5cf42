package main

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// A comparison is what the Mann-Whitney U test says of two sets of durations, which may be of any distribution.
type comparison struct {
	// slower is how often one of the first set takes longer than one of the second, of all pairs, ties by half: 0.5 where
	// neither tells anything.
	slower float64
	// p is how likely sets at least as different are where there is no difference, by the normal approximation.
	p float64
}

func compare(a, b []time.Duration) comparison {
	type ranked struct {
		took  time.Duration
		first bool
	}
	all := make([]ranked, 0, len(a)+len(b))
	for _, took := range a {
		all = append(all, ranked{took, true})
	}
	for _, took := range b {
		all = append(all, ranked{took, false})
	}
	slices.SortFunc(all, func(x, y ranked) int { return cmp.Compare(x.took, y.took) })
	sum, ties := 0.0, 0.0 // of the first set's ranks; of t³-t over the ties
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].took == all[i].took {
			j++
		}
		rank := float64(i+j+1) / 2
		for _, r := range all[i:j] {
			if r.first {
				sum += rank
			}
		}
		t := float64(j - i)
		ties += t*t*t - t
		i = j
	}
	n, m := float64(len(a)), float64(len(b))
	total := n + m
	u := sum - n*(n+1)/2
	deviation := math.Sqrt(n * m / 12 * (total + 1 - ties/(total*(total-1))))
	away := math.Abs(u - n*m/2)
	return comparison{slower: u / (n * m), p: math.Erfc(max(0, away-0.5) / deviation / math.Sqrt2)}
}

// quartiles are the durations that a quarter, a half and three quarters do not exceed.
func quartiles(took []time.Duration) (q [3]time.Duration) {
	sorted := slices.Sorted(slices.Values(took))
	for i := range q {
		q[i] = sorted[(len(sorted)-1)*(i+1)/4]
	}
	return q
}
