package idp_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

const bo = "bo@example.com"

// begin starts a choice-based sign-in.
func (r *rig) begin(name string, with ...string) (*cognito.InitiateAuthOutput, error) {
	parameters := map[string]string{"USERNAME": name}
	for i := 0; i < len(with); i += 2 {
		parameters[with[i]] = with[i+1]
	}
	return r.sdk(secret).InitiateAuth(ctx, &cognito.InitiateAuthInput{
		ClientId: clientID, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: parameters,
	})
}

func (r *rig) answerMail(session *string, code string) (*cognito.RespondToAuthChallengeOutput, error) {
	return r.answer("EMAIL_OTP", session, map[string]string{"EMAIL_OTP_CODE": code})
}

// wantTokens fails unless a sign-in has ended well.
func wantTokens(t *testing.T, what string, done *cognito.RespondToAuthChallengeOutput, err error) string {
	t.Helper()
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%s: got %+v, %v, want tokens", what, done, err)
	}
	return *done.AuthenticationResult.AccessToken
}

func otherThan(code string) string {
	return strings.Map(func(r rune) rune { return '0' + (r-'0'+1)%10 }, code)
}

func TestSignInByChoice(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	r.SignUp(t, ana)
	offer, err := r.begin(ana)
	want := []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "WEB_AUTHN"}
	if err != nil || offer.ChallengeName != "SELECT_CHALLENGE" || !slices.Equal(offer.AvailableChallenges, want) || offer.AuthenticationResult != nil {
		t.Fatalf("got %+v, %v", offer, err)
	}
	_, err = r.answer("SELECT_CHALLENGE", offer.Session, map[string]string{"ANSWER": "SMS_OTP"})
	wantRefusal(t, "what is not offered", err, "InvalidParameterException: The answer is not one of the available challenges.")
	_, err = r.answer("SELECT_CHALLENGE", offer.Session, map[string]string{"ANSWER": "PASSWORD", "PASSWORD": "Wrong-horse-9"})
	wantRefusal(t, "a wrong password", err, wrongPassword)
	done, err := r.answer("SELECT_CHALLENGE", offer.Session, map[string]string{"ANSWER": "PASSWORD", "PASSWORD": pooltest.Password})
	wantTokens(t, "a password", done, err)
	asked, err := r.answer("SELECT_CHALLENGE", offer.Session, map[string]string{"ANSWER": "PASSWORD"})
	if err != nil || asked.ChallengeName != "PASSWORD" {
		t.Fatalf("got %+v, %v", asked, err)
	}
	done, err = r.answer("PASSWORD", asked.Session, map[string]string{"PASSWORD": pooltest.Password})
	wantTokens(t, "a password that was asked for", done, err)

	p := r.srp(ana, pooltest.Password)
	publicA := new(big.Int).Exp(big.NewInt(2), smallA, srpPrime).Text(16)
	verify, err := r.answer("SELECT_CHALLENGE", offer.Session, map[string]string{"ANSWER": "PASSWORD_SRP", "SRP_A": publicA})
	if err != nil || verify.ChallengeName != "PASSWORD_VERIFIER" {
		t.Fatalf("got %+v, %v", verify, err)
	}
	done, err = p.respond(p.responses(verify.ChallengeParameters))
	wantTokens(t, "SRP", done, err)

	in, err := r.begin(ana, "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", pooltest.Password)
	if err != nil || in.AuthenticationResult == nil {
		t.Errorf("a password at once: got %+v, %v", in, err)
	}
	if in, err = r.begin(ana, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", publicA); err != nil || in.ChallengeName != "PASSWORD_VERIFIER" {
		t.Errorf("SRP at once: got %+v, %v", in, err)
	}
	if in, err = r.begin(ana, "PREFERRED_CHALLENGE", "SMS_OTP"); err != nil || in.ChallengeName != "SELECT_CHALLENGE" {
		t.Errorf("a preference that cannot be met: got %+v, %v", in, err)
	}
	r.Wait(3 * time.Minute)
	_, err = r.answer("SELECT_CHALLENGE", offer.Session, map[string]string{"ANSWER": "PASSWORD", "PASSWORD": pooltest.Password})
	wantRefusal(t, "an old session", err, "NotAuthorizedException: Invalid session for the user, session is expired.")
	_, err = r.answer("SELECT_CHALLENGE", aws.String(strings.Repeat("A", 80)), map[string]string{"ANSWER": "PASSWORD", "PASSWORD": pooltest.Password})
	wantRefusal(t, "an invented session", err, "NotAuthorizedException: Invalid session for the user.")
}

func TestSignInByMailedCode(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	r.SignUp(t, ana)
	in, err := r.begin(ana, "PREFERRED_CHALLENGE", "EMAIL_OTP")
	if err != nil || in.ChallengeName != "EMAIL_OTP" || in.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "a***@e***" || in.ChallengeParameters["CODE_DELIVERY_DELIVERY_MEDIUM"] != "EMAIL" {
		t.Fatalf("got %+v, %v", in, err)
	}
	code := r.Code(t, ana)
	if len(code) != 8 {
		t.Errorf("got the code %q, want 8 digits", code)
	}
	_, err = r.answerMail(in.Session, otherThan(code))
	wantRefusal(t, "a wrong code", err, "CodeMismatchException: Invalid code or auth state for the user.")
	_, err = r.sdk(secret).RespondToAuthChallenge(ctx, &cognito.RespondToAuthChallengeInput{
		ClientId: aws.String(pooltest.SecretID), ChallengeName: "EMAIL_OTP", Session: in.Session,
		ChallengeResponses: map[string]string{
			"USERNAME": ana, "EMAIL_OTP_CODE": code, "SECRET_HASH": hashOf(r.Client(t, pooltest.SecretID).Secret, pooltest.SecretID, ana),
		},
	})
	wantRefusal(t, "another client", err, "NotAuthorizedException: Invalid session for the user.")
	done, err := r.answerMail(in.Session, code)
	access := wantTokens(t, "the code", done, err)
	_, err = r.answerMail(in.Session, code)
	wantRefusal(t, "the code again", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	factors, err := r.sdk(secret).GetUserAuthFactors(ctx, &cognito.GetUserAuthFactorsInput{AccessToken: &access})
	if err != nil || !slices.Equal(factors.ConfiguredUserAuthFactors, []types.AuthFactorType{"PASSWORD", "EMAIL_OTP"}) || factors.UserMFASettingList != nil {
		t.Errorf("got %+v, %v", factors, err)
	}

	if in, err = r.begin(ana, "PREFERRED_CHALLENGE", "EMAIL_OTP"); err != nil {
		t.Fatal(err)
	}
	late := r.Code(t, ana)
	other, err := r.begin(ana, "PREFERRED_CHALLENGE", "EMAIL_OTP")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.answerMail(other.Session, late)
	wantRefusal(t, "the code of another session", err, "CodeMismatchException: Invalid code or auth state for the user.")
	r.Wait(3 * time.Minute)
	_, err = r.answerMail(in.Session, late)
	wantRefusal(t, "a late code", err, "NotAuthorizedException: Invalid session for the user, session is expired.")
}

// TestFirstCodesCannotBeGuessed bounds the tries at each code and the codes in an hour.
func TestFirstCodesCannotBeGuessed(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	for _, name := range []string{ana, bo} { // an account, and none
		if name == ana {
			r.SignUp(t, ana)
		}
		for range 10 {
			in, err := r.begin(name, "PREFERRED_CHALLENGE", "EMAIL_OTP")
			if err != nil {
				t.Fatal(err)
			}
			guess := "00000000"
			if name == ana {
				guess = otherThan(r.Code(t, ana))
			}
			for range 5 {
				_, err := r.answerMail(in.Session, guess)
				wantRefusal(t, name, err, "CodeMismatchException: Invalid code or auth state for the user.")
			}
			_, err = r.answerMail(in.Session, otherThan(guess))
			wantRefusal(t, name+", after five", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
		}
		_, err := r.begin(name, "PREFERRED_CHALLENGE", "EMAIL_OTP")
		wantRefusal(t, name+", an eleventh code", err, "LimitExceededException: Attempt limit exceeded, please try after some time.")
	}
	if in, err := password(r.sdk(secret), ana, pooltest.Password); err != nil || in.AuthenticationResult == nil {
		t.Errorf("the password meanwhile: got %+v, %v", in, err)
	}
}

// TestChoicesTellNobodyWhoIsThere compares what a person, somebody not confirmed, somebody disabled and nobody are
// answered.
func TestChoicesTellNobodyWhoIsThere(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	r.SignUp(t, ana)
	if _, err := r.sdk(secret).SignUp(ctx, &cognito.SignUpInput{ClientId: clientID, Username: aws.String("al@example.com"), Password: aws.String(pooltest.Password)}); err != nil {
		t.Fatal(err)
	}
	r.SignUp(t, "abe@example.com")
	if err := r.Pool.AdminDisableUser(ctx, "abe@example.com"); err != nil {
		t.Fatal(err)
	}
	names := []string{ana, "al@example.com", "abe@example.com", "adam@example.com"}
	for _, preferred := range []string{"", "EMAIL_OTP", "WEB_AUTHN", "PASSWORD"} {
		var want string
		for _, name := range names {
			mails := len(r.Outbox.Messages())
			answer, body := r.post("InitiateAuth", `{"ClientId":"`+pooltest.ClientID+`","AuthFlow":"USER_AUTH","AuthParameters":{"USERNAME":"`+name+`","PREFERRED_CHALLENGE":"`+preferred+`"}}`)
			got := volatile.ReplaceAllString(body, "$1…")
			if answer.StatusCode != 200 || want != "" && got != want {
				t.Errorf("%s, %q: got %d %s, want %s", name, preferred, answer.StatusCode, got, want)
			}
			want = got
			if mailed := len(r.Outbox.Messages()) - mails; mailed > 0 != (name == ana && preferred == "EMAIL_OTP") {
				t.Errorf("%s, %q: %d mails", name, preferred, mailed)
			}
		}
	}
}

func TestLegacyClientsAreToldWhoIsThere(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		pooltest.Choice(d)
		d.Clients[0].PreventUserExistenceErrors = false
	})
	r.SignUp(t, ana)
	_, err := r.begin(bo)
	wantRefusal(t, "nobody", err, "UserNotFoundException: User does not exist.")
	offer, err := r.begin(ana, "PREFERRED_CHALLENGE", "WEB_AUTHN") // she has none
	if err != nil || offer.ChallengeName != "SELECT_CHALLENGE" || !slices.Equal(offer.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}) {
		t.Errorf("got %+v, %v", offer, err)
	}
}

// TestSignUpWithoutAPassword goes from nothing to tokens with the one code.
func TestSignUpWithoutAPassword(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	c := r.sdk(secret)
	up, err := c.SignUp(ctx, &cognito.SignUpInput{ClientId: clientID, Username: aws.String(ana)})
	if err != nil || up.Session == nil || up.UserConfirmed {
		t.Fatalf("got %+v, %v", up, err)
	}
	confirm := func(session *string) (*string, error) {
		done, err := c.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{ClientId: clientID, Username: aws.String(ana), ConfirmationCode: aws.String(r.Code(t, ana)), Session: session})
		if err != nil {
			return nil, err
		}
		return done.Session, nil
	}
	goOn := func(name string, session *string) (*cognito.InitiateAuthOutput, error) {
		return c.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: clientID, AuthFlow: "USER_AUTH", Session: session, AuthParameters: map[string]string{"USERNAME": name}})
	}
	_, err = goOn(ana, up.Session)
	wantRefusal(t, "before the code", err, "NotAuthorizedException: Invalid session for the user.")
	session, err := confirm(up.Session)
	if err != nil || session == nil {
		t.Fatalf("got %v, %v", session, err)
	}
	r.SignUp(t, bo)
	_, err = goOn(bo, session)
	wantRefusal(t, "as another", err, "NotAuthorizedException: Invalid session for the user.")
	in, err := goOn(ana, session)
	if err != nil || in.AuthenticationResult == nil {
		t.Fatalf("got %+v, %v", in, err)
	}
	_, err = goOn(ana, session)
	wantRefusal(t, "again", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	_, err = password(c, ana, pooltest.Password)
	wantRefusal(t, "a password that is none", err, wrongPassword)
	_, err = r.srp(ana, "").signIn()
	wantRefusal(t, "SRP without a password", err, "InvalidParameterException: USER_SRP_AUTH is not enabled for the client.")
	if _, err := c.ChangePassword(ctx, &cognito.ChangePasswordInput{AccessToken: in.AuthenticationResult.AccessToken, ProposedPassword: aws.String(pooltest.Password)}); err != nil {
		t.Error("a first password:", err)
	}
	if in, err := password(c, ana, pooltest.Password); err != nil || in.AuthenticationResult == nil {
		t.Errorf("with it: got %+v, %v", in, err)
	}
}

// TestAPasswordIsNeededWhereNoCodeCouldBeMailed: an account without both could never be signed in to.
func TestAPasswordIsNeededWhereNoCodeCouldBeMailed(t *testing.T) {
	const needed = "InvalidParameterException: 1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"
	number := aws.String("+14255550123")
	email := []types.AttributeType{{Name: aws.String("email"), Value: aws.String(ana)}}
	for name, c := range map[string]struct {
		change func(*stack.UserPool)
		in     cognito.SignUpInput
		want   string
	}{
		"an e-mail":                    {func(*stack.UserPool) {}, cognito.SignUpInput{Username: aws.String(ana)}, ""},
		"an empty one":                 {func(*stack.UserPool) {}, cognito.SignUpInput{Username: aws.String(ana), Password: aws.String("")}, ""},
		"an e-mail that no code tests": {func(d *stack.UserPool) { d.AutoVerifiedAttributes = nil }, cognito.SignUpInput{Username: aws.String(ana)}, needed},
		"a number":                     {phoneNames, cognito.SignUpInput{Username: number}, needed},
		"a number and an empty one":    {phoneNames, cognito.SignUpInput{Username: number, Password: aws.String("")}, needed},
		"a number beside an e-mail":    {phoneNames, cognito.SignUpInput{Username: number, UserAttributes: email}, ""},
		"where codes sign nobody in":   {func(d *stack.UserPool) { d.MFA = "ON"; d.SecondFactors = []string{"SOFTWARE_TOKEN_MFA"} }, cognito.SignUpInput{Username: aws.String(ana)}, needed},
	} {
		r := newRig(t, func(d *stack.UserPool) { pooltest.Choice(d); c.change(d) })
		c.in.ClientId = clientID
		_, err := r.sdk(secret).SignUp(ctx, &c.in)
		wantRefusal(t, name, err, c.want)
	}
}

func phoneNames(d *stack.UserPool) { d.UsernameAttributes = []string{"phone_number"} }

// TestAnotherSignUpsSessionIsWorthNothing has somebody begin a sign-up for an address that is not theirs.
func TestAnotherSignUpsSessionIsWorthNothing(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	c := r.sdk(secret)
	var sessions []*string
	for _, name := range []string{ana, bo} {
		up, err := c.SignUp(ctx, &cognito.SignUpInput{ClientId: clientID, Username: &name, Password: aws.String(pooltest.Password)})
		if err != nil {
			t.Fatal(err)
		}
		sessions = append(sessions, up.Session)
	}
	done, err := c.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{ClientId: clientID, Username: aws.String(ana), ConfirmationCode: aws.String(r.Code(t, ana)), Session: sessions[1]})
	if err != nil || done.Session != nil {
		t.Errorf("got %+v, %v, want no session", done, err)
	}
}

func TestSecondFactorsByMail(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		pooltest.Choice(d)
		d.MFA, d.SecondFactors = "OPTIONAL", []string{"SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}
	})
	r.SignUp(t, ana)
	c := r.sdk(secret)
	in, err := password(c, ana, pooltest.Password)
	if err != nil || in.AuthenticationResult == nil {
		t.Fatalf("got %+v, %v", in, err)
	}
	access := in.AuthenticationResult.AccessToken
	prefer := func(app *types.SoftwareTokenMfaSettingsType, mail *types.EmailMfaSettingsType) {
		t.Helper()
		if _, err := c.SetUserMFAPreference(ctx, &cognito.SetUserMFAPreferenceInput{AccessToken: access, SoftwareTokenMfaSettings: app, EmailMfaSettings: mail}); err != nil {
			t.Fatal(err)
		}
	}
	prefer(nil, &types.EmailMfaSettingsType{Enabled: true})
	if in, err = password(c, ana, pooltest.Password); err != nil || in.ChallengeName != "EMAIL_OTP" || in.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "a***@e***" {
		t.Fatalf("got %+v, %v", in, err)
	}
	code := r.Code(t, ana)
	if len(code) != 6 {
		t.Errorf("got the code %q, want 6 digits", code)
	}
	_, err = r.answerCode(in.Session, code)
	wantRefusal(t, "as if an app gave it", err, "NotAuthorizedException: Invalid session for the user.")
	_, err = r.answerMail(in.Session, otherThan(code))
	wantRefusal(t, "a wrong code", err, "CodeMismatchException: Invalid code or auth state for the user.")
	done, err := r.answerMail(in.Session, code)
	wantTokens(t, "the code", done, err)

	// The mailbox alone is not both factors, and whoever asks for it does not use up the second.
	mails := len(r.Outbox.Messages())
	for range 10 {
		if in, err = r.begin(ana, "PREFERRED_CHALLENGE", "EMAIL_OTP"); err != nil || in.ChallengeName != "EMAIL_OTP" || len(r.Outbox.Messages()) != mails {
			t.Errorf("a first factor by mail: got %+v, %v and %d mails", in, err, len(r.Outbox.Messages())-mails)
		}
	}
	if in, err = password(c, ana, pooltest.Password); err != nil || in.ChallengeName != "EMAIL_OTP" {
		t.Errorf("the second factor meanwhile: got %+v, %v", in, err)
	}

	app := r.enrol(access)
	r.Wait(time.Minute)
	prefer(&types.SoftwareTokenMfaSettingsType{Enabled: true}, nil)
	if in, err = password(c, ana, pooltest.Password); err != nil || in.ChallengeName != "SELECT_MFA_TYPE" || in.ChallengeParameters["MFAS_CAN_CHOOSE"] != `["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]` {
		t.Fatalf("got %+v, %v", in, err)
	}
	_, err = r.answer("SELECT_MFA_TYPE", in.Session, map[string]string{"ANSWER": "SMS_MFA"})
	wantRefusal(t, "what cannot be chosen", err, "InvalidParameterException: The answer is not one of the factors to choose from.")
	chosen, err := r.answer("SELECT_MFA_TYPE", in.Session, map[string]string{"ANSWER": "SOFTWARE_TOKEN_MFA"})
	if err != nil || chosen.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		t.Fatalf("got %+v, %v", chosen, err)
	}
	done, err = r.answerCode(chosen.Session, *app.code())
	wantTokens(t, "the app that was chosen", done, err)
	_, err = r.answer("SELECT_MFA_TYPE", in.Session, map[string]string{"ANSWER": "EMAIL_OTP"})
	wantRefusal(t, "to choose again", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	prefer(nil, &types.EmailMfaSettingsType{Enabled: true, PreferredMfa: true})
	me, err := c.GetUser(ctx, &cognito.GetUserInput{AccessToken: access})
	if err != nil || !slices.Equal(me.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}) || *me.PreferredMfaSetting != "EMAIL_OTP" {
		t.Errorf("got %+v, %v", me, err)
	}
	if in, err = password(c, ana, pooltest.Password); err != nil || in.ChallengeName != "EMAIL_OTP" {
		t.Fatalf("got %+v, %v", in, err)
	}

	// Guesses of both kinds share one count, and a new sign-in does not buy more.
	tries := 1 // above
	for tries < 15 {
		if in, err = password(c, ana, pooltest.Password); err != nil {
			t.Fatal(err)
		}
		for range min(5, 15-tries) {
			_, err = r.answerMail(in.Session, otherThan(r.Code(t, ana)))
			wantRefusal(t, "a guess", err, "CodeMismatchException: Invalid code or auth state for the user.")
			tries++
		}
	}
	if in, err = password(c, ana, pooltest.Password); err != nil {
		t.Fatal(err)
	}
	_, err = r.answerMail(in.Session, r.Code(t, ana))
	wantRefusal(t, "the right code, too late", err, "LimitExceededException: Attempt limit exceeded, please try after some time.")
}

// TestDemandedSecondFactors shows that a verified e-mail is good for the second factor, and for nothing alone.
func TestDemandedSecondFactors(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		pooltest.Choice(d)
		d.MFA, d.SecondFactors = "ON", []string{"SOFTWARE_TOKEN_MFA", "EMAIL_OTP"}
	})
	r.SignUp(t, ana)
	offer, err := r.begin(ana)
	if err != nil || !slices.Equal(offer.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP"}) {
		t.Errorf("got %+v, %v", offer, err)
	}
	in, err := password(r.sdk(secret), ana, pooltest.Password)
	if err != nil || in.ChallengeName != "EMAIL_OTP" {
		t.Fatalf("got %+v, %v", in, err)
	}
	done, err := r.answerMail(in.Session, r.Code(t, ana))
	wantTokens(t, "the code", done, err)
	if err := r.Pool.AdminUpdateUserAttributes(ctx, ana, toPool("email_verified", "false")); err != nil {
		t.Fatal(err)
	}
	if in, err = password(r.sdk(secret), ana, pooltest.Password); err != nil || in.ChallengeName != "MFA_SETUP" {
		t.Errorf("an e-mail that is not verified: got %+v, %v", in, err)
	}
}
