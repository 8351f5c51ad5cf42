package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A table is printed so that it reads as text and as Markdown.
type table struct {
	head []string
	rows [][]string
}

func (t *table) row(cells ...string) { t.rows = append(t.rows, cells) }

// write aligns the first columns, which have words, to the left and the rest to the right.
func (t *table) write(w io.Writer, words int) {
	widths := make([]int, len(t.head))
	for _, cells := range append([][]string{t.head}, t.rows...) {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 3)
		}
	}
	line := func(cells []string) {
		for i, cell := range cells {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i < words {
				fmt.Fprintf(w, "| %s%s ", cell, space)
			} else {
				fmt.Fprintf(w, "| %s%s ", space, cell)
			}
		}
		fmt.Fprintln(w, "|")
	}
	line(t.head)
	rule := make([]string, len(t.head))
	for i := range rule {
		rule[i] = strings.Repeat("-", widths[i])
		if i >= words {
			rule[i] = rule[i][1:] + ":"
		}
	}
	line(rule)
	for _, cells := range t.rows {
		line(cells)
	}
	fmt.Fprintln(w)
}

// report writes everything that was measured, as Markdown.
func (r *Result) report(w io.Writer) {
	fmt.Fprintf(w, "%s, %d cores, %s, %s. todo %s, PocketBase %s, %s. Taken", r.Machine.CPU, r.Machine.Cores, r.Machine.Kernel, r.Machine.FileSystem,
		r.Versions.Todo, r.Versions.PocketBase, r.Versions.Go)
	for i, at := range r.Taken {
		fmt.Fprintf(w, "%s %s", strings.Repeat(",", min(i, 1)), at.UTC().Format("2006-01-02 15:04"))
	}
	fmt.Fprint(w, " UTC. Medians, with the lowest and the highest.\n\n")
	r.reportGoals(w)
	r.reportLoad(w)
	r.reportOperations(w)
	r.reportConnections(w)
	for _, part := range []string{partPerUser, partTable, partUsers} {
		r.reportGrowth(w, part)
	}
	r.reportStarts(w)
	r.reportSoak(w)
	if n, first := r.faults(); n > 0 {
		fmt.Fprintf(w, "The first of %d faults: %s\n\n", n, first)
	}
}

func (r *Result) reportGoals(w io.Writer) {
	t := table{head: []string{"goal", "limit", "measured", "met"}}
	for _, g := range r.goals() {
		met := "yes"
		if !g.Met {
			met = "**no**"
		}
		t.row(g.What, g.Want, g.Got, met)
	}
	t.write(w, 4)
}

// heading writes one if anything of the part was measured.
func (r *Result) heading(w io.Writer, part, text string) bool {
	if len(r.xs(part)) == 0 {
		return false
	}
	fmt.Fprintf(w, "### %s\n\n", text)
	return true
}

func (r *Result) reportLoad(w io.Writer) {
	if !r.heading(w, partLoad, "Three servers, 32 connections") {
		return
	}
	t := table{head: []string{"work", "server", "requests/s", "CPU µs", "beside bare", "p50 ms", "p99 ms", "max ms", "memory MiB", "generator µs", "errors"}}
	for _, m := range []mix{mixed, reads, writes} {
		bare := r.find(Setting{Part: partLoad, Server: "bare", Work: m.Name, Connections: usual})
		for _, server := range []string{"bare", "todo", "pocketbase"} {
			rounds := r.find(Setting{Part: partLoad, Server: server, Work: m.Name, Connections: usual})
			t.row(m.Name, server, of(rounds, perSecond).String(), of(rounds, cpu).String(), number(ratio(rounds, bare, cpu).Median)+"x",
				number(of(rounds, p50).Median), number(of(rounds, p99).Median), number(of(rounds, slowest).High),
				number(of(rounds, resident).High), number(of(rounds, generator).Median), errorCount(rounds))
		}
	}
	t.write(w, 2)
	if r.Sync != nil {
		fmt.Fprintf(w, "A page written and synced by itself takes %s ms here (p99 %s, max %s).\n\n", number(r.Sync.P50), number(r.Sync.P99), number(r.Sync.Max))
	}
}

func errorCount(rounds []Round) string {
	n, _ := errorsOf(rounds)
	return count(n)
}

// reportOperations tells the six apart.
func (r *Result) reportOperations(w io.Writer) {
	rounds := func(server string) []Round {
		return r.find(Setting{Part: partLoad, Server: server, Work: mixed.Name, Connections: usual})
	}
	if len(rounds("todo")) == 0 {
		return
	}
	fmt.Fprint(w, "### Each operation of the mixed work, in ms\n\n")
	servers := []string{"bare", "todo", "pocketbase"}
	t := table{head: []string{"operation"}}
	for _, server := range servers {
		t.head = append(t.head, server+" p50", "p99", "max")
	}
	for op := range operations {
		cells := []string{op.String()}
		for _, server := range servers {
			figure := func(f func(Latency) float64) Spread {
				return of(rounds(server), func(r Round) float64 { return f(r.Operations[op.String()]) })
			}
			cells = append(cells, number(figure(func(l Latency) float64 { return l.P50 }).Median),
				number(figure(func(l Latency) float64 { return l.P99 }).Median), number(figure(func(l Latency) float64 { return l.Max }).High))
		}
		t.row(cells...)
	}
	t.write(w, 1)
}

func (r *Result) reportConnections(w io.Writer) {
	if !r.heading(w, partConnections, "Connections, mixed work") {
		return
	}
	t := table{head: []string{"server", "connections", "requests/s", "CPU µs", "p50 ms", "p99 ms", "max ms", "memory MiB", "own MiB", "errors"}}
	for _, server := range []string{"bare", "todo", "pocketbase"} {
		for _, x := range r.xs(partConnections) {
			rounds := r.find(Setting{partConnections, server, mixed.Name, x, x})
			t.row(append([]string{server}, growthCells(x, rounds)...)...)
		}
	}
	t.write(w, 1)
}

func growthCells(x int, rounds []Round) []string {
	return []string{count(x), of(rounds, perSecond).String(), of(rounds, cpu).String(), number(of(rounds, p50).Median), number(of(rounds, p99).Median),
		number(of(rounds, slowest).High), number(of(rounds, resident).High), number(of(rounds, own).High), errorCount(rounds)}
}

func (r *Result) reportGrowth(w io.Writer, part string) {
	if !r.heading(w, part, "More "+part) {
		return
	}
	t := table{head: []string{"work", part, "requests/s", "CPU µs", "p50 ms", "p99 ms", "max ms", "memory MiB", "own MiB", "errors"}}
	for _, m := range []mix{gets, reads, writes} {
		for _, x := range r.xs(part) {
			if rounds := r.find(Setting{part, "todo", m.Name, x, usual}); len(rounds) > 0 {
				t.row(append([]string{m.Name}, growthCells(x, rounds)...)...)
			}
		}
	}
	t.write(w, 1)
}

func (r *Result) reportStarts(w io.Writer) {
	if len(r.Starts) == 0 {
		return
	}
	fmt.Fprint(w, "### Start\n\n")
	t := table{head: []string{"items", "first answer ms", "CPU until then ms", "idle memory MiB"}}
	for _, s := range r.Starts {
		t.row(count(s.Items), spread(s.Times).String(), spread(s.CPU).String(), residents(s.Idle).String())
	}
	t.write(w, 0)
}

func (r *Result) reportSoak(w io.Writer) {
	if len(r.Soak) == 0 {
		return
	}
	fmt.Fprint(w, "### Soak\n\n")
	t := table{head: []string{"round", "requests/s", "CPU µs", "p50 ms", "p99 ms", "max ms", "memory MiB", "own MiB", "errors"}}
	step := max(len(r.Soak)/10, 1)
	for i := 0; i < len(r.Soak); i += step {
		one := r.Soak[i]
		t.row(count(i+1), number(one.PerSecond), number(one.CPU), number(p50(one)), number(p99(one)), number(slowest(one)),
			number(one.Memory.Resident), number(one.Memory.Own), count(one.Errors))
	}
	t.write(w, 0)
}
