package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/usage"
)

// apiKeysFile holds the values of the API keys that the template leaves to be made, a line for each: the key's logical
// id, an equals sign and the value. It is where they are kept and where an operator reads them.
const apiKeysFile = "api-keys"

// wirePlans opens the template's usage plans, if it has any.
func (h *home) wirePlans(dir string, described *stack.Stack) error {
	if len(described.UsagePlans) == 0 {
		return nil
	}
	keys, err := h.apiKeys(filepath.Join(dir, apiKeysFile), described.APIKeys)
	if err != nil {
		return err
	}
	h.plans, err = usage.Open(usage.Config{Plans: described.UsagePlans, Keys: keys, DB: h.db, Now: time.Now, Logger: h.logger})
	return err
}

// apiKeys gives the keys their values: the template's, else that of the file, else a new one, which the file then has. A
// server that keeps nothing itself makes none: the others beside it would not know it.
func (h *home) apiKeys(file string, keys []stack.APIKey) ([]stack.APIKey, error) {
	values, err := readAPIKeys(file)
	if err != nil {
		return nil, err
	}
	known := len(values)
	keys = slices.Clone(keys)
	for i, key := range keys {
		if key.Value != "" {
			continue
		}
		if values[key.LogicalID] == "" && h.pool != nil && h.table != nil {
			return nil, fmt.Errorf("the API key %[1]s has no value: give it one in the template, or put the line %[1]s = VALUE into %[2]s, the same for every server over the table", key.LogicalID, file)
		}
		if values[key.LogicalID] == "" {
			values[key.LogicalID] = rand.Text()
		}
		keys[i].Value = values[key.LogicalID]
	}
	if len(values) == known {
		return keys, nil
	}
	var content strings.Builder
	for _, id := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(&content, "%s = %s\n", id, values[id])
	}
	if err := writeSecret(file, content.String()); err != nil {
		return nil, err
	}
	h.logger.Info("new API keys", "file", file)
	return keys, nil
}

func readAPIKeys(file string) (map[string]string, error) {
	values := map[string]string{}
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return values, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(content)) {
		id, value, ok := strings.Cut(line, "=")
		id, value = strings.TrimSpace(id), strings.TrimSpace(value)
		if !ok || id == "" || value == "" {
			return nil, fmt.Errorf("%s: a line is not of the form LogicalId = value", file)
		}
		values[id] = value
	}
	return values, nil
}
