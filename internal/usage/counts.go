package usage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/stack"
)

// The package's bucket holds a begun for every plan, and a count for every key in a plan that has been used, as JSON.
var bucket = []byte("usage")

// A count is how often a key was used in a period.
type count struct {
	Period string    `json:"period"`
	Start  time.Time `json:"start"`
	Used   int       `json:"used"`

	key   string    // in the bucket
	begun time.Time // when the plan was first seen
}

// counts keeps counts in memory and writes those that have changed behind their callers' backs.
type counts struct {
	db     *boltdb.DB
	logger *slog.Logger
	stored map[string][]byte // as they were at the start
	now    time.Time         // of the start

	mu      sync.Mutex
	changed map[*count]bool

	wake    chan struct{} // holds at most one: something has changed
	closing chan struct{}
	done    chan struct{} // closed when the writing goroutine has ended
	close   func() error
	failure error // of the last write; read after done
}

// writeEvery is how far what is stored may be behind.
const writeEvery = time.Second

func openCounts(cfg Config) (*counts, error) {
	c := &counts{
		db: cfg.DB, logger: cfg.Logger, stored: map[string][]byte{}, now: cfg.Now(), changed: map[*count]bool{},
		wake: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{}),
	}
	err := c.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket)
		if b == nil {
			return nil
		}
		return b.ForEach(func(key, value []byte) error {
			c.stored[string(key)] = append([]byte(nil), value...)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	if err := c.beginPlans(cfg.Plans); err != nil {
		return nil, err
	}
	c.close = sync.OnceValue(func() error {
		close(c.closing)
		<-c.done
		return c.failure
	})
	go c.write()
	return c, nil
}

func beginKey(plan stack.UsagePlan) string { return "plan/" + plan.ID }

// beginPlans notes of the plans that are new that they begin now.
func (c *counts) beginPlans(plans []stack.UsagePlan) error {
	begun, err := c.now.UTC().MarshalText()
	if err != nil {
		return err
	}
	fresh := map[string][]byte{}
	for _, plan := range plans {
		if key := beginKey(plan); c.stored[key] == nil {
			c.stored[key], fresh[key] = begun, begun
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return c.put(fresh)
}

func (c *counts) put(values map[string][]byte) error {
	return c.db.Update(context.Background(), func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bucket)
		if err != nil {
			return err
		}
		var errs []error
		for key, value := range values {
			errs = append(errs, b.Put([]byte(key), value))
		}
		return errors.Join(errs...)
	})
}

// of is the count of a key in a plan, as it was stored. What cannot be read counts as nothing, with a word in the log:
// a quota is not worth a stack that does not start.
func (c *counts) of(plan stack.UsagePlan, key stack.APIKey) *count {
	n := &count{key: "key/" + plan.ID + "/" + key.ID}
	if err := n.begun.UnmarshalText(c.stored[beginKey(plan)]); err != nil {
		c.logger.Error("the begin of a usage plan cannot be read", "plan", plan.LogicalID, "error", err)
	}
	if stored := c.stored[n.key]; stored != nil {
		if err := json.Unmarshal(stored, n); err != nil {
			c.logger.Error("the count of an API key cannot be read", "plan", plan.LogicalID, "key", key.LogicalID, "error", err)
		}
	}
	return n
}

// take counts a call, unless the quota is used up. A clock that goes back to an earlier period does not begin it anew.
func (c *counts) take(n *count, quota stack.Quota, now time.Time) bool {
	start := periodStart(quota.Period, now)
	c.mu.Lock()
	defer c.mu.Unlock()
	if n.Period != quota.Period || n.Start.Before(start) {
		n.Period, n.Start, n.Used = quota.Period, start, 0
	}
	limit := quota.Limit
	if n.Start.Equal(periodStart(quota.Period, n.begun)) {
		limit -= quota.Offset
	}
	if n.Used >= limit {
		return false
	}
	n.Used++
	c.changed[n] = true
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return true
}

// write is the one goroutine that writes counts.
func (c *counts) write() {
	defer close(c.done)
	for closing := false; !closing; {
		select {
		case <-c.wake:
			closing = !c.wait()
		case <-c.closing:
			closing = true
		}
		c.failure = c.flush()
		if c.failure != nil && !closing {
			c.logger.Error("counts of API keys wait for the disk", "error", c.failure)
		}
	}
}

// wait lets more changes come; false when there will be none.
func (c *counts) wait() bool {
	timer := time.NewTimer(writeEvery)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.closing:
		return false
	}
}

// flush writes the counts that have changed. Those that the disk does not take are tried again with the next change,
// or on closing.
func (c *counts) flush() error {
	c.mu.Lock()
	values := make(map[string][]byte, len(c.changed))
	changed := c.changed
	var errs []error
	for n := range changed {
		value, err := json.Marshal(n)
		errs = append(errs, err)
		values[n.key] = value
	}
	c.changed = map[*count]bool{}
	c.mu.Unlock()
	if len(values) == 0 {
		return nil
	}
	if err := errors.Join(append(errs, c.put(values))...); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		for n := range changed {
			c.changed[n] = true
		}
		return fmt.Errorf("usage: %w", err)
	}
	return nil
}
