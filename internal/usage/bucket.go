package usage

import (
	"math"

	"golang.org/x/time/rate"
)

// What an account is allowed in a Region, which applies to a limit of which only one figure is set.
const (
	accountRate  = 10_000
	accountBurst = 5_000
)

// Bucket is API Gateway's token bucket: it holds burst calls and gains perSecond. It is nil, which means no limit, when
// neither is set. API Gateway reads -1 as "not limited".
func Bucket(perSecond *float64, burst *int) *rate.Limiter {
	if perSecond == nil && burst == nil {
		return nil
	}
	limit, capacity := rate.Limit(accountRate), accountBurst
	if perSecond != nil {
		limit = rate.Limit(*perSecond)
	}
	if burst != nil {
		capacity = *burst
	}
	if limit < 0 {
		limit = rate.Inf
	}
	if capacity < 0 {
		capacity = math.MaxInt
	}
	return rate.NewLimiter(limit, capacity)
}
