package gateway

import (
	"bufio"
	"io"
	"sync"
)

// entropy hands out random bytes a few at a time; to ask the system for them once for each request costs ten times more.
type entropy struct {
	mu     sync.Mutex
	source *bufio.Reader
}

func newEntropy(source io.Reader) *entropy {
	return &entropy{source: bufio.NewReaderSize(source, 4<<10)}
}

func (e *entropy) read(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return io.ReadFull(e.source, p)
}
