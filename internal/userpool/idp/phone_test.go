package idp_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

// TestSignInByANumberThatAnAdministratorVerified uses a number as an alias, which no text message has to verify.
func TestSignInByANumberThatAnAdministratorVerified(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.UsernameAttributes, d.AliasAttributes = nil, []string{"phone_number"} })
	c, pool := r.sdk(secret), aws.String(r.Pool.Settings().ID)
	const number = "+351912345678"
	create := func(name, number, verified string, force bool) error {
		_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
			UserPoolId: pool, Username: &name, MessageAction: types.MessageActionTypeSuppress, ForceAliasCreation: force,
			UserAttributes: []types.AttributeType{
				{Name: aws.String("phone_number"), Value: &number}, {Name: aws.String("phone_number_verified"), Value: &verified},
			},
		})
		if err == nil {
			_, err = c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{
				UserPoolId: pool, Username: &name, Password: aws.String(pooltest.Password), Permanent: true,
			})
		}
		return err
	}
	wantRefusal(t, "no number", create("eve", "912345678", "true", false), "InvalidParameterException: Invalid phone number format.")
	wantRefusal(t, "a number for a name", create("+351987654321", number, "true", false),
		"InvalidParameterException: Username cannot be of phone number format, since user pool is configured for phone number alias.")
	wantRefusal(t, "ana", create("ana", number, "true", false), "")
	in, err := password(c, number, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	me, err := c.GetUser(ctx, &cognito.GetUserInput{AccessToken: in.AuthenticationResult.AccessToken})
	if err != nil || *me.Username != "ana" {
		t.Errorf("got %+v, %v", me, err)
	}
	_, err = c.GetUserAttributeVerificationCode(ctx, &cognito.GetUserAttributeVerificationCodeInput{
		AccessToken: in.AuthenticationResult.AccessToken, AttributeName: aws.String("phone_number"),
	})
	wantRefusal(t, "by a text message", err, "InvalidParameterException: Only the attribute email can be verified.")
	wantRefusal(t, "eve", create("eve", number, "true", false), "AliasExistsException: An account with the given phone_number already exists.")
	wantRefusal(t, "eve, who takes it", create("eve", number, "true", true), "")
	got, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: pool, Username: aws.String(number)})
	if err != nil || *got.Username != "eve" {
		t.Errorf("got %+v, %v", got, err)
	}
}
