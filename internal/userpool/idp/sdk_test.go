package idp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

var clientID = aws.String(pooltest.ClientID)

func password(client *cognito.Client, username, password string) (*cognito.InitiateAuthOutput, error) {
	return client.InitiateAuth(ctx, &cognito.InitiateAuthInput{
		ClientId: clientID, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
}

// TestAPersonsLife walks through the self-service operations with the official client.
func TestAPersonsLife(t *testing.T) {
	r := newRig(t, nil)
	c := r.sdk(secret)
	up, err := c.SignUp(ctx, &cognito.SignUpInput{
		ClientId: clientID, Username: aws.String(ana), Password: aws.String(pooltest.Password),
		UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String("Ana")}},
	})
	if err != nil || up.UserConfirmed || *up.CodeDeliveryDetails.Destination != "a***@e***" || up.CodeDeliveryDetails.DeliveryMedium != "EMAIL" || *up.CodeDeliveryDetails.AttributeName != "email" {
		t.Fatalf("got %+v, %v", up, err)
	}
	_, err = password(c, ana, pooltest.Password)
	wantRefusal(t, "sign-in too early", err, "UserNotConfirmedException: User is not confirmed.")
	if _, err = c.ResendConfirmationCode(ctx, &cognito.ResendConfirmationCodeInput{ClientId: clientID, Username: aws.String(ana)}); err != nil {
		t.Fatal(err)
	}
	_, err = c.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{ClientId: clientID, Username: aws.String(ana), ConfirmationCode: aws.String(r.Code(t, ana))})
	wantRefusal(t, "confirm", err, "")
	in, err := password(c, ana, pooltest.Password)
	if err != nil || in.AuthenticationResult == nil || in.AuthenticationResult.ExpiresIn != 3600 || *in.AuthenticationResult.TokenType != "Bearer" || in.ChallengeName != "" {
		t.Fatalf("got %+v, %v", in, err)
	}
	access, refresh := in.AuthenticationResult.AccessToken, *in.AuthenticationResult.RefreshToken
	me, err := c.GetUser(ctx, &cognito.GetUserInput{AccessToken: access})
	if err != nil || *me.Username != *up.UserSub || *me.UserAttributes[0].Name != "sub" || len(me.UserAttributes) != 4 {
		t.Errorf("got %+v, %v", me, err)
	}
	const fresh = "Another-horse-9"
	_, err = c.ChangePassword(ctx, &cognito.ChangePasswordInput{AccessToken: access, PreviousPassword: aws.String(fresh), ProposedPassword: aws.String(fresh)})
	wantRefusal(t, "wrong previous password", err, "NotAuthorizedException: Incorrect username or password.")
	_, err = c.ChangePassword(ctx, &cognito.ChangePasswordInput{AccessToken: access, PreviousPassword: aws.String(pooltest.Password), ProposedPassword: aws.String(fresh)})
	wantRefusal(t, "change password", err, "")
	if _, err = c.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: clientID, Username: aws.String(ana)}); err != nil {
		t.Fatal(err)
	}
	_, err = c.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{
		ClientId: clientID, Username: aws.String(ana), ConfirmationCode: aws.String(r.Code(t, ana)), Password: aws.String(pooltest.Password),
	})
	wantRefusal(t, "new password by code", err, "")
	for _, flow := range []types.AuthFlowType{types.AuthFlowTypeRefreshTokenAuth, types.AuthFlowTypeRefreshToken} {
		again, err := c.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: clientID, AuthFlow: flow, AuthParameters: map[string]string{"REFRESH_TOKEN": refresh}})
		if err != nil || again.AuthenticationResult.RefreshToken != nil || *again.AuthenticationResult.IdToken == "" {
			t.Errorf("%s: got %+v, %v", flow, again, err)
		}
	}
	got, err := c.GetTokensFromRefreshToken(ctx, &cognito.GetTokensFromRefreshTokenInput{ClientId: clientID, RefreshToken: &refresh})
	if err != nil || got.AuthenticationResult.AccessToken == nil {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = c.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: clientID, Token: &refresh})
	wantRefusal(t, "revoke", err, "")
	_, err = c.GetUser(ctx, &cognito.GetUserInput{AccessToken: access})
	wantRefusal(t, "a revoked token", err, "NotAuthorizedException: Access Token has been revoked")
	if in, err = password(c, ana, pooltest.Password); err != nil {
		t.Fatal(err)
	}
	access = in.AuthenticationResult.AccessToken
	_, err = c.GlobalSignOut(ctx, &cognito.GlobalSignOutInput{AccessToken: access})
	wantRefusal(t, "sign out everywhere", err, "")
	_, err = c.GlobalSignOut(ctx, &cognito.GlobalSignOutInput{AccessToken: access})
	wantRefusal(t, "the same token again", err, "NotAuthorizedException: Access Token has been revoked")
	if in, err = password(c, ana, pooltest.Password); err != nil {
		t.Fatal(err)
	}
	_, err = c.DeleteUser(ctx, &cognito.DeleteUserInput{AccessToken: in.AuthenticationResult.AccessToken})
	wantRefusal(t, "delete", err, "")
	_, err = password(c, ana, pooltest.Password)
	wantRefusal(t, "after deletion", err, "NotAuthorizedException: Incorrect username or password.")
}

// TestAnAdministratorsDay walks through the signed operations with the official client.
func TestAnAdministratorsDay(t *testing.T) {
	r := newRig(t, nil)
	c, pool := r.sdk(secret), aws.String(r.Pool.Settings().ID)
	made, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: pool, Username: aws.String(ana),
		UserAttributes: []types.AttributeType{{Name: aws.String("email_verified"), Value: aws.String("true")}},
	})
	if err != nil || made.User.UserStatus != types.UserStatusTypeForceChangePassword || !made.User.Enabled || !made.User.UserCreateDate.Equal(r.Now()) {
		t.Fatalf("got %+v, %v", made, err)
	}
	temporary := regexp.MustCompile(`password is (\S+)\.$`).FindStringSubmatch(r.Outbox.Messages()[0].Text)[1]
	in, err := password(c, ana, temporary)
	if err != nil || in.ChallengeName != types.ChallengeNameTypeNewPasswordRequired || in.AuthenticationResult != nil {
		t.Fatalf("got %+v, %v", in, err)
	}
	var have map[string]string
	if err := json.Unmarshal([]byte(in.ChallengeParameters["userAttributes"]), &have); err != nil || have["email"] != ana || have["sub"] != "" {
		t.Errorf("got %v, %v", have, err)
	}
	if got := in.ChallengeParameters["requiredAttributes"]; got != "[]" {
		t.Errorf("got required attributes %s", got)
	}
	done, err := c.RespondToAuthChallenge(ctx, &cognito.RespondToAuthChallengeInput{
		ClientId: clientID, ChallengeName: in.ChallengeName, Session: in.Session,
		ChallengeResponses: map[string]string{"USERNAME": ana, "NEW_PASSWORD": pooltest.Password},
	})
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("got %+v, %v", done, err)
	}
	user, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: pool, Username: aws.String(ana)})
	if err != nil || user.UserStatus != types.UserStatusTypeConfirmed || len(user.UserAttributes) != 3 {
		t.Errorf("got %+v, %v", user, err)
	}
	_, err = c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: pool, Username: user.Username, Password: aws.String("Another-horse-9"), Permanent: true})
	wantRefusal(t, "set password", err, "")
	_, err = c.AdminConfirmSignUp(ctx, &cognito.AdminConfirmSignUpInput{UserPoolId: pool, Username: user.Username})
	wantRefusal(t, "confirm", err, "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
	list, err := c.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: pool, Filter: aws.String(`email = "` + ana + `"`), AttributesToGet: []string{"email"}})
	if err != nil || len(list.Users) != 1 || len(list.Users[0].Attributes) != 1 || list.PaginationToken != nil {
		t.Errorf("got %+v, %v", list, err)
	}
	about, err := c.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: pool})
	if err != nil || *about.UserPool.Policies.PasswordPolicy.MinimumLength != 8 || about.UserPool.EstimatedNumberOfUsers != 1 || about.UserPool.Policies.PasswordPolicy.TemporaryPasswordValidityDays != 7 {
		t.Errorf("got %+v, %v", about, err)
	}
	app, err := c.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: pool, ClientId: aws.String(pooltest.SecretID)})
	if err != nil || *app.UserPoolClient.ClientSecret != r.Client(t, pooltest.SecretID).Secret || *app.UserPoolClient.AccessTokenValidity != 3600 || app.UserPoolClient.RefreshTokenValidity != 2592000 {
		t.Errorf("got %+v, %v", app, err)
	}
	_, err = c.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: pool, Username: user.Username})
	wantRefusal(t, "delete", err, "")
	_, err = c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: pool, Username: aws.String(ana)})
	wantRefusal(t, "after deletion", err, "UserNotFoundException: User does not exist.")
	_, err = c.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: aws.String("local_000000000")})
	wantRefusal(t, "another pool", err, "ResourceNotFoundException: User pool local_000000000 does not exist.")
	_, err = r.sdk("guess").ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: pool})
	wantRefusal(t, "another key", err, "InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
}

func hashOf(secret, clientID, username string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func TestClientsWithASecret(t *testing.T) {
	r := newRig(t, nil)
	u := r.SignUp(t, ana)
	c, confidential := r.sdk(secret), r.Client(t, pooltest.SecretID)
	auth := func(client string, flow types.AuthFlowType, parameters map[string]string) (*cognito.InitiateAuthOutput, error) {
		return c.InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: &client, AuthFlow: flow, AuthParameters: parameters})
	}
	parameters := map[string]string{"USERNAME": ana, "PASSWORD": pooltest.Password}
	_, err := auth(pooltest.SecretID, types.AuthFlowTypeUserPasswordAuth, parameters)
	wantRefusal(t, "no hash", err, "NotAuthorizedException: Client "+pooltest.SecretID+" is configured with secret but SECRET_HASH was not received")
	parameters["SECRET_HASH"] = hashOf("guess", pooltest.SecretID, ana)
	unable := "NotAuthorizedException: Unable to verify secret hash for client "
	_, err = auth(pooltest.SecretID, types.AuthFlowTypeUserPasswordAuth, parameters)
	wantRefusal(t, "a wrong hash", err, unable+pooltest.SecretID)
	parameters["SECRET_HASH"] = hashOf(confidential.Secret, pooltest.SecretID, ana)
	_, err = auth(pooltest.ClientID, types.AuthFlowTypeUserPasswordAuth, parameters)
	wantRefusal(t, "a hash for a public client", err, unable+pooltest.ClientID)
	in, err := auth(pooltest.SecretID, types.AuthFlowTypeUserPasswordAuth, parameters)
	if err != nil {
		t.Fatal(err)
	}
	refresh := map[string]string{"REFRESH_TOKEN": *in.AuthenticationResult.RefreshToken}
	_, err = auth(pooltest.SecretID, types.AuthFlowTypeRefreshTokenAuth, refresh)
	wantRefusal(t, "refresh without", err, "NotAuthorizedException: Client "+pooltest.SecretID+" is configured with secret but SECRET_HASH was not received")
	refresh["SECRET_HASH"] = hashOf(confidential.Secret, pooltest.SecretID, u.Username)
	_, err = auth(pooltest.SecretID, types.AuthFlowTypeRefreshTokenAuth, refresh)
	wantRefusal(t, "refresh with", err, "")
	token := in.AuthenticationResult.RefreshToken
	_, err = c.GetTokensFromRefreshToken(ctx, &cognito.GetTokensFromRefreshTokenInput{ClientId: aws.String(pooltest.SecretID), RefreshToken: token, ClientSecret: aws.String("guess")})
	wantRefusal(t, "tokens with a wrong secret", err, "NotAuthorizedException: Unable to verify secret for client "+pooltest.SecretID)
	_, err = c.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: aws.String(pooltest.SecretID), Token: token, ClientSecret: aws.String("guess")})
	wantRefusal(t, "revoke with a wrong secret", err, "UnauthorizedException: Unable to verify secret for client "+pooltest.SecretID)
	_, err = c.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: aws.String(pooltest.SecretID), Token: token, ClientSecret: &confidential.Secret})
	wantRefusal(t, "revoke", err, "")
}

func TestFlowsOfTheClient(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		d.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_SRP_AUTH"}
		d.Clients[1].RefreshTokenRotation, d.Clients[1].RefreshTokenGracePeriod = true, time.Minute
	})
	for _, c := range []struct {
		client string
		flow   types.AuthFlowType
		want   string
	}{
		{pooltest.ClientID, "USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"},
		{pooltest.ClientID, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN_AUTH flow not enabled for this client"},
		{pooltest.SecretID, "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN_AUTH flow not enabled for this client"},
		{pooltest.SecretID, "USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."},
		{pooltest.ClientID, "USER_SRP_AUTH", "Missing required parameter USERNAME"},
		{pooltest.ClientID, "CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."},
		{pooltest.ClientID, "USER_AUTH", "USER_AUTH flow not enabled for this client"},
		{pooltest.ClientID, "ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported."},
		{pooltest.SecretID, "USER_PASSWORD_AUTH", "Missing required parameter USERNAME"},
	} {
		_, err := r.sdk(secret).InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: &c.client, AuthFlow: c.flow})
		wantRefusal(t, string(c.flow), err, "InvalidParameterException: "+c.want)
	}
	_, err := r.sdk(secret).InitiateAuth(ctx, &cognito.InitiateAuthInput{ClientId: aws.String("nobody"), AuthFlow: "USER_PASSWORD_AUTH"})
	wantRefusal(t, "no such client", err, "ResourceNotFoundException: User pool client nobody does not exist.")
}
