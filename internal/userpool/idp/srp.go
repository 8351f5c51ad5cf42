package idp

import (
	"context"
	"encoding/base64"

	"example.com/todo/internal/userpool"
)

const passwordVerifier = "PASSWORD_VERIFIER"

// srpAuth opens a sign-in in which the password never travels. It has no Session: all of its state is in the block.
func srpAuth(ctx context.Context, a *API, client *userpool.Client, parameters map[string]string) (any, error) {
	if err := need(parameters, "USERNAME", "SRP_A"); err != nil {
		return nil, err
	}
	if err := proveHash(client, parameters["USERNAME"], hashIn(parameters)); err != nil {
		return nil, err
	}
	return a.startSRP(ctx, client, parameters["USERNAME"], parameters["SRP_A"])
}

func (a *API) startSRP(ctx context.Context, client *userpool.Client, username, publicA string) (any, error) {
	challenge, err := a.cfg.Pool.StartSRP(ctx, client, username, publicA)
	if err != nil {
		return nil, err
	}
	return authOutput{ChallengeName: passwordVerifier, ChallengeParameters: map[string]string{
		"SALT": challenge.Salt, "SRP_B": challenge.B, "SECRET_BLOCK": base64.StdEncoding.EncodeToString(challenge.Block),
		"USERNAME": challenge.UserID, "USER_ID_FOR_SRP": challenge.UserID,
	}}, nil
}

func answerVerifier(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	responses := in.ChallengeResponses
	if err := need(responses, "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"); err != nil {
		return nil, err
	}
	block, errBlock := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	signature, errSignature := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SIGNATURE"])
	if errBlock != nil || errSignature != nil {
		return nil, refuse("InvalidParameterException", "PASSWORD_CLAIM_SECRET_BLOCK and PASSWORD_CLAIM_SIGNATURE must be base64.")
	}
	u, err := a.cfg.Pool.FinishSRP(ctx, client, userpool.SRPAnswer{
		Username: responses["USERNAME"], Block: block, Signature: signature, Timestamp: responses["TIMESTAMP"],
	})
	return a.proceed(ctx, client, u, err)
}
