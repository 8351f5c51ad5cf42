// Package boltdb is the one data file of a machine: it opens it, keeps others out, and commits.
//
// Its neighbours (the items, the accounts) own their buckets and nothing else's.
package boltdb

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

var (
	// ErrLocked says that another process has the file open.
	ErrLocked = errors.New("in use by another process")
	// ErrCorrupt says that the file is not a data file, or is damaged.
	ErrCorrupt = errors.New("not a data file, or damaged")
	// ErrClosed says that the file was closed before the change was made.
	ErrClosed = errors.New("data file is closed")
)

// A DB is an open data file. It is safe for concurrent use.
type DB struct {
	bolt  *bolt.DB
	queue *queue
	done  chan struct{} // closed when the committing goroutine has ended
	close func() error
}

// Open opens the file, creating it with mode 0600 when it is absent; its directory must exist.
// The error wraps ErrLocked or ErrCorrupt where one of them is the reason. A damaged file is left
// as it is, but may stay locked until the process ends.
func Open(path string) (*DB, error) {
	b, err := openBolt(path)
	if err != nil {
		return nil, err
	}
	if err := SyncDir(filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	db := &DB{bolt: b, queue: newQueue(), done: make(chan struct{})}
	db.close = sync.OnceValue(func() error {
		db.queue.close()
		<-db.done
		return db.bolt.Close()
	})
	go db.commitLoop()
	return db, nil
}

// SyncDir makes the names in a directory durable: until then, a file that was created or renamed may be gone after a
// loss of power though its content was synced.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// View runs fn on a snapshot, which may hold changes whose Update has not returned yet. What fn is given is valid only
// until it returns. After Close the error is ErrClosed.
func (db *DB) View(fn func(*bolt.Tx) error) error {
	return closedError(db.bolt.View(fn))
}

// Update runs fn and commits what it changed: a nil answer means that the change survives a crash and a loss of power.
// Concurrent calls share a commit, in the order of their arrival; a lone call does not wait for company.
//
// An error or a panic from fn discards fn's changes and no one else's, and is returned. fn may run more than once, so
// it must set results rather than add to them. A change that writes nothing costs no commit by itself; nevertheless it
// sees only what is already durable or becomes so before Update returns. When ctx ends before fn's turn, fn is not run;
// once it is its turn, Update waits for the commit, because nobody could say otherwise whether the change was made.
func (db *DB) Update(ctx context.Context, fn func(*bolt.Tx) error) error {
	c := &change{ctx: ctx, fn: fn, result: make(chan error, 1)}
	if !db.queue.add(c) {
		return ErrClosed
	}
	select {
	case err := <-c.result:
		return err
	case <-ctx.Done():
		if db.queue.withdraw(c) {
			return ctx.Err()
		}
		return <-c.result
	}
}

// Snapshot writes the whole file as it is at one moment, to where begin says once it knows the size. Changes go on
// meanwhile, and the file grows by what they replace.
func (db *DB) Snapshot(begin func(size int64) (io.Writer, error)) error {
	return db.View(func(tx *bolt.Tx) error {
		w, err := begin(tx.Size())
		if err != nil {
			return err
		}
		_, err = tx.WriteTo(w)
		return err
	})
}

// Close makes the changes that wait for their turn and takes no more, then closes the file and lets other processes in.
// Calls after the first answer what it did.
func (db *DB) Close() error { return db.close() }

func closedError(err error) error {
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return ErrClosed
	}
	return err
}
