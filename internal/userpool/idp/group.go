package idp

import (
	"context"
	"math"

	"example.com/todo/internal/userpool"
)

var (
	groupNameForm   = newForm(1, 128, `[\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	descriptionForm = newForm(0, 2048, `(?s).*`)
	roleForm        = newForm(20, 2048, `arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?`)
)

// groupInput names a group of a pool.
type groupInput struct {
	UserPoolID text `json:"UserPoolId"`
	GroupName  text
}

func (in *groupInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	c.required("groupName", in.GroupName, groupNameForm)
}

// groupSettingsInput says what a group is, or is to be.
type groupSettingsInput struct {
	groupInput
	Description text
	RoleARN     text `json:"RoleArn"`
	Precedence  *int
}

func (in *groupSettingsInput) check(c *checks) {
	in.groupInput.check(c)
	c.optional("description", in.Description, descriptionForm)
	c.optional("roleArn", in.RoleARN, roleForm)
	c.within("precedence", in.Precedence, 0, math.MaxInt32)
}

// groupShape is a group as the API writes it.
type groupShape struct {
	GroupName        string
	UserPoolID       string `json:"UserPoolId"`
	Description      string `json:",omitempty"`
	RoleARN          string `json:"RoleArn,omitempty"`
	Precedence       *int   `json:",omitempty"`
	LastModifiedDate epoch
	CreationDate     epoch
}

func (a *API) groupOf(g userpool.Group) groupShape {
	return groupShape{
		GroupName: g.Name, UserPoolID: a.cfg.Pool.Settings().ID, Description: g.Description, RoleARN: g.RoleARN, Precedence: g.Precedence,
		LastModifiedDate: epoch(g.Modified), CreationDate: epoch(g.Created),
	}
}

// oneGroup is the answer of operations on one group.
func (a *API) oneGroup(g userpool.Group, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return struct{ Group groupShape }{a.groupOf(g)}, nil
}

func createGroup(ctx context.Context, a *API, in *groupSettingsInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return a.oneGroup(a.cfg.Pool.CreateGroup(ctx, userpool.Group{
		Name: in.GroupName.Value, Description: in.Description.Value, RoleARN: in.RoleARN.Value, Precedence: in.Precedence,
	}))
}

func getGroup(ctx context.Context, a *API, in *groupInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return a.oneGroup(a.cfg.Pool.Group(ctx, in.GroupName.Value))
}

func updateGroup(ctx context.Context, a *API, in *groupSettingsInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	change := userpool.GroupChange{Precedence: in.Precedence}
	if in.Description.Given {
		change.Description = &in.Description.Value
	}
	if in.RoleARN.Given {
		change.RoleARN = &in.RoleARN.Value
	}
	return a.oneGroup(a.cfg.Pool.UpdateGroup(ctx, in.GroupName.Value, change))
}

func deleteGroup(ctx context.Context, a *API, in *groupInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return nil, a.cfg.Pool.DeleteGroup(ctx, in.GroupName.Value)
}
