package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"example.com/todo/internal/userpool"
)

// atOnce runs do n times by so many workers, and gives what it took.
func atOnce(n, workers int, do func(i int) error) (time.Duration, error) {
	var next atomic.Int64
	var first error
	var once sync.Once
	var all sync.WaitGroup
	begin := time.Now()
	for range workers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if err := do(int(i - 1)); err != nil {
					once.Do(func() { first = err })
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(begin), first
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

func (b *bench) signIns(n int) error {
	workers := runtime.GOMAXPROCS(0)
	hash, err := atOnce(n, workers, func(int) error {
		argon2.IDKey([]byte(password), make([]byte, 16), 2, 19*1024, 1, 32)
		return nil
	})
	if err != nil {
		return err
	}
	took, err := atOnce(n, workers, func(int) error {
		_, err := b.SignIn(context.Background(), b.client, person, password)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("sign-in, %d at a time\n", workers)
	fmt.Printf("  the hash alone      %8.1f/s\n", perSecond(n, hash))
	fmt.Printf("  sign-ins            %8.1f/s\n\n", perSecond(n, took))
	return nil
}

// flood sends all attempts at once, each for another name, so that none waits for the turn of an account.
func (b *bench) flood(n int) error {
	before, err := resident()
	if err != nil {
		return err
	}
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		most := 0
		for {
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(2 * time.Millisecond):
				if now, err := resident(); err == nil {
					most = max(most, now)
				}
			}
		}
	}()
	var answered, refused atomic.Int64
	took, err := atOnce(n, n, func(i int) error {
		_, err := b.SignIn(context.Background(), b.client, fmt.Sprintf("u%d@example.com", i), password)
		var refusal *userpool.Error
		switch {
		case errors.As(err, &refusal) && refusal.Type == "TooManyRequestsException":
			refused.Add(1)
		case errors.As(err, &refusal):
			answered.Add(1)
		default:
			return fmt.Errorf("a stranger signed in, or a fault: %w", err)
		}
		return nil
	})
	close(stop)
	most := <-done
	if err != nil {
		return err
	}
	fmt.Printf("flood, %d attempts at the same time\n", n)
	fmt.Printf("  memory              %8.1f MiB before, %.1f MiB at most\n", mib(before), mib(most))
	fmt.Printf("  answered            %8d in %s\n", answered.Load(), took.Round(time.Millisecond))
	fmt.Printf("  turned away         %8d\n\n", refused.Load())
	return nil
}

func mib(bytes int) float64 { return float64(bytes) / (1 << 20) }

// resident is the memory of this process, in bytes.
func resident() (int, error) {
	content, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	pages, err := strconv.Atoi(strings.Fields(string(content))[1])
	return pages * os.Getpagesize(), err
}

func (b *bench) tokens(n int) error {
	workers := 32
	issue := func(c *userpool.Client) (userpool.Tokens, error) {
		return b.IssueTokens(context.Background(), userpool.TokenRequest{
			Client: c, Sub: b.sub, Scopes: []string{"openid", "email"}, AuthTime: time.Now(), Refresh: true,
		})
	}
	issued, err := atOnce(n, workers, func(int) error {
		_, err := issue(b.client)
		return err
	})
	if err != nil {
		return err
	}
	kept, err := issue(b.client)
	if err != nil {
		return err
	}
	refreshed, err := atOnce(n, workers, func(int) error {
		_, err := b.RefreshTokens(context.Background(), b.client, kept.Refresh)
		return err
	})
	if err != nil {
		return err
	}
	chains := make(chan string, workers)
	for range workers {
		first, err := issue(b.rotating)
		if err != nil {
			return err
		}
		chains <- first.Refresh
	}
	rotated, err := atOnce(n, workers, func(int) error {
		next, err := b.RefreshTokens(context.Background(), b.rotating, <-chains)
		chains <- next.Refresh
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("tokens, an ID and an access token each, %d at a time\n", workers)
	fmt.Printf("  issued              %8.0f/s\n", perSecond(n, issued))
	fmt.Printf("  refreshed           %8.0f/s\n", perSecond(n, refreshed))
	fmt.Printf("  refreshed, rotated  %8.0f/s\n\n", perSecond(n, rotated))
	return nil
}
