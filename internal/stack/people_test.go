package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

func TestGroupsUsersAndMemberships(t *testing.T) {
	pool := mustLoad(t, withPool("      UsernameAttributes: [email]\n", `  Admins:
    Type: AWS::Cognito::UserPoolGroup
    Properties: {UserPoolId: !Ref Pool, GroupName: admins, Description: They may all, Precedence: 0, RoleArn: 'arn:aws:iam::000000000000:role/admin'}
  Readers: {Type: AWS::Cognito::UserPoolGroup, Properties: {UserPoolId: !Ref Pool}}
  Ana:
    Type: AWS::Cognito::UserPoolUser
    Properties:
      UserPoolId: !Ref Pool
      Username: ana@example.com
      MessageAction: SUPPRESS
      ForceAliasCreation: true
      DesiredDeliveryMediums: [EMAIL]
      UserAttributes: [{Name: email_verified, Value: 'true'}]
  AnaIsAdmin:
    Type: AWS::Cognito::UserPoolUserToGroupAttachment
    Properties: {UserPoolId: !Ref Pool, Username: !Ref Ana, GroupName: !Ref Admins}
`)).UserPool
	if len(pool.Groups) != 2 || pool.Groups[1].Name == "" {
		t.Fatalf("got groups %+v", pool.Groups)
	}
	zero := 0
	want := stack.UserPool{
		Groups: []stack.UserPoolGroup{
			{Name: "admins", Description: "They may all", Precedence: &zero, RoleARN: "arn:aws:iam::000000000000:role/admin"},
			{Name: pool.Groups[1].Name},
		},
		Users:       []stack.UserPoolUser{{Username: "ana@example.com", Suppress: true, ForceAliasCreation: true, Attributes: []stack.UserAttribute{{Name: "email_verified", Value: "true"}}}},
		Memberships: []stack.GroupMembership{{Username: "ana@example.com", Group: "admins"}},
	}
	if diff := cmp.Diff(want, stack.UserPool{Groups: pool.Groups, Users: pool.Users, Memberships: pool.Memberships}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPeopleThatCannotBe(t *testing.T) {
	const group, user, attachment = "UserPoolGroup", "UserPoolUser", "UserPoolUserToGroupAttachment"
	for name, test := range map[string]struct{ kind, properties, want string }{
		"a group's name with a space": {group, "{UserPoolId: !Ref Pool, GroupName: two words}", "GroupName: must be 1 to 128 letters, digits, symbols or punctuation marks, without spaces"},
		"a negative precedence":       {group, "{UserPoolId: !Ref Pool, Precedence: -1}", `Precedence: must be a whole number from 0 to 2147483647, not "-1"`},
		"a group of no pool":          {group, "{GroupName: a}", "UserPoolId: is missing"},
		"a user without a name":       {user, "{UserPoolId: !Ref Pool}", "Username: is missing"},
		"an attribute without value":  {user, "{UserPoolId: !Ref Pool, Username: a, UserAttributes: [{Name: email}]}", "UserAttributes[0].Value: is missing"},
		"a resent invitation":         {user, "{UserPoolId: !Ref Pool, Username: a, MessageAction: RESEND}", `MessageAction: "RESEND" is not one of SUPPRESS`},
		"a misspelt property":         {attachment, "{UserPoolId: !Ref Pool, Username: a, GroupNames: b, GroupName: b}", "GroupNames: is not known here (did you mean GroupName?)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withPool("", "  Part: {Type: AWS::Cognito::"+test.kind+", Properties: "+test.properties+"}\n"))
			wantProblems(t, err, "6: Resources.Part.Properties."+test.want)
		})
	}
}
