package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// settle is how long after its first answer a server is taken to be idle.
const settle = 2 * time.Second

// start measures from the start of the process to its first authorised answer, over few items and over many.
func (b *bench) start(ctx context.Context) error {
	if err := b.weigh(); err != nil {
		return err
	}
	for _, items := range []int{1, b.table[len(b.table)-1]} {
		b.progress("start with %d items", items)
		dir, users, err := b.plant(ctx, "start", seed{users: 1, items: 1, others: items - 1})
		if err != nil {
			return err
		}
		s := Start{Items: items}
		for range b.starts {
			if err := b.startOnce(ctx, dir, users[0], &s); err != nil {
				return err
			}
		}
		b.result.addStart(s)
		if err := os.RemoveAll(filepath.Join(b.dir, "start")); err != nil {
			return err
		}
	}
	return nil
}

// startOnce measures a start that follows another one at once: a machine that has been idle takes the program's memory and
// files away, and then a start is slow for reasons that are not its own.
func (b *bench) startOnce(ctx context.Context, dir string, u *user, s *Start) (err error) {
	before, err := b.serve(ctx, dir, []*user{u})
	if err != nil {
		return err
	}
	if err := before.stop(); err != nil {
		return err
	}
	t, err := b.serve(ctx, dir, []*user{u})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	c, err := dial(t.addr)
	if err != nil {
		return err
	}
	defer c.Close()
	status, body, err := c.do(u.Token, t.dialect.list(pageSize, ""))
	took := time.Since(t.started)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("the first answer: status %d: %s", status, body)
	}
	used, err := t.exactUsage()
	if err != nil {
		return err
	}
	select {
	case <-time.After(settle):
	case <-ctx.Done():
		return ctx.Err()
	}
	idle, err := t.memory()
	s.Times, s.CPU, s.Idle = append(s.Times, millis(took)), append(s.CPU, millis(used)), append(s.Idle, idle)
	return err
}

// weigh looks how large the program is, if it is whole.
func (b *bench) weigh() error {
	if _, err := os.Stat(filepath.Join(b.root, "web", "dist", "app", "index.html")); err != nil {
		b.progress("the web app is not built, so the program's size is not measured: make build")
		return nil
	}
	info, err := os.Stat(b.todo)
	if err != nil {
		return err
	}
	b.result.Binary = float64(info.Size()) / 1e6
	return nil
}
