package boltstore

import (
	"context"
	"errors"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/todo"
)

// decision says what becomes of an item, and stores it. old is the item under the key, if it exists.
type decision func(b *bolt.Bucket, old todo.Item, exists bool) (todo.Item, error)

// change decides on an item in its turn among all changes, also when the outcome is a refusal: a snapshot could show
// what another change has written but not yet made durable, and the answer would be worth less than it says.
//
// A refusal is handed out beside the transaction, not as its error: it has written nothing, so there is nothing for
// the changes that share the commit to be shielded from.
func (s *Store) change(ctx context.Context, k []byte, decide decision) (item todo.Item, err error) {
	var refusal error
	err = s.db.Update(ctx, func(tx *bolt.Tx) error {
		old, err := get(tx, k)
		exists := !errors.Is(err, todo.ErrNotFound)
		if exists && err != nil {
			return err
		}
		item, err = decide(tx.Bucket(bucket), old, exists)
		refusal = nil
		if refuses(err) {
			refusal, err = err, nil
		}
		return err
	})
	if err != nil {
		return todo.Item{}, err
	}
	return item, refusal
}

func refuses(err error) bool {
	return errors.Is(err, todo.ErrNotFound) || errors.Is(err, todo.ErrExists) || errors.Is(err, todo.ErrStale)
}

func get(tx *bolt.Tx, k []byte) (todo.Item, error) {
	v := tx.Bucket(bucket).Get(k)
	if v == nil {
		return todo.Item{}, todo.ErrNotFound
	}
	return decode(k, v)
}
