package gateway

import (
	"sync/atomic"
	"time"
)

// requestTimeLayout is the CLF date of requestContext.requestTime, in UTC.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// A clock prints times by requestTimeLayout. It remembers the last one: requests come many to the second.
type clock struct{ last atomic.Pointer[printed] }

type printed struct {
	second int64
	text   string
}

func (c *clock) text(t time.Time) string {
	second := t.Unix()
	if last := c.last.Load(); last != nil && last.second == second {
		return last.text
	}
	now := &printed{second, t.UTC().Format(requestTimeLayout)}
	c.last.Store(now)
	return now.text
}
