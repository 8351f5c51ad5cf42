package lambda

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// takeIdle takes the process that was used last, so that those that are not needed grow old. It is nil when none is idle.
func (a *Artifact) takeIdle() *process {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.idle) == 0 {
		return nil
	}
	last := len(a.idle) - 1
	p := a.idle[last]
	a.idle = a.idle[:last]
	p.retirement.Stop()
	return p
}

// free makes a process idle again, if it lives.
func (a *Artifact) free(p *process) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, lives := a.processes[p]; !lives || a.closed {
		return
	}
	a.idle = append(a.idle, p)
	p.retirement = time.AfterFunc(a.limits.idle, func() {
		if a.unidle(p) {
			p.stop()
		}
	})
}

// unidle tells whether a process was idle, which it is no more.
func (a *Artifact) unidle(p *process) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.Index(a.idle, p)
	if i < 0 {
		return false
	}
	a.idle = slices.Delete(a.idle, i, i+1)
	return true
}

// keep takes note of a process from its start to its end, for Close. It refuses when Close has come before.
func (a *Artifact) keep(p *process) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.processes[p] = struct{}{}
	return true
}

func (a *Artifact) forget(p *process) {
	a.mu.Lock()
	delete(a.processes, p)
	a.mu.Unlock()
	if a.unidle(p) {
		p.retirement.Stop()
	}
}

// start starts a process and waits until it asks for an event. After processes that crashed it waits longer and longer
// before it does, so that a function that always crashes does not keep the machine busy.
func (a *Artifact) start(ctx context.Context) (*process, error) {
	if err := a.holdBack(ctx); err != nil {
		return nil, err
	}
	p, err := a.startProcess()
	switch {
	case err == nil:
		return p, nil
	case a.isClosing():
		return nil, ErrClosed
	}
	a.learn(true)
	return nil, fmt.Errorf("%w: %w", ErrInit, err)
}

func (a *Artifact) holdBack(ctx context.Context) error {
	a.mu.Lock()
	wait := a.notBefore.Sub(a.cfg.Now())
	a.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-a.closing:
		return ErrClosed
	}
}

// learn counts the crashes in a row. From the second on they hold the next start back, each for twice as long.
func (a *Artifact) learn(crashed bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !crashed {
		a.crashes = 0
		return
	}
	a.crashes++
	if a.crashes > 1 {
		const most = 4 // doublings
		a.notBefore = a.cfg.Now().Add(a.limits.backoff << min(a.crashes-2, most))
	}
}
