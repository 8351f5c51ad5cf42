package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.com/todo/internal/userpool"
)

// accounts fills the pool up to n accounts and times what looks for some of them. People without a password are quick to
// make: what is measured does not depend on it.
func (b *bench) accounts(n int) error {
	ctx := context.Background()
	more := max(n-b.people, 0)
	took, err := atOnce(more, 64, func(i int) error {
		number := b.people + i
		_, _, err := b.SignUp(ctx, b.client, email(number), "", []userpool.Attribute{{Name: "family_name", Value: fmt.Sprintf("Family %d", number/100)}})
		return err
	})
	if err != nil {
		return err
	}
	b.people += more
	middle, err := b.ListUsers(ctx, userpool.UserQuery{Filter: `sub ^= "8"`, Limit: 1})
	if err != nil {
		return err
	}
	someone := b.sub
	if len(middle.Users) > 0 {
		someone = middle.Users[0].Sub
	}
	fmt.Printf("accounts: %d, %.0f signed up in a second; the median of %d calls\n", b.people+1, perSecond(more, took), calls)
	for _, what := range []struct {
		name  string
		query userpool.UserQuery
	}{
		{"the first 60", userpool.UserQuery{}},
		{"by sub", userpool.UserQuery{Filter: fmt.Sprintf("sub = %q", someone)}},
		{"by e-mail", userpool.UserQuery{Filter: fmt.Sprintf("email = %q", email(b.people/2))}},
		{"by an e-mail's beginning", userpool.UserQuery{Filter: fmt.Sprintf("email ^= %q", email(b.people / 2)[:12])}},
		{"by an e-mail that is not there", userpool.UserQuery{Filter: `email = "nobody@example.com"`}},
		{"by family name", userpool.UserQuery{Filter: fmt.Sprintf("family_name = \"Family %d\"", b.people/200)}},
		{"those disabled, of whom there is none", userpool.UserQuery{Filter: `status = "Disabled"`}},
		{"those confirmed, of whom there is one", userpool.UserQuery{Filter: `cognito:user_status = "CONFIRMED"`}},
	} {
		if err := timed("list "+what.name, func() error {
			_, err := b.ListUsers(ctx, what.query)
			return err
		}); err != nil {
			return err
		}
	}
	if err := timed("sign in, with its hash", func() error {
		_, err := b.SignIn(ctx, b.client, person, password)
		return err
	}); err != nil {
		return err
	}
	fmt.Println()
	return nil
}

func email(number int) string { return fmt.Sprintf("u%08d@example.com", number) }

const calls = 21

func timed(name string, call func() error) error {
	var took [calls]time.Duration
	for i := range took {
		begin := time.Now()
		if err := call(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		took[i] = time.Since(begin)
	}
	slices.Sort(took[:])
	fmt.Printf("  %-42s %10s\n", name, took[calls/2].Round(time.Microsecond))
	return nil
}
