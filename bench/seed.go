package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	template "example.com/todo"
	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
	"example.com/todo/internal/userpool"
)

// A seed is what is in a data directory before a server runs there: people with so many items each, and other items that
// belong to people of whom nothing is asked.
type seed struct{ users, items, others int }

// public is the address that tokens name, wherever the server listens.
const public = "http://localhost:8080"

// plant makes a data directory by the code of the server itself: accounts of its user pool, with passwords, tokens that
// the pool signs, items in the store.
func (s seed) plant(ctx context.Context, dir string) ([]*user, error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	db, err := boltdb.Open(filepath.Join(dir, "todo.db"))
	if err != nil {
		return nil, err
	}
	users, err := s.people(ctx, dir, db)
	if err == nil {
		err = s.fill(ctx, db, users)
	}
	return users, errors.Join(err, db.Close())
}

// nowhere takes messages away.
type nowhere struct{}

func (nowhere) Send(*bolt.Tx, mail.Message) error { return nil }

func (s seed) people(ctx context.Context, dir string, db *boltdb.DB) ([]*user, error) {
	described, err := stack.Load(template.YAML, stack.Options{
		File: template.Name, StackName: "todo",
		Local: stack.Local{API: public, Domain: public + "/auth", Issuer: public + "/auth", App: public},
	})
	if err != nil {
		return nil, err
	}
	sealKey := make([]byte, userpool.SealKeySize)
	_, _ = rand.Read(sealKey) // never fails
	if err := os.WriteFile(filepath.Join(dir, "seal.key"), sealKey, 0o600); err != nil {
		return nil, err
	}
	pool, err := userpool.Open(ctx, userpool.Config{
		Pool: described.UserPool, DB: db, Mail: nowhere{}, Now: time.Now, Rand: rand.Reader,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), SealKey: sealKey,
	})
	if err != nil {
		return nil, err
	}
	client, ok := pool.Client(described.UserPool.Clients[0].ID)
	if !ok {
		return nil, errors.New("the template's client is not in its pool")
	}
	users := make([]*user, s.users)
	return users, parallel(s.users, runtime.GOMAXPROCS(0), func(i int) (err error) {
		users[i], err = register(ctx, pool, client, fmt.Sprintf("u%06d@example.com", i))
		return err
	})
}

func register(ctx context.Context, pool *userpool.Pool, client *userpool.Client, email string) (*user, error) {
	account, _, err := pool.SignUp(ctx, client, email, "Correct-horse-9", []userpool.Attribute{{Name: "email", Value: email}})
	if err != nil {
		return nil, err
	}
	if err := pool.AdminConfirmSignUp(ctx, email); err != nil {
		return nil, err
	}
	tokens, err := pool.IssueTokens(ctx, userpool.TokenRequest{
		Client: client, Sub: account.Sub, Scopes: []string{"openid", "email"}, AuthTime: time.Now(),
	})
	return &user{Name: account.Username, Token: tokens.ID}, err
}

// othersEach is how many items each of the other people has.
const othersEach = 100

func (s seed) fill(ctx context.Context, db *boltdb.DB, users []*user) error {
	store, err := boltstore.New(db)
	if err != nil {
		return err
	}
	put := func(owner string, n int) error {
		now := time.Now().UTC().Truncate(time.Millisecond)
		_, err := store.Put(ctx, todo.Item{
			ID: uuid.Must(uuid.NewV7()).String(), Owner: owner, Text: fmt.Sprintf(textFormat, n), Created: now, Updated: now, Version: 1,
		})
		return err
	}
	const workers = 512 // as many as share a commit
	own := s.users * s.items
	return parallel(own+s.others, workers, func(i int) error {
		if i < own {
			return put(users[i/s.items].Name, i)
		}
		return put(fmt.Sprintf("00000000-0000-4000-8000-%012d", (i-own)/othersEach), i)
	})
}

// parallel calls do for the numbers below n, so many at a time, and stops at an error.
func parallel(n, workers int, do func(i int) error) error {
	var next atomic.Int64
	errs := make([]error, workers)
	var failed atomic.Bool
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && !failed.Load(); i = int(next.Add(1)) - 1 {
				if errs[w] = do(i); errs[w] != nil {
					failed.Store(true)
				}
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// unthrottled is the template with a bucket that is never empty. It is asked all the same.
func unthrottled() (string, error) {
	text := string(template.YAML)
	for _, limit := range []string{"ThrottlingRateLimit", "ThrottlingBurstLimit"} {
		was := limit + ": !Ref " + limit
		if strings.Count(text, was) != 1 {
			return "", fmt.Errorf("%s: %q is not in it once", template.Name, was)
		}
		text = strings.ReplaceAll(text, was, limit+": 1000000000")
	}
	return text, nil
}
