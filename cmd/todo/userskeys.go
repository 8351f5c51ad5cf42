package main

import (
	"context"
	"fmt"
)

type usersRotateCmd struct {
	usersFlags
	Withdraw bool `help:"The keys have leaked: take them back at once. All ID and access tokens end with them; apps refresh theirs."`
}

// Help is the manual of `todo users rotate-keys`.
func (usersRotateCmd) Help() string {
	return `New keys sign ID and access tokens from now on. The keys that they replace stay published for a day, as long as a token
can live: nobody is signed out. Whoever keeps the key set looks for a key that is not in it, and finds the new ones.`
}

// Run has the server replace its keys.
func (c usersRotateCmd) Run(ctx context.Context, s streams) error {
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	var out struct{ PublishedUntil float64 }
	if err := api.post(ctx, "TodoUserPool.RotateSigningKeys", members{"UserPoolId": api.poolID, "Withdraw": c.Withdraw}, &out); err != nil {
		return err
	}
	before := "are published until " + seconds(out.PublishedUntil)
	if c.Withdraw {
		before = "are gone"
	}
	_, err = fmt.Fprintf(s.out, "New keys sign. Those of before %s.\n", before)
	return err
}
