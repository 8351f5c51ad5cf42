package idp

import (
	"context"
	"encoding/json"
)

// operation is one of the API's calls.
type operation struct {
	// signed operations are for administrators.
	signed bool
	run    func(context.Context, *API, []byte) (any, error)
}

var operations = map[string]operation{
	"SignUp":                 {run: decoded(signUp)},
	"ConfirmSignUp":          {run: decoded(confirmSignUp)},
	"ResendConfirmationCode": {run: decoded(resendConfirmationCode)},
	"ForgotPassword":         {run: decoded(forgotPassword)},
	"ConfirmForgotPassword":  {run: decoded(confirmForgotPassword)},

	"InitiateAuth":              {run: decoded(initiateAuth)},
	"RespondToAuthChallenge":    {run: decoded(respondToAuthChallenge)},
	"GetTokensFromRefreshToken": {run: decoded(getTokensFromRefreshToken)},
	"RevokeToken":               {run: decoded(revokeToken)},

	"GetUser":        {run: decoded(getUser)},
	"ChangePassword": {run: decoded(changePassword)},
	"GlobalSignOut":  {run: decoded(globalSignOut)},
	"DeleteUser":     {run: decoded(deleteUser)},

	"UpdateUserAttributes":             {run: decoded(updateUserAttributes)},
	"DeleteUserAttributes":             {run: decoded(deleteUserAttributes)},
	"GetUserAttributeVerificationCode": {run: decoded(getUserAttributeVerificationCode)},
	"VerifyUserAttribute":              {run: decoded(verifyUserAttribute)},

	"GetUserAuthFactors":           {run: decoded(getUserAuthFactors)},
	"StartWebAuthnRegistration":    {run: decoded(startWebAuthnRegistration)},
	"CompleteWebAuthnRegistration": {run: decoded(completeWebAuthnRegistration)},
	"ListWebAuthnCredentials":      {run: decoded(listWebAuthnCredentials)},
	"DeleteWebAuthnCredential":     {run: decoded(deleteWebAuthnCredential)},

	"AdminCreateUser":        {signed: true, run: decoded(adminCreateUser)},
	"AdminSetUserPassword":   {signed: true, run: decoded(adminSetUserPassword)},
	"AssociateSoftwareToken": {run: decoded(associateSoftwareToken)},
	"VerifySoftwareToken":    {run: decoded(verifySoftwareToken)},
	"SetUserMFAPreference":   {run: decoded(setUserMFAPreference)},

	"AdminSetUserMFAPreference": {signed: true, run: decoded(adminSetUserMFAPreference)},
	"GetUserPoolMfaConfig":      {signed: true, run: decoded(getUserPoolMfaConfig)},
	"AdminGetUser":              {signed: true, run: decoded(adminGetUser)},
	"AdminDeleteUser":           {signed: true, run: decoded(adminDeleteUser)},
	"AdminConfirmSignUp":        {signed: true, run: decoded(adminConfirmSignUp)},
	"ListUsers":                 {signed: true, run: decoded(listUsers)},
	"DescribeUserPool":          {signed: true, run: decoded(describeUserPool)},
	"DescribeUserPoolClient":    {signed: true, run: decoded(describeUserPoolClient)},

	"AdminDisableUser":          {signed: true, run: decoded(adminDisableUser)},
	"AdminEnableUser":           {signed: true, run: decoded(adminEnableUser)},
	"AdminResetUserPassword":    {signed: true, run: decoded(adminResetUserPassword)},
	"AdminUserGlobalSignOut":    {signed: true, run: decoded(adminUserGlobalSignOut)},
	"AdminUpdateUserAttributes": {signed: true, run: decoded(adminUpdateUserAttributes)},
	"AdminDeleteUserAttributes": {signed: true, run: decoded(adminDeleteUserAttributes)},
	"ListUserPools":             {signed: true, run: decoded(listUserPools)},
	"ListUserPoolClients":       {signed: true, run: decoded(listUserPoolClients)},
	"DescribeResourceServer":    {signed: true, run: decoded(describeResourceServer)},
	"ListResourceServers":       {signed: true, run: decoded(listResourceServers)},

	"AdminInitiateAuth":           {signed: true, run: decoded(adminInitiateAuth)},
	"AdminRespondToAuthChallenge": {signed: true, run: decoded(adminRespondToAuthChallenge)},

	"CreateGroup":              {signed: true, run: decoded(createGroup)},
	"GetGroup":                 {signed: true, run: decoded(getGroup)},
	"UpdateGroup":              {signed: true, run: decoded(updateGroup)},
	"DeleteGroup":              {signed: true, run: decoded(deleteGroup)},
	"ListGroups":               {signed: true, run: decoded(listGroups)},
	"ListUsersInGroup":         {signed: true, run: decoded(listUsersInGroup)},
	"AdminAddUserToGroup":      {signed: true, run: decoded(adminAddUserToGroup)},
	"AdminRemoveUserFromGroup": {signed: true, run: decoded(adminRemoveUserFromGroup)},
	"AdminListGroupsForUser":   {signed: true, run: decoded(adminListGroupsForUser)},

	"ListDevices":                  {run: absent[listDevicesInput](errNoDevices)},
	"GetDevice":                    {run: absent[ownDeviceInput](errNoDevices)},
	"ForgetDevice":                 {run: absent[ownDeviceInput](errNoDevices)},
	"ConfirmDevice":                {run: absent[changeDeviceInput](errNoDevices)},
	"UpdateDeviceStatus":           {run: absent[changeDeviceInput](errNoDevices)},
	"AdminListDevices":             {signed: true, run: absent[adminListDevicesInput](errNoDevices)},
	"AdminGetDevice":               {signed: true, run: absent[adminDeviceInput](errNoDevices)},
	"AdminForgetDevice":            {signed: true, run: absent[adminDeviceInput](errNoDevices)},
	"AdminUpdateDeviceStatus":      {signed: true, run: absent[adminDeviceInput](errNoDevices)},
	"UpdateAuthEventFeedback":      {run: absent[feedbackInput](errNoThreatProtection)},
	"AdminUpdateAuthEventFeedback": {signed: true, run: absent[adminFeedbackInput](errNoThreatProtection)},
	"AdminListUserAuthEvents":      {signed: true, run: absent[listAuthEventsInput](errNoThreatProtection)},
	"SetUserSettings":              {run: decoded(setUserSettings)},
	"AdminSetUserSettings":         {signed: true, run: decoded(adminSetUserSettings)},
}

// ownOperations are those that AWS's service does not have.
var ownOperations = map[string]operation{
	"ListSessions":      {run: decoded(listSessions)},
	"EndSession":        {run: decoded(endSession)},
	"EndAllSessions":    {run: decoded(endAllSessions)},
	"RotateSigningKeys": {signed: true, run: decoded(rotateSigningKeys)},
}

// An input is a request's shape, which knows its own constraints. They are those of the API's model.
type input[In any] interface {
	*In
	check(*checks)
}

// decoded makes an operation of a function on its input. Members that the input does not have are ignored, as AWS
// does: clients send what newer versions know.
func decoded[In any, P input[In]](run func(context.Context, *API, P) (any, error)) func(context.Context, *API, []byte) (any, error) {
	return func(ctx context.Context, a *API, body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, refuse("SerializationException", "The body is not the JSON that the operation takes.")
		}
		var c checks
		P(&in).check(&c)
		if err := c.err(); err != nil {
			return nil, err
		}
		return run(ctx, a, &in)
	}
}

// empty is the output of operations that have an output shape without members. Those without any shape answer nil.
type empty struct{}
