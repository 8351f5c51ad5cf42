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
