package template_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "example.com/todo"

// mayKnow is the house: which packages of this module each package may import. ARCHITECTURE.md draws it. The mains
// (cmd, functions), which wire, may know all; tests may too.
var mayKnow = map[string][]string{
	".":                         {},
	"web":                       {},
	"internal/todo":             {},
	"internal/todo/storetest":   {"internal/todo"},
	"internal/todo/moving":      {"internal/todo"},
	"internal/todo/boltstore":   {"internal/todo", "internal/boltdb"},
	"internal/todo/dynamostore": {"internal/todo"},
	"internal/api":              {"internal/todo", "internal/deadline"},
	"internal/boltdb":           {},
	"internal/certs":            {},
	"internal/stack":            {},
	"internal/token":            {},
	"internal/usage":            {"internal/stack", "internal/boltdb"},
	"internal/lambda":           {},
	"internal/telemetry":        {},
	"internal/mail":             {"internal/boltdb"},
	"internal/deadline":         {},
	"internal/gateway":          {"internal/deadline", "internal/stack", "internal/token", "internal/usage"},
	"internal/hosting":          {"internal/stack"},
	"internal/userpool":         {"internal/stack", "internal/boltdb", "internal/mail", "internal/userpool/lang"},
	"internal/userpool/lang":    {},
	"internal/userpool/idp":     {"internal/stack", "internal/userpool"},
	"internal/userpool/oauth":   {"internal/stack", "internal/userpool", "internal/userpool/browser"},
	"internal/userpool/pages":   {"internal/stack", "internal/userpool", "internal/userpool/browser", "internal/userpool/lang"},
	"internal/userpool/browser": {"internal/stack", "internal/userpool"},
	// These serve tests only.
	"internal/todo/dynamostore/dynamotest": {"internal/todo/dynamostore"},
	"internal/token/tokentest":             {},
	"internal/lambda/lambdatest":           {},
	"internal/lambda/lambdatest/bootstrap": {"internal/lambda/lambdatest"},
	"internal/userpool/pooltest":           {"internal/stack", "internal/boltdb", "internal/mail", "internal/userpool"},
}

// TestHouse fails when a package knows one that it may not, and when a new package has not been given its place.
func TestHouse(t *testing.T) {
	for name, imports := range sources(t) {
		dir := path.Dir(name)
		if strings.HasPrefix(dir, "cmd/") || strings.HasPrefix(dir, "functions/") {
			continue
		}
		allowed, known := mayKnow[dir]
		if !known {
			t.Errorf("%s: the package has no place in the house: add it to mayKnow and ARCHITECTURE.md", dir)
			continue
		}
		for _, imported := range imports {
			inside, ok := strings.CutPrefix(imported, module+"/")
			switch {
			case ok && !slices.Contains(allowed, inside):
				t.Errorf("%s: %s may not import %s", name, dir, inside)
			case dir == "internal/todo" && strings.Contains(strings.Split(imported, "/")[0], "."):
				t.Errorf("%s: the domain imports only the standard library, not %s", name, imported)
			}
		}
	}
}

// sources are the module's Go files, tests aside, with what they import.
func sources(t *testing.T) map[string][]string {
	found := map[string][]string{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || name == "e2e" || name == "bench" || name != "." && strings.HasPrefix(entry.Name(), ".")) {
			return fs.SkipDir
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		found[name] = nil
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[name] = append(found[name], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 10 {
		t.Fatalf("only %d source files found: is the test run from the repository's root?", len(found))
	}
	return found
}
