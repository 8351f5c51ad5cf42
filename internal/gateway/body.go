package gateway

import (
	"io"
	"net/http"
	"strings"
)

// Clients that send slowly, or whose functions take long, make the gateway hold their bodies. Those of up to smallBody
// bytes are held as they come; of larger ones there may be largeBodies at a time, so that they take 100 MB at most.
// Those beyond are refused as throttled: a queue would let the slow hold up the others.
const (
	chunk       = 4 << 10 // what is read at once, as much as the server does
	smallBody   = 64 << 10
	largeBodies = 16
)

// readBody reads a body; release gives up the room that it took. It is read after the token was checked, so that nobody
// without one makes the gateway hold it. Of what is too large for an event, no more is kept than it takes to know that.
func (g *Gateway) readBody(r *http.Request) (body string, release func(), err error) {
	release = func() {}
	if r.ContentLength == 0 {
		return "", release, nil
	}
	from, length, err := decoded(r)
	if err != nil {
		return "", release, err
	}
	var kept strings.Builder
	size := int64(chunk)
	if length > 0 {
		size = min(size, length)
	}
	buffer := make([]byte, size)
	if err := readUpTo(&kept, from, smallBody+1, buffer); err != nil {
		return "", release, err
	}
	if kept.Len() <= smallBody {
		return kept.String(), release, nil
	}
	select {
	case g.large <- struct{}{}:
		release = func() { <-g.large }
	default:
		return "", release, errThrottled
	}
	if length > 0 {
		kept.Grow(int(min(length, maxEvent+1)) - kept.Len())
	}
	if err := readUpTo(&kept, from, maxEvent+1, buffer); err != nil {
		return "", release, err
	}
	if kept.Len() <= maxEvent {
		return kept.String(), release, nil
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(from, int64(maxBody+1-kept.Len())))
	switch {
	case err != nil:
		return "", release, err
	case kept.Len()+int(rest) > maxBody:
		return "", release, errBodyTooLarge
	}
	return "", release, errEventTooLarge
}

// readUpTo reads until there are that many bytes, or no more.
func readUpTo(kept *strings.Builder, from io.Reader, most int, buffer []byte) error {
	_, err := io.CopyBuffer(kept, io.LimitReader(from, int64(most-kept.Len())), buffer)
	return err
}
