package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"example.com/todo/internal/telemetry"
)

const logsDir = "logs"

type logsCmd struct {
	Group  string `arg:"" optional:"" help:"The log group to print; without it, the groups are listed."`
	Follow bool   `short:"f" help:"Go on with new lines until interrupted."`
	Data   string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The data directory of the server (default ${default})."`
}

// Run reads beside a server that writes.
func (c logsCmd) Run(ctx context.Context, s streams) error {
	if _, err := os.Stat(c.Data); err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	dir := filepath.Join(c.Data, logsDir)
	switch {
	case c.Group == "":
		groups, err := telemetry.List(dir)
		for _, group := range groups {
			fmt.Fprintln(s.out, group)
		}
		return err
	case c.Follow:
		return telemetry.Follow(ctx, dir, c.Group, s.out)
	}
	return telemetry.Copy(dir, c.Group, s.out)
}
