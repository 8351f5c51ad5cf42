// Command gateway measures what the gateway costs beside a bare net/http server that sends the same bytes.
//
// The figure is the CPU time that a server's process uses per request, user and system together, as the kernel counts
// it. It holds on a busy machine where latency and throughput do not. Servers run one at a time, each in a process of
// its own, under the same load; rounds alternate, so that what disturbs the machine disturbs all of them.
//
//	bare     net/http alone
//	gateway  the template's API with its authorizer, limits and access log, in front of a function that does nothing
//	lambda   the same, with the function run as the program runs it: deadline, isolation, and the lines in its log
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"time"
)

// A figure is what a round showed of a server.
type figure struct {
	cpu  time.Duration // per request
	rate float64       // requests per second
}

func main() {
	rounds := flag.Int("rounds", 5, "rounds for each server")
	requests := flag.Int("requests", 40_000, "requests in a round")
	connections := flag.Int("connections", 32, "connections that send them")
	profile := flag.String("cpuprofile", "", "write CPU profiles of the servers to `files` of this name and theirs")
	serve := flag.String("serve", "", "be the server of that `name`; for the program itself")
	flag.Parse()
	if err := run(*serve, *profile, *rounds, load{requests: *requests, connections: *connections}); err != nil {
		fmt.Fprintln(os.Stderr, "gateway:", err)
		os.Exit(1)
	}
}

func run(serve, profile string, rounds int, l load) error {
	if serve != "" {
		return beServer(serve, profile)
	}
	var measured []*server
	for _, name := range []string{"bare", "gateway", "lambda"} {
		s, err := startServer(name, profile)
		if err != nil {
			return err
		}
		defer s.stop()
		measured = append(measured, s)
	}
	measured[0].request = measured[1].request // with a token of the same length

	figures := map[*server][]figure{}
	for round := range rounds + 1 {
		for _, s := range measured {
			f, err := s.measure(l)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if round > 0 { // the first one warms up
				figures[s] = append(figures[s], f)
			}
		}
	}
	fmt.Printf("%d rounds of %d requests over %d connections; CPU of the server's process per request\n\n", rounds, l.requests, l.connections)
	printTable(measured, figures)
	return nil
}

func printTable(servers []*server, figures map[*server][]figure) {
	fmt.Printf("%-10s %10s %20s %10s %12s %12s\n", "server", "median", "lowest to highest", "ratio", "difference", "requests/s")
	base := median(figures[servers[0]])
	for _, s := range servers {
		all := figures[s]
		m := median(all)
		low := slices.MinFunc(all, byCPU).cpu
		high := slices.MaxFunc(all, byCPU).cpu
		fmt.Printf("%-10s %10s %20s %9.2fx %12s %12.0f\n", s.name, micro(m.cpu), micro(low)+" to "+micro(high),
			float64(m.cpu)/float64(base.cpu), micro(m.cpu-base.cpu), m.rate)
	}
}

func byCPU(a, b figure) int { return int(a.cpu - b.cpu) }

func median(all []figure) figure {
	sorted := slices.SortedFunc(slices.Values(all), byCPU)
	return sorted[len(sorted)/2]
}

func micro(d time.Duration) string {
	return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond))
}
