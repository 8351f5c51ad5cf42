// Command bench measures `todo serve` beside two other servers, each in a process of its own:
//
//	bare        net/http alone, which sends the bytes that todo sent: the limit
//	todo        the program as it is built and shipped, with accounts, tokens, its access log and durable writes
//	pocketbase  PocketBase with an equal collection, owner rules and an index
//
// All of them get the same work from the same generator: 45 % lists of 20 items, 10 % reads of one, 20 % additions, 10 %
// items done, 10 % changes, 5 % deletions; and only the reads of it, and only the changes. Every answer is checked, and
// after each load everything that is stored is compared with what was answered.
//
// The figure that holds is the CPU time that a server's process uses per request, as the kernel counts it: the machine's
// noise moves it least. Servers take turns, round by round.
//
// docs/performance.md tells what is measured and why, and what came out. It runs on Linux.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	small := flag.Bool("quick", false, "less of everything, in under two minutes")
	only := flag.String("only", "", "measure these `parts` alone: load, growth, start, with commas")
	soak := flag.Duration("soak", 0, "load todo for so long instead, and look whether anything grows")
	profile := flag.String("profile", "", "write profiles of todo under each work into `dir` instead")
	dir := flag.String("dir", "", "where the data goes, which decides about the disk; the system's place for temporary files without it")
	save := flag.String("save", "", "the `file` to save the result in (results/whole.json, results/quick.json or results/soak.json)")
	docs := flag.Bool("docs", false, "measure nothing, but write the results in the files that follow into docs/performance.md")
	bare := flag.String("bare", "", "be the bare server at `address`; for the program itself")
	flag.Parse()
	if *docs {
		return writeDocs("..", flag.Args())
	}
	if flag.NArg() > 0 {
		return fmt.Errorf("%q: only -docs has arguments", flag.Arg(0))
	}
	if *bare != "" {
		return serveBare(*bare, os.Stdin)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends at once
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	b := &bench{size: whole, log: os.Stderr}
	file := "results/whole.json"
	if *small {
		b.size, file = quick, "results/quick.json"
	}
	if *soak > 0 {
		b.size.soak, file, chosen = *soak, "results/soak.json", []part{{"soak", (*bench).soak}}
	}
	if *save != "" {
		file = *save
	}
	if b.programs, err = openPrograms(*dir); err != nil {
		return err
	}
	defer b.close()
	if *profile != "" {
		return b.profile(ctx, *profile)
	}
	if err := b.measure(ctx, chosen); err != nil {
		return cmp.Or(ctx.Err(), err) // a server that was stopped is not what went wrong
	}
	if err := b.result.save(file); err != nil {
		return err
	}
	b.result.report(os.Stdout)
	fmt.Fprintln(os.Stderr, "saved in", file)
	if n, first := b.result.faults(); n > 0 {
		return fmt.Errorf("%d faults, the first: %s", n, first)
	}
	return nil
}

func choose(names string) ([]part, error) {
	if names == "" {
		return parts, nil
	}
	var chosen []part
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only: there is no part %q", name)
		}
		chosen = append(chosen, parts[i])
	}
	return chosen, nil
}

func (b *bench) measure(ctx context.Context, chosen []part) error {
	b.result.Taken = []time.Time{time.Now().Truncate(time.Second)}
	b.result.Machine = machine(b.dir)
	b.result.Versions = b.versions(ctx)
	if b.result.Machine.FileSystem == "tmpfs" {
		return errors.New("the data would be in memory, where nothing is durable: name another place with -dir")
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	for _, p := range chosen {
		if err := p.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}
