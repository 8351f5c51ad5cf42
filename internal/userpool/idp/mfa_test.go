package idp_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

func mfa(setting string) func(*stack.UserPool) {
	return func(d *stack.UserPool) { withSRP(d); pooltest.MFA(setting)(d) }
}

// app is an authenticator app that holds a secret.
type app struct {
	*rig
	secret string
}

func (a app) code() *string {
	a.t.Helper()
	key, err := base32.StdEncoding.DecodeString(a.secret)
	if err != nil {
		a.t.Fatal(err)
	}
	h := hmac.New(sha1.New, key)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(a.Now().Unix()/30)))
	sum := h.Sum(nil)
	at := sum[19] & 15
	return aws.String(fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:at+4])&(1<<31-1))%1_000_000))
}

func (a app) wrong() string {
	if *a.code() == "123456" {
		return "654321"
	}
	return "123456"
}

// enrol gives a person who is signed in a second factor that sign-in asks for.
func (r *rig) enrol(access *string) app {
	r.t.Helper()
	c := r.sdk(secret)
	associated, err := c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{AccessToken: access})
	if err != nil {
		r.t.Fatal(err)
	}
	a := app{r, *associated.SecretCode}
	verified, err := c.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{AccessToken: access, UserCode: a.code(), FriendlyDeviceName: aws.String("phone")})
	if err != nil || verified.Status != "SUCCESS" {
		r.t.Fatalf("got %+v, %v", verified, err)
	}
	_, err = c.SetUserMFAPreference(ctx, &cognito.SetUserMFAPreferenceInput{
		AccessToken: access, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true},
	})
	wantRefusal(r.t, "preference", err, "")
	return a
}

func (r *rig) answer(name types.ChallengeNameType, session *string, responses map[string]string) (*cognito.RespondToAuthChallengeOutput, error) {
	responses["USERNAME"] = ana
	return r.sdk(secret).RespondToAuthChallenge(ctx, &cognito.RespondToAuthChallengeInput{
		ClientId: clientID, ChallengeName: name, Session: session, ChallengeResponses: responses,
	})
}

func (r *rig) answerCode(session *string, code string) (*cognito.RespondToAuthChallengeOutput, error) {
	return r.answer("SOFTWARE_TOKEN_MFA", session, map[string]string{"SOFTWARE_TOKEN_MFA_CODE": code})
}

// passwordSession signs in as far as the second factor.
func (r *rig) passwordSession() *string {
	r.t.Helper()
	in, err := password(r.sdk(secret), ana, pooltest.Password)
	if err != nil || in.AuthenticationResult != nil || in.Session == nil {
		r.t.Fatalf("got %+v, %v, want a challenge", in, err)
	}
	return in.Session
}

func TestASecondFactorOfOnesOwnChoice(t *testing.T) {
	r := newRig(t, mfa("OPTIONAL"))
	r.SignUp(t, ana)
	c := r.sdk(secret)
	in, err := password(c, ana, pooltest.Password)
	if err != nil || in.AuthenticationResult == nil {
		t.Fatalf("got %+v, %v", in, err)
	}
	access := in.AuthenticationResult.AccessToken
	prefer := func(s types.SoftwareTokenMfaSettingsType) error {
		_, err := c.SetUserMFAPreference(ctx, &cognito.SetUserMFAPreferenceInput{AccessToken: access, SoftwareTokenMfaSettings: &s})
		return err
	}
	wantRefusal(t, "too early", prefer(types.SoftwareTokenMfaSettingsType{Enabled: true}), "InvalidParameterException: User has not verified software token mfa")
	me, err := c.GetUser(ctx, &cognito.GetUserInput{AccessToken: access})
	if err != nil || me.UserMFASettingList != nil || me.PreferredMfaSetting != nil {
		t.Errorf("before: got %+v, %v", me, err)
	}
	a := r.enrol(access)
	if len(a.secret) < 16 {
		t.Errorf("got the secret %q", a.secret)
	}
	if me, err = c.GetUser(ctx, &cognito.GetUserInput{AccessToken: access}); err != nil || !slices.Equal(me.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) || *me.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("after: got %+v, %v", me, err)
	}
	user, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: aws.String(r.Pool.Settings().ID), Username: aws.String(ana)})
	if err != nil || !slices.Equal(user.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) || *user.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("after: got %+v, %v", user, err)
	}

	byPassword, err := password(c, ana, pooltest.Password)
	if err != nil || byPassword.ChallengeName != "SOFTWARE_TOKEN_MFA" || byPassword.ChallengeParameters["FRIENDLY_DEVICE_NAME"] != "phone" || byPassword.AuthenticationResult != nil {
		t.Fatalf("got %+v, %v", byPassword, err)
	}
	const used = "ExpiredCodeException: Your software token has already been used once."
	_, err = r.answerCode(byPassword.Session, *a.code())
	wantRefusal(t, "the code of the verification", err, used)
	r.Wait(30 * time.Second)
	_, err = r.answerCode(byPassword.Session, a.wrong())
	wantRefusal(t, "a wrong code", err, "CodeMismatchException: Invalid code received for user")
	done, err := r.answerCode(byPassword.Session, *a.code())
	if err != nil || done.AuthenticationResult == nil || len(done.ChallengeParameters) != 0 {
		t.Fatalf("got %+v, %v", done, err)
	}
	_, err = r.answerCode(byPassword.Session, *a.code())
	wantRefusal(t, "the session again", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")

	bySRP, err := r.srp(ana, pooltest.Password).signIn()
	if err != nil || bySRP.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		t.Fatalf("got %+v, %v", bySRP, err)
	}
	_, err = r.answerCode(bySRP.Session, *a.code())
	wantRefusal(t, "the code again", err, used)
	refreshed, err := c.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: clientID, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: map[string]string{"REFRESH_TOKEN": *done.AuthenticationResult.RefreshToken}})
	if err != nil || refreshed.AuthenticationResult == nil {
		t.Errorf("a refresh: got %+v, %v", refreshed, err)
	}
	wantRefusal(t, "off", prefer(types.SoftwareTokenMfaSettingsType{}), "")
	if in, err = password(c, ana, pooltest.Password); err != nil || in.AuthenticationResult == nil {
		t.Errorf("off: got %+v, %v", in, err)
	}
}

// TestADemandedSecondFactor walks the order password, set-up, tokens; then password, code, tokens.
func TestADemandedSecondFactor(t *testing.T) {
	r := newRig(t, mfa("ON"))
	r.SignUp(t, ana)
	c := r.sdk(secret)
	in, err := password(c, ana, pooltest.Password)
	if err != nil || in.ChallengeName != "MFA_SETUP" || in.ChallengeParameters["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` {
		t.Fatalf("got %+v, %v", in, err)
	}
	const session = "NotAuthorizedException: Invalid session for the user"
	_, err = r.answer("MFA_SETUP", in.Session, map[string]string{})
	wantRefusal(t, "without setting up", err, session+".")
	_, err = r.answerCode(in.Session, "123456")
	wantRefusal(t, "another challenge's session", err, session+".")
	rival := r.passwordSession() // of somebody who knows the password too
	associated, err := c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{Session: in.Session})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{Session: in.Session})
	wantRefusal(t, "the first session again", err, session+", session can only be used once.")
	a := app{r, *associated.SecretCode}
	_, err = c.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{Session: associated.Session, UserCode: aws.String(a.wrong())})
	wantRefusal(t, "a wrong code", err, "EnableSoftwareTokenMFAException: Code mismatch")
	verified, err := c.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{Session: associated.Session, UserCode: a.code()})
	if err != nil || verified.Status != "SUCCESS" || verified.Session == nil {
		t.Fatalf("got %+v, %v", verified, err)
	}
	_, err = c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{Session: rival})
	wantRefusal(t, "a session from before", err, session+".")
	done, err := r.answer("MFA_SETUP", verified.Session, map[string]string{})
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("got %+v, %v", done, err)
	}
	_, err = r.answer("MFA_SETUP", verified.Session, map[string]string{})
	wantRefusal(t, "the last session again", err, session+", session can only be used once.")
	r.Wait(time.Minute)
	done, err = r.answerCode(r.passwordSession(), *a.code())
	if err != nil || done.AuthenticationResult == nil {
		t.Errorf("got %+v, %v", done, err)
	}
}

func TestSetUpFollowsATemporaryPassword(t *testing.T) {
	r := newRig(t, mfa("ON"))
	if _, err := r.Pool.AdminCreateUser(ctx, userpool.NewUser{Username: ana, TemporaryPassword: "First-password-1", Suppress: true}); err != nil {
		t.Fatal(err)
	}
	in, err := password(r.sdk(secret), ana, "First-password-1")
	if err != nil || in.ChallengeName != "NEW_PASSWORD_REQUIRED" {
		t.Fatalf("got %+v, %v", in, err)
	}
	next, err := r.answer(in.ChallengeName, in.Session, map[string]string{"NEW_PASSWORD": pooltest.Password})
	if err != nil || next.ChallengeName != "MFA_SETUP" || next.AuthenticationResult != nil {
		t.Errorf("got %+v, %v", next, err)
	}
}

// TestCodesCannotBeGuessed shows that the right password does not buy more guesses, nor does the right time.
func TestCodesCannotBeGuessed(t *testing.T) {
	r := newRig(t, mfa("OPTIONAL"))
	r.SignUp(t, ana)
	in, err := password(r.sdk(secret), ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	a := r.enrol(in.AuthenticationResult.AccessToken)
	r.Wait(time.Minute)
	for i := range 15 {
		if i%5 == 0 {
			in.Session = r.passwordSession()
		}
		_, err = r.answerCode(in.Session, a.wrong())
		wantRefusal(t, fmt.Sprint("guess ", i+1), err, "CodeMismatchException: Invalid code received for user")
	}
	_, err = r.answerCode(r.passwordSession(), *a.code())
	wantRefusal(t, "the right code, too late", err, "LimitExceededException: Attempt limit exceeded, please try after some time.")
	r.Wait(time.Hour)
	late := r.passwordSession()
	r.Wait(3 * time.Minute)
	_, err = r.answerCode(late, *a.code())
	wantRefusal(t, "an old session", err, "NotAuthorizedException: Invalid session for the user, session is expired.")
	session := r.passwordSession()
	_, err = r.answer("SOFTWARE_TOKEN_MFA", session, map[string]string{})
	wantRefusal(t, "no code", err, "InvalidParameterException: Missing required parameter SOFTWARE_TOKEN_MFA_CODE")
	_, err = r.answer("MFA_SETUP", session, map[string]string{})
	wantRefusal(t, "as if it were to be set up", err, "NotAuthorizedException: Invalid session for the user.")
	_, err = r.sdk(secret).AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{Session: session})
	wantRefusal(t, "a new factor by the password alone", err, "NotAuthorizedException: Invalid session for the user.")
	_, err = r.answerCode(session, *a.code())
	wantRefusal(t, "the right code", err, "")
}

func TestPoolsWithoutSecondFactors(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	c := r.sdk(secret)
	in, err := password(c, ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	access := in.AuthenticationResult.AccessToken
	_, err = c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{AccessToken: access})
	wantRefusal(t, "associate", err, "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool.")
	_, err = c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{})
	wantRefusal(t, "nobody's", err, "InvalidParameterException: Either AccessToken or Session is required.")
	_, err = c.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{AccessToken: access, UserCode: aws.String("12345")})
	wantRefusal(t, "a short code", err, "InvalidParameterException: 1 validation error detected: Value at 'userCode' failed to satisfy constraint: Member must have length greater than or equal to 6")
	_, err = c.SetUserMFAPreference(ctx, &cognito.SetUserMFAPreferenceInput{AccessToken: access, SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true}})
	wantRefusal(t, "text messages", err, "InvalidParameterException: SMS MFA is not available in this user pool.")
}
