package token

import (
	"fmt"
	"testing"
)

func TestCacheIsBounded(t *testing.T) {
	c := newCache()
	c.put("used", verified{kid: "k"})
	for n := range 5 * generation {
		c.put(fmt.Sprint(n), verified{})
		if got := len(c.young) + len(c.old); got > 2*generation {
			t.Fatalf("got %d tokens after %d, want at most %d", got, n+1, 2*generation)
		}
		if s, ok := c.get("used"); !ok || s.kid != "k" {
			t.Fatalf("a token in use was forgotten after %d others", n+1)
		}
	}
	if _, ok := c.get("0"); ok {
		t.Error("a token that was used once is still there")
	}
}

// TestCacheIsBoundedForLongTokens: who signs in can have tokens that are as long as tokens may be.
func TestCacheIsBoundedForLongTokens(t *testing.T) {
	c := newCache()
	for n := range 2 * generation {
		raw := fmt.Sprintf("%0*d", MaxLength, n)
		c.put(raw, verified{})
		c.put(raw, verified{}) // two requests with it came at once
		if _, ok := c.get(raw); !ok {
			t.Fatalf("token %d is not remembered", n)
		}
	}
	size := 0
	for _, tokens := range []map[string]verified{c.young, c.old} {
		for raw := range tokens {
			size += len(raw)
		}
	}
	if size > 2*generationSize || size < generationSize {
		t.Errorf("got %d bytes of tokens, want %d to %d", size, generationSize, 2*generationSize)
	}
}
