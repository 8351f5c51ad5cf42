package idp_test

import "testing"

// TestAdministratorsSign asks for every operation of administrators without a signature.
func TestAdministratorsSign(t *testing.T) {
	r := newRig(t, nil)
	for _, operation := range []string{
		"AdminAddUserToGroup", "AdminConfirmSignUp", "AdminCreateUser", "AdminDeleteUser", "AdminDeleteUserAttributes",
		"AdminDisableUser", "AdminEnableUser", "AdminGetUser", "AdminListGroupsForUser", "AdminRemoveUserFromGroup",
		"AdminForgetDevice", "AdminGetDevice", "AdminListDevices", "AdminListUserAuthEvents", "AdminSetUserSettings",
		"AdminUpdateAuthEventFeedback", "AdminUpdateDeviceStatus", "AdminResetUserPassword", "AdminSetUserPassword", "AdminUpdateUserAttributes", "AdminUserGlobalSignOut",
		"CreateGroup", "DeleteGroup", "DescribeUserPool", "DescribeUserPoolClient", "GetGroup", "GetUserPoolMfaConfig", "ListGroups",
		"ListUserPoolClients", "ListUserPools", "ListUsers", "ListUsersInGroup", "UpdateGroup",
	} {
		answer, body := r.post(operation, `{}`)
		if got := refusalOf(t, answer, body); got != "MissingAuthenticationTokenException: Missing Authentication Token" {
			t.Errorf("%s: got %s", operation, got)
		}
	}
}
