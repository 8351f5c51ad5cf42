package idp

import (
	"context"
	"slices"

	"example.com/todo/internal/userpool"
)

const selectChallenge = "SELECT_CHALLENGE"

// userAuth begins a sign-in whose first factor the person chooses, or goes on from a sign-up.
func userAuth(ctx context.Context, a *API, client *userpool.Client, in *initiateAuthInput) (any, error) {
	parameters := in.AuthParameters
	if err := need(parameters, "USERNAME"); err != nil {
		return nil, err
	}
	username := parameters["USERNAME"]
	if err := proveHash(client, username, hashIn(parameters)); err != nil {
		return nil, err
	}
	if in.Session.Given {
		u, err := a.cfg.Pool.FinishSignUp(ctx, client, username, in.Session.Value)
		return a.proceed(ctx, client, u, err)
	}
	offered, err := a.cfg.Pool.FirstFactors(ctx, client, username)
	if err != nil {
		return nil, err
	}
	if preferred := parameters["PREFERRED_CHALLENGE"]; slices.Contains(offered, preferred) {
		return a.begin(ctx, client, username, preferred, parameters)
	}
	session, err := a.cfg.Pool.StartChoice(client, username)
	return authOutput{
		ChallengeName: selectChallenge, Session: session, ChallengeParameters: map[string]string{}, AvailableChallenges: offered,
	}, err
}

// answerChoice takes the choice of a first factor. The session holds no proof, so it stays good for another try.
func answerChoice(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	if err := need(in.ChallengeResponses, "ANSWER"); err != nil {
		return nil, err
	}
	username, err := a.cfg.Pool.Chosen(client, in.Session.Value)
	if err != nil {
		return nil, err
	}
	offered, err := a.cfg.Pool.FirstFactors(ctx, client, username)
	if err != nil {
		return nil, err
	}
	answer := in.ChallengeResponses["ANSWER"]
	if !slices.Contains(offered, answer) {
		return nil, refuse("InvalidParameterException", "The answer is not one of the available challenges.")
	}
	return a.begin(ctx, client, username, answer, in.ChallengeResponses)
}

// begin goes on with the first factor that was chosen. What its proof needs may come with the choice; else it is asked
// for.
func (a *API) begin(ctx context.Context, client *userpool.Client, username, factor string, with map[string]string) (any, error) {
	switch factor {
	case userpool.EmailOTP:
		step, err := a.cfg.Pool.StartMailedCode(ctx, client, username)
		if err != nil {
			return nil, err
		}
		return askStep(step, map[string]string{})
	case userpool.Passkey:
		session, options, err := a.cfg.Pool.StartPasskey(ctx, client, username)
		return authOutput{ChallengeName: userpool.Passkey, Session: session, ChallengeParameters: map[string]string{
			"CREDENTIAL_REQUEST_OPTIONS": string(options),
		}}, err
	case userpool.PasswordSRP:
		if with["SRP_A"] != "" {
			return a.startSRP(ctx, client, username, with["SRP_A"])
		}
	case userpool.Password:
		if with["PASSWORD"] != "" {
			u, err := a.cfg.Pool.SignIn(ctx, client, username, with["PASSWORD"])
			return a.proceed(ctx, client, u, err)
		}
	}
	session, err := a.cfg.Pool.StartChoice(client, username)
	return authOutput{ChallengeName: factor, Session: session, ChallengeParameters: map[string]string{}}, err
}

// answerPassword takes a password, or the number that begins its proof, which were asked for.
func answerPassword(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	lacking := map[string]string{userpool.Password: "PASSWORD", userpool.PasswordSRP: "SRP_A"}[in.ChallengeName.Value]
	if err := need(in.ChallengeResponses, lacking); err != nil {
		return nil, err
	}
	username, err := a.cfg.Pool.Chosen(client, in.Session.Value)
	if err != nil {
		return nil, err
	}
	return a.begin(ctx, client, username, in.ChallengeName.Value, in.ChallengeResponses)
}

func answerPasskey(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	if err := need(in.ChallengeResponses, "CREDENTIAL"); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.FinishPasskey(ctx, client, in.Session.Value, []byte(in.ChallengeResponses["CREDENTIAL"]))
	return a.proceed(ctx, client, u, err)
}

func getUserAuthFactors(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	factors, err := a.cfg.Pool.ConfiguredFactors(ctx, claims.Sub)
	if err != nil {
		return nil, err
	}
	mfa, err := a.mfaOf(ctx, claims.Sub)
	return struct {
		Username                  string
		ConfiguredUserAuthFactors []string
		mfaOutput
	}{claims.Username, slices.DeleteFunc(factors, func(f string) bool { return f == userpool.PasswordSRP }), mfa}, err
}
