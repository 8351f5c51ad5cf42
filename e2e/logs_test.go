package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLogsAreKeptAsLongAsTheTemplateSays starts a server over logs of earlier days.
func TestLogsAreKeptAsLongAsTheTemplateSays(t *testing.T) {
	t.Parallel()
	const group = "/aws/lambda/todo-AddTodoFunction"
	data := t.TempDir()
	file := filepath.Join(data, "logs", filepath.FromSlash(group)+".log")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	day := func(ago int) string {
		return file + "." + time.Now().UTC().AddDate(0, 0, -ago).Format(time.DateOnly) + ".0001"
	}
	past := write(t, day(10), "past\n")
	kept := write(t, day(5), "kept\n")

	s := serve(t, data, "--parameter", "LogRetentionDays=7")
	if _, err := os.Stat(past); !os.IsNotExist(err) {
		t.Errorf("lines of ten days ago: got error %v, want them gone", err)
	}
	if _, err := os.Stat(kept); err != nil {
		t.Errorf("lines of five days ago: got error %v, want them kept", err)
	}
	if got := runOK(t, "logs", "--data", data); !strings.Contains(got, group+"\n") || strings.Contains(got, ".0001") {
		t.Errorf("got the groups %q, want the function's and no file's name", got)
	}
	if got := runOK(t, "logs", "--data", data, group); !strings.HasPrefix(got, "kept\n") {
		t.Errorf("got the lines %q, want those that are kept", got)
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("got exit code %d, want 0: %s", code, s.stderr)
	}
}
