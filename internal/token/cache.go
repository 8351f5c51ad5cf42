package token

import "sync"

// generation is how many tokens a generation of the cache holds. Only tokens that the issuer signed get in; with the
// claims that they usually have, two generations stay below 40 MiB.
const generation = 4096

// A cache remembers verified tokens, since checking an RSA signature costs more than all else about a request. It
// says that a signature was good; whether the token is in force now is asked each time.
//
// It is bounded by keeping two generations: when the young one is full it becomes the old one, whose tokens are
// forgotten unless they were used again.
type cache struct {
	mu         sync.Mutex
	young, old map[string]verified
}

func newCache() *cache {
	return &cache{young: map[string]verified{}}
}

func (c *cache) get(raw string) (verified, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.young[raw]
	if ok {
		return s, true
	}
	if s, ok = c.old[raw]; ok {
		c.add(raw, s)
	}
	return s, ok
}

func (c *cache) put(raw string, s verified) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(raw, s)
}

func (c *cache) add(raw string, s verified) {
	if len(c.young) >= generation {
		c.young, c.old = map[string]verified{}, c.young
	}
	c.young[raw] = s
}
