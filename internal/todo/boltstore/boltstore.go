// Package boltstore is the todo.Store of one machine, in the machine's data file.
//
// All items are in one bucket, ordered by owner and id. A list is therefore one walk over neighbouring pages that
// copies and encodes nothing, and an owner with few items costs no page of their own.
package boltstore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/todo"
)

var bucket = []byte("items")

// A Store is a todo.Store on a data file, which it does not close.
type Store struct {
	db *boltdb.DB
}

var _ todo.Store = (*Store)(nil)

// New prepares the items' bucket.
func New(db *boltdb.DB) (*Store, error) {
	err := db.Update(context.Background(), func(tx *bolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the items: %w", err)
	}
	return &Store{db: db}, nil
}

// Get implements todo.Store.
func (s *Store) Get(ctx context.Context, owner, id string) (item todo.Item, err error) {
	if err := ctx.Err(); err != nil {
		return todo.Item{}, err
	}
	k := key(owner, id)
	err = s.db.View(func(tx *bolt.Tx) error {
		item, err = get(tx, k)
		return err
	})
	return item, err
}

// List implements todo.Store.
func (s *Store) List(ctx context.Context, owner string, q todo.Query, use func(todo.Page)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	after := ""
	if q.After != "" {
		var err error
		if after, err = todo.ParseNextToken(owner, q.After); err != nil {
			return err
		}
	}
	return s.db.View(func(tx *bolt.Tx) error {
		page, err := list(tx, owner, after, q)
		if err == nil {
			use(page)
		}
		return err
	})
}

// list gives a page whose items are parts of the file.
func list(tx *bolt.Tx, owner, after string, q todo.Query) (todo.Page, error) {
	prefix, first := key(owner, ""), key(owner, after)
	c := tx.Bucket(bucket).Cursor()
	k, v := c.Seek(first)
	if bytes.Equal(k, first) {
		k, v = c.Next()
	}
	page := todo.Page{Items: make([]json.RawMessage, 0, 32)}
	examined, last := 0, []byte(nil)
	for ; bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if q.Limit > 0 && page.Scanned == q.Limit || page.Scanned > 0 && examined+len(v) > todo.MaxPageBytes {
			page.Next = todo.NextToken(owner, string(last[len(prefix):]))
			break
		}
		completed, text, err := open(k, v)
		if err != nil {
			return todo.Page{}, err
		}
		page.Scanned++
		examined += len(v)
		last = k
		if q.Completed == nil || *q.Completed == completed {
			page.Items = append(page.Items, text)
		}
	}
	return page, nil
}

// Add implements todo.Store.
func (s *Store) Add(ctx context.Context, item todo.Item) (todo.Item, error) {
	k := key(item.Owner, item.ID)
	v := encode(k, item)
	return s.change(ctx, k, func(b *bolt.Bucket, old todo.Item, exists bool) (todo.Item, error) {
		if exists {
			return old, todo.ErrExists
		}
		return item, b.Put(k, v)
	})
}

// Update implements todo.Store.
func (s *Store) Update(ctx context.Context, owner, id string, c todo.Change) (todo.Item, error) {
	k := key(owner, id)
	return s.change(ctx, k, func(b *bolt.Bucket, old todo.Item, exists bool) (todo.Item, error) {
		if !exists {
			return todo.Item{}, todo.ErrNotFound
		}
		after, changed, err := c.Apply(old)
		if err != nil || !changed {
			return after, err
		}
		return after, b.Put(k, encode(k, after))
	})
}

// Delete implements todo.Store.
func (s *Store) Delete(ctx context.Context, owner, id string, ifVersion int64) error {
	k := key(owner, id)
	_, err := s.change(ctx, k, func(b *bolt.Bucket, old todo.Item, exists bool) (todo.Item, error) {
		switch {
		case !exists:
			return todo.Item{}, todo.ErrNotFound
		case ifVersion != 0 && ifVersion != old.Version:
			return todo.Item{}, todo.ErrStale
		}
		return todo.Item{}, b.Delete(k)
	})
	return err
}
