package idp_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

const appOrigin = pooltest.AppOrigin

// volatile is what differs between two answers that say the same.
var volatile = regexp.MustCompile(`("(?:Session|challenge\\?)\\?":\\?")[^"\\]+`)

func toPool(name, value string) []userpool.Attribute {
	return []userpool.Attribute{{Name: name, Value: value}}
}

// token signs in by password.
func (r *rig) token(name string) *string {
	r.t.Helper()
	in, err := password(r.sdk(secret), name, pooltest.Password)
	if err != nil || in.AuthenticationResult == nil {
		r.t.Fatalf("got %+v, %v", in, err)
	}
	return in.AuthenticationResult.AccessToken
}

func (r *rig) creationOptions(access *string) []byte {
	r.t.Helper()
	started, err := r.sdk(secret).StartWebAuthnRegistration(ctx, &cognito.StartWebAuthnRegistrationInput{AccessToken: access})
	if err != nil {
		r.t.Fatal(err)
	}
	options, err := started.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil {
		r.t.Fatal(err)
	}
	return options
}

func (r *rig) complete(access *string, credential string) error {
	r.t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(credential), &value); err != nil {
		r.t.Fatal(err)
	}
	_, err := r.sdk(secret).CompleteWebAuthnRegistration(ctx, &cognito.CompleteWebAuthnRegistrationInput{AccessToken: access, Credential: document.NewLazyDocument(value)})
	return err
}

// passkeyFor makes a passkey for somebody.
func (r *rig) passkeyFor(name string) *pooltest.Authenticator {
	r.t.Helper()
	access, authenticator := r.token(name), pooltest.NewAuthenticator(r.t, appOrigin)
	if err := r.complete(access, authenticator.Register(r.t, r.creationOptions(access))); err != nil {
		r.t.Fatal(err)
	}
	return authenticator
}

// askPasskey begins a sign-in and gives its session and what the browser is asked.
func (r *rig) askPasskey(name string) (session *string, options []byte) {
	r.t.Helper()
	in, err := r.begin(name, "PREFERRED_CHALLENGE", "WEB_AUTHN")
	if err != nil || in.ChallengeName != "WEB_AUTHN" {
		r.t.Fatalf("got %+v, %v", in, err)
	}
	return in.Session, []byte(in.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"])
}

func (r *rig) answerPasskey(session *string, credential string) (*cognito.RespondToAuthChallengeOutput, error) {
	return r.answer("WEB_AUTHN", session, map[string]string{"CREDENTIAL": credential})
}

func TestSignInByPasskey(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	r.SignUp(t, ana)
	access := r.token(ana)
	options := r.creationOptions(access)
	var o struct {
		RP                     struct{ ID string }
		User                   struct{ Name string }
		PubKeyCredParams       []struct{ Alg int }
		Timeout                int
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
	}
	if err := json.Unmarshal(options, &o); err != nil || o.RP.ID != "example.com" || o.User.Name != ana || len(o.PubKeyCredParams) != 2 ||
		o.PubKeyCredParams[0].Alg != -7 || o.PubKeyCredParams[1].Alg != -257 || o.Timeout != 60000 || o.AuthenticatorSelection.ResidentKey != "required" || o.AuthenticatorSelection.UserVerification != "preferred" {
		t.Errorf("got the options %s, %v", options, err)
	}
	key := pooltest.NewAuthenticator(t, appOrigin)
	made := key.Register(t, options)
	wantRefusal(t, "complete", r.complete(access, made), "")
	wantRefusal(t, "complete again", r.complete(access, made), "WebAuthnChallengeNotFoundException: The challenge is unknown, used or expired.")

	session, asked := r.askPasskey(ana)
	answer := key.Assert(t, asked)
	done, err := r.answerPasskey(session, answer)
	access = aws.String(wantTokens(t, "a passkey", done, err))
	_, err = r.answerPasskey(session, answer)
	wantRefusal(t, "the answer again", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	fresh, _ := r.askPasskey(ana)
	_, err = r.answerPasskey(fresh, answer)
	wantRefusal(t, "the answer in another session", err, wrongPassword)

	c := r.sdk(secret)
	list, err := c.ListWebAuthnCredentials(ctx, &cognito.ListWebAuthnCredentialsInput{AccessToken: access, MaxResults: aws.Int32(0)})
	if err != nil || len(list.Credentials) != 1 || *list.Credentials[0].RelyingPartyId != "example.com" || list.Credentials[0].AuthenticatorTransports[0] != "internal" ||
		*list.Credentials[0].FriendlyCredentialName != "Passkey on one device" || !list.Credentials[0].CreatedAt.Equal(r.Now()) {
		t.Fatalf("got %+v, %v", list, err)
	}
	factors, err := c.GetUserAuthFactors(ctx, &cognito.GetUserAuthFactorsInput{AccessToken: access})
	if err != nil || fmt.Sprint(factors.ConfiguredUserAuthFactors) != "[PASSWORD EMAIL_OTP WEB_AUTHN]" {
		t.Errorf("got %+v, %v", factors, err)
	}
	remove := &cognito.DeleteWebAuthnCredentialInput{AccessToken: access, CredentialId: list.Credentials[0].CredentialId}
	if _, err := c.DeleteWebAuthnCredential(ctx, remove); err != nil {
		t.Fatal(err)
	}
	_, err = c.DeleteWebAuthnCredential(ctx, remove)
	wantRefusal(t, "delete again", err, "ResourceNotFoundException: The user has no such passkey.")
	session, asked = r.askPasskey(ana)
	_, err = r.answerPasskey(session, key.Assert(t, asked))
	wantRefusal(t, "a passkey that was deleted", err, wrongPassword)
}

func TestPasskeysThatDoNotSignIn(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { pooltest.Choice(d); d.UserVerification = "required" })
	r.SignUp(t, ana)
	r.SignUp(t, bo)
	anas, bos := r.passkeyFor(ana), r.passkeyFor(bo)
	for name, c := range map[string]struct {
		of    *pooltest.Authenticator
		alter func(*pooltest.Authenticator)
	}{
		"another person's":                      {bos, func(*pooltest.Authenticator) {}},
		"another person's that says it is hers": {bos, func(a *pooltest.Authenticator) { a.User = anas.User }},
		"another person's under her id":         {bos, func(a *pooltest.Authenticator) { a.ID, a.User = anas.ID, anas.User }},
		"hers for nobody":                       {anas, func(a *pooltest.Authenticator) { a.User = []byte("nobody") }},
		"at another site":                       {anas, func(a *pooltest.Authenticator) { a.Origin = "https://example.com.evil.test" }},
		"at a neighbour":                        {anas, func(a *pooltest.Authenticator) { a.Origin = "https://evil.example.com" }},
		"without TLS":                           {anas, func(a *pooltest.Authenticator) { a.Origin = "http://app.example.com" }},
		"of another relying party":              {anas, func(a *pooltest.Authenticator) { a.RelyingParty = "evil.test" }},
		"without finger or PIN":                 {anas, func(a *pooltest.Authenticator) { a.Unverified = true }},
		"copied, its counter behind":            {anas, func(a *pooltest.Authenticator) { a.Counter = 0 }},
	} {
		session, asked := r.askPasskey(ana)
		altered := *c.of
		c.alter(&altered)
		_, err := r.answerPasskey(session, altered.Assert(t, asked))
		wantRefusal(t, name, err, wrongPassword)
		_, err = r.answerPasskey(session, anas.Assert(t, asked))
		wantRefusal(t, name+", then the right one", err, "NotAuthorizedException: Invalid session for the user, session can only be used once.")
	}
	session, asked := r.askPasskey(ana)
	done, err := r.answerPasskey(session, anas.Assert(t, asked))
	wantTokens(t, "hers", done, err)
	copied := *anas
	copied.Counter--
	session, asked = r.askPasskey(ana)
	_, err = r.answerPasskey(session, copied.Assert(t, asked))
	wantRefusal(t, "a counter seen before", err, wrongPassword)
	session, asked = r.askPasskey(ana)
	r.Wait(2 * time.Minute)
	_, err = r.answerPasskey(session, anas.Assert(t, asked))
	wantRefusal(t, "too late", err, "NotAuthorizedException: Invalid session for the user, session is expired.")
	session, asked = r.askPasskey(bo)
	for name, credential := range map[string]string{"no JSON": "{", "another form": `{"id":"x"}`, "deep": `{"id":[[[[[[[[1]]]]]]]]}`} {
		_, err := r.answerPasskey(session, credential)
		wantRefusal(t, name, err, "InvalidParameterException: CREDENTIAL is not a passkey's authentication response.")
	}
	if err := r.Pool.AdminDisableUser(ctx, bo); err != nil {
		t.Fatal(err)
	}
	_, err = r.answerPasskey(session, bos.Assert(t, asked))
	wantRefusal(t, "somebody disabled", err, "NotAuthorizedException: User is disabled.")
}

func TestPasskeysThatAreNotTaken(t *testing.T) {
	r := newRig(t, pooltest.Choice)
	r.SignUp(t, ana)
	r.SignUp(t, bo)
	access, hers := r.token(ana), r.token(bo)
	for name, c := range map[string]struct {
		alter func(*pooltest.Authenticator)
		want  string
	}{
		"made at another site":     {func(a *pooltest.Authenticator) { a.Origin = "https://evil.test" }, "WebAuthnOriginNotAllowedException: The passkey was made at an address that is not the user pool's."},
		"of another relying party": {func(a *pooltest.Authenticator) { a.RelyingParty = "evil.test" }, "WebAuthnRelyingPartyMismatchException: The passkey belongs to another relying party."},
	} {
		key := pooltest.NewAuthenticator(t, appOrigin)
		c.alter(key)
		wantRefusal(t, name, r.complete(access, key.Register(t, r.creationOptions(access))), c.want)
	}
	const unknown = "WebAuthnChallengeNotFoundException: The challenge is unknown, used or expired."
	key := pooltest.NewAuthenticator(t, appOrigin)
	made := key.Register(t, r.creationOptions(access))
	wantRefusal(t, "somebody else's challenge", r.complete(hers, made), unknown)
	r.Wait(2 * time.Minute)
	wantRefusal(t, "too late", r.complete(access, made), unknown)
	wantRefusal(t, "no response", r.complete(access, `{"id":"x"}`), "InvalidParameterException: The credential is not a passkey's registration response.")
	wantRefusal(t, "a sign-in's response", r.complete(access, key.Assert(t, r.creationOptions(access))), "InvalidParameterException: The credential is not a passkey's registration response.")
	wantRefusal(t, "the first", r.complete(access, key.Register(t, r.creationOptions(access))), "")
	wantRefusal(t, "the same again", r.complete(access, key.Register(t, r.creationOptions(access))), "InvalidParameterException: The passkey is registered already.")
	for range 19 {
		other := pooltest.NewAuthenticator(t, appOrigin)
		if err := r.complete(access, other.Register(t, r.creationOptions(access))); err != nil {
			t.Fatal(err)
		}
	}
	_, err := r.sdk(secret).StartWebAuthnRegistration(ctx, &cognito.StartWebAuthnRegistrationInput{AccessToken: access})
	wantRefusal(t, "one too many", err, "LimitExceededException: A user has 20 passkeys at most.")
	first, err := r.sdk(secret).ListWebAuthnCredentials(ctx, &cognito.ListWebAuthnCredentialsInput{AccessToken: access, MaxResults: aws.Int32(15)})
	if err != nil || len(first.Credentials) != 15 || first.NextToken == nil {
		t.Fatalf("got %+v, %v", first, err)
	}
	rest, err := r.sdk(secret).ListWebAuthnCredentials(ctx, &cognito.ListWebAuthnCredentialsInput{AccessToken: access, NextToken: first.NextToken})
	if err != nil || len(rest.Credentials) != 5 || rest.NextToken != nil {
		t.Errorf("got %+v, %v", rest, err)
	}
}

// TestPasskeysAndSecondFactors shows when a passkey is enough.
func TestPasskeysAndSecondFactors(t *testing.T) {
	optional := newRig(t, func(d *stack.UserPool) { pooltest.Choice(d); pooltest.MFA("OPTIONAL")(d) })
	optional.SignUp(t, ana)
	key := optional.passkeyFor(ana)
	optional.enrol(optional.token(ana))
	session, asked := optional.askPasskey(ana)
	done, err := optional.answerPasskey(session, key.Assert(t, asked))
	if err != nil || done.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("one factor: got %+v, %v", done, err)
	}

	both := newRig(t, func(d *stack.UserPool) {
		pooltest.Choice(d)
		d.MFA, d.SecondFactors, d.PasskeysAreTwoFactors = "ON", []string{"EMAIL_OTP"}, true
	})
	both.SignUp(t, ana)
	in, err := password(both.sdk(secret), ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	byMail, err := both.answerMail(in.Session, both.Code(t, ana))
	access := aws.String(wantTokens(t, "by mail", byMail, err))
	key = pooltest.NewAuthenticator(t, appOrigin)
	wantRefusal(t, "complete", both.complete(access, key.Register(t, both.creationOptions(access))), "")
	session, asked = both.askPasskey(ana)
	done, err = both.answerPasskey(session, key.Assert(t, asked))
	wantTokens(t, "a passkey that verified her", done, err)
	key.Unverified = true
	session, asked = both.askPasskey(ana)
	_, err = both.answerPasskey(session, key.Assert(t, asked))
	wantRefusal(t, "one that did not", err, wrongPassword)
}

func TestPoolsWithoutPasskeys(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	_, err := r.sdk(secret).StartWebAuthnRegistration(ctx, &cognito.StartWebAuthnRegistrationInput{AccessToken: r.token(ana)})
	wantRefusal(t, "start", err, "WebAuthnNotEnabledException: Passkeys are not enabled for the user pool.")
	wantRefusal(t, "complete", r.complete(r.token(ana), `{}`), "WebAuthnNotEnabledException: Passkeys are not enabled for the user pool.")
	_, err = r.answerPasskey(aws.String("AAAAAAAAAAAAAAAAAAAAAAAAAA"), "{}")
	wantRefusal(t, "answer", err, "NotAuthorizedException: Invalid session for the user.")
}

func TestTheFactorsOfAPoolAreDescribed(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		pooltest.Choice(d)
		pooltest.MFA("OPTIONAL")(d)
		d.AuthenticationSubject = "Hello"
	})
	pool := aws.String(r.Pool.Settings().ID)
	got, err := r.sdk(secret).GetUserPoolMfaConfig(ctx, &cognito.GetUserPoolMfaConfigInput{UserPoolId: pool})
	if err != nil || got.MfaConfiguration != "OPTIONAL" || !got.SoftwareTokenMfaConfiguration.Enabled || *got.EmailMfaConfiguration.Subject != "Hello" ||
		*got.WebAuthnConfiguration.RelyingPartyId != "example.com" || got.WebAuthnConfiguration.UserVerification != "preferred" || got.WebAuthnConfiguration.FactorConfiguration != "SINGLE_FACTOR" {
		t.Errorf("got %+v, %v", got, err)
	}
	about, err := r.sdk(secret).DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: pool})
	if err != nil || fmt.Sprint(about.UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors) != "[PASSWORD EMAIL_OTP WEB_AUTHN]" {
		t.Errorf("got %+v, %v", about, err)
	}
	if in, err := r.sdk(secret).AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{
		UserPoolId: pool, ClientId: clientID, AuthFlow: "USER_AUTH", AuthParameters: map[string]string{"USERNAME": ana},
	}); err != nil || in.ChallengeName != "SELECT_CHALLENGE" {
		t.Errorf("a back end: got %+v, %v", in, err)
	}
}
