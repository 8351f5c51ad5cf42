package main

import (
	"math/rand/v2"
	"testing"
)

func TestMixesAreWhole(t *testing.T) {
	for _, m := range []mix{mixed, reads, gets, writes, steady} {
		sum := 0
		for _, share := range m.shares {
			sum += share
		}
		if sum != 100 {
			t.Errorf("%s: the shares are %d of 100", m.Name, sum)
		}
	}
	if steady.shares[add] != steady.shares[remove] {
		t.Error("a soak adds another number of items than it deletes")
	}
}

func TestPickKeepsTheShares(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n = 100_000
	var got [operations]int
	for range n {
		got[mixed.pick(r)]++
	}
	for op, share := range mixed.shares {
		if percent := got[op] * 100 / n; percent < share-1 || percent > share+1 {
			t.Errorf("%s: got %d %%, want %d %%", operation(op), percent, share)
		}
	}
}

func TestAPersonWithoutItemsIsAskedForNone(t *testing.T) {
	w := &worker{random: rand.New(rand.NewPCG(1, 2))}
	for _, m := range []mix{gets, writes, mixed} {
		w.mix = m
		for range 1000 {
			if op, _ := w.choose(&user{}); op != list && op != add {
				t.Fatalf("%s: chose %s", m.Name, op)
			}
		}
	}
}

func TestAWorkerKeepsWhatItWasAnswered(t *testing.T) {
	u := &user{items: []item{{ID: "b", Text: "two"}}}
	w := &worker{target: &target{dialect: stackAPI{}}}
	for _, step := range []struct {
		op     operation
		at     int
		wanted item
		body   string
	}{
		{add, 0, item{Text: "one"}, `{"Item":{"id":"a","item":"one","completed":false}}`},
		{done, 1, item{"b", "two", true}, `{"Attributes":{"id":"b","item":"two","completed":true}}`},
		{list, 0, item{}, `{"Items":[{"id":"a","item":"one"},{"id":"b","item":"two"}]}`},
		{update, 0, item{ID: "a", Text: "new"}, `{"Attributes":{"id":"a","item":"new","completed":false}}`},
		{remove, 1, item{"b", "two", true}, `{}`},
	} {
		if err := w.learn(step.op, u, step.at, step.wanted, []byte(step.body)); err != nil {
			t.Errorf("%s: %v", step.op, err)
		}
	}
	if err := u.differs([]item{{ID: "a", Text: "new"}}); err != nil {
		t.Error(err)
	}
}
