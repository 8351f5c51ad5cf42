// Package usage keeps usage plans: whom an API key stands for, how fast its holder may call and how often.
//
// A call is admitted by its key, in this order: the plan's limit for the method, the plan's limit for the key, the
// plan's quota ("Throttle requests to your REST APIs", API Gateway Developer Guide). Each key has its own buckets and
// its own count, over all stages of the plan together. Only a call that is admitted counts towards the quota.
//
// As in the cloud this is done as well as can be, and is no security boundary: counts are written at most a second
// behind, so a machine that loses its power forgets the calls of that second.
package usage

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/time/rate"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/stack"
)

// Why a call is not admitted.
var (
	// ErrUnknown is a key that is not known, not enabled, or in no plan of the stage; which of them is not told.
	ErrUnknown = errors.New("usage: no key of this stage")
	// ErrThrottled is a call that comes too soon.
	ErrThrottled = errors.New("usage: too many requests")
	// ErrQuota is a call beyond what the period allows.
	ErrQuota = errors.New("usage: quota used up")
)

// Config is what Open needs. Every field is required, though Plans and Keys may be empty.
type Config struct {
	Plans []stack.UsagePlan
	// Keys have their values: one without is an error, since everybody could show it.
	Keys   []stack.APIKey
	DB     *boltdb.DB
	Now    func() time.Time
	Logger *slog.Logger
}

// Plans are the usage plans of a stack. They are safe for concurrent use.
type Plans struct {
	now    func() time.Time
	counts *counts
	// stages are keyed by the API's logical id, and their holders by the hash of the key: to look a key up by itself
	// would tell by the time it takes how much of it is right.
	stages map[string]map[[sha256.Size]byte]*holder
}

// A holder is who shows a key on a stage.
type holder struct {
	keyID     string
	methods   map[method]*rate.Limiter
	allowance *allowance
}

type method struct{ verb, path string }

// An allowance is what a plan gives to a key, on all stages.
type allowance struct {
	bucket *rate.Limiter // nil when there is no limit
	quota  *stack.Quota  // nil when calls are not counted
	count  *count
}

// Open reads what the keys have used so far. Close must be called before the data file is closed.
func Open(cfg Config) (*Plans, error) {
	counts, err := openCounts(cfg)
	if err != nil {
		return nil, fmt.Errorf("usage: %w", err)
	}
	p := &Plans{now: cfg.Now, counts: counts, stages: map[string]map[[sha256.Size]byte]*holder{}}
	for _, plan := range cfg.Plans {
		for _, key := range cfg.Keys {
			if err := p.add(plan, key); err != nil {
				return nil, errors.Join(err, counts.close())
			}
		}
	}
	return p, nil
}

// Close makes the counts durable.
func (p *Plans) Close() error { return p.counts.close() }

func (p *Plans) add(plan stack.UsagePlan, key stack.APIKey) error {
	if !key.Enabled || !holds(plan, key) {
		return nil
	}
	if key.Value == "" {
		return fmt.Errorf("usage: key %s has no value", key.LogicalID)
	}
	a := &allowance{bucket: Bucket(plan.RateLimit, plan.BurstLimit), quota: plan.Quota, count: p.counts.of(plan, key)}
	hash := sha256.Sum256([]byte(key.Value))
	for _, stage := range plan.Stages {
		holders := p.stages[stage.API]
		if holders == nil {
			holders = map[[sha256.Size]byte]*holder{}
			p.stages[stage.API] = holders
		}
		if other := holders[hash]; other != nil {
			return fmt.Errorf("usage: the keys %s and %s of %s have the same value", other.keyID, key.ID, stage.API)
		}
		h := &holder{keyID: key.ID, methods: map[method]*rate.Limiter{}, allowance: a}
		for _, m := range stage.Methods {
			h.methods[method{m.HTTPMethod, m.ResourcePath}] = Bucket(m.RateLimit, m.BurstLimit)
		}
		holders[hash] = h
	}
	return nil
}

func holds(plan stack.UsagePlan, key stack.APIKey) bool {
	for _, id := range plan.Keys {
		if id == key.LogicalID {
			return true
		}
	}
	return false
}

// Admit counts a call to a method of an API, given by its logical id, its verb (or ANY) and its path in the template.
// The key is what the caller has shown. The answer is the key's id, and with ErrUnknown "".
func (p *Plans) Admit(api, verb, path, key string) (keyID string, err error) {
	h := p.stages[api][sha256.Sum256([]byte(key))]
	if h == nil {
		return "", ErrUnknown
	}
	now := p.now()
	for _, bucket := range []*rate.Limiter{h.methods[method{verb, path}], h.allowance.bucket} {
		if bucket != nil && !bucket.AllowN(now, 1) {
			return h.keyID, ErrThrottled
		}
	}
	if h.allowance.quota != nil && !p.counts.take(h.allowance.count, *h.allowance.quota, now) {
		return h.keyID, ErrQuota
	}
	return h.keyID, nil
}
