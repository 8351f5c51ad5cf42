package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/telemetry"
)

const accessLog = "/aws/apigateway/AccessLog-todo"

func open(t *testing.T, dir string) *telemetry.Groups {
	t.Helper()
	return openWith(t, dir, telemetry.Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
}

func openWith(t *testing.T, dir string, cfg telemetry.Config) *telemetry.Groups {
	t.Helper()
	groups, err := telemetry.OpenGroups(dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { groups.Close() })
	return groups
}

func group(t *testing.T, groups *telemetry.Groups, name string) *telemetry.Group {
	t.Helper()
	g, err := groups.Group(name)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func closeGroups(t *testing.T, groups *telemetry.Groups) {
	t.Helper()
	if err := groups.Close(); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	var b bytes.Buffer
	if err := telemetry.Copy(dir, name, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLinesSurviveAStop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	for _, run := range []string{"a", "b"} {
		groups := open(t, dir)
		group(t, groups, accessLog).WriteLine([]byte(run + "1"))
		group(t, groups, accessLog).WriteLine([]byte(run + "2"))
		closeGroups(t, groups)
		closeGroups(t, groups) // again is no harm
	}
	if got, want := content(t, dir, accessLog), "a1\na2\nb1\nb2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	file := filepath.Join(dir, "aws", "apigateway", "AccessLog-todo.log")
	for path, want := range map[string]fs.FileMode{file: 0o600, filepath.Dir(file): 0o700 | fs.ModeDir, dir: 0o700 | fs.ModeDir} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: got mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestLinesOfManyAreWholeAndAllThere(t *testing.T) {
	const writers, each = 8, 3000 // well over what one flush takes
	dir := t.TempDir()
	groups := open(t, dir)
	g := group(t, groups, accessLog)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range each {
				line := fmt.Appendf(nil, "%d %d %s", w, n, strings.Repeat("x", n%100))
				g.WriteLine(line)
				clear(line) // it was copied
			}
		})
	}
	all.Wait()
	closeGroups(t, groups)
	next := [writers]int{}
	for line := range strings.Lines(content(t, dir, accessLog)) {
		var w, n int
		var x string
		fmt.Sscan(line, &w, &n, &x)
		if n != next[w] || x != strings.Repeat("x", n%100) {
			t.Fatalf("got %q, want line %d of writer %d", line, next[w], w)
		}
		next[w]++
	}
	for w, n := range next {
		if n != each {
			t.Errorf("got %d lines of writer %d, want %d", n, w, each)
		}
	}
}

func TestALineIsOnDiskWithinASecond(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		groups := open(t, dir)
		group(t, groups, accessLog).WriteLine([]byte("now"))
		time.Sleep(time.Second)
		synctest.Wait()
		if got := content(t, dir, accessLog); got != "now\n" {
			t.Errorf("got %q, want the line", got)
		}
		closeGroups(t, groups)
	})
}

func TestATornTailStandsAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "aws", "apigateway", "AccessLog-todo.log")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("whole\nto"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := content(t, dir, accessLog), "whole\n"; got != want {
		t.Errorf("before the next start: got %q, want %q", got, want)
	}
	groups := open(t, dir)
	group(t, groups, accessLog).WriteLine([]byte("next"))
	closeGroups(t, groups)
	if got, want := content(t, dir, accessLog), "whole\nto\nnext\n"; got != want {
		t.Errorf("after it: got %q, want %q", got, want)
	}
}

func TestNames(t *testing.T) {
	dir := t.TempDir()
	groups := open(t, dir)
	names := []string{accessLog, "/a", "a", "API-Gateway-Execution-Logs_x/prod", "/a.b/c#d", "/...", "/a.log.2026-03-01.0001", "/" + strings.Repeat("a", 230)}
	for _, name := range names {
		group(t, groups, name).WriteLine([]byte("I am " + name))
	}
	if group(t, groups, "/a") == group(t, groups, "a") {
		t.Error("the groups a and /a are one")
	}
	for _, name := range []string{
		"", "/", "//", "/a/", "/a//b", ".", "..", "/..", "../a", "/../a", "/a/../b", "/a/./b", "a/..",
		"/a b", "/a\n", "/a\x00b", `/a\b`, "/é", "/a:b", "/@/a", strings.Repeat("a", 513), "/" + strings.Repeat("a", 231),
	} {
		if _, err := groups.Group(name); err == nil {
			t.Errorf("the name %.40q was taken", name)
		}
		if err := telemetry.Copy(dir, name, io.Discard); err == nil {
			t.Errorf("a group named %.40q was read", name)
		}
	}
	closeGroups(t, groups)
	if _, err := groups.Group("/late"); !errors.Is(err, telemetry.ErrClosed) {
		t.Errorf("after Close: got error %v, want %v", err, telemetry.ErrClosed)
	}

	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	listed, err := telemetry.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(names, listed); diff != "" {
		t.Errorf("listed groups (-want +got):\n%s", diff)
	}
	for _, name := range names {
		if got, want := content(t, dir, name), "I am "+name+"\n"; got != want {
			t.Errorf("group %s: got %q, want %q", name, got, want)
		}
	}
}

func TestNothingThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "missing")
	if got, err := telemetry.List(dir); err != nil || len(got) > 0 {
		t.Errorf("got groups %q and error %v, want none", got, err)
	}
	for name, read := range map[string]error{
		"copy":   telemetry.Copy(dir, accessLog, io.Discard),
		"follow": telemetry.Follow(t.Context(), dir, accessLog, io.Discard),
	} {
		if !errors.Is(read, telemetry.ErrNoGroup) {
			t.Errorf("%s: got error %v, want %v", name, read, telemetry.ErrNoGroup)
		}
	}
}

func TestALinkOutOfTheDirectoryIsNotFollowed(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "aws")); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).Group("/aws/x"); err == nil {
		t.Error("a group was opened outside the directory")
	}
}

func TestFollow(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		groups := open(t, dir)
		g := group(t, groups, accessLog)
		g.WriteLine([]byte("first"))
		time.Sleep(time.Second)

		ctx, cancel := context.WithCancel(t.Context())
		var got bytes.Buffer
		ended := make(chan error)
		go func() { ended <- telemetry.Follow(ctx, dir, accessLog, &got) }()
		g.WriteLine([]byte("second"))
		time.Sleep(2 * time.Second)
		g.WriteLine([]byte("third"))
		time.Sleep(2 * time.Second)
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("got error %v, want none", err)
		}
		if want := "first\nsecond\nthird\n"; got.String() != want {
			t.Errorf("got %q, want %q", got.String(), want)
		}
		closeGroups(t, groups)
	})
}
