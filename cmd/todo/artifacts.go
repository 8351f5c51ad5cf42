package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/stack"
)

// findArtifacts makes the template's functions of their built executables below a directory. Each is a process of its
// own, or several; the first one starts with the first call. All that are missing are named at once.
func (h *home) findArtifacts(ctx context.Context, dir string, described *stack.Stack) (map[string]lambda.Function, error) {
	var access lambda.Access
	if h.table != nil {
		var err error
		if access, err = h.table.access(ctx); err != nil {
			return nil, err
		}
	}
	functions := map[string]lambda.Function{}
	var errs []error
	for _, f := range described.Functions {
		artifact, err := h.findArtifact(dir, f, access)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		h.artifacts = append(h.artifacts, artifact)
		functions[f.LogicalID] = artifact.Function()
	}
	return functions, errors.Join(errs...)
}

func (h *home) findArtifact(dir string, f stack.Function, access lambda.Access) (*lambda.Artifact, error) {
	folder, err := lambda.FindArtifact(dir, f.LogicalID, f.CodeURI)
	if err != nil {
		return nil, err
	}
	config, err := h.functionConfig(f)
	if err != nil {
		return nil, err
	}
	return lambda.NewArtifact(lambda.ArtifactConfig{
		Config:      config,
		Folder:      folder,
		Handler:     f.Handler,
		LogGroup:    f.LogGroup,
		Environment: f.Environment,
		Access:      access,
	})
}

// functionConfig is what a function has in common wherever it runs.
func (h *home) functionConfig(f stack.Function) (lambda.Config, error) {
	group, logger, err := h.functionLog(f)
	return lambda.Config{
		Name: f.Name, ARN: f.ARN, Timeout: f.Timeout, MemorySize: f.MemorySize,
		Log: group, JSONLog: f.LogFormat == "JSON", Logger: logger, Now: time.Now,
	}, err
}

// closeArtifacts ends the processes of all functions.
func (h *home) closeArtifacts() {
	var all sync.WaitGroup
	for _, artifact := range h.artifacts {
		all.Go(artifact.Close)
	}
	all.Wait()
}
