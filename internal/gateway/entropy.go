package gateway

import (
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
)

// entropy hands out random bytes. To ask the system for them once for each request costs ten times more, and ids need to
// differ and be past guessing, but are no secrets.
type entropy struct {
	mu     sync.Mutex
	source *rand.ChaCha8
}

func newEntropy(from io.Reader) (*entropy, error) {
	var seed [32]byte
	if _, err := io.ReadFull(from, seed[:]); err != nil {
		return nil, fmt.Errorf("random bytes for ids: %w", err)
	}
	return &entropy{source: rand.NewChaCha8(seed)}, nil
}

func (e *entropy) read(p []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.source.Read(p) // never fails
}
