package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// A bench is a run of this program.
type bench struct {
	*programs
	size
	result Result
	log    io.Writer
}

// A size is how much is measured.
type size struct {
	compared    pace // of the comparison of three servers
	varied      pace // of what varies one thing
	people      seed
	connections []int
	perUser     []int // items
	table       []int // items
	users       []int
	starts      int
	soak        time.Duration
}

// A pace is how often and how long a server is loaded.
type pace struct {
	rounds int
	time   time.Duration
}

var (
	whole = size{
		compared: pace{5, 4 * time.Second}, varied: pace{3, 3 * time.Second},
		people: seed{users: 512, items: 30}, connections: []int{1, 8, 64, 512},
		perUser: []int{10, 100, 1000, 10_000}, table: []int{1, 1000, 30_000, 1_000_000}, users: []int{32, 512, 3000}, starts: 11,
	}
	quick = size{
		compared: pace{2, 700 * time.Millisecond}, varied: pace{2, 700 * time.Millisecond},
		people: seed{users: 64, items: 30}, connections: []int{8, 64},
		perUser: []int{10, 1000}, table: []int{1, 20_000}, users: []int{32, 128}, starts: 3,
	}
)

// usual is how many connections there are where nothing else is said.
const usual = 32

// The parts of a run.
const (
	partLoad        = "load"
	partConnections = "connections"
	partPerUser     = "items of a person"
	partTable       = "items in the table"
	partUsers       = "people"
)

// part is one that can be asked for by its name.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

var parts = []part{
	{"load", (*bench).load},
	{"growth", (*bench).growth},
	{"start", (*bench).start},
}

func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(b.log, time.Now().Format("15:04:05 ")+format+"\n", args...)
}

// load compares the three servers, each in a process of its own. They take turns, so that what disturbs the machine
// disturbs all of them.
func (b *bench) load(ctx context.Context) (err error) {
	if err := b.buildPocketBase(ctx); err != nil {
		return err
	}
	b.progress("load: %d people with %d items each", b.people.users, b.people.items)
	todo, err := b.servePlanted(ctx, "load", b.people)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, todo.stop()) }()
	bare, err := b.serveBare(ctx, todo)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	pocketbase, err := b.servePocketBase(ctx, b.people)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pocketbase.stop()) }()
	synced, err := syncCost(b.dir)
	if err != nil {
		return err
	}
	b.result.Sync = &synced
	servers := []*target{bare, todo, pocketbase}
	for _, m := range []mix{mixed, reads, writes} {
		if err := b.turns(ctx, b.compared, servers, Setting{Part: partLoad, Connections: usual}, m); err != nil {
			return err
		}
	}
	for _, n := range b.connections {
		if err := b.turns(ctx, b.varied, servers, Setting{Part: partConnections, X: n, Connections: n}, mixed); err != nil {
			return err
		}
	}
	return nil
}

// turns loads servers alternately, after a round that warms them up.
func (b *bench) turns(ctx context.Context, p pace, servers []*target, s Setting, m mix) error {
	s.Work = m.Name
	for round := range p.rounds + 1 {
		for _, t := range servers {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := t.measure(load{m, s.Connections, p.time})
			if err != nil {
				return fmt.Errorf("%s, %s: %w", t.name, m.Name, err)
			}
			if round > 0 {
				s.Server = t.name
				b.result.add(s, r)
			}
		}
	}
	b.progress("%s %s, %d connections: done", s.Part, m.Name, s.Connections)
	return nil
}

// growth loads `todo serve` over more and more items of a person, items of others, and people.
func (b *bench) growth(ctx context.Context) error {
	for _, n := range b.perUser {
		if err := b.grown(ctx, partPerUser, n, seed{users: usual, items: n}, reads, writes); err != nil {
			return err
		}
	}
	for _, n := range b.table {
		s, works := seed{users: usual, items: pageSize, others: n - usual*pageSize}, []mix{gets, reads, writes}
		if s.others < 0 { // too few for anything but reading one of them
			s, works = seed{users: 1, items: n}, []mix{gets}
		}
		if err := b.grown(ctx, partTable, n, s, works...); err != nil {
			return err
		}
	}
	for _, n := range b.users {
		if err := b.grown(ctx, partUsers, n, seed{users: n, items: pageSize}, reads, writes); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) grown(ctx context.Context, part string, x int, s seed, works ...mix) (err error) {
	b.progress("%s: %d", part, x)
	t, err := b.servePlanted(ctx, "growth", s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.stop(), os.RemoveAll(filepath.Join(b.dir, "growth"))) }()
	for _, m := range works {
		if err := b.turns(ctx, b.varied, []*target{t}, Setting{Part: part, X: x, Connections: usual}, m); err != nil {
			return err
		}
	}
	return nil
}
