package boltdb_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
)

// writerFile, when set, makes a process of this test binary one that writes to the file until it is killed.
const writerFile = "BOLTDB_TEST_WRITER_FILE"

func TestMain(m *testing.M) {
	if path := os.Getenv(writerFile); path != "" {
		fmt.Fprintln(os.Stderr, writeForever(path, os.Getenv(writerFile+"_ROUND")))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever writes a line for each change after its answer.
func writeForever(path, round string) error {
	db, err := boltdb.Open(path)
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%s-%d-%d", round, w, i)
				if err = db.Update(context.Background(), put(key)); err != nil {
					return
				}
				// One write of less than a pipe's atomic size: lines do not mix.
				if _, err = os.Stdout.WriteString(key + "\n"); err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return err
}

// TestKillDuringWrites kills a writing process, which runs no handler and flushes nothing, again and again on one file.
func TestKillDuringWrites(t *testing.T) {
	path := newFile(t)
	var answered []string
	for round := range 5 {
		answered = append(answered, writeAndKill(t, path, fmt.Sprint(round), 200)...)
		db, err := boltdb.Open(path)
		if err != nil {
			t.Fatalf("after kill %d: %v", round, err)
		}
		for _, key := range answered {
			if !has(t, db, key) {
				t.Errorf("after kill %d: the answered change %s is lost", round, key)
			}
		}
		if err := db.View(func(tx *bolt.Tx) error {
			for err := range tx.Check() {
				t.Errorf("after kill %d: %v", round, err)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// writeAndKill kills the writer once it has answered some changes, and gives all that it has answered.
func writeAndKill(t *testing.T, path, round string, enough int) (answered []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), writerFile+"="+path, writerFile+"_ROUND="+round)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if answered = append(answered, lines.Text()); len(answered) == enough {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed: its state is an error by design
	if len(answered) < enough {
		t.Fatalf("the writer ended by itself after %d changes: %s", len(answered), stderr.String())
	}
	return answered
}
