package idp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"example.com/todo/internal/userpool/pooltest"
)

// TestGroups walks through the operations on groups with the official client.
func TestGroups(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	c, pool, name := r.sdk(secret), aws.String(r.Pool.Settings().ID), aws.String("editors")
	made, err := c.CreateGroup(ctx, &cognito.CreateGroupInput{
		UserPoolId: pool, GroupName: name, Description: aws.String("They edit"), Precedence: aws.Int32(0), RoleArn: aws.String("arn:aws:iam::000000000000:role/editor"),
	})
	if err != nil || *made.Group.GroupName != "editors" || *made.Group.UserPoolId != *pool || *made.Group.Precedence != 0 || !made.Group.CreationDate.Equal(r.Now()) {
		t.Fatalf("got %+v, %v", made, err)
	}
	_, err = c.CreateGroup(ctx, &cognito.CreateGroupInput{UserPoolId: pool, GroupName: name})
	wantRefusal(t, "the same name", err, "GroupExistsException: A group with the name already exists.")
	changed, err := c.UpdateGroup(ctx, &cognito.UpdateGroupInput{UserPoolId: pool, GroupName: name, Precedence: aws.Int32(3)})
	if err != nil || *changed.Group.Precedence != 3 || *changed.Group.Description != "They edit" {
		t.Errorf("got %+v, %v", changed, err)
	}
	for _, join := range []string{ana, "nobody@example.com"} {
		_, err = c.AdminAddUserToGroup(ctx, &cognito.AdminAddUserToGroupInput{UserPoolId: pool, GroupName: name, Username: &join})
		wantRefusal(t, join, err, map[string]string{"nobody@example.com": "UserNotFoundException: User does not exist."}[join])
	}
	got, err := c.GetGroup(ctx, &cognito.GetGroupInput{UserPoolId: pool, GroupName: name})
	if err != nil || *got.Group.RoleArn != *made.Group.RoleArn {
		t.Errorf("got %+v, %v", got, err)
	}
	in, err := password(c, ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	for use, raw := range map[string]*string{"ID": in.AuthenticationResult.IdToken, "access": in.AuthenticationResult.AccessToken} {
		if groups, _ := claimsOf(t, *raw)["cognito:groups"].([]any); !slices.Equal(groups, []any{"editors"}) {
			t.Errorf("%s token: got groups %v", use, groups)
		}
	}
	of, err := c.AdminListGroupsForUser(ctx, &cognito.AdminListGroupsForUserInput{UserPoolId: pool, Username: aws.String(ana)})
	if err != nil || len(of.Groups) != 1 || *of.Groups[0].GroupName != "editors" {
		t.Errorf("got %+v, %v", of, err)
	}
	who, err := c.ListUsersInGroup(ctx, &cognito.ListUsersInGroupInput{UserPoolId: pool, GroupName: name})
	if err != nil || len(who.Users) != 1 || who.NextToken != nil || len(who.Users[0].Attributes) != 3 {
		t.Errorf("got %+v, %v", who, err)
	}
	_, err = c.AdminRemoveUserFromGroup(ctx, &cognito.AdminRemoveUserFromGroupInput{UserPoolId: pool, GroupName: name, Username: aws.String(ana)})
	wantRefusal(t, "leave", err, "")
	_, err = c.DeleteGroup(ctx, &cognito.DeleteGroupInput{UserPoolId: pool, GroupName: name})
	wantRefusal(t, "delete", err, "")
	_, err = c.GetGroup(ctx, &cognito.GetGroupInput{UserPoolId: pool, GroupName: name})
	wantRefusal(t, "after deletion", err, "ResourceNotFoundException: Group not found.")
	_, err = c.ListUsersInGroup(ctx, &cognito.ListUsersInGroupInput{UserPoolId: pool, GroupName: name})
	wantRefusal(t, "members after deletion", err, "ResourceNotFoundException: Group not found.")
}

func TestListsOfGroupsHavePages(t *testing.T) {
	r := newRig(t, nil)
	c, pool := r.sdk(secret), aws.String(r.Pool.Settings().ID)
	for _, name := range []string{"c", "a", "b"} {
		if _, err := c.CreateGroup(ctx, &cognito.CreateGroupInput{UserPoolId: pool, GroupName: &name}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	pages := cognito.NewListGroupsPaginator(c, &cognito.ListGroupsInput{UserPoolId: pool, Limit: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page.Groups {
			got = append(got, *g.GroupName)
		}
	}
	if strings.Join(got, " ") != "a b c" {
		t.Errorf("got %v", got)
	}
}

func TestGroupsThatCannotBe(t *testing.T) {
	r := newRig(t, nil)
	c, pool := r.sdk(secret), aws.String(r.Pool.Settings().ID)
	for name, in := range map[string]*cognito.CreateGroupInput{
		"a name with a space":    {GroupName: aws.String("two words")},
		"a name too long":        {GroupName: aws.String(strings.Repeat("a", 129))},
		"a negative precedence":  {GroupName: aws.String("a"), Precedence: aws.Int32(-1)},
		"a role that is no ARN":  {GroupName: aws.String("a"), RoleArn: aws.String("arn:aws:iam::role-of-mine/x")},
		"a description too long": {GroupName: aws.String("a"), Description: aws.String(strings.Repeat("a", 2049))},
	} {
		in.UserPoolId = pool
		_, err := c.CreateGroup(ctx, in)
		if err == nil || !strings.Contains(err.Error(), "InvalidParameterException: 1 validation error detected") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := r.sdk("guess").ListGroups(ctx, &cognito.ListGroupsInput{UserPoolId: pool})
	if err == nil || !strings.Contains(err.Error(), "InvalidSignatureException") {
		t.Errorf("another key: got %v", err)
	}
}

// claimsOf reads a token of the pool, which other tests verify.
func claimsOf(t *testing.T, raw string) map[string]any {
	t.Helper()
	parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{}
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		t.Fatal(err)
	}
	return claims
}
