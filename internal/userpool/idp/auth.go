package idp

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

type initiateAuthInput struct {
	AuthFlow       text
	ClientID       text `json:"ClientId"`
	AuthParameters map[string]string
	Session        text // of ConfirmSignUp
}

func (in *initiateAuthInput) check(c *checks) {
	c.oneOf("authFlow", in.AuthFlow, "USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH",
		"ADMIN_NO_SRP_AUTH", "USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "USER_AUTH")
	c.required("clientId", in.ClientID, clientIDForm)
	c.optional("session", in.Session, sessionForm)
}

type authResult struct {
	AccessToken  string
	ExpiresIn    int
	TokenType    string
	RefreshToken string `json:",omitempty"`
	IDToken      string `json:"IdToken"`
}

// authOutput is a sign-in's answer: its result, or the challenge that stands before it.
type authOutput struct {
	ChallengeName        string            `json:",omitempty"`
	Session              string            `json:",omitempty"`
	ChallengeParameters  map[string]string // empty, not absent, beside a result
	AuthenticationResult *authResult       `json:",omitempty"`
	AvailableChallenges  []string          `json:",omitempty"`
}

func resultOf(t userpool.Tokens) authOutput {
	return authOutput{ChallengeParameters: map[string]string{}, AuthenticationResult: &authResult{
		AccessToken: t.Access, IDToken: t.ID, RefreshToken: t.Refresh, TokenType: "Bearer", ExpiresIn: int(t.ExpiresIn.Seconds()),
	}}
}

func initiateAuth(ctx context.Context, a *API, in *initiateAuthInput) (any, error) {
	client, err := a.client(in.ClientID.Value)
	if err != nil {
		return nil, err
	}
	switch flow := in.AuthFlow.Value; flow {
	case "USER_PASSWORD_AUTH":
		if !slices.Contains(client.ExplicitAuthFlows, "ALLOW_USER_PASSWORD_AUTH") {
			return nil, refuse("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
		}
		return passwordAuth(ctx, a, client, in.AuthParameters)
	case "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN":
		// A client whose refresh tokens rotate has GetTokensFromRefreshToken instead.
		if client.RefreshTokenRotation || !slices.Contains(client.ExplicitAuthFlows, "ALLOW_REFRESH_TOKEN_AUTH") {
			return nil, refuse("InvalidParameterException", flow+" flow not enabled for this client")
		}
		return refreshAuth(ctx, a, client, in.AuthParameters)
	case "USER_SRP_AUTH":
		if !slices.Contains(client.ExplicitAuthFlows, "ALLOW_USER_SRP_AUTH") {
			return nil, refuse("InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.")
		}
		return srpAuth(ctx, a, client, in.AuthParameters)
	case "CUSTOM_AUTH":
		return nil, refuse("InvalidParameterException", flow+" is not enabled for the client.")
	case "USER_AUTH":
		if !userpool.AllowsChoice(client) {
			return nil, refuse("InvalidParameterException", flow+" flow not enabled for this client")
		}
		return userAuth(ctx, a, client, in)
	default:
		return nil, refuse("InvalidParameterException", "Initiate Auth method not supported.")
	}
}

// need refuses parameters that are missing or empty, the first one by name.
func need(parameters map[string]string, names ...string) error {
	for _, name := range names {
		if parameters[name] == "" {
			return refuse("InvalidParameterException", "Missing required parameter "+name)
		}
	}
	return nil
}

func hashIn(parameters map[string]string) text {
	value, given := parameters["SECRET_HASH"]
	return text{Value: value, Given: given}
}

func passwordAuth(ctx context.Context, a *API, client *userpool.Client, parameters map[string]string) (any, error) {
	if err := need(parameters, "USERNAME", "PASSWORD"); err != nil {
		return nil, err
	}
	if err := proveHash(client, parameters["USERNAME"], hashIn(parameters)); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.SignIn(ctx, client, parameters["USERNAME"], parameters["PASSWORD"])
	return a.proceed(ctx, client, u, err)
}

// proceed answers somebody of whom the pool has just taken a proof, with what it said to it: with their tokens, or with
// the challenge that comes next.
func (a *API) proceed(ctx context.Context, client *userpool.Client, u userpool.User, err error) (any, error) {
	switch {
	case errors.Is(err, userpool.ErrNewPasswordRequired):
		return a.askNewPassword(ctx, client, u)
	case errors.Is(err, userpool.ErrCodeRequired):
		return a.askCode(ctx, client, u)
	case errors.Is(err, userpool.ErrFactorSetupRequired):
		return a.askSetup(ctx, client, u)
	case err != nil:
		return nil, err
	}
	return a.admit(ctx, client, u)
}

// admit gives somebody who has proven who they are their tokens.
func (a *API) admit(ctx context.Context, client *userpool.Client, u userpool.User) (any, error) {
	tokens, err := a.cfg.Pool.IssueTokens(ctx, userpool.TokenRequest{
		Client: client, Sub: u.Sub, AuthTime: a.cfg.Now(), Refresh: true, API: true,
	})
	if err != nil {
		return nil, err
	}
	return resultOf(tokens), nil
}

func refreshAuth(ctx context.Context, a *API, client *userpool.Client, parameters map[string]string) (any, error) {
	if err := need(parameters, "REFRESH_TOKEN"); err != nil {
		return nil, err
	}
	tokens, err := a.cfg.Pool.RefreshTokens(ctx, client, parameters["REFRESH_TOKEN"])
	if err != nil {
		return nil, err
	}
	// The call names no user: the hash is over the name of the one whose token it is.
	claims, err := a.cfg.Pool.AccessToken(ctx, tokens.Access)
	if err != nil {
		return nil, err
	}
	if err := proveHash(client, claims.Username, hashIn(parameters)); err != nil {
		return nil, err
	}
	return resultOf(tokens), nil
}

const newPasswordRequired = "NEW_PASSWORD_REQUIRED"

// askNewPassword opens the challenge of a temporary password. Two of its parameters are JSON in a string, which
// clients parse whatever they hold.
func (a *API) askNewPassword(ctx context.Context, client *userpool.Client, u userpool.User) (any, error) {
	session, err := a.cfg.Pool.StartNewPassword(ctx, client, u.Sub)
	if err != nil {
		return nil, err
	}
	have := map[string]string{}
	for _, attr := range u.Attributes {
		if attr.Name != "sub" {
			have[attr.Name] = attr.Value
		}
	}
	required := []string{}
	for _, name := range a.cfg.Pool.MissingAttributes(u) {
		required = append(required, answerPrefix+name)
	}
	haveJSON, errHave := json.Marshal(have)
	requiredJSON, errRequired := json.Marshal(required)
	if err := errors.Join(errHave, errRequired); err != nil {
		return nil, err
	}
	return authOutput{ChallengeName: newPasswordRequired, Session: session, ChallengeParameters: map[string]string{
		"USER_ID_FOR_SRP":    u.Username,
		"requiredAttributes": string(requiredJSON),
		"userAttributes":     string(haveJSON),
	}}, nil
}

// answerPrefix is how attributes are named in challenges and their answers.
const answerPrefix = "userAttributes."

type respondInput struct {
	ClientID           text `json:"ClientId"`
	ChallengeName      text
	Session            text
	ChallengeResponses map[string]string
}

func (in *respondInput) check(c *checks) {
	c.required("clientId", in.ClientID, clientIDForm)
	c.oneOf("challengeName", in.ChallengeName, "SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA", "SELECT_MFA_TYPE", "MFA_SETUP",
		"PASSWORD_VERIFIER", "CUSTOM_CHALLENGE", "SELECT_CHALLENGE", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER",
		"ADMIN_NO_SRP_AUTH", newPasswordRequired, "SMS_OTP", "PASSWORD", "WEB_AUTHN", "PASSWORD_SRP")
	c.optional("session", in.Session, sessionForm)
}

func respondToAuthChallenge(ctx context.Context, a *API, in *respondInput) (any, error) {
	client, err := a.client(in.ClientID.Value)
	if err != nil {
		return nil, err
	}
	answer, known := answers[in.ChallengeName.Value]
	if !known {
		return nil, refuse("NotAuthorizedException", "Invalid session for the user.") // no such challenge was ever opened
	}
	if !in.Session.Given && in.ChallengeName.Value != passwordVerifier {
		return nil, refuse("InvalidParameterException", "Missing required parameter Session")
	}
	if err := need(in.ChallengeResponses, "USERNAME"); err != nil {
		return nil, err
	}
	if err := proveHash(client, in.ChallengeResponses["USERNAME"], hashIn(in.ChallengeResponses)); err != nil {
		return nil, err
	}
	return answer(ctx, a, client, in)
}

// answers take the answers to the challenges that this pool opens.
var answers = map[string]func(context.Context, *API, *userpool.Client, *respondInput) (any, error){
	newPasswordRequired: answerNewPassword,
	passwordVerifier:    answerVerifier,
	mfaSetup:            answerSetup,

	userpool.SoftwareToken: answerCode,
	userpool.SelectFactor:  answerFactor,
	userpool.EmailOTP:      answerMailedCode,
	selectChallenge:        answerChoice,
	userpool.Password:      answerPassword,
	userpool.PasswordSRP:   answerPassword,
	userpool.Passkey:       answerPasskey,
}

func answerNewPassword(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	if err := need(in.ChallengeResponses, "NEW_PASSWORD"); err != nil {
		return nil, err
	}
	var attrs []userpool.Attribute
	for key, value := range in.ChallengeResponses {
		if name, ok := strings.CutPrefix(key, answerPrefix); ok {
			attrs = append(attrs, userpool.Attribute{Name: name, Value: value})
		}
	}
	u, err := a.cfg.Pool.FinishNewPassword(ctx, client, in.Session.Value, in.ChallengeResponses["NEW_PASSWORD"], attrs)
	return a.proceed(ctx, client, u, err)
}
