package idp_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

// TestAnAdministratorChangesAnAccount walks through the operations on an account's state with the official client.
func TestAnAdministratorChangesAnAccount(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	c, pool, name := r.sdk(secret), aws.String(r.Pool.Settings().ID), aws.String(ana)
	_, err := c.AdminDisableUser(ctx, &cognito.AdminDisableUserInput{UserPoolId: pool, Username: name})
	wantRefusal(t, "disable", err, "")
	_, err = password(c, ana, pooltest.Password)
	wantRefusal(t, "sign in", err, "NotAuthorizedException: User is disabled.")
	list, err := c.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: pool, Filter: aws.String(`status = "Disabled"`)})
	if err != nil || len(list.Users) != 1 || list.Users[0].Enabled {
		t.Errorf("got %+v, %v", list, err)
	}
	_, err = c.AdminEnableUser(ctx, &cognito.AdminEnableUserInput{UserPoolId: pool, Username: name})
	wantRefusal(t, "enable", err, "")
	in, err := password(c, ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.AdminUserGlobalSignOut(ctx, &cognito.AdminUserGlobalSignOutInput{UserPoolId: pool, Username: name})
	wantRefusal(t, "sign out", err, "")
	_, err = c.GetUser(ctx, &cognito.GetUserInput{AccessToken: in.AuthenticationResult.AccessToken})
	wantRefusal(t, "the token", err, "NotAuthorizedException: Access Token has been revoked")
	_, err = c.AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{
		UserPoolId: pool, Username: name, UserAttributes: []types.AttributeType{attr("name", "Ana"), attr("email_verified", "true")},
	})
	wantRefusal(t, "update", err, "")
	_, err = c.AdminDeleteUserAttributes(ctx, &cognito.AdminDeleteUserAttributesInput{UserPoolId: pool, Username: name, UserAttributeNames: []string{"name"}})
	wantRefusal(t, "delete", err, "")
	_, err = c.AdminDeleteUserAttributes(ctx, &cognito.AdminDeleteUserAttributesInput{UserPoolId: pool, Username: name, UserAttributeNames: []string{"custom:x"}})
	wantRefusal(t, "delete what is not", err, "InvalidParameterException: Invalid user attributes: user.custom:x: Attribute does not exist in the schema.\n")
	_, err = c.AdminResetUserPassword(ctx, &cognito.AdminResetUserPasswordInput{UserPoolId: pool, Username: name})
	wantRefusal(t, "reset", err, "")
	_, err = password(c, ana, pooltest.Password)
	wantRefusal(t, "sign in after the reset", err, "PasswordResetRequiredException: Password reset required for the user")
	user, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: pool, Username: name})
	if err != nil || user.UserStatus != types.UserStatusTypeResetRequired || len(user.UserAttributes) != 3 {
		t.Errorf("got %+v, %v", user, err)
	}
	_, err = c.AdminDisableUser(ctx, &cognito.AdminDisableUserInput{UserPoolId: aws.String("local_000000000"), Username: name})
	wantRefusal(t, "another pool", err, "ResourceNotFoundException: User pool local_000000000 does not exist.")
}

func TestPoolsAndClientsAreListed(t *testing.T) {
	r := newRig(t, nil)
	c := r.sdk(secret)
	pools, err := c.ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	if err != nil || len(pools.UserPools) != 1 || *pools.UserPools[0].Id != r.Pool.Settings().ID || pools.NextToken != nil {
		t.Fatalf("got %+v, %v", pools, err)
	}
	var got []string
	pages := cognito.NewListUserPoolClientsPaginator(c, &cognito.ListUserPoolClientsInput{UserPoolId: pools.UserPools[0].Id, MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, client := range page.UserPoolClients {
			got = append(got, *client.ClientId)
		}
	}
	if len(got) != 2 || got[0] != pooltest.ClientID || got[1] != pooltest.SecretID {
		t.Errorf("got %v", got)
	}
	for _, token := range []string{"-1", "3", "x"} {
		_, err = c.ListUserPoolClients(ctx, &cognito.ListUserPoolClientsInput{UserPoolId: pools.UserPools[0].Id, NextToken: &token})
		wantRefusal(t, "the token "+token, err, "InvalidParameterException: Invalid pagination token.")
	}
}

func TestTheSchemaIsDescribed(t *testing.T) {
	least := 1
	r := newRig(t, func(d *stack.UserPool) {
		d.VerifyBeforeUpdate = []string{"email"}
		d.Schema = []stack.Attribute{{Name: "age", Custom: true, Type: "Number", MinValue: &least}, {Name: "name", Type: "String", Required: true, Mutable: true}}
	})
	about, err := r.sdk(secret).DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: aws.String(r.Pool.Settings().ID)})
	if err != nil {
		t.Fatal(err)
	}
	if got := about.UserPool.UserAttributeUpdateSettings; got == nil || len(got.AttributesRequireVerificationBeforeUpdate) != 1 {
		t.Errorf("got %+v", got)
	}
	schema := map[string]types.SchemaAttributeType{}
	for _, a := range about.UserPool.SchemaAttributes {
		schema[*a.Name] = a
	}
	if len(schema) != 21 || *about.UserPool.SchemaAttributes[0].Name != "sub" {
		t.Errorf("got %d attributes, the first %s", len(schema), *about.UserPool.SchemaAttributes[0].Name)
	}
	if a := schema["custom:age"]; a.AttributeDataType != "Number" || *a.Mutable || *a.NumberAttributeConstraints.MinValue != "1" || a.NumberAttributeConstraints.MaxValue != nil {
		t.Errorf("got %+v", a)
	}
	if a := schema["name"]; !*a.Required || !*a.Mutable || a.AttributeDataType != "String" {
		t.Errorf("got %+v", a)
	}
	if a := schema["birthdate"]; *a.StringAttributeConstraints.MinLength != "10" || *a.StringAttributeConstraints.MaxLength != "10" {
		t.Errorf("got %+v", a)
	}
	if a := schema["email_verified"]; a.AttributeDataType != "Boolean" {
		t.Errorf("got %+v", a)
	}
}
