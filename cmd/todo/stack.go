package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
)

type stackCmd struct {
	stackFlags
	Output string `enum:"table,json" default:"table" help:"How to print: table or json."`
	Check  bool   `help:"Print only what is wrong with the template, or not run here; for editors and CI."`
}

// Run prints what `serve` with the same flags would run, touching nothing.
func (c stackCmd) Run(ctx context.Context, s streams) error {
	if err := checkAddr(c.Addr); err != nil {
		return err
	}
	addr, err := net.ResolveTCPAddr("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	described, _, err := c.load(ctx, addr, slog.New(slog.NewTextHandler(s.err, nil)))
	if err != nil {
		return err
	}
	if c.Check {
		for _, notice := range described.Notices {
			fmt.Fprintln(s.out, notice)
		}
		return nil
	}
	if c.Output == "json" {
		return described.WriteJSON(s.out)
	}
	return described.WriteTable(s.out)
}
