package idp

import (
	"context"

	"example.com/todo/internal/userpool"
)

type signUpInput struct {
	ClientID       text `json:"ClientId"`
	SecretHash     text
	Username       text
	Password       text
	UserAttributes attributes
}

func (in *signUpInput) check(c *checks) {
	c.required("clientId", in.ClientID, clientIDForm)
	c.required("username", in.Username, usernameForm)
	if in.Password.Value != "" { // an empty one is as good as none, says the API's reference
		c.optional("password", in.Password, newPasswordForm)
	}
	c.attributes(in.UserAttributes)
}

func signUp(ctx context.Context, a *API, in *signUpInput) (any, error) {
	client, err := a.provenClient(in.ClientID.Value, in.Username.Value, in.SecretHash)
	if err != nil {
		return nil, err
	}
	u, sent, err := a.cfg.Pool.SignUp(ctx, client, in.Username.Value, in.Password.Value, in.UserAttributes.toPool())
	if err != nil {
		return nil, err
	}
	var out struct {
		UserConfirmed       bool
		UserSub             string
		CodeDeliveryDetails *delivery `json:",omitempty"`
		sessionOutput
	}
	out.UserSub = u.Sub
	if sent != nil {
		out.CodeDeliveryDetails = deliveryOf(*sent)
	}
	if userpool.AllowsChoice(client) {
		out.Session, err = a.cfg.Pool.StartSignUp(client, u.Sub)
	}
	return out, err
}

// sessionOutput is what a sign-up goes on with, where the client's sign-ins may.
type sessionOutput struct {
	Session string `json:",omitempty"`
}

type confirmSignUpInput struct {
	ClientID         text `json:"ClientId"`
	SecretHash       text
	Username         text
	ConfirmationCode text
	Session          text

	ForceAliasCreation bool
}

func (in *confirmSignUpInput) check(c *checks) {
	c.optional("session", in.Session, sessionForm)
	c.required("clientId", in.ClientID, clientIDForm)
	c.required("username", in.Username, usernameForm)
	c.required("confirmationCode", in.ConfirmationCode, codeForm)
}

func confirmSignUp(ctx context.Context, a *API, in *confirmSignUpInput) (any, error) {
	client, err := a.provenClient(in.ClientID.Value, in.Username.Value, in.SecretHash)
	if err != nil {
		return nil, err
	}
	confirm := a.cfg.Pool.ConfirmSignUp
	if in.ForceAliasCreation {
		confirm = a.cfg.Pool.ConfirmSignUpTakingAlias
	}
	if err := confirm(ctx, client, in.Username.Value, in.ConfirmationCode.Value); err != nil {
		return nil, err
	}
	var out sessionOutput
	if in.Session.Given && userpool.AllowsChoice(client) {
		out.Session, err = a.cfg.Pool.ConfirmedSignUp(ctx, client, in.Username.Value, in.Session.Value)
	}
	return out, err
}

// namedInput asks for something for a name.
type namedInput struct {
	ClientID   text `json:"ClientId"`
	SecretHash text
	Username   text
}

func (in *namedInput) check(c *checks) {
	c.required("clientId", in.ClientID, clientIDForm)
	c.required("username", in.Username, usernameForm)
}

type deliveryOutput struct{ CodeDeliveryDetails *delivery }

func resendConfirmationCode(ctx context.Context, a *API, in *namedInput) (any, error) {
	client, err := a.provenClient(in.ClientID.Value, in.Username.Value, in.SecretHash)
	if err != nil {
		return nil, err
	}
	sent, err := a.cfg.Pool.ResendConfirmationCode(ctx, client, in.Username.Value)
	return deliveryOutput{deliveryOf(sent)}, err
}

func forgotPassword(ctx context.Context, a *API, in *namedInput) (any, error) {
	client, err := a.provenClient(in.ClientID.Value, in.Username.Value, in.SecretHash)
	if err != nil {
		return nil, err
	}
	sent, err := a.cfg.Pool.ForgotPassword(ctx, client, in.Username.Value)
	return deliveryOutput{deliveryOf(sent)}, err
}

type confirmForgotPasswordInput struct {
	ClientID         text `json:"ClientId"`
	SecretHash       text
	Username         text
	ConfirmationCode text
	Password         text
}

func (in *confirmForgotPasswordInput) check(c *checks) {
	c.required("clientId", in.ClientID, clientIDForm)
	c.required("username", in.Username, usernameForm)
	c.required("confirmationCode", in.ConfirmationCode, codeForm)
	c.required("password", in.Password, newPasswordForm)
}

func confirmForgotPassword(ctx context.Context, a *API, in *confirmForgotPasswordInput) (any, error) {
	client, err := a.provenClient(in.ClientID.Value, in.Username.Value, in.SecretHash)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.ConfirmForgotPassword(ctx, client, in.Username.Value, in.ConfirmationCode.Value, in.Password.Value)
}
