package idp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

// TestABackEndSignsPeopleIn uses the official client as a back end does that holds the access key.
func TestABackEndSignsPeopleIn(t *testing.T) {
	r := newRig(t, func(pool *stack.UserPool) {
		pool.Clients[1].ExplicitAuthFlows = []string{"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
	})
	r.SignUp(t, ana)
	pool, clientID, clientSecret := aws.String(r.Pool.Settings().ID), pooltest.SecretID, r.Client(t, pooltest.SecretID).Secret
	hash := func(name string) string {
		h := hmac.New(sha256.New, []byte(clientSecret))
		h.Write([]byte(name + clientID))
		return base64.StdEncoding.EncodeToString(h.Sum(nil))
	}
	c := r.sdk(secret)
	auth := func(id string, flow types.AuthFlowType, parameters map[string]string) (*cognito.AdminInitiateAuthOutput, error) {
		return c.AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{UserPoolId: pool, ClientId: &id, AuthFlow: flow, AuthParameters: parameters})
	}
	with := func(name, password string) map[string]string {
		return map[string]string{"USERNAME": name, "PASSWORD": password, "SECRET_HASH": hash(name)}
	}
	for _, flow := range []types.AuthFlowType{types.AuthFlowTypeAdminUserPasswordAuth, types.AuthFlowTypeAdminNoSrpAuth} {
		in, err := auth(clientID, flow, with(ana, pooltest.Password))
		if err != nil || in.AuthenticationResult == nil || in.AuthenticationResult.IdToken == nil {
			t.Fatalf("%s: got %+v, %v", flow, in, err)
		}
		again, err := auth(clientID, types.AuthFlowTypeRefreshTokenAuth, map[string]string{
			"REFRESH_TOKEN": *in.AuthenticationResult.RefreshToken, "SECRET_HASH": hash(userOfToken(t, r, *in.AuthenticationResult.AccessToken)),
		})
		if err != nil || again.AuthenticationResult.RefreshToken != nil {
			t.Errorf("refresh: got %+v, %v", again, err)
		}
	}
	_, err := auth(clientID, types.AuthFlowTypeAdminUserPasswordAuth, with(ana, "Wrong-horse-9"))
	wantRefusal(t, "a wrong password", err, "NotAuthorizedException: Incorrect username or password.")
	_, err = auth(clientID, types.AuthFlowTypeAdminUserPasswordAuth, with("nobody@example.com", "Wrong-horse-9"))
	wantRefusal(t, "nobody", err, "NotAuthorizedException: Incorrect username or password.")
	_, err = auth(clientID, types.AuthFlowTypeAdminUserPasswordAuth, map[string]string{"USERNAME": ana, "PASSWORD": pooltest.Password})
	wantRefusal(t, "no secret", err, "NotAuthorizedException: Client "+clientID+" is configured with secret but SECRET_HASH was not received")
	_, err = auth(pooltest.ClientID, types.AuthFlowTypeAdminUserPasswordAuth, with(ana, pooltest.Password))
	wantRefusal(t, "a client without the flow", err, "InvalidParameterException: Auth flow not enabled for this client")
	_, err = auth(pooltest.ClientID, types.AuthFlowTypeUserPasswordAuth, map[string]string{"USERNAME": ana, "PASSWORD": pooltest.Password})
	wantRefusal(t, "the flow of browsers", err, "InvalidParameterException: Auth flow not enabled for this client")
	_, err = r.sdk("guess").AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{
		UserPoolId: pool, ClientId: &clientID, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: with(ana, pooltest.Password),
	})
	if err == nil {
		t.Error("another's access key: got no error")
	}
	_, err = c.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: &clientID, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: with(ana, pooltest.Password)})
	wantRefusal(t, "the flow of back ends, unsigned", err, "InvalidParameterException: Initiate Auth method not supported.")

	_, err = c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: pool, Username: aws.String("ben@example.com"), TemporaryPassword: aws.String("Temporary-9"), MessageAction: types.MessageActionTypeSuppress})
	wantRefusal(t, "create", err, "")
	asked, err := auth(clientID, types.AuthFlowTypeAdminUserPasswordAuth, with("ben@example.com", "Temporary-9"))
	if err != nil || asked.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Fatalf("got %+v, %v", asked, err)
	}
	done, err := c.AdminRespondToAuthChallenge(ctx, &cognito.AdminRespondToAuthChallengeInput{
		UserPoolId: pool, ClientId: &clientID, ChallengeName: asked.ChallengeName, Session: asked.Session,
		ChallengeResponses: map[string]string{"USERNAME": "ben@example.com", "NEW_PASSWORD": "Chosen-horse-9", "SECRET_HASH": hash("ben@example.com")},
	})
	if err != nil || done.AuthenticationResult == nil {
		t.Errorf("got %+v, %v", done, err)
	}
}

func userOfToken(t *testing.T, r *rig, access string) string {
	t.Helper()
	claims, err := r.Pool.AccessToken(ctx, access)
	if err != nil {
		t.Fatal(err)
	}
	return claims.Username
}

// TestOperationsThatAreNotHere are refused by name, rather than answered with something that looks right.
func TestOperationsThatAreNotHere(t *testing.T) {
	r := newRig(t, nil)
	for _, operation := range []string{"AdminLinkProviderForUser", "CreateIdentityProvider", "CreateUserPool", "DeleteUserPool", "SetUserPoolMfaConfig", "RotateSigningKeys", ""} {
		answer, body := r.post(operation, "{}")
		if answer.StatusCode != 400 || answer.Header.Get("X-Amzn-ErrorType") != "UnknownOperationException:" || body != `{"__type":"UnknownOperationException"}`+"\n" {
			t.Errorf("%s: got %d, %s, %s", operation, answer.StatusCode, answer.Header.Get("X-Amzn-ErrorType"), body)
		}
	}
}
