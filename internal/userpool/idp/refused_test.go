package idp_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
)

// TestWhatAdministratorsAreRefused compares messages to the letter.
func TestWhatAdministratorsAreRefused(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		d.Schema = append(d.Schema, stack.Attribute{Name: "plan", Type: "String", Custom: true, Mutable: true})
	})
	r.SignUp(t, ana)
	c, pool, other := r.sdk(secret), aws.String(r.Pool.Settings().ID), aws.String("local_nosuchone")
	if _, err := c.CreateGroup(ctx, &cognito.CreateGroupInput{UserPoolId: pool, GroupName: aws.String("editors")}); err != nil {
		t.Fatal(err)
	}
	const (
		oneFault  = "InvalidParameterException: 1 validation error detected: "
		noPool    = "ResourceNotFoundException: User pool local_nosuchone does not exist."
		noClient  = "ResourceNotFoundException: User pool client nosuchclient does not exist."
		noGroup   = "ResourceNotFoundException: Group not found."
		noUser    = "UserNotFoundException: User does not exist."
		noToken   = "InvalidParameterException: Invalid pagination token."
		printable = `Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`
	)
	long := strings.Repeat("a", 2049)
	listUsers := func(in cognito.ListUsersInput) error {
		if in.UserPoolId == nil {
			in.UserPoolId = pool
		}
		_, err := c.ListUsers(ctx, &in)
		return err
	}
	createGroup := func(in cognito.CreateGroupInput) error {
		in.UserPoolId = pool
		if in.GroupName == nil {
			in.GroupName = aws.String("a")
		}
		_, err := c.CreateGroup(ctx, &in)
		return err
	}
	update := func(name, value string) error {
		_, err := c.AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{UserPoolId: pool, Username: aws.String(ana), UserAttributes: []types.AttributeType{attr(name, value)}})
		return err
	}
	for _, row := range []struct {
		name string
		call func() error
		want string
	}{
		{"ListUsers: another pool", func() error { return listUsers(cognito.ListUsersInput{UserPoolId: other}) }, noPool},
		{"ListUsers: too many", func() error { return listUsers(cognito.ListUsersInput{Limit: aws.Int32(61)}) }, oneFault + "Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"},
		{"ListUsers: fewer than none", func() error { return listUsers(cognito.ListUsersInput{Limit: aws.Int32(-1)}) }, oneFault + "Value '-1' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{"ListUsers: a page of nowhere", func() error { return listUsers(cognito.ListUsersInput{PaginationToken: aws.String("x")}) }, noToken},
		{"ListUsers: no filter", func() error { return listUsers(cognito.ListUsersInput{Filter: aws.String("email")}) }, "InvalidParameterException: Error while parsing filter"},
		{"ListUsers: two conditions", func() error {
			return listUsers(cognito.ListUsersInput{Filter: aws.String(`email = "a" and name = "b"`)})
		}, "InvalidParameterException: Error while parsing filter"},
		{"ListUsers: by an attribute of one's own", func() error { return listUsers(cognito.ListUsersInput{Filter: aws.String(`custom:plan = "a"`)}) }, "InvalidParameterException: Invalid search attribute: custom:plan"},
		{"ListUsers: a long filter", func() error {
			return listUsers(cognito.ListUsersInput{Filter: aws.String(strings.Repeat("a", 257))})
		}, oneFault + "Value at 'filter' failed to satisfy constraint: Member must have length less than or equal to 256"},

		{"ListUserPools: none", func() error {
			_, err := c.ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(0)})
			return err
		}, oneFault + "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"ListUserPools: too many", func() error {
			_, err := c.ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(61)})
			return err
		}, oneFault + "Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60"},
		{"ListUserPoolClients: another pool", func() error {
			_, err := c.ListUserPoolClients(ctx, &cognito.ListUserPoolClientsInput{UserPoolId: other})
			return err
		}, noPool},
		{"ListUserPoolClients: a page of nowhere", func() error {
			_, err := c.ListUserPoolClients(ctx, &cognito.ListUserPoolClientsInput{UserPoolId: pool, NextToken: aws.String("x")})
			return err
		}, noToken},
		{"DescribeUserPool: another", func() error {
			_, err := c.DescribeUserPool(ctx, &cognito.DescribeUserPoolInput{UserPoolId: other})
			return err
		}, noPool},
		{"DescribeUserPoolClient: another", func() error {
			_, err := c.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: pool, ClientId: aws.String("nosuchclient")})
			return err
		}, noClient},
		{"AdminInitiateAuth: another client", func() error {
			_, err := c.AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{UserPoolId: pool, ClientId: aws.String("nosuchclient"), AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth})
			return err
		}, noClient},

		{"CreateGroup: a space", func() error { return createGroup(cognito.CreateGroupInput{GroupName: aws.String("two words")}) }, oneFault + "Value 'two words' at 'groupName' failed to satisfy constraint: " + printable},
		{"CreateGroup: the same name", func() error { return createGroup(cognito.CreateGroupInput{GroupName: aws.String("editors")}) }, "GroupExistsException: A group with the name already exists."},
		{"CreateGroup: a long name", func() error { return createGroup(cognito.CreateGroupInput{GroupName: aws.String(long[:129])}) }, oneFault + "Value at 'groupName' failed to satisfy constraint: Member must have length less than or equal to 128"},
		{"CreateGroup: a long description", func() error { return createGroup(cognito.CreateGroupInput{Description: &long}) }, oneFault + "Value at 'description' failed to satisfy constraint: Member must have length less than or equal to 2048"},
		{"CreateGroup: before the first", func() error { return createGroup(cognito.CreateGroupInput{Precedence: aws.Int32(-1)}) }, oneFault + "Value '-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{"GetGroup: another", func() error {
			_, err := c.GetGroup(ctx, &cognito.GetGroupInput{UserPoolId: pool, GroupName: aws.String("others")})
			return err
		}, noGroup},
		{"UpdateGroup: another", func() error {
			_, err := c.UpdateGroup(ctx, &cognito.UpdateGroupInput{UserPoolId: pool, GroupName: aws.String("others")})
			return err
		}, noGroup},
		{"DeleteGroup: another", func() error {
			_, err := c.DeleteGroup(ctx, &cognito.DeleteGroupInput{UserPoolId: pool, GroupName: aws.String("others")})
			return err
		}, noGroup},
		{"ListGroups: another pool", func() error {
			_, err := c.ListGroups(ctx, &cognito.ListGroupsInput{UserPoolId: other})
			return err
		}, noPool},
		{"ListGroups: too many", func() error {
			_, err := c.ListGroups(ctx, &cognito.ListGroupsInput{UserPoolId: pool, Limit: aws.Int32(61)})
			return err
		}, oneFault + "Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"},
		{"ListGroups: a page of nowhere", func() error {
			_, err := c.ListGroups(ctx, &cognito.ListGroupsInput{UserPoolId: pool, NextToken: aws.String("!")})
			return err
		}, noToken},
		{"ListUsersInGroup: another", func() error {
			_, err := c.ListUsersInGroup(ctx, &cognito.ListUsersInGroupInput{UserPoolId: pool, GroupName: aws.String("others")})
			return err
		}, noGroup},
		{"AdminAddUserToGroup: another group", func() error {
			_, err := c.AdminAddUserToGroup(ctx, &cognito.AdminAddUserToGroupInput{UserPoolId: pool, GroupName: aws.String("others"), Username: aws.String(ana)})
			return err
		}, noGroup},
		{"AdminRemoveUserFromGroup: nobody", func() error {
			_, err := c.AdminRemoveUserFromGroup(ctx, &cognito.AdminRemoveUserFromGroupInput{UserPoolId: pool, GroupName: aws.String("editors"), Username: aws.String("nobody@example.com")})
			return err
		}, noUser},
		{"AdminListGroupsForUser: nobody", func() error {
			_, err := c.AdminListGroupsForUser(ctx, &cognito.AdminListGroupsForUserInput{UserPoolId: pool, Username: aws.String("nobody@example.com")})
			return err
		}, noUser},

		{"AdminGetUser: nobody", func() error {
			_, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: pool, Username: aws.String("nobody@example.com")})
			return err
		}, noUser},
		{"AdminConfirmSignUp: somebody confirmed", func() error {
			_, err := c.AdminConfirmSignUp(ctx, &cognito.AdminConfirmSignUpInput{UserPoolId: pool, Username: aws.String(ana)})
			return err
		}, "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"},
		{"AdminCreateUser: somebody there", func() error {
			_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: pool, Username: aws.String(ana)})
			return err
		}, "UsernameExistsException: An account with the given email already exists."},
		{"AdminCreateUser: no address", func() error {
			_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: pool, Username: aws.String("ana")})
			return err
		}, "InvalidParameterException: Username should be an email."},
		{"AdminSetUserPassword: too short", func() error {
			_, err := c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: pool, Username: aws.String(ana), Password: aws.String("Short1")})
			return err
		}, "InvalidPasswordException: Password did not conform with policy: Password not long enough"},
		{"AdminUpdateUserAttributes: unknown", func() error { return update("custom:foo", "x") }, "InvalidParameterException: Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n"},
		{"AdminUpdateUserAttributes: no name", func() error { return update("", "x") }, "InvalidParameterException: 2 validation errors detected: Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: " + printable + "; Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"AdminUpdateUserAttributes: a long value", func() error { return update("name", long) }, oneFault + "Value at 'userAttributes.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 2048"},
	} {
		t.Run(row.name, func(t *testing.T) { wantRefusal(t, row.name, row.call(), row.want) })
	}
}
