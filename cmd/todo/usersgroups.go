package main

import (
	"context"
	"fmt"
	"text/tabwriter"
)

type usersGroupsCmd struct {
	List    groupsListCmd    `cmd:"" help:"List groups."`
	Create  groupsCreateCmd  `cmd:"" help:"Create a group."`
	Delete  groupsDeleteCmd  `cmd:"" help:"Delete a group; its members stay users."`
	Members groupsMembersCmd `cmd:"" help:"List the users in a group."`
	Add     groupsAddCmd     `cmd:"" help:"Put a user into a group."`
	Remove  groupsRemoveCmd  `cmd:"" help:"Take a user out of a group."`
}

// groupAnswer is a group as the API writes it.
type groupAnswer struct {
	GroupName, Description string
	Precedence             *int
}

// groups runs an operation that lists groups, page by page.
func (a *poolAPI) groups(ctx context.Context, operation string, in members) (all []groupAnswer, err error) {
	for {
		var page struct {
			Groups    []groupAnswer
			NextToken string
		}
		if err := a.call(ctx, operation, in, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Groups...)
		if page.NextToken == "" {
			return all, nil
		}
		in["NextToken"] = page.NextToken
	}
}

type groupsListCmd struct{ usersFlags }

// Run lists all groups.
func (c groupsListCmd) Run(ctx context.Context, s streams) error {
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	groups, err := api.groups(ctx, "ListGroups", members{})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "GROUP\tPRECEDENCE\tDESCRIPTION")
	for _, g := range groups {
		precedence := "-"
		if g.Precedence != nil {
			precedence = fmt.Sprint(*g.Precedence)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", printable(g.GroupName), precedence, printable(g.Description))
	}
	return w.Flush()
}

type groupsCreateCmd struct {
	usersFlags
	Group       string `arg:"" help:"Its name."`
	Description string `placeholder:"TEXT" help:"What it is for."`
	Precedence  *int   `placeholder:"N" help:"Whose role goes first when a user is in several groups: 0 before 1."`
}

// Run creates a group.
func (c groupsCreateCmd) Run(ctx context.Context) error {
	in := members{"GroupName": c.Group}
	if c.Description != "" {
		in["Description"] = c.Description
	}
	if c.Precedence != nil {
		in["Precedence"] = *c.Precedence
	}
	return c.do(ctx, "CreateGroup", in)
}

// do runs an operation that answers nothing worth a word.
func (f usersFlags) do(ctx context.Context, operation string, in members) error {
	api, err := f.connect(ctx)
	if err != nil {
		return err
	}
	return api.call(ctx, operation, in, nil)
}

type groupsDeleteCmd struct {
	usersFlags
	Group string `arg:"" help:"Which."`
}

// Run deletes a group.
func (c groupsDeleteCmd) Run(ctx context.Context) error {
	return c.do(ctx, "DeleteGroup", members{"GroupName": c.Group})
}

type groupsMembersCmd struct {
	usersFlags
	Group string `arg:"" help:"Which."`
}

// Run lists all members of a group.
func (c groupsMembersCmd) Run(ctx context.Context, s streams) error {
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	var all []account
	in := members{"GroupName": c.Group}
	for {
		var page struct {
			Users     []account
			NextToken string
		}
		if err := api.call(ctx, "ListUsersInGroup", in, &page); err != nil {
			return err
		}
		all = append(all, page.Users...)
		if page.NextToken == "" {
			return printAccounts(s.out, all)
		}
		in["NextToken"] = page.NextToken
	}
}

type groupsAddCmd struct {
	usersFlags
	Username string `arg:"" help:"Whom."`
	Group    string `arg:"" help:"Where."`
}

// Run puts a user into a group.
func (c groupsAddCmd) Run(ctx context.Context) error {
	return c.do(ctx, "AdminAddUserToGroup", members{"Username": c.Username, "GroupName": c.Group})
}

type groupsRemoveCmd struct {
	usersFlags
	Username string `arg:"" help:"Whom."`
	Group    string `arg:"" help:"Where from."`
}

// Run takes a user out of a group.
func (c groupsRemoveCmd) Run(ctx context.Context) error {
	return c.do(ctx, "AdminRemoveUserFromGroup", members{"Username": c.Username, "GroupName": c.Group})
}
