package idp

import (
	"context"
	"slices"

	"example.com/todo/internal/userpool"
)

// poolOf refuses calls for another pool.
func (a *API) poolOf(id text) error {
	if id.Value != a.cfg.Pool.Settings().ID {
		return refuse("ResourceNotFoundException", "User pool "+id.Value+" does not exist.")
	}
	return nil
}

// adminInput names a user of a pool.
type adminInput struct {
	UserPoolID text `json:"UserPoolId"`
	Username   text
}

func (in *adminInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	c.required("username", in.Username, usernameForm)
}

type adminCreateUserInput struct {
	adminInput
	UserAttributes    attributes
	TemporaryPassword text
	MessageAction     text

	ForceAliasCreation bool
}

func (in *adminCreateUserInput) check(c *checks) {
	in.adminInput.check(c)
	c.optional("temporaryPassword", in.TemporaryPassword, newPasswordForm)
	c.attributes(in.UserAttributes)
	if in.MessageAction.Given {
		c.oneOf("messageAction", in.MessageAction, "SUPPRESS", "RESEND")
	}
}

func adminCreateUser(ctx context.Context, a *API, in *adminCreateUserInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.AdminCreateUser(ctx, userpool.NewUser{
		Username: in.Username.Value, Attributes: in.UserAttributes.toPool(), TemporaryPassword: in.TemporaryPassword.Value,
		Suppress: in.MessageAction.Value == "SUPPRESS", Resend: in.MessageAction.Value == "RESEND",
		TakeAlias: in.ForceAliasCreation,
	})
	if err != nil {
		return nil, err
	}
	return struct{ User user }{userOf(u)}, nil
}

type adminSetUserPasswordInput struct {
	adminInput
	Password  text
	Permanent bool
}

func (in *adminSetUserPasswordInput) check(c *checks) {
	in.adminInput.check(c)
	c.required("password", in.Password, newPasswordForm)
}

func adminSetUserPassword(ctx context.Context, a *API, in *adminSetUserPasswordInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminSetUserPassword(ctx, in.Username.Value, in.Password.Value, in.Permanent)
}

func adminGetUser(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.AdminGetUser(ctx, in.Username.Value)
	if err != nil {
		return nil, err
	}
	mfa, err := a.mfaOf(ctx, u.Sub)
	if err != nil {
		return nil, err
	}
	return adminGetUserOutput{
		Username: u.Username, UserAttributes: fromPool(u.Attributes), Enabled: u.Enabled, UserStatus: u.Status,
		UserCreateDate: epoch(u.Created), UserLastModifiedDate: epoch(u.Modified), mfaOutput: mfa,
	}, nil
}

// adminGetUserOutput has another name for the attributes than lists have.
type adminGetUserOutput struct {
	Username             string
	UserAttributes       attributes
	UserCreateDate       epoch
	UserLastModifiedDate epoch
	Enabled              bool
	UserStatus           userpool.Status
	mfaOutput
}

func adminDeleteUser(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return nil, a.cfg.Pool.AdminDeleteUser(ctx, in.Username.Value)
}

func adminConfirmSignUp(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminConfirmSignUp(ctx, in.Username.Value)
}

type listUsersInput struct {
	UserPoolID      text `json:"UserPoolId"`
	AttributesToGet []string
	Limit           *int
	PaginationToken text
	Filter          text
}

func (in *listUsersInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	c.optional("paginationToken", in.PaginationToken, codeForm)
	c.optional("filter", in.Filter, filterForm)
	c.within("limit", in.Limit, 0, userpool.MaxListed)
}

func listUsers(ctx context.Context, a *API, in *listUsersInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	q := userpool.UserQuery{Filter: in.Filter.Value, After: in.PaginationToken.Value}
	if in.Limit != nil {
		q.Limit = *in.Limit
	}
	page, err := a.cfg.Pool.ListUsers(ctx, q)
	if err != nil {
		return nil, err
	}
	var out struct {
		Users           []user
		PaginationToken string `json:",omitempty"`
	}
	out.Users, out.PaginationToken = []user{}, page.Next
	for _, u := range page.Users {
		shape := userOf(u)
		if in.AttributesToGet != nil {
			shape.Attributes = slices.DeleteFunc(shape.Attributes, func(a attribute) bool { return !slices.Contains(in.AttributesToGet, a.Name) })
		}
		out.Users = append(out.Users, shape)
	}
	return out, nil
}
