// Command pool measures what the user pool costs.
//
//	sign-in    passwords checked at the least cost that OWASP asks of argon2id, beside the bare hash
//	flood      many attempts at the same time: what they take of memory, and how many are turned away
//	tokens     a sign-in's tokens made, and made anew from a refresh token, without rotation and with it
//	strangers  answers about names with an account and without one, which must take as long
//	accounts   lists, filters and sign-ins with more and more accounts
//
// The pool runs in this process, on a data file in a temporary directory, with every write durable. Memory is what the
// kernel counts as resident, read from /proc, so it runs on Linux. The figures want a quiet machine.
package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
)

func main() {
	signIns := flag.Int("signins", 500, "sign-ins to time")
	flood := flag.Int("flood", 500, "attempts at the same time")
	tokens := flag.Int("tokens", 5000, "tokens to make in each way")
	samples := flag.Int("strangers", 1000, "answers to time about names of each kind")
	accounts := flag.String("accounts", "1000,10000,100000", "numbers of accounts")
	flag.Parse()
	if err := run(*signIns, *flood, *tokens, *samples, *accounts); err != nil {
		fmt.Fprintln(os.Stderr, "pool:", err)
		os.Exit(1)
	}
}

func run(signIns, flood, tokens, samples int, accounts string) error {
	b, err := newBench(settings(), func(*boltdb.DB) (mail.Sender, error) { return nowhere{}, nil })
	if err != nil {
		return err
	}
	defer b.close()
	if err := b.addPerson(); err != nil {
		return err
	}
	if err := b.signIns(signIns); err != nil {
		return err
	}
	if err := b.flood(flood); err != nil {
		return err
	}
	if err := b.tokens(tokens); err != nil {
		return err
	}
	if err := strangers(samples); err != nil {
		return err
	}
	for text := range strings.SplitSeq(accounts, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		if err := b.accounts(n); err != nil {
			return err
		}
	}
	return nil
}

const (
	password = "Correct-horse-9"
	person   = "ana@example.com"
	callback = "https://app.example.com/callback"
)

// A bench is a pool on a data file of its own.
type bench struct {
	*userpool.Pool
	db               *boltdb.DB
	dir              string
	client, rotating *userpool.Client
	sub              string
	people           int // without a password, beside the one who has one
}

// nowhere takes messages away.
type nowhere struct{}

func (nowhere) Send(*bolt.Tx, mail.Message) error { return nil }

func newBench(settings *stack.UserPool, sender func(*boltdb.DB) (mail.Sender, error)) (*bench, error) {
	dir, err := os.MkdirTemp("", "bench-pool-")
	if err != nil {
		return nil, err
	}
	db, err := boltdb.Open(filepath.Join(dir, "todo.db"))
	if err != nil {
		return nil, err
	}
	mails, err := sender(db)
	if err != nil {
		return nil, err
	}
	pool, err := userpool.Open(context.Background(), userpool.Config{
		Pool: settings, DB: db, Mail: mails, Now: time.Now, Rand: rand.Reader,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), SealKey: make([]byte, userpool.SealKeySize),
	})
	if err != nil {
		return nil, err
	}
	b := &bench{Pool: pool, db: db, dir: dir}
	b.client, _ = pool.Client("client")
	b.rotating, _ = pool.Client("rotating")
	return b, nil
}

// addPerson makes the one person who has a password.
func (b *bench) addPerson() error {
	ctx := context.Background()
	user, err := b.AdminCreateUser(ctx, userpool.NewUser{Username: person, Suppress: true, TemporaryPassword: password})
	if err != nil {
		return err
	}
	b.sub = user.Sub
	return b.AdminSetUserPassword(ctx, person, password, true)
}

func settings() *stack.UserPool {
	client := stack.UserPoolClient{
		ID: "client", OAuthEnabled: true, OAuthFlows: []string{"code"}, OAuthScopes: []string{"openid", "email"}, CallbackURLs: []string{callback},
		IdentityProviders:   []string{"COGNITO"},
		ExplicitAuthFlows:   []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AccessTokenValidity: time.Hour, IDTokenValidity: time.Hour, RefreshTokenValidity: 24 * time.Hour,
		AuthSessionValidity: 3 * time.Minute, EnableTokenRevocation: true, PreventUserExistenceErrors: true,
	}
	rotating := client
	rotating.ID, rotating.RefreshTokenRotation = "rotating", true
	return &stack.UserPool{
		ID: "local_bench0000", Issuer: "http://localhost:8080/auth/local_bench0000", UsernameAttributes: []string{"email"},
		PasswordPolicy: stack.PasswordPolicy{MinimumLength: 8, TemporaryValidity: 24 * time.Hour},
		FirstFactors:   []string{"PASSWORD", "EMAIL_OTP"}, MFA: "OFF", Clients: []stack.UserPoolClient{client, rotating},
	}
}

func (b *bench) close() {
	_ = b.db.Close()
	_ = os.RemoveAll(b.dir)
}
