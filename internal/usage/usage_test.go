package usage_test

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/usage"
)

var start = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) // a Wednesday

const (
	ana = "ana-ana-ana-ana-ana-ana"
	ben = "ben-ben-ben-ben-ben-ben"
	off = "off-off-off-off-off-off"
)

func figure[T any](v T) *T { return &v }

// A rig is two APIs in one plan, with the keys of ana and ben, and a clock that stands still unless it is moved.
type rig struct {
	t     *testing.T
	file  string
	plan  stack.UsagePlan
	now   time.Time
	db    *boltdb.DB
	plans *usage.Plans
	log   bytes.Buffer
}

func newRig(t *testing.T, plan stack.UsagePlan) *rig {
	plan.LogicalID, plan.ID = "Plan", "plan000001"
	plan.Keys = []string{"Ana", "Ben", "Off"}
	if plan.Stages == nil {
		plan.Stages = []stack.PlanStage{{API: "One"}, {API: "Two"}}
	}
	r := &rig{t: t, file: filepath.Join(t.TempDir(), "todo.db"), plan: plan, now: start}
	r.open()
	t.Cleanup(func() { r.close() })
	return r
}

func (r *rig) open() {
	r.t.Helper()
	var err error
	if r.db, err = boltdb.Open(r.file); err != nil {
		r.t.Fatal(err)
	}
	if r.plans, err = usage.Open(r.config()); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) config() usage.Config {
	return usage.Config{
		Plans: []stack.UsagePlan{r.plan},
		Keys: []stack.APIKey{
			{LogicalID: "Ana", ID: "key0000ana", Value: ana, Enabled: true},
			{LogicalID: "Ben", ID: "key0000ben", Value: ben, Enabled: true},
			{LogicalID: "Off", ID: "key0000off", Value: off},
			{LogicalID: "Lone", ID: "key000lone", Value: "lone-lone-lone-lone-lone", Enabled: true},
		},
		DB:     r.db,
		Now:    func() time.Time { return r.now },
		Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	}
}

func (r *rig) close() {
	r.t.Helper()
	if err := errors.Join(r.plans.Close(), r.db.Close()); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) restart() {
	r.t.Helper()
	r.close()
	r.open()
}

// admitted calls until it is refused, at most 1000 times.
func (r *rig) admitted(api, key string, want error) (n int) {
	r.t.Helper()
	for n < 1000 {
		if _, err := r.plans.Admit(api, "GET", "/item", key); err != nil {
			if !errors.Is(err, want) {
				r.t.Errorf("got error %v, want %v", err, want)
			}
			return n
		}
		n++
	}
	return n
}

func TestWhoIsAdmitted(t *testing.T) {
	r := newRig(t, stack.UsagePlan{Stages: []stack.PlanStage{{API: "One"}}})
	for _, c := range []struct {
		name, api, key, id string
		want               error
	}{
		{"a key of the plan", "One", ana, "key0000ana", nil},
		{"another", "One", ben, "key0000ben", nil},
		{"a key that is not enabled", "One", off, "", usage.ErrUnknown},
		{"a key in no plan", "One", "lone-lone-lone-lone-lone", "", usage.ErrUnknown},
		{"a stage that the plan does not have", "Two", ana, "", usage.ErrUnknown},
		{"no key", "One", "", "", usage.ErrUnknown},
		{"part of a key", "One", ana[:len(ana)-1], "", usage.ErrUnknown},
		{"a key's id", "One", "key0000ana", "", usage.ErrUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, err := r.plans.Admit(c.api, "GET", "/item", c.key)
			if id != c.id || !errors.Is(err, c.want) {
				t.Errorf("got %q and %v, want %q and %v", id, err, c.id, c.want)
			}
		})
	}
}

func TestThrottle(t *testing.T) {
	r := newRig(t, stack.UsagePlan{RateLimit: figure(2.0), BurstLimit: figure(5)})
	if got := r.admitted("One", ana, usage.ErrThrottled); got != 5 {
		t.Errorf("at once: got %d, want the burst of 5", got)
	}
	if got := r.admitted("Two", ana, usage.ErrThrottled); got != 0 {
		t.Errorf("on another stage of the plan: got %d, want none", got)
	}
	if got := r.admitted("One", ben, usage.ErrThrottled); got != 5 {
		t.Errorf("with another key: got %d, want 5", got)
	}
	r.now = r.now.Add(1500 * time.Millisecond)
	if got := r.admitted("One", ana, usage.ErrThrottled); got != 3 {
		t.Errorf("a second and a half later: got %d, want 3", got)
	}
}

func TestThrottleOfAMethod(t *testing.T) {
	r := newRig(t, stack.UsagePlan{BurstLimit: figure(4), RateLimit: figure(0.0), Stages: []stack.PlanStage{{
		API: "One", Methods: []stack.MethodSetting{{ResourcePath: "/item", HTTPMethod: "GET", RateLimit: figure(0.0), BurstLimit: figure(3)}},
	}}})
	if got := r.admitted("One", ana, usage.ErrThrottled); got != 3 {
		t.Errorf("got %d, want the method's 3", got)
	}
	if _, err := r.plans.Admit("One", "POST", "/item", ana); err != nil {
		t.Errorf("another method: got %v, want what the key has left", err)
	}
	if _, err := r.plans.Admit("One", "POST", "/item", ana); !errors.Is(err, usage.ErrThrottled) {
		t.Errorf("another method again: got %v, want %v", err, usage.ErrThrottled)
	}
}

func TestQuota(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		period string
		before time.Time // the last moment of the period that holds start
	}{
		{"DAY", day(5).Add(-1)},
		{"WEEK", day(8).Add(-1)}, // a Sunday
		{"MONTH", day(32).Add(-1)},
	} {
		t.Run(c.period, func(t *testing.T) {
			r := newRig(t, stack.UsagePlan{Quota: &stack.Quota{Limit: 10, Offset: 4, Period: c.period}})
			if got := r.admitted("One", ana, usage.ErrQuota); got != 6 {
				t.Errorf("in the plan's first period: got %d, want 10 less the offset", got)
			}
			if got := r.admitted("Two", ana, usage.ErrQuota); got != 0 {
				t.Errorf("on another stage: got %d, want none", got)
			}
			r.restart()
			r.now = c.before
			if got := r.admitted("One", ana, usage.ErrQuota); got != 0 {
				t.Errorf("after a restart, to the end of the period: got %d, want none", got)
			}
			if got := r.admitted("One", ben, usage.ErrQuota); got != 6 {
				t.Errorf("with another key: got %d, want 6", got)
			}
			r.now = c.before.Add(1)
			if got := r.admitted("One", ana, usage.ErrQuota); got != 10 {
				t.Errorf("in the next period: got %d, want 10", got)
			}
			r.restart()
			r.now = start
			if got := r.admitted("One", ana, usage.ErrQuota); got != 0 {
				t.Errorf("with a clock that went back: got %d, want none", got)
			}
		})
	}
}

func TestAQuotaThatTheTemplateChanges(t *testing.T) {
	r := newRig(t, stack.UsagePlan{Quota: &stack.Quota{Limit: 3, Period: "MONTH"}})
	r.admitted("One", ana, usage.ErrQuota)
	r.plan.Quota.Limit = 5
	r.restart()
	if got := r.admitted("One", ana, usage.ErrQuota); got != 2 {
		t.Errorf("with a higher limit: got %d, want 2 more", got)
	}
	r.plan.Quota.Period = "WEEK"
	r.restart()
	if got := r.admitted("One", ana, usage.ErrQuota); got != 5 {
		t.Errorf("with another period: got %d, want 5", got)
	}
	r.plan.Quota.Offset = 9
	r.restart()
	if got := r.admitted("One", ben, usage.ErrQuota); got != 0 {
		t.Errorf("with an offset over the limit: got %d, want none", got)
	}
}

func TestWhatIsThrottledDoesNotCount(t *testing.T) {
	r := newRig(t, stack.UsagePlan{RateLimit: figure(1.0), BurstLimit: figure(1), Quota: &stack.Quota{Limit: 2, Period: "DAY"}})
	for range 10 {
		r.admitted("One", ana, usage.ErrThrottled)
	}
	r.now = r.now.Add(time.Minute)
	if got := r.admitted("One", ana, usage.ErrThrottled); got != 1 {
		t.Errorf("got %d, want the second call that the quota allows", got)
	}
}

func TestCountsAreWrittenAtMostASecondBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, stack.UsagePlan{Quota: &stack.Quota{Limit: 1000, Period: "DAY"}})
		transaction := func() (id int) {
			if err := r.db.View(func(tx *bolt.Tx) error { id = tx.ID(); return nil }); err != nil {
				t.Fatal(err)
			}
			return id
		}
		before := transaction()
		for range 500 {
			if _, err := r.plans.Admit("One", "GET", "/item", ana); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := transaction() - before; got != 0 {
			t.Errorf("at once: got %d commits, want none", got)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := transaction() - before; got != 1 {
			t.Errorf("a second later: got %d commits, want 1", got)
		}
		time.Sleep(time.Hour)
		if got := transaction() - before; got != 1 {
			t.Errorf("without calls: got %d commits, want no more", got)
		}
	})
}

func TestDamagedCountsDoNotStopTheStart(t *testing.T) {
	r := newRig(t, stack.UsagePlan{Quota: &stack.Quota{Limit: 2, Period: "DAY"}})
	r.admitted("One", ana, usage.ErrQuota)
	if err := r.plans.Close(); err != nil {
		t.Fatal(err)
	}
	err := r.db.Update(t.Context(), func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("usage"))
		return errors.Join(b.Put([]byte("key/plan000001/key0000ana"), []byte("{")), b.Put([]byte("plan/plan000001"), []byte("once")))
	})
	if err != nil {
		t.Fatal(err)
	}
	r.restart()
	if got := r.admitted("One", ana, usage.ErrQuota); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
	for _, want := range []string{"plan=Plan", "key=Ana"} {
		if !bytes.Contains(r.log.Bytes(), []byte(want)) {
			t.Errorf("the log lacks %q:\n%s", want, &r.log)
		}
	}
}

func TestParallelCalls(t *testing.T) {
	r := newRig(t, stack.UsagePlan{RateLimit: figure(1e6), BurstLimit: figure(1000), Quota: &stack.Quota{Limit: 100, Period: "DAY"}})
	var all sync.WaitGroup
	var mu sync.Mutex
	admitted := 0
	for range 8 {
		all.Go(func() {
			for range 50 {
				if _, err := r.plans.Admit("One", "GET", "/item", ana); err == nil {
					mu.Lock()
					admitted++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if admitted != 100 {
		t.Errorf("got %d calls, want the quota of 100", admitted)
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	r := newRig(t, stack.UsagePlan{})
	for name, change := range map[string]func(*usage.Config){
		"two of the same value": func(c *usage.Config) { c.Keys[1].Value = c.Keys[0].Value },
		"one without a value":   func(c *usage.Config) { c.Keys[0].Value = "" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := r.config()
			change(&cfg)
			if _, err := usage.Open(cfg); err == nil || bytes.Contains([]byte(err.Error()), []byte(ana)) {
				t.Errorf("got error %v, want one that does not tell the key", err)
			}
		})
	}
}

func TestNoLimit(t *testing.T) {
	if usage.Bucket(nil, nil) != nil {
		t.Error("got a bucket where nothing is limited")
	}
	for name, b := range map[string]struct {
		perSecond *float64
		burst     *int
		want      int
	}{
		"not limited": {figure(-1.0), figure(-1), 100_000},
		"rate only":   {figure(0.0), nil, 5_000},
		"burst only":  {nil, figure(7), 7},
		"nothing":     {figure(0.0), figure(0), 0},
	} {
		bucket, got := usage.Bucket(b.perSecond, b.burst), 0
		for got < 100_000 && bucket.AllowN(start, 1) {
			got++
		}
		if got != b.want {
			t.Errorf("%s: got %d calls at once, want %d", name, got, b.want)
		}
	}
}
