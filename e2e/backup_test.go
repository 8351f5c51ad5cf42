package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestABackupOfARunningServer(t *testing.T) {
	t.Parallel()
	data, backup := t.TempDir(), filepath.Join(t.TempDir(), "backup.tar")
	s := serve(t, data, unthrottled...)
	token := s.register(t, "ana@example.com")
	before := []string{"Buy milk", "Water the plants"}
	for _, text := range before {
		s.add(t, token, text)
	}
	// Work goes on meanwhile.
	stop, stopped := make(chan struct{}), sync.WaitGroup{}
	stopped.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				s.do(t, "POST", "/prod/item", token, fmt.Sprintf(`{"item":"later %d"}`, i))
			}
		}
	})
	runOK(t, "backup", "--data", data, backup)
	close(stop)
	stopped.Wait()

	restored := filepath.Join(t.TempDir(), "new", "data")
	runOK(t, "restore", "--data", restored, backup)
	for _, name := range []string{"seal.key", "credentials"} {
		want, err := os.ReadFile(filepath.Join(data, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(restored, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not as it was (%v)", name, err)
		}
	}
	for _, root := range []string{restored, backup} {
		err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := os.Stat(name)
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v: others can read it", name, info.Mode())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	again := serve(t, restored)
	texts := again.texts(t, again.signIn(t, "ana@example.com"))
	if diff := cmp.Diff(before, texts[:min(2, len(texts))]); diff != "" {
		t.Errorf("the items of before (-want +got):\n%s", diff)
	}
	// The backup is of one moment: what came after it is there up to some item, and not beyond.
	for i, text := range texts[2:] {
		if want := fmt.Sprintf("later %d", i); text != want {
			t.Fatalf("got %q as the item after the backup's begin number %d, want %q", text, i, want)
		}
	}
	runOK(t, "users", "list", "--data", restored, "--endpoint", again.url+"/auth/")
}

func TestABackupOfAStoppedServer(t *testing.T) {
	t.Parallel()
	data, dir := t.TempDir(), t.TempDir()
	backup := filepath.Join(dir, "backup.tar")
	s := serve(t, data)
	s.add(t, s.register(t, "ana@example.com"), "Buy milk")
	s.kill() // its socket stays, and nobody is there
	runOK(t, "backup", "--data", data, backup)
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}

	if _, stderr, code := command(t, "backup", "--data", data, backup); code != 1 || !strings.Contains(stderr, backup) {
		t.Errorf("a backup over another: got exit code %d and %q", code, stderr)
	}
	if _, stderr, code := command(t, "backup", "--data", data, filepath.Join(data, "b.tar")); code != 2 || !strings.Contains(stderr, "data directory") {
		t.Errorf("a backup into the directory itself: got exit code %d and %q", code, stderr)
	}
	if _, stderr, code := command(t, "restore", "--data", data, backup); code != 1 || !strings.Contains(stderr, "not empty") {
		t.Errorf("restoring over a data directory: got exit code %d and %q", code, stderr)
	}
	if _, stderr, code := command(t, "backup", "--data", filepath.Join(dir, "none"), backup+"2"); code != 1 || !strings.Contains(stderr, "none") {
		t.Errorf("a backup of nothing: got exit code %d and %q", code, stderr)
	}
	flipped := slices.Clone(whole)
	flipped[3*512] ^= 1 // in the data file
	for name, content := range map[string][]byte{
		"cut off": whole[:len(whole)/2], "without its end": whole[:bytes.Index(whole, []byte("SHA256SUMS"))],
		"damaged": flipped, "empty": {}, "something else": []byte(strings.Repeat("no backup\n", 200)),
	} {
		file, target := filepath.Join(dir, "bad.tar"), filepath.Join(dir, "restored")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		_, stderr, code := command(t, "restore", "--data", target, file)
		if _, err := os.Stat(target); code != 1 || !strings.Contains(stderr, file) || err == nil {
			t.Errorf("a backup that is %s: got exit code %d and %q, and the directory is there: %v", name, code, stderr, err == nil)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".restoring-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	runOK(t, "restore", "--data", empty, backup)
	again := serve(t, empty)
	if diff := cmp.Diff([]string{"Buy milk"}, again.texts(t, again.signIn(t, "ana@example.com"))); diff != "" {
		t.Errorf("the restored items (-want +got):\n%s", diff)
	}
}
