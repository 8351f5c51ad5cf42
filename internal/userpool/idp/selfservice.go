package idp

import (
	"context"
	"fmt"

	"example.com/todo/internal/userpool"
)

// signedIn verifies who calls, and by which client.
func (a *API) signedIn(ctx context.Context, token text) (userpool.AccessClaims, *userpool.Client, error) {
	claims, err := a.caller(ctx, token)
	if err != nil {
		return userpool.AccessClaims{}, nil, err
	}
	client, err := a.client(claims.ClientID)
	return claims, client, err
}

type updateAttributesInput struct {
	AccessToken    text
	UserAttributes attributes
}

func (in *updateAttributesInput) check(c *checks) {
	c.required("accessToken", in.AccessToken, tokenForm)
	c.someAttributes(in.UserAttributes)
}

// someAttributes checks a list of attributes that must be there.
func (c *checks) someAttributes(attrs attributes) {
	if attrs == nil {
		c.fail("userAttributes", text{}, "Member must not be null")
	}
	c.attributes(attrs)
}

func updateUserAttributes(ctx context.Context, a *API, in *updateAttributesInput) (any, error) {
	claims, client, err := a.signedIn(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	sent, err := a.cfg.Pool.UpdateUserAttributes(ctx, client, claims.Sub, in.UserAttributes.toPool())
	if err != nil {
		return nil, err
	}
	out := struct{ CodeDeliveryDetailsList []*delivery }{[]*delivery{}}
	if sent != nil {
		out.CodeDeliveryDetailsList = append(out.CodeDeliveryDetailsList, deliveryOf(*sent))
	}
	return out, nil
}

// attributeNames checks a list of names that must be there.
func (c *checks) attributeNames(names []string) {
	if names == nil {
		c.fail("userAttributeNames", text{}, "Member must not be null")
	}
	if len(names) > maxAttributes {
		c.failures = append(c.failures, fmt.Sprintf("Value at 'userAttributeNames' failed to satisfy constraint: Member must have length less than or equal to %d", maxAttributes))
		return
	}
	for i, name := range names {
		c.required(fmt.Sprintf("userAttributeNames.%d.member", i+1), text{Value: name, Given: true}, attributeNameForm)
	}
}

type deleteAttributesInput struct {
	AccessToken        text
	UserAttributeNames []string
}

func (in *deleteAttributesInput) check(c *checks) {
	c.required("accessToken", in.AccessToken, tokenForm)
	c.attributeNames(in.UserAttributeNames)
}

func deleteUserAttributes(ctx context.Context, a *API, in *deleteAttributesInput) (any, error) {
	claims, client, err := a.signedIn(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.DeleteUserAttributes(ctx, client, claims.Sub, in.UserAttributeNames)
}

type attributeCodeInput struct {
	AccessToken   text
	AttributeName text
}

func (in *attributeCodeInput) check(c *checks) {
	c.required("accessToken", in.AccessToken, tokenForm)
	c.required("attributeName", in.AttributeName, attributeNameForm)
}

func getUserAttributeVerificationCode(ctx context.Context, a *API, in *attributeCodeInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	sent, err := a.cfg.Pool.AttributeCode(ctx, claims.Sub, in.AttributeName.Value)
	return deliveryOutput{deliveryOf(sent)}, err
}

type verifyAttributeInput struct {
	attributeCodeInput
	Code text
}

func (in *verifyAttributeInput) check(c *checks) {
	in.attributeCodeInput.check(c)
	c.required("code", in.Code, codeForm)
}

func verifyUserAttribute(ctx context.Context, a *API, in *verifyAttributeInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.VerifyAttribute(ctx, claims.Sub, in.AttributeName.Value, in.Code.Value)
}
