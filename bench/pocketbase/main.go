// Command pocketbase is PocketBase as it comes, with one more command: fill makes a collection that is equal to the items
// of the stack, people, and items of theirs. It prints who they are.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/security"
	"github.com/pocketbase/pocketbase/tools/types"
	"github.com/spf13/cobra"
	"golang.org/x/crypto/bcrypt"
)

// A person is somebody with a token of their own.
type person struct{ Name, Token string }

func main() {
	app := pocketbase.New()
	var users, items int
	var text string
	fill := &cobra.Command{
		Use:          "fill",
		Short:        "make the collection, people and their items",
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			people, err := fill(app, users, items, text)
			if err != nil {
				return err
			}
			return json.NewEncoder(os.Stdout).Encode(people)
		},
	}
	fill.Flags().IntVar(&users, "users", 1, "how many people")
	fill.Flags().IntVar(&items, "items", 0, "how many items each of them has")
	fill.Flags().StringVar(&text, "text", "Item %d", "the text of an item, with a place for its number")
	app.RootCmd.AddCommand(fill)
	if err := app.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "pocketbase:", err)
		os.Exit(1)
	}
}

func fill(app core.App, users, items int, text string) ([]person, error) {
	if err := app.RunAllMigrations(); err != nil {
		return nil, err
	}
	if err := app.Save(itemsCollection()); err != nil {
		return nil, err
	}
	auth, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return nil, err
	}
	// Everybody has the same password, so that it is hashed once; nobody signs in by it here.
	hash, err := bcrypt.GenerateFromPassword([]byte(security.RandomString(20)), bcrypt.DefaultCost)
	if err != nil {
		return nil, err
	}
	people := make([]person, users)
	err = app.RunInTransaction(func(app core.App) error {
		for i := range people {
			record := core.NewRecord(auth)
			record.SetEmail(fmt.Sprintf("u%06d@example.com", i))
			record.SetVerified(true)
			record.SetRaw("password", &core.PasswordFieldValue{Hash: string(hash)})
			if err := app.Save(record); err != nil {
				return err
			}
			token, err := record.NewAuthToken()
			if err != nil {
				return err
			}
			people[i] = person{Name: record.Id, Token: token}
			if err := addItems(app, record.Id, i*items, items, text); err != nil {
				return err
			}
		}
		return nil
	})
	return people, err
}

// itemsCollection lets people reach their own items alone. Its index is what lists of a person's items want.
func itemsCollection() *core.Collection {
	c := core.NewBaseCollection("items")
	const own = "owner = @request.auth.id"
	c.ListRule, c.ViewRule, c.UpdateRule, c.DeleteRule = types.Pointer(own), types.Pointer(own), types.Pointer(own), types.Pointer(own)
	c.CreateRule = types.Pointer("@request.auth.id != '' && @request.body.owner = @request.auth.id")
	c.Fields.Add(
		&core.TextField{Name: "owner", Required: true},
		&core.TextField{Name: "text", Required: true, Max: 1000},
		&core.BoolField{Name: "completed"},
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	c.AddIndex("items_of_owner", false, "owner, id", "")
	return c
}

func addItems(app core.App, owner string, first, n int, text string) error {
	now := types.NowDateTime()
	for i := range n {
		_, err := app.DB().Insert("items", dbx.Params{
			"id": security.PseudorandomStringWithAlphabet(core.DefaultIdLength, core.DefaultIdAlphabet), "owner": owner,
			"text": fmt.Sprintf(text, first+i), "completed": false, "created": now.String(), "updated": now.String(),
		}).Execute()
		if err != nil {
			return err
		}
	}
	return nil
}
