package gateway_test

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/usage"
)

const apiKey = "0123456789abcdefghijklmnop"

// keyed opens a plan with one key, and makes a key required on /item and /open.
func keyed(t *testing.T, plan stack.UsagePlan) func(*gateway.Config) {
	t.Helper()
	plan.LogicalID, plan.ID, plan.Keys = "Plan", "plan000001", []string{"Key", "Second", "Disabled"}
	if plan.Stages == nil {
		plan.Stages = []stack.PlanStage{{API: "TodoApi"}}
	}
	return func(c *gateway.Config) {
		db, err := boltdb.Open(filepath.Join(t.TempDir(), "todo.db"))
		if err != nil {
			t.Fatal(err)
		}
		c.Plans, err = usage.Open(usage.Config{
			Plans: []stack.UsagePlan{plan},
			Keys: []stack.APIKey{
				{LogicalID: "Key", ID: "key0000001", Value: apiKey, Enabled: true},
				{LogicalID: "Second", ID: "key0000003", Value: apiKey + "-second", Enabled: true},
				{LogicalID: "Disabled", ID: "key0000002", Value: apiKey + "2"},
			},
			DB: db, Now: c.Now, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
		})
		if err != nil {
			t.Fatal(err)
		}
		plans := c.Plans
		t.Cleanup(func() {
			if err := errors.Join(plans.Close(), db.Close()); err != nil {
				t.Error(err)
			}
		})
		for i := range c.API.Routes {
			r := &c.API.Routes[i]
			r.APIKeyRequired = r.Preflight == nil && (r.Path == "/item" || r.Path == "/open")
		}
	}
}

func figure[T any](v T) *T { return &v }

func TestAnAPIKeyOfAnotherStage(t *testing.T) {
	r := newRig(t, keyed(t, stack.UsagePlan{Stages: []stack.PlanStage{{API: "AnotherApi"}}}))
	got := r.send("GET /prod/open", []string{"x-api-key: " + apiKey}, "")
	if got.status != 403 || got.body != `{"message":"Forbidden"}` {
		t.Errorf("got %d %s, want 403 Forbidden", got.status, got.body)
	}
}

func TestAnAPIKeyWithoutUsagePlans(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) {
		c.API.Routes = []stack.Route{{Method: "GET", Path: "/item", Function: "Function", APIKeyRequired: true}}
	})
	got := r.send("GET /prod/item", []string{"x-api-key: " + apiKey}, "")
	if got.status != 403 || got.body != `{"message":"Forbidden"}` {
		t.Errorf("got %d %s, want 403 Forbidden", got.status, got.body)
	}
}

func TestLimitsOfAPlan(t *testing.T) {
	for _, c := range []struct {
		name string
		plan stack.UsagePlan
		body string
		kind string
		wait time.Duration // until there is a call again
	}{
		{"throttle", stack.UsagePlan{RateLimit: figure(1.0), BurstLimit: figure(2)}, `{"message":"Too Many Requests"}`, "TooManyRequestsException", time.Second},
		{
			"throttle of the method",
			stack.UsagePlan{Stages: []stack.PlanStage{{API: "TodoApi", Methods: []stack.MethodSetting{{ResourcePath: "/open", HTTPMethod: "ANY", RateLimit: figure(1.0), BurstLimit: figure(2)}}}}},
			`{"message":"Too Many Requests"}`, "TooManyRequestsException", time.Second,
		},
		{"quota", stack.UsagePlan{Quota: &stack.Quota{Limit: 2, Period: "DAY"}}, `{"message":"Limit Exceeded"}`, "LimitExceededException", 12 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, keyed(t, c.plan), logging("$context.requestId $context.status $context.error.responseType $context.identity.apiKeyId"))
			ask := func() reply { t.Helper(); return r.send("GET /prod/open", []string{"x-api-key: " + apiKey}, "") }
			for range 2 {
				if got := ask(); got.status != 200 {
					t.Fatalf("got %d %s, want 200", got.status, got.body)
				}
			}
			// What needs no key counts nothing, even if one is shown.
			if got := r.send("GET /prod/open/x", []string{"x-api-key: " + apiKey}, ""); got.status != 200 {
				t.Errorf("a method without a key: got %d", got.status)
			}
			got := ask()
			if got.status != 429 || got.body != c.body || got.one(t, "x-amzn-ErrorType") != c.kind {
				t.Errorf("got %d %s %s, want 429 %s %s", got.status, got.body, got.one(t, "x-amzn-ErrorType"), c.body, c.kind)
			}
			if got.one(t, "Retry-After") != "" {
				t.Error("got a Retry-After, want none")
			}
			if line := r.access.wait(t, 4)[3][37:]; line != "429 "+map[bool]string{true: "QUOTA_EXCEEDED", false: "THROTTLED"}[c.name == "quota"]+" key0000001" {
				t.Errorf("got the line %s", line)
			}
			r.pass(c.wait)
			if got := ask(); got.status != 200 {
				t.Errorf("%v later: got %d %s, want 200", c.wait, got.status, got.body)
			}
		})
	}
}

// A caller beyond the plan's limit must not use up what the stage allows all callers, nor one without a key.
func TestAPlanComesBeforeTheStage(t *testing.T) {
	const second = apiKey + "-second"
	plan := stack.UsagePlan{RateLimit: figure(0.0), BurstLimit: figure(1)}
	r := newRig(t, keyed(t, plan), func(c *gateway.Config) {
		c.API.Methods = []stack.MethodSetting{limit("/open", "ANY", 0, 2)}
	})
	for range 10 {
		r.send("GET /prod/open", []string{"x-api-key: " + apiKey}, "")
		r.send("GET /prod/open", []string{"x-api-key: nobody"}, "")
	}
	if got := r.send("GET /prod/open", []string{"x-api-key: " + second}, ""); got.status != 200 || r.calls != 2 {
		t.Errorf("another key: got %d after %d calls, want 200 and the stage's second call", got.status, r.calls)
	}
}
