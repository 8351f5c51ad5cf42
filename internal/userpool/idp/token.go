package idp

import (
	"context"
	"slices"

	"example.com/todo/internal/userpool"
)

type refreshInput struct {
	RefreshToken text
	ClientID     text `json:"ClientId"`
	ClientSecret text
}

func (in *refreshInput) check(c *checks) {
	c.required("refreshToken", in.RefreshToken, tokenForm)
	c.required("clientId", in.ClientID, clientIDForm)
}

func getTokensFromRefreshToken(ctx context.Context, a *API, in *refreshInput) (any, error) {
	client, err := a.secretClient(in.ClientID.Value, in.ClientSecret, "NotAuthorizedException")
	if err != nil {
		return nil, err
	}
	tokens, err := a.cfg.Pool.RefreshTokens(ctx, client, in.RefreshToken.Value)
	if err != nil {
		return nil, err
	}
	return struct{ AuthenticationResult *authResult }{resultOf(tokens).AuthenticationResult}, nil
}

type revokeInput struct {
	Token        text
	ClientID     text `json:"ClientId"`
	ClientSecret text
}

func (in *revokeInput) check(c *checks) {
	c.required("token", in.Token, tokenForm)
	c.required("clientId", in.ClientID, clientIDForm)
}

func revokeToken(ctx context.Context, a *API, in *revokeInput) (any, error) {
	client, err := a.secretClient(in.ClientID.Value, in.ClientSecret, "UnauthorizedException")
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.RevokeToken(ctx, client, in.Token.Value)
}

// bearerInput is a call by somebody who is signed in, and needs nothing else.
type bearerInput struct{ AccessToken text }

func (in *bearerInput) check(c *checks) { c.required("accessToken", in.AccessToken, tokenForm) }

// caller verifies who calls. An access token of OAuth may do without the scope, and then cannot.
func (a *API) caller(ctx context.Context, token text) (userpool.AccessClaims, error) {
	claims, err := a.cfg.Pool.AccessToken(ctx, token.Value)
	if err == nil && !slices.Contains(claims.Scopes, "aws.cognito.signin.user.admin") {
		return userpool.AccessClaims{}, refuse("NotAuthorizedException", "Access Token does not have required scopes")
	}
	return claims, err
}

func getUser(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.User(ctx, claims.Sub)
	if err != nil {
		return nil, err
	}
	client, err := a.client(claims.ClientID)
	if err != nil {
		return nil, err
	}
	mfa, err := a.mfaOf(ctx, u.Sub)
	if err != nil {
		return nil, err
	}
	return struct {
		Username       string
		UserAttributes attributes
		mfaOutput
	}{u.Username, fromPool(userpool.Readable(client, u.Attributes)), mfa}, nil
}

type changePasswordInput struct {
	AccessToken      text
	PreviousPassword text
	ProposedPassword text
}

func (in *changePasswordInput) check(c *checks) {
	c.required("accessToken", in.AccessToken, tokenForm)
	c.optional("previousPassword", in.PreviousPassword, passwordForm)
	c.required("proposedPassword", in.ProposedPassword, newPasswordForm)
}

func changePassword(ctx context.Context, a *API, in *changePasswordInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.ChangePassword(ctx, claims.Sub, in.PreviousPassword.Value, in.ProposedPassword.Value)
}

func globalSignOut(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.GlobalSignOut(ctx, claims.Sub)
}

func deleteUser(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return nil, a.cfg.Pool.DeleteUser(ctx, claims.Sub)
}
