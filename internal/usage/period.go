package usage

import "time"

// periodStart is when the period that holds t began. Periods are those of the calendar in UTC: days begin at midnight,
// weeks on Sunday and months on their first day. On which day a week begins in the cloud is not documented.
func periodStart(period string, t time.Time) time.Time {
	year, month, day := t.UTC().Date()
	switch period {
	case "WEEK":
		day -= int(t.UTC().Weekday())
	case "MONTH":
		day = 1
	}
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
