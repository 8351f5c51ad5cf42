package idp

import (
	"context"

	"example.com/todo/internal/userpool"
)

// memberInput names a user and a group.
type memberInput struct {
	adminInput
	GroupName text
}

func (in *memberInput) check(c *checks) {
	in.adminInput.check(c)
	c.required("groupName", in.GroupName, groupNameForm)
}

func adminAddUserToGroup(ctx context.Context, a *API, in *memberInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return nil, a.cfg.Pool.AddToGroup(ctx, in.Username.Value, in.GroupName.Value)
}

func adminRemoveUserFromGroup(ctx context.Context, a *API, in *memberInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return nil, a.cfg.Pool.RemoveFromGroup(ctx, in.Username.Value, in.GroupName.Value)
}

// paging asks for a part of a list.
type paging struct {
	Limit     *int
	NextToken text
}

func (in *paging) check(c *checks) {
	c.within("limit", in.Limit, 0, userpool.MaxListed)
	c.optional("nextToken", in.NextToken, codeForm)
}

// limit is 0 where the caller leaves it open.
func (in *paging) limit() int {
	if in.Limit == nil {
		return 0
	}
	return *in.Limit
}

// groupList is the answer of operations that list groups.
type groupList struct {
	Groups    []groupShape
	NextToken string `json:",omitempty"`
}

func (a *API) groupList(page userpool.GroupPage, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	out := groupList{Groups: []groupShape{}, NextToken: page.Next}
	for _, g := range page.Groups {
		out.Groups = append(out.Groups, a.groupOf(g))
	}
	return out, nil
}

type listGroupsInput struct {
	poolInput
	paging
}

func (in *listGroupsInput) check(c *checks) {
	in.poolInput.check(c)
	in.paging.check(c)
}

func listGroups(ctx context.Context, a *API, in *listGroupsInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return a.groupList(a.cfg.Pool.Groups(ctx, in.limit(), in.NextToken.Value))
}

type groupsForUserInput struct {
	adminInput
	paging
}

func (in *groupsForUserInput) check(c *checks) {
	in.adminInput.check(c)
	in.paging.check(c)
}

func adminListGroupsForUser(ctx context.Context, a *API, in *groupsForUserInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return a.groupList(a.cfg.Pool.GroupsOf(ctx, in.Username.Value, in.limit(), in.NextToken.Value))
}

type usersInGroupInput struct {
	groupInput
	paging
}

func (in *usersInGroupInput) check(c *checks) {
	in.groupInput.check(c)
	in.paging.check(c)
}

func listUsersInGroup(ctx context.Context, a *API, in *usersInGroupInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	page, err := a.cfg.Pool.Members(ctx, in.GroupName.Value, in.limit(), in.NextToken.Value)
	if err != nil {
		return nil, err
	}
	out := struct {
		Users     []user
		NextToken string `json:",omitempty"`
	}{[]user{}, page.Next}
	for _, u := range page.Users {
		out.Users = append(out.Users, userOf(u))
	}
	return out, nil
}
