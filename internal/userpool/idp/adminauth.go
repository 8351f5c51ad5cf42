package idp

import (
	"context"
	"slices"
)

type adminInitiateAuthInput struct {
	UserPoolID text `json:"UserPoolId"`
	initiateAuthInput
}

func (in *adminInitiateAuthInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	in.initiateAuthInput.check(c)
}

// adminInitiateAuth signs a user in for a back end, which holds the access key. The password's flow is its own; the
// others are those of InitiateAuth.
func adminInitiateAuth(ctx context.Context, a *API, in *adminInitiateAuthInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	client, err := a.client(in.ClientID.Value)
	if err != nil {
		return nil, err
	}
	switch in.AuthFlow.Value {
	case "ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH":
		if !slices.Contains(client.ExplicitAuthFlows, "ALLOW_ADMIN_USER_PASSWORD_AUTH") {
			return nil, refuse("InvalidParameterException", "Auth flow not enabled for this client")
		}
		return passwordAuth(ctx, a, client, in.AuthParameters)
	case "USER_PASSWORD_AUTH":
		return nil, refuse("InvalidParameterException", "Auth flow not enabled for this client")
	}
	return initiateAuth(ctx, a, &in.initiateAuthInput)
}

type adminRespondInput struct {
	UserPoolID text `json:"UserPoolId"`
	respondInput
}

func (in *adminRespondInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	in.respondInput.check(c)
}

func adminRespondToAuthChallenge(ctx context.Context, a *API, in *adminRespondInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	return respondToAuthChallenge(ctx, a, &in.respondInput)
}
