package idp_test

import (
	"context"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

const (
	noDevices = "InvalidUserPoolConfigurationException: Device tracking not currently enabled for this pool."
	noAddOns  = "UserPoolAddOnNotEnabledException: User pool add-ons are not enabled."
	noSMS     = "InvalidParameterException: SMS MFA is not available in this user pool."
	noPool    = "ResourceNotFoundException: User pool local_nosuchone does not exist."
	deviceKey = "local_a1b2c3d4-5678-90ab-cdef-000000000001"
)

// TestOperationsOfWhatThePoolDoesNotHave compares what the official client is told, in words and as types.
func TestOperationsOfWhatThePoolDoesNotHave(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	c, pool, name, key := r.sdk(secret), aws.String(r.Pool.Settings().ID), aws.String(ana), aws.String(deviceKey)
	in, err := password(c, ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	access := in.AuthenticationResult.AccessToken
	sms := []types.MFAOptionType{{AttributeName: aws.String("phone_number"), DeliveryMedium: types.DeliveryMediumTypeSms}}
	none := []types.MFAOptionType{}
	for _, row := range []struct {
		input any
		want  string
	}{
		{&cognito.ListDevicesInput{AccessToken: access, Limit: aws.Int32(60)}, noDevices},
		{&cognito.GetDeviceInput{AccessToken: access, DeviceKey: key}, noDevices},
		{&cognito.ForgetDeviceInput{AccessToken: access, DeviceKey: key}, noDevices},
		{&cognito.ConfirmDeviceInput{AccessToken: access, DeviceKey: key, DeviceName: aws.String("Ana's telephone")}, noDevices},
		{&cognito.UpdateDeviceStatusInput{AccessToken: access, DeviceKey: key, DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered}, noDevices},
		{&cognito.AdminListDevicesInput{UserPoolId: pool, Username: name}, noDevices},
		{&cognito.AdminGetDeviceInput{UserPoolId: pool, Username: name, DeviceKey: key}, noDevices},
		{&cognito.AdminForgetDeviceInput{UserPoolId: pool, Username: name, DeviceKey: key}, noDevices},
		{&cognito.AdminUpdateDeviceStatusInput{UserPoolId: pool, Username: name, DeviceKey: key}, noDevices},
		{&cognito.AdminListUserAuthEventsInput{UserPoolId: pool, Username: name}, noAddOns},
		{&cognito.AdminUpdateAuthEventFeedbackInput{UserPoolId: pool, Username: name, EventId: aws.String("1"), FeedbackValue: types.FeedbackValueTypeValid}, noAddOns},
		{&cognito.UpdateAuthEventFeedbackInput{UserPoolId: pool, Username: name, EventId: aws.String("1"), FeedbackToken: aws.String("x"), FeedbackValue: types.FeedbackValueTypeInvalid}, noAddOns},
		{&cognito.SetUserSettingsInput{AccessToken: access, MFAOptions: none}, ""},
		{&cognito.SetUserSettingsInput{AccessToken: access, MFAOptions: sms}, noSMS},
		{&cognito.AdminSetUserSettingsInput{UserPoolId: pool, Username: name, MFAOptions: none}, ""},
		{&cognito.AdminSetUserSettingsInput{UserPoolId: pool, Username: name, MFAOptions: sms}, noSMS},

		{&cognito.AdminListDevicesInput{UserPoolId: aws.String("local_nosuchone"), Username: name}, noPool},
		{&cognito.AdminGetDeviceInput{UserPoolId: aws.String("local_nosuchone"), Username: name, DeviceKey: key}, noPool},
		{&cognito.AdminListUserAuthEventsInput{UserPoolId: aws.String("local_nosuchone"), Username: name}, noPool},
		{&cognito.UpdateAuthEventFeedbackInput{UserPoolId: aws.String("local_nosuchone"), Username: name, EventId: aws.String("1"), FeedbackToken: aws.String("x"), FeedbackValue: types.FeedbackValueTypeValid}, noPool},
		{&cognito.AdminSetUserSettingsInput{UserPoolId: pool, Username: aws.String("nobody@example.com"), MFAOptions: none}, "UserNotFoundException: User does not exist."},
		{&cognito.AdminListDevicesInput{UserPoolId: pool, Username: aws.String("nobody@example.com")}, noDevices},
		{&cognito.UpdateAuthEventFeedbackInput{UserPoolId: pool, Username: aws.String("nobody@example.com"), EventId: aws.String("1"), FeedbackToken: aws.String("x"), FeedbackValue: types.FeedbackValueTypeValid}, noAddOns},
	} {
		operation := strings.TrimSuffix(reflect.TypeOf(row.input).Elem().Name(), "Input")
		t.Run(operation, func(t *testing.T) {
			wantRefusal(t, operation, call(c, operation, row.input), row.want)
		})
	}
	wrong := r.sdk("guess")
	err = call(wrong, "AdminListDevices", &cognito.AdminListDevicesInput{UserPoolId: pool, Username: name})
	if err == nil || !strings.Contains(err.Error(), "InvalidSignatureException") {
		t.Errorf("signed with a guess: got %v", err)
	}
}

// call has the client do an operation by its name.
func call(c *cognito.Client, operation string, input any) error {
	out := reflect.ValueOf(c).MethodByName(operation).Call([]reflect.Value{reflect.ValueOf(context.Context(ctx)), reflect.ValueOf(input)})
	err, _ := out[1].Interface().(error)
	return err
}

// TestNobodyIsToldWithoutARightTo shows that whoever may not call learns nothing, not even what the pool does not have.
func TestNobodyIsToldWithoutARightTo(t *testing.T) {
	r := newRig(t, nil)
	u := r.SignUp(t, ana)
	issue := func(scopes ...string) string {
		t.Helper()
		tokens, err := r.Pool.IssueTokens(ctx, userpool.TokenRequest{Client: r.Client(t, pooltest.ClientID), Sub: u.Sub, Scopes: scopes, AuthTime: r.Now()})
		if err != nil {
			t.Fatal(err)
		}
		return tokens.Access
	}
	revoked := issue("aws.cognito.signin.user.admin")
	if answer, body := r.post("GlobalSignOut", `{"AccessToken":"`+revoked+`"}`); answer.StatusCode != 200 {
		t.Fatalf("got %s", body)
	}
	narrow := issue("openid", "email")
	for _, operation := range []string{"ListDevices", "GetDevice", "ForgetDevice", "ConfirmDevice", "UpdateDeviceStatus", "SetUserSettings"} {
		for token, want := range map[string]string{
			revoked:                         "NotAuthorizedException: Access Token has been revoked",
			narrow:                          "NotAuthorizedException: Access Token does not have required scopes",
			"eyJhbGciOiJub25lIn0.e30.":      "NotAuthorizedException: Invalid Access Token",
			narrow[:len(narrow)-4] + "AAAA": "NotAuthorizedException: Invalid Access Token",
		} {
			answer, body := r.post(operation, `{"AccessToken":"`+token+`","DeviceKey":"`+deviceKey+`","MFAOptions":[{"DeliveryMedium":"SMS"}]}`)
			if got := refusalOf(t, answer, body); got != want {
				t.Errorf("%s: got %s, want %s", operation, got, want)
			}
		}
	}
}

func TestConstraintsOfWhatThePoolDoesNotHave(t *testing.T) {
	r := newRig(t, nil)
	const (
		one      = "InvalidParameterException: 1 validation error detected: "
		noToken  = one + "Value null at 'accessToken' failed to satisfy constraint: Member must not be null"
		feedback = `"UserPoolId":"local_nosuchone","Username":"` + ana + `","EventId":"1"`
	)
	for _, c := range []struct{ name, operation, body, want string }{
		{"no token", "ListDevices", `{}`, noToken},
		{"too many", "ListDevices", `{"AccessToken":"x","Limit":61}`, one + "Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"},
		{"no key", "GetDevice", `{"AccessToken":"x"}`, one + "Value null at 'deviceKey' failed to satisfy constraint: Member must not be null"},
		{"a token need not be there", "ForgetDevice", `{"DeviceKey":"` + deviceKey + `"}`, "NotAuthorizedException: Invalid Access Token"},
		{"a path for a key", "ForgetDevice", `{"AccessToken":"x","DeviceKey":"../x"}`, one + `Value '../x' at 'deviceKey' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-f-]+`},
		{"a long key", "GetDevice", `{"AccessToken":"x","DeviceKey":"a_` + strings.Repeat("0", 60) + `"}`, one + "Value 'a_" + strings.Repeat("0", 60) + "' at 'deviceKey' failed to satisfy constraint: Member must have length less than or equal to 55"},
		{"no token to confirm", "ConfirmDevice", `{"DeviceKey":"` + deviceKey + `"}`, noToken},
		{"no status", "UpdateDeviceStatus", `{"AccessToken":"x","DeviceKey":"` + deviceKey + `","DeviceRememberedStatus":"lost"}`, one + "Value 'lost' at 'deviceRememberedStatus' failed to satisfy constraint: Member must satisfy enum value set: [remembered, not_remembered]"},
		{"no options", "SetUserSettings", `{"AccessToken":"x"}`, one + "Value null at 'mFAOptions' failed to satisfy constraint: Member must not be null"},
		{"no feedback", "UpdateAuthEventFeedback", `{` + feedback + `,"FeedbackToken":"x"}`, one + "Value null at 'feedbackValue' failed to satisfy constraint: Member must not be null"},
		{"a token of feedback is not repeated", "UpdateAuthEventFeedback", `{` + feedback + `,"FeedbackToken":"a b","FeedbackValue":"Valid"}`, one + "Value at 'feedbackToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.t = t
			answer, body := r.post(c.operation, c.body)
			if got := refusalOf(t, answer, body); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestEveryOperationOnPeopleIsKnown goes through the official client's operations. Those that are unknown here are about
// the pool itself, which the template describes, or about providers of identities, of which there are none.
func TestEveryOperationOnPeopleIsKnown(t *testing.T) {
	r := newRig(t, nil)
	ofThePool := regexp.MustCompile(`UserPool|CustomAttributes|ResourceServer|IdentityProvider|ProviderForUser|ManagedLoginBranding|` +
		`UICustomization|Terms|ImportJob|CSVHeader|RiskConfiguration|LogDelivery|SigningCertificate|TagResource|UntagResource|TagsForResource`)
	client := reflect.TypeFor[*cognito.Client]()
	for i := range client.NumMethod() {
		operation := client.Method(i).Name
		if operation == "Options" {
			continue
		}
		_, body := r.post(operation, `{}`)
		if strings.Contains(body, "UnknownOperationException") && !ofThePool.MatchString(operation) {
			t.Errorf("%s is unknown", operation)
		}
	}
}
