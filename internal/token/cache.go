package token

import "sync"

// A generation of the cache holds so many tokens, or less if they are longer than the kilobyte that they usually take: so
// many bytes of them. Only tokens that the issuer signed get in; with their claims, two generations stay below 40 MiB.
const (
	generation     = 4096
	generationSize = 4 << 20
)

// A cache remembers verified tokens, since checking an RSA signature costs more than all else about a request. It
// says that a signature was good; whether the token is in force now is asked each time.
//
// It is bounded by keeping two generations: when the young one is full it becomes the old one, whose tokens are
// forgotten unless they were used again.
type cache struct {
	mu         sync.Mutex
	young, old map[string]verified
	size       int // of the young ones' texts
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
	if _, known := c.young[raw]; !known {
		if len(c.young) >= generation || c.size+len(raw) > generationSize {
			c.young, c.old, c.size = map[string]verified{}, c.young, 0
		}
		c.size += len(raw)
	}
	c.young[raw] = s
}
