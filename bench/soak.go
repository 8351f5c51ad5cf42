package main

import (
	"context"
	"errors"
	"time"
)

// soakRound is short enough for a look at how things change.
const soakRound = 10 * time.Second

// soak loads todo for a long time, with as many deletions as additions.
func (b *bench) soak(ctx context.Context) (err error) {
	t, err := b.servePlanted(ctx, "soak", b.people)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	for until := time.Now().Add(b.size.soak); time.Now().Before(until); {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := t.measure(load{steady, usual, min(soakRound, b.size.soak)})
		if err != nil {
			return err
		}
		b.result.Soak = append(b.result.Soak, r)
		b.progress("%.0f requests/s, p99 %.1f ms, %.1f MiB", r.PerSecond, p99(r), r.Memory.Resident)
	}
	return nil
}
