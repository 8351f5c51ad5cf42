package boltstore

import (
	"context"
	"iter"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/todo"
)

var _ todo.Archive = (*Store)(nil)

// Items implements todo.Archive, of one moment.
func (s *Store) Items(ctx context.Context) iter.Seq2[todo.Item, error] {
	return func(yield func(todo.Item, error) bool) {
		stopped := false
		err := s.db.View(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			for k, v := c.First(); k != nil && !stopped; k, v = c.Next() {
				item, err := decode(k, v)
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					return err
				}
				stopped = !yield(item, nil)
			}
			return nil
		})
		if err != nil && !stopped {
			yield(todo.Item{}, err)
		}
	}
}

// Put implements todo.Archive.
func (s *Store) Put(ctx context.Context, item todo.Item) (outcome todo.Outcome, err error) {
	k := key(item.Owner, item.ID)
	v := encode(k, item)
	_, err = s.change(ctx, k, func(b *bolt.Bucket, old todo.Item, exists bool) (todo.Item, error) {
		outcome = todo.Added
		if exists {
			outcome = item.Over(old)
		}
		if outcome == todo.Same || outcome == todo.Kept {
			return old, nil
		}
		return item, b.Put(k, v)
	})
	return outcome, err
}
