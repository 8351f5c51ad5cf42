package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// measured is a small result with figures that are easy to reckon with.
func measured() Result {
	round := func(cpu, perSecond, p99 float64) Round {
		return Round{CPU: cpu, PerSecond: perSecond, Operations: map[string]Latency{"all": {P99: p99 / 2}, "add": {P99: p99}}}
	}
	var r Result
	r.Taken = []time.Time{time.Date(2026, 2, 3, 4, 5, 0, 0, time.UTC)}
	r.add(Setting{partLoad, "bare", "mixed", 0, 32}, round(20, 30000, 1), round(40, 15000, 1))
	r.add(Setting{partLoad, "todo", "mixed", 0, 32}, round(30, 16000, 10), round(60, 8000, 12))
	r.add(Setting{partLoad, "pocketbase", "mixed", 0, 32}, round(700, 1000, 90), round(700, 1000, 90))
	return r
}

func TestGoals(t *testing.T) {
	r := measured()
	want := []Goal{
		{"CPU per request beside the bare server, mixed work", "at most 1.60x", "1.50x", true},
		{"requests per second beside PocketBase, mixed work", "at least 15x", "8 (8 to 16)x", false},
		{"p99 of the slowest operation of mixed work", "at most 20 ms", "10 (10 to 12) ms", true},
		{"wrong or missing answers, and differences in what is stored", "at most 0", "0", true},
	}
	got := r.goals()
	if len(got) != len(want) {
		t.Fatalf("got %+v, want those of which something was measured", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

func TestAFaultIsAGoalMissed(t *testing.T) {
	r := measured()
	r.Runs[1].Rounds[0].Errors, r.Runs[1].Rounds[0].FirstError = 3, "list: status 500"
	all := r.goals()
	if last := all[len(all)-1]; last.Met || last.Got != "3" {
		t.Errorf("got %+v, want it missed", last)
	}
	var page bytes.Buffer
	r.report(&page)
	if !strings.Contains(page.String(), "list: status 500") {
		t.Error("the report does not say which fault")
	}
}

func TestDrift(t *testing.T) {
	var soak []Round
	for i, own := range []float64{99, 20, 20, 20, 25, 30, 30} {
		soak = append(soak, Round{Memory: Memory{Own: own}, Operations: map[string]Latency{"all": {P99: float64(10 - i)}}})
	}
	memory, latency, ok := drift(soak)
	if !ok || memory.Median != 1.5 || latency.Median != 4.0/8.0 {
		t.Errorf("got %v, %v, %v, want 1.5, 0.5", memory, latency, ok)
	}
	if _, _, ok := drift(soak[:3]); ok {
		t.Error("three rounds have a drift")
	}
}

func TestResultsOfSeveralRunsGoTogether(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, name := range []string{"a.json", "b.json", "other.json"} {
		r := measured()
		if name == "other.json" {
			r.Versions.Todo = "another"
		}
		files = append(files, filepath.Join(dir, "made", name))
		if err := r.save(files[len(files)-1]); err != nil {
			t.Fatal(err)
		}
	}
	both, err := loadResults(files[:2])
	if err != nil {
		t.Fatal(err)
	}
	if n := len(both.find(Setting{partLoad, "todo", "mixed", 0, 32})); n != 4 || len(both.Taken) != 2 {
		t.Errorf("got %d rounds of %d runs, want 4 of 2", n, len(both.Taken))
	}
	if _, err := loadResults(files); err == nil {
		t.Error("results of different versions are taken together")
	}
}

func TestThePageHasAPlaceForFigures(t *testing.T) {
	page, err := os.ReadFile("../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	once, err := replaceBlock(string(page), "measured today\n")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := replaceBlock(once, "measured today\n")
	if err != nil || twice != once {
		t.Errorf("writing the figures again changes the page, or %v", err)
	}
	if strings.Count(once, "measured today\n") != 1 || !strings.HasPrefix(once, "# Performance\n") || !strings.Contains(once, "## Where the time goes") {
		t.Errorf("got the page\n%s", once)
	}
	if _, err := replaceBlock("no place", "x"); err == nil {
		t.Error("a page without a place: got no error")
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1.234: "1.23", 12.34: "12.3", 123.4: "123", 1234567: "1,234,567", 2: "2", -1500: "-1,500"} {
		if got := number(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

func TestBareAnswersWhatWasRecorded(t *testing.T) {
	var recorded [operations]answer
	for op := range recorded {
		recorded[op] = answer{headerOf([]string{"Date: now", "x-amz-apigw-id: A", "Content-Length: 2"}), "{}"}
	}
	text, err := json.Marshal(recorded)
	if err != nil {
		t.Fatal(err)
	}
	var read [operations]answer
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if got := read[done].Header; len(got) != 2 || got["x-amz-apigw-id"][0] != "A" {
		t.Errorf("got the headers %v, want those recorded but the date, as they were spelled", got)
	}
}
