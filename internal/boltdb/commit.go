package boltdb

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
)

type change struct {
	ctx    context.Context
	fn     func(*bolt.Tx) error
	result chan error
}

// commitLoop commits whatever has arrived while the commit before was under way: under load the cost of
// making a change durable is shared, and a lone change is committed at once.
func (db *DB) commitLoop() {
	defer close(db.done)
	for {
		batch := db.queue.take()
		if len(batch) == 0 {
			return
		}
		db.commit(batch)
	}
}

// errUnchanged rolls a transaction back that has nothing to commit.
var errUnchanged = errors.New("nothing was written")

// commit runs a batch in one transaction. A change that fails is answered and left out, and the others run again
// without it, so that a half-made change of one never reaches the disk with another's.
func (db *DB) commit(batch []*change) {
	for len(batch) > 0 {
		failed := -1
		var failure error
		err := db.bolt.Update(func(tx *bolt.Tx) error {
			for i, c := range batch {
				if failure = c.run(tx); failure != nil {
					failed = i
					return failure
				}
			}
			return changed(tx)
		})
		if errors.Is(err, errUnchanged) {
			err = nil
		}
		if failed < 0 {
			for _, c := range batch {
				c.result <- err
			}
			return
		}
		batch[failed].result <- failure
		batch = append(batch[:failed:failed], batch[failed+1:]...)
	}
}

// changed is errUnchanged when the transaction has written nothing: whatever writes first makes a node of a page. So a
// flood of changes that are refused is not a flood of commits. The commits before this transaction are durable, so what
// its changes have seen is too.
func changed(tx *bolt.Tx) error {
	stats := tx.Stats()
	if stats.GetNodeCount() == 0 {
		return errUnchanged
	}
	return nil
}

// run turns a panic into an error: one request's fault must not stop everybody's commits.
func (c *change) run(tx *bolt.Tx) (err error) {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a change: %v\n%s", r, debug.Stack())
		}
	}()
	return c.fn(tx)
}
