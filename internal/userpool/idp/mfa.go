package idp

import (
	"context"
	"encoding/json"

	"example.com/todo/internal/userpool"
)

const mfaSetup = "MFA_SETUP"

// totpForm is the model's form of a code.
var totpForm = newForm(6, 6, `[0-9]+`)

// askCode opens the challenge of a second factor that is in use.
func (a *API) askCode(ctx context.Context, client *userpool.Client, u userpool.User) (any, error) {
	step, err := a.cfg.Pool.StartCode(ctx, client, u.Sub)
	if err != nil {
		return nil, err
	}
	return askStep(step, map[string]string{"USER_ID_FOR_SRP": u.Username})
}

// askStep opens a challenge whose answer is a code, or the choice of the factor that gives one.
func askStep(step userpool.Step, parameters map[string]string) (any, error) {
	switch step.Kind {
	case userpool.EmailOTP:
		parameters["CODE_DELIVERY_DELIVERY_MEDIUM"] = step.Delivery.Medium
		parameters["CODE_DELIVERY_DESTINATION"] = step.Delivery.Destination
	case userpool.SelectFactor:
		choices, err := json.Marshal(step.Choices)
		if err != nil {
			return nil, err
		}
		parameters["MFAS_CAN_CHOOSE"] = string(choices)
	case userpool.SoftwareToken:
		if step.Device != "" {
			parameters["FRIENDLY_DEVICE_NAME"] = step.Device
		}
	}
	return authOutput{ChallengeName: step.Kind, Session: step.Session, ChallengeParameters: parameters}, nil
}

// answerFactor takes the choice of a second factor.
func answerFactor(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	if err := need(in.ChallengeResponses, "ANSWER"); err != nil {
		return nil, err
	}
	step, err := a.cfg.Pool.ChooseFactor(ctx, client, in.Session.Value, in.ChallengeResponses["ANSWER"])
	if err != nil {
		return nil, err
	}
	return askStep(step, map[string]string{})
}

// answerMailedCode takes a mailed code, of the first factor or the second.
func answerMailedCode(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	if err := need(in.ChallengeResponses, "EMAIL_OTP_CODE"); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.FinishMailedCode(ctx, client, in.Session.Value, in.ChallengeResponses["EMAIL_OTP_CODE"])
	return a.proceed(ctx, client, u, err)
}

func answerCode(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	if err := need(in.ChallengeResponses, "SOFTWARE_TOKEN_MFA_CODE"); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.FinishCode(ctx, client, in.Session.Value, in.ChallengeResponses["SOFTWARE_TOKEN_MFA_CODE"])
	return a.proceed(ctx, client, u, err)
}

// askSetup opens the challenge of a pool that demands a second factor of somebody who has none.
func (a *API) askSetup(ctx context.Context, client *userpool.Client, u userpool.User) (any, error) {
	session, err := a.cfg.Pool.StartFactorSetup(ctx, client, u.Sub)
	if err != nil {
		return nil, err
	}
	kinds, err := json.Marshal(a.cfg.Pool.Settings().SecondFactors)
	if err != nil {
		return nil, err
	}
	return authOutput{ChallengeName: mfaSetup, Session: session, ChallengeParameters: map[string]string{
		"MFAS_CAN_SETUP": string(kinds), "USER_ID_FOR_SRP": u.Username,
	}}, nil
}

func answerSetup(ctx context.Context, a *API, client *userpool.Client, in *respondInput) (any, error) {
	u, err := a.cfg.Pool.FinishFactorSetup(ctx, client, in.Session.Value)
	return a.proceed(ctx, client, u, err)
}

// eitherInput is a call by somebody who is signed in, or in the course of it.
type eitherInput struct{ AccessToken, Session text }

func (in *eitherInput) check(c *checks) {
	c.optional("accessToken", in.AccessToken, tokenForm)
	c.optional("session", in.Session, sessionForm)
}

// one refuses a call that says twice or not at all who it is for.
func (in *eitherInput) one() error {
	if in.AccessToken.Given == in.Session.Given {
		return refuse("InvalidParameterException", "Either AccessToken or Session is required.")
	}
	return nil
}

func associateSoftwareToken(ctx context.Context, a *API, in *eitherInput) (any, error) {
	if err := in.one(); err != nil {
		return nil, err
	}
	var out struct {
		SecretCode string
		Session    string `json:",omitempty"`
	}
	var err error
	if in.Session.Given {
		out.SecretCode, out.Session, err = a.cfg.Pool.AssociateBySession(ctx, in.Session.Value)
		return out, err
	}
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	out.SecretCode, err = a.cfg.Pool.AssociateSoftwareToken(ctx, claims.Sub)
	return out, err
}

type verifySoftwareTokenInput struct {
	eitherInput
	UserCode           text
	FriendlyDeviceName text
}

func (in *verifySoftwareTokenInput) check(c *checks) {
	in.eitherInput.check(c)
	c.required("userCode", in.UserCode, totpForm)
	c.optional("friendlyDeviceName", in.FriendlyDeviceName, deviceForm)
}

// deviceForm is stricter than the model, which has no bound.
var deviceForm = newForm(0, 256, `(?s).*`)

func verifySoftwareToken(ctx context.Context, a *API, in *verifySoftwareTokenInput) (any, error) {
	if err := in.one(); err != nil {
		return nil, err
	}
	var out struct {
		Status  string
		Session string `json:",omitempty"`
	}
	out.Status = "SUCCESS"
	var err error
	if in.Session.Given {
		out.Session, err = a.cfg.Pool.VerifyBySession(ctx, in.Session.Value, in.UserCode.Value, in.FriendlyDeviceName.Value)
		return out, err
	}
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return out, a.cfg.Pool.VerifySoftwareToken(ctx, claims.Sub, in.UserCode.Value, in.FriendlyDeviceName.Value)
}

type mfaSettings struct{ Enabled, PreferredMfa bool }

// mfaChoice is what is chosen of second factors; a kind that is left out stays as it is.
type mfaChoice struct {
	SoftwareTokenMfaSettings, SMSMfaSettings, EmailMfaSettings, WebAuthnMfaSettings *mfaSettings
}

// choose stores the choice. Kinds that do not run here can only be switched off.
func (a *API) choose(ctx context.Context, sub string, choice mfaChoice) error {
	for kind, settings := range map[string]*mfaSettings{
		"SMS": choice.SMSMfaSettings, "WebAuthn": choice.WebAuthnMfaSettings,
	} {
		if settings != nil && (settings.Enabled || settings.PreferredMfa) {
			return refuse("InvalidParameterException", kind+" MFA is not available in this user pool.")
		}
	}
	app, mailed := choice.SoftwareTokenMfaSettings, choice.EmailMfaSettings
	if app != nil && mailed != nil && app.PreferredMfa && mailed.PreferredMfa {
		return refuse("InvalidParameterException", "Only one MFA setting can be preferred.")
	}
	return a.cfg.Pool.SetSecondFactors(ctx, sub, app.toPool(), mailed.toPool())
}

func (s *mfaSettings) toPool() *userpool.FactorChoice {
	if s == nil {
		return nil
	}
	return &userpool.FactorChoice{Enabled: s.Enabled, Preferred: s.PreferredMfa}
}

type setUserMFAPreferenceInput struct {
	bearerInput
	mfaChoice
}

func setUserMFAPreference(ctx context.Context, a *API, in *setUserMFAPreferenceInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.choose(ctx, claims.Sub, in.mfaChoice)
}

type adminSetUserMFAPreferenceInput struct {
	adminInput
	mfaChoice
}

func adminSetUserMFAPreference(ctx context.Context, a *API, in *adminSetUserMFAPreferenceInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	u, err := a.cfg.Pool.AdminGetUser(ctx, in.Username.Value)
	if err != nil {
		return nil, err
	}
	return empty{}, a.choose(ctx, u.Sub, in.mfaChoice)
}

// mfaOutput is what a user's description says of second factors; nothing where there are none.
type mfaOutput struct {
	UserMFASettingList  []string `json:",omitempty"`
	PreferredMfaSetting string   `json:",omitempty"`
}

func (a *API) mfaOf(ctx context.Context, sub string) (mfaOutput, error) {
	in, err := a.cfg.Pool.SecondFactors(ctx, sub)
	return mfaOutput{UserMFASettingList: in.Kinds, PreferredMfaSetting: in.Preferred}, err
}
