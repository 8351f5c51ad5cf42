package gateway_test

import (
	"testing"
	"time"

	"example.com/todo/internal/gateway"
	"example.com/todo/internal/stack"
)

// limit is a method setting of so many requests per second and at once.
func limit(path, verb string, perSecond float64, burst int) stack.MethodSetting {
	return stack.MethodSetting{ResourcePath: path, HTTPMethod: verb, RateLimit: &perSecond, BurstLimit: &burst}
}

// allowed sends until the first 429 and tells how many passed, at most ten.
func allowed(t *testing.T, r *rig, line string) int {
	t.Helper()
	for n := range 10 {
		got := r.send(line, nil, "")
		if got.status == 200 {
			continue
		}
		if got.status != 429 || got.body != `{"message":"Too Many Requests"}` ||
			got.one(t, "x-amzn-ErrorType") != "TooManyRequestsException" || got.one(t, "Retry-After") != "" {
			t.Errorf("got %d %s, headers %v", got.status, got.body, got.header)
		}
		return n
	}
	return 10
}

func TestThrottling(t *testing.T) {
	off := -1.0
	all := 10 // as many as allowed asks for
	for _, c := range []struct {
		name             string
		settings         []stack.MethodSetting
		get, post, other int // how many of GET /a/{b}, POST /a/{b} and GET /c pass at once
	}{
		{"no settings", nil, all, all, all},
		{"stage-wide: a bucket for each method", []stack.MethodSetting{limit("/*", "*", 1, 3)}, 3, 3, 3},
		{"one method", []stack.MethodSetting{limit("/~1a~1{b}", "GET", 1, 2)}, 2, all, all},
		{"one method, written plainly", []stack.MethodSetting{limit("/a/{b}", "GET", 1, 2)}, 2, all, all},
		{"all methods of a path", []stack.MethodSetting{limit("/~1a~1{b}", "*", 1, 2)}, 2, 2, all},
		{"one verb of all paths", []stack.MethodSetting{limit("/*", "GET", 1, 2)}, 2, all, 2},
		{"the most specific wins", []stack.MethodSetting{
			limit("/~1a~1{b}", "GET", 1, 1), limit("/~1a~1{b}", "*", 1, 2), limit("/*", "*", 1, 3),
		}, 1, 2, 3},
		{"in any order", []stack.MethodSetting{
			limit("/*", "*", 1, 3), limit("/~1a~1{b}", "*", 1, 2), limit("/~1a~1{b}", "GET", 1, 1),
		}, 1, 2, 3},
		{"nothing passes", []stack.MethodSetting{limit("/*", "*", 0, 0)}, 0, 0, 0},
		{"a setting of something else leaves the limits", []stack.MethodSetting{
			limit("/*", "*", 1, 3), {ResourcePath: "/~1a~1{b}", HTTPMethod: "GET"},
		}, 3, 3, 3},
		{"the limit lifted for one", []stack.MethodSetting{
			limit("/*", "*", 1, 3), {ResourcePath: "/~1a~1{b}", HTTPMethod: "GET", RateLimit: &off},
		}, all, 3, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, at("GET /a/{b}", "POST /a/{b}", "GET /c"), func(cfg *gateway.Config) { cfg.API.Methods = c.settings })
			for line, want := range map[string]int{"GET /prod/a/1": c.get, "POST /prod/a/1": c.post, "GET /prod/c": c.other} {
				if got := allowed(t, r, line); got != want {
					t.Errorf("%s: got %d through, want %d", line, got, want)
				}
			}
			if want := c.get + c.post + c.other; r.calls != want {
				t.Errorf("the function was called %d times, want %d", r.calls, want)
			}
		})
	}
}

func TestABucketFillsAgain(t *testing.T) {
	r := newRig(t, at("GET /a"), func(c *gateway.Config) {
		c.API.Methods = []stack.MethodSetting{limit("/*", "*", 2, 4)}
	})
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 4}, {499 * time.Millisecond, 0}, {time.Millisecond, 1}, {time.Second, 2}, {time.Hour, 4}} {
		r.pass(step.after)
		if got := allowed(t, r, "GET /prod/a"); got != step.want {
			t.Errorf("after %v: got %d through, want %d", step.after, got, step.want)
		}
	}
}

func TestABadTokenTakesNothingFromTheBucket(t *testing.T) {
	r := newRig(t, func(c *gateway.Config) { c.API.Methods = []stack.MethodSetting{limit("/*", "*", 1, 1)} })
	for range 5 {
		if got := r.send("GET /prod/item", nil, ""); got.status != 401 {
			t.Fatalf("without a token: got %d, want 401", got.status)
		}
	}
	if got := r.authorized("GET /prod/item"); got.status != 200 {
		t.Errorf("with one: got %d, want 200", got.status)
	}
	if got := r.authorized("GET /prod/item"); got.status != 429 {
		t.Errorf("with one, again: got %d, want 429", got.status)
	}
}
