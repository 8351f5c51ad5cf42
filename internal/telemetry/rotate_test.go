package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/telemetry"
)

const logFile = "AccessLog-todo.log"

// A rotation is a directory of groups whose only one is the access log, and a clock for it.
type rotation struct {
	dir string
	at  time.Time
	log bytes.Buffer // of the server
	cfg telemetry.Config
}

func newRotation(t *testing.T, retention time.Duration) *rotation {
	r := &rotation{dir: t.TempDir(), at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	r.cfg = telemetry.Config{
		Retention: map[string]time.Duration{accessLog: retention},
		Now:       func() time.Time { return r.at },
		Logger:    slog.New(slog.NewTextHandler(&r.log, nil)),
	}
	return r
}

// run is a process that writes some lines. Its file was last written when the clock says so.
func (r *rotation) run(t *testing.T, lines ...string) {
	t.Helper()
	groups := openWith(t, r.dir, r.cfg)
	g := group(t, groups, accessLog)
	for _, line := range lines {
		g.WriteLine([]byte(line))
	}
	closeGroups(t, groups)
	if err := os.Chtimes(filepath.Join(r.folder(), logFile), r.at, r.at); err != nil {
		t.Fatal(err)
	}
}

func (r *rotation) folder() string { return filepath.Join(r.dir, "aws", "apigateway") }

func (r *rotation) put(t *testing.T, name, content string, at time.Time) {
	t.Helper()
	if err := os.MkdirAll(r.folder(), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(r.folder(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, at, at); err != nil {
		t.Fatal(err)
	}
}

func (r *rotation) wantFiles(t *testing.T, want ...string) {
	t.Helper()
	listing, err := os.ReadDir(r.folder())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range listing {
		got = append(got, entry.Name())
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func (r *rotation) wantContent(t *testing.T, want string) {
	t.Helper()
	if got := content(t, r.dir, accessLog); got != want {
		t.Errorf("got %.200q, want %.200q", got, want)
	}
	groups, err := telemetry.List(r.dir)
	if err != nil || !slices.Equal(groups, []string{accessLog}) {
		t.Errorf("listed groups %q and error %v, want the one", groups, err)
	}
}

func TestEachDayBeginsAFile(t *testing.T) {
	r := newRotation(t, 0)
	r.run(t, "first")
	r.run(t, "of the same day")
	r.at = r.at.Add(12 * time.Hour)
	r.run(t, "second")
	r.at = r.at.AddDate(0, 0, 3)
	r.run(t)
	r.wantFiles(t, logFile, logFile+".2026-03-01.0001", logFile+".2026-03-02.0001")
	r.run(t, "fifth")
	r.wantContent(t, "first\nof the same day\nsecond\nfifth\n")
}

func TestADayEndsWhileTheServerRuns(t *testing.T) {
	r := newRotation(t, 24*time.Hour)
	synctest.Test(t, func(t *testing.T) {
		// The bubble's clock begins at midnight, UTC.
		r.cfg.Now = time.Now
		groups := openWith(t, r.dir, r.cfg)
		g := group(t, groups, accessLog)
		for day := 1; day <= 4; day++ {
			g.WriteLine(fmt.Appendf(nil, "day %d", day))
			time.Sleep(24 * time.Hour)
		}
		time.Sleep(2 * time.Second)
		closeGroups(t, groups)
	})
	// It is the fifth day now, and nothing has been written on it. The third day's lines are a day old at least.
	r.wantFiles(t, logFile, logFile+".2000-01-04.0001")
	r.wantContent(t, "day 4\n")
	if r.log.Len() > 0 {
		t.Errorf("got the log %q, want none", r.log.String())
	}
}

func TestPartsPastTheRetentionGo(t *testing.T) {
	const days = 24 * time.Hour
	for name, test := range map[string]struct {
		retention time.Duration
		now       time.Time
		want      []string
	}{
		"none":                     {0, time.Date(2036, 3, 1, 0, 0, 0, 0, time.UTC), []string{"27", "28"}},
		"not a moment too early":   {3 * days, time.Date(2026, 3, 2, 23, 59, 59, 0, time.UTC), []string{"27", "28"}},
		"the last line's moment":   {3 * days, time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), []string{"28"}},
		"all, of a server at rest": {3 * days, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), nil},
		"a clock that went back":   {3 * days, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), []string{"27", "28"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRotation(t, test.retention)
			r.at = test.now
			r.put(t, logFile+".2026-02-27.0001", "old\n", r.at)
			r.put(t, logFile+".2026-02-28.0001", "young\n", r.at)
			r.put(t, logFile, "today\n", r.at)
			// What is none of the group's parts stays, whatever it looks like.
			kept := []string{logFile, logFile + ".2026-02-30.0001", logFile + ".2020-01-01", logFile + ".2020-01-01.0001.gz", "Other.log.2020-01-01.0001"}
			for _, file := range kept[1:] {
				r.put(t, file, "", r.at)
			}
			r.run(t)
			for _, day := range test.want {
				kept = append(kept, logFile+".2026-02-"+day+".0001")
			}
			r.wantFiles(t, kept...)
		})
	}
}

func TestTheFileItselfIsKeptByTheDayOfItsLines(t *testing.T) {
	r := newRotation(t, 24*time.Hour)
	r.put(t, logFile, "of February\n", r.at.AddDate(0, -1, 0))
	r.run(t, "new")
	r.wantFiles(t, logFile)
	r.wantContent(t, "new\n")
}

func TestAFullFileBecomesAPart(t *testing.T) {
	const full = 64 << 20
	for name, c := range map[string]struct {
		size int64 // of the file at the start
		want string
	}{
		"at the start":          {full, "a\nb\n"},
		"while the server runs": {full - 2, "b\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRotation(t, 0)
			r.put(t, logFile+".2026-03-01.0009", "nine\n", r.at)
			// The file is sparse, which takes no room. Its only line gets its end at the start.
			file := filepath.Join(r.folder(), logFile)
			r.put(t, logFile, "", r.at)
			if err := errors.Join(os.Truncate(file, c.size-1), os.Chtimes(file, r.at, r.at)); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				groups := openWith(t, r.dir, r.cfg)
				g := group(t, groups, accessLog)
				for _, line := range []string{"a", "b"} {
					g.WriteLine([]byte(line))
					time.Sleep(2 * time.Second)
				}
				closeGroups(t, groups)
			})
			r.wantFiles(t, logFile, logFile+".2026-03-01.0009", logFile+".2026-03-01.0010")
			got, err := os.ReadFile(file)
			if err != nil || string(got) != c.want {
				t.Errorf("got the file %.100q and error %v, want %q", got, err, c.want)
			}
		})
	}
}

func TestAGroupTakesNoMoreThanItsShareOfTheDisk(t *testing.T) {
	r := newRotation(t, 0)
	for n := range 5 {
		name := fmt.Sprintf("%s.2026-02-0%d.0001", logFile, n+1)
		r.put(t, name, "", r.at)
		// The files are sparse: they take no room.
		if err := os.Truncate(filepath.Join(r.folder(), name), telemetry.MaxGroup/4); err != nil {
			t.Fatal(err)
		}
	}
	r.run(t, "new")
	r.wantFiles(t, logFile, logFile+".2026-02-03.0001", logFile+".2026-02-04.0001", logFile+".2026-02-05.0001")
	for _, removed := range []string{"2026-02-01.0001", "2026-02-02.0001"} {
		if !strings.Contains(r.log.String(), removed) {
			t.Errorf("got the log %q, want it to name %s", r.log.String(), removed)
		}
	}
}

func TestARotationThatFailsCostsNoLine(t *testing.T) {
	r := newRotation(t, 0)
	r.run(t, "first")
	r.at = r.at.AddDate(0, 0, 1)
	// A file cannot take the place of a folder.
	obstacles := []string{logFile + ".2026-03-01.0001", logFile + ".2026-03-02.0001"}
	for _, name := range obstacles {
		if err := os.Mkdir(filepath.Join(r.folder(), name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		groups := openWith(t, r.dir, r.cfg)
		g := group(t, groups, accessLog)
		for _, line := range []string{"second", "third"} {
			g.WriteLine([]byte(line))
			time.Sleep(5 * time.Second)
		}
		for _, name := range obstacles {
			if err := os.Remove(filepath.Join(r.folder(), name)); err != nil {
				t.Fatal(err)
			}
		}
		g.WriteLine([]byte("fourth"))
		closeGroups(t, groups)
	})
	// Kept as long as its youngest line.
	r.wantFiles(t, logFile, logFile+".2026-03-02.0001")
	r.wantContent(t, "first\nsecond\nthird\nfourth\n")
	if got := strings.Count(r.log.String(), "could not be rotated"); got != 1 {
		t.Errorf("the log tells it %d times, want once:\n%s", got, r.log.String())
	}
}

func TestARotationThatAKillCutShort(t *testing.T) {
	r := newRotation(t, 0)
	r.put(t, logFile+".2026-02-28.0001", "renamed\n", r.at) // and no new file made
	r.wantContent(t, "renamed\n")
	r.run(t, "next")
	r.wantContent(t, "renamed\nnext\n")
}

// followed is what Follow writes, for a test to wait on.
type followed struct {
	lines chan string
}

func (f followed) Write(p []byte) (int, error) {
	for line := range strings.Lines(string(p)) {
		f.lines <- line
	}
	return len(p), nil
}

func TestFollowAcrossFiles(t *testing.T) {
	r := newRotation(t, 0)
	file := filepath.Join(r.folder(), logFile)
	add := func(line string) {
		t.Helper()
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(line); err != nil {
			t.Fatal(err)
		}
	}
	rename := func(part string) {
		t.Helper()
		if err := os.Rename(file, file+part); err != nil {
			t.Fatal(err)
		}
	}
	r.put(t, logFile+".2026-02-27.0001", "a part\n", r.at)
	r.put(t, logFile, "the file\nbegun", r.at)
	ctx, cancel := context.WithCancel(t.Context())
	f := followed{make(chan string)}
	ended := make(chan error)
	go func() { ended <- telemetry.Follow(ctx, r.dir, accessLog, f) }()
	want := func(when string, lines ...string) {
		t.Helper()
		for _, line := range lines {
			if got := <-f.lines; got != line {
				t.Errorf("%s: got %q, want %q", when, got, line)
			}
		}
	}
	want("at the start", "a part\n", "the file\n")
	add(" and ended\n")
	want("added", "begun and ended\n")

	add("last words\n")
	rename(".2026-02-28.0001")
	r.put(t, logFile+".2026-02-28.0002", "a whole file between two looks\n", r.at)
	add("new, and longer than what comes next\n")
	want("rotated twice", "last words\n", "a whole file between two looks\n", "new, and longer than what comes next\n")

	if err := os.Truncate(file, 0); err != nil {
		t.Fatal(err)
	}
	add("short\n")
	want("cut short", "short\n")

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	add("again\n")
	want("removed", "again\n")

	rename(".2026-02-28.0003")
	if err := os.Remove(file + ".2026-02-28.0003"); err != nil {
		t.Fatal(err)
	}
	add("later\n")
	want("rotated, and the part removed", "later\n")
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("got error %v, want none", err)
	}
}
