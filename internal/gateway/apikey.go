package gateway

import (
	"errors"
	"fmt"

	"example.com/todo/internal/usage"
)

const apiKeyHeader = "X-Api-Key"

// admit asks the usage plans where the method requires an API key. Other methods are none of theirs: a key that comes
// along is not looked at and counts nothing.
func (g *Gateway) admit(x *exchange) error {
	if !x.method.needsKey {
		return nil
	}
	sent := x.request.Header[apiKeyHeader]
	if g.cfg.Plans == nil || len(sent) != 1 {
		return fmt.Errorf("%w: %d API keys", errForbidden, len(sent))
	}
	id, err := g.cfg.Plans.Admit(g.cfg.API.LogicalID, x.method.verb, x.method.resource.path, sent[0])
	if id != "" {
		x.apiKey, x.apiKeyID = sent[0], id
	}
	switch {
	case errors.Is(err, usage.ErrThrottled):
		return errThrottled
	case errors.Is(err, usage.ErrQuota):
		return errQuota
	case err != nil:
		return fmt.Errorf("%w: %w", errForbidden, err)
	}
	return nil
}
