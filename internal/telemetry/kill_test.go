package telemetry

import (
	"bufio"
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	killedDir = "TODO_TEST_LOG_DIR"
	hurried   = "/hurried"
)

// A hurried log has a clock for which each write is half a day later, so that every other one rotates it.
func openHurried(dir string) (*rotating, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	file, err := fileName(hurried)
	if err != nil {
		return nil, err
	}
	at := time.Now()
	now := func() time.Time { at = at.Add(6 * time.Hour); return at }
	return openRotating(root, file, 0, now, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

// TestMain is also the process that gets killed: it writes numbers, and tells each one that has been written.
func TestMain(m *testing.M) {
	dir := os.Getenv(killedDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	log, err := openHurried(dir)
	for n := 0; err == nil; n++ {
		if _, err = fmt.Fprintf(log, "%d\n", n); err == nil {
			_, err = fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestAKillLosesAndRepeatsNoLine(t *testing.T) {
	for _, after := range []int{1, 2, 50, 51, 52, 53, 200} {
		dir := t.TempDir()
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), killedDir+"="+dir)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		told := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if told++; told == after {
				if err := c.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = c.Wait()
		var got bytes.Buffer
		if err := Copy(dir, hurried, &got); err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(got.String(), "\n")
		// The last line may have been written and not told.
		if lines != told && lines != told+1 {
			t.Errorf("got %d lines, want the %d that were told, or one more", lines, told)
		}
		if want := numbers(lines); got.String() != want {
			t.Errorf("killed after %d: got %q, want %q", after, got.String(), want)
		}
	}
}

func numbers(count int) string {
	var b strings.Builder
	for n := range count {
		fmt.Fprintln(&b, n)
	}
	return b.String()
}

func TestReadersMeetEachLineOnceWhileFilesAreRotated(t *testing.T) {
	const count = 150
	dir := t.TempDir()
	log, err := openHurried(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var all sync.WaitGroup
	written := make(chan struct{})
	all.Go(func() {
		defer close(written)
		for n := range count {
			if _, err := fmt.Fprintln(log, n); err != nil {
				t.Error(err)
			}
		}
	})
	all.Go(func() {
		f := &untilLast{last: fmt.Sprintf("%d\n", count-1)}
		if err := Follow(t.Context(), dir, hurried, f); err != errSeen || f.String() != numbers(count) {
			t.Errorf("followed: got error %v and %q, want all lines in order", err, f.String())
		}
	})
	for ended := false; !ended; {
		select {
		case <-written:
			ended = true
		default:
		}
		var got bytes.Buffer
		if err := Copy(dir, hurried, &got); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(got.String(), "\n"); got.String() != numbers(lines) || ended && lines != count {
			t.Fatalf("copied: got %q, want lines in order from the first one", got.String())
		}
	}
	all.Wait()
}

var errSeen = fmt.Errorf("the last line has come")

type untilLast struct {
	bytes.Buffer
	last string
}

func (w *untilLast) Write(p []byte) (int, error) {
	w.Buffer.Write(p)
	if strings.HasSuffix(w.String(), "\n"+w.last) {
		return len(p), errSeen
	}
	return len(p), nil
}
