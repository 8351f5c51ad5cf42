package idp

import "context"

func adminDisableUser(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminDisableUser(ctx, in.Username.Value)
}

func adminEnableUser(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminEnableUser(ctx, in.Username.Value)
}

func adminResetUserPassword(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminResetUserPassword(ctx, in.Username.Value)
}

func adminUserGlobalSignOut(ctx context.Context, a *API, in *adminInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminUserGlobalSignOut(ctx, in.Username.Value)
}

type adminUpdateAttributesInput struct {
	adminInput
	UserAttributes attributes
}

func (in *adminUpdateAttributesInput) check(c *checks) {
	in.adminInput.check(c)
	c.someAttributes(in.UserAttributes)
}

func adminUpdateUserAttributes(ctx context.Context, a *API, in *adminUpdateAttributesInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminUpdateUserAttributes(ctx, in.Username.Value, in.UserAttributes.toPool())
}

type adminDeleteAttributesInput struct {
	adminInput
	UserAttributeNames []string
}

func (in *adminDeleteAttributesInput) check(c *checks) {
	in.adminInput.check(c)
	c.attributeNames(in.UserAttributeNames)
}

func adminDeleteUserAttributes(ctx context.Context, a *API, in *adminDeleteAttributesInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.AdminDeleteUserAttributes(ctx, in.Username.Value, in.UserAttributeNames)
}
