package main

import (
	"log/slog"
	"path/filepath"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/telemetry"
)

// openGroups opens the log groups of a data directory. Each keeps its lines as long as the template says.
func openGroups(dir string, described []stack.LogGroup, logger *slog.Logger) (*telemetry.Groups, error) {
	retention := map[string]time.Duration{}
	for _, group := range described {
		retention[group.Name] = group.Retention
	}
	return telemetry.OpenGroups(filepath.Join(dir, logsDir), telemetry.Config{Retention: retention, Now: time.Now, Logger: logger})
}

// functionLog is a function's log group, and the logger of one that runs in this process.
func (h *home) functionLog(f stack.Function) (*telemetry.Group, *slog.Logger, error) {
	group, err := h.groups.Group(f.LogGroup)
	if err != nil {
		return nil, nil, err
	}
	return group, telemetry.FunctionLogger(f.Name, group, h.logger.Handler()), nil
}
