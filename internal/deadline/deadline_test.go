package deadline_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"example.com/todo/internal/deadline"
)

// A context ends in the same way whether somebody waits for its end or not.
func TestEnd(t *testing.T) {
	waiting := map[string]func(context.Context){
		"nobody waits":   func(context.Context) {},
		"somebody waits": func(ctx context.Context) { ctx.Done() },
	}
	for who, wait := range waiting {
		for name, test := range map[string]struct {
			do   func(endParent, end context.CancelFunc)
			want error
		}{
			"not yet":                   {func(_, _ context.CancelFunc) { time.Sleep(time.Second - 1) }, nil},
			"its time is up":            {func(_, _ context.CancelFunc) { time.Sleep(time.Second) }, context.DeadlineExceeded},
			"canceled":                  {func(_, end context.CancelFunc) { end() }, context.Canceled},
			"canceled before its time":  {func(_, end context.CancelFunc) { end(); time.Sleep(time.Second) }, context.Canceled},
			"its parent has ended":      {func(endParent, _ context.CancelFunc) { endParent() }, context.Canceled},
			"its parent's time is over": {func(_, _ context.CancelFunc) { time.Sleep(time.Minute) }, context.DeadlineExceeded},
		} {
			t.Run(name+", "+who, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					parent, endParent := context.WithTimeout(t.Context(), time.Minute)
					defer endParent()
					ctx, end := deadline.With(parent, time.Now().Add(time.Second))
					defer end()
					wait(ctx)
					test.do(endParent, end)
					synctest.Wait()
					if got := ctx.Err(); !errors.Is(got, test.want) {
						t.Errorf("got error %v, want %v", got, test.want)
					}
					if done := isDone(ctx); done != (test.want != nil) {
						t.Errorf("done: %v, with error %v", done, test.want)
					}
					if got := ctx.Err(); !errors.Is(got, test.want) {
						t.Errorf("then got error %v, want %v", got, test.want)
					}
				})
			})
		}
	}
}

func isDone(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

func TestDeadlineIsTheEarlier(t *testing.T) {
	now := time.Now()
	parent, endParent := context.WithDeadline(t.Context(), now.Add(time.Hour))
	defer endParent()
	for _, at := range []time.Duration{time.Minute, 2 * time.Hour} {
		ctx, end := deadline.With(parent, now.Add(at))
		defer end()
		if got, ok := ctx.Deadline(); !ok || got != now.Add(min(at, time.Hour)) {
			t.Errorf("with %v got %v, %v", at, got, ok)
		}
	}
}

// Contexts derived from one hear of its end, and find what it carries.
func TestDerived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		ctx, end := deadline.With(context.WithValue(t.Context(), key{}, "value"), time.Now().Add(time.Second))
		child, endChild := context.WithTimeout(ctx, time.Hour)
		defer endChild()
		if got := child.Value(key{}); got != "value" {
			t.Errorf("got value %v", got)
		}
		end()
		<-child.Done()
		if !errors.Is(child.Err(), context.Canceled) {
			t.Errorf("got error %v", child.Err())
		}
	})
}
