package idp

import (
	"context"

	"example.com/todo/internal/userpool"
)

// The pool tracks no devices, has no threat protection and sends no text messages. What the API has for these answers as
// the service does for a pool where they are off.
var (
	// errNoDevices is what the service was seen to say to ListDevices. That the other operations on devices say the same
	// is not confirmed, nor that they do before they look for the user; each names the exception among its own.
	errNoDevices = refuse("InvalidUserPoolConfigurationException", "Device tracking not currently enabled for this pool.")
	// errNoThreatProtection has the documented type; its words are not confirmed.
	errNoThreatProtection = refuse("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled.")
)

// A permit is an input that says by whom, or for which pool, it is sent.
type permit[In any] interface {
	input[In]
	permitted(context.Context, *API) error
}

func (in *bearerInput) permitted(ctx context.Context, a *API) error {
	_, err := a.caller(ctx, in.AccessToken)
	return err
}

func (in *adminInput) permitted(_ context.Context, a *API) error { return a.poolOf(in.UserPoolID) }

// absent makes an operation of what the pool does not have: it refuses whoever might have called it. No user is looked
// up, so that no answer tells who has an account.
func absent[In any, P permit[In]](refusal error) func(context.Context, *API, []byte) (any, error) {
	return decoded(func(ctx context.Context, a *API, in P) (any, error) {
		if err := in.permitted(ctx, a); err != nil {
			return nil, err
		}
		return nil, refusal
	})
}

var (
	deviceKeyForm  = newForm(1, 55, `[\w-]+_[0-9a-f-]+`)
	deviceNameForm = newForm(1, 1024, `(?s).*`)
	eventIDForm    = newForm(1, 50, `[\w+-]+`)
)

// deviceInput names a device, and for one operation each what is to become of it.
type deviceInput struct {
	DeviceKey, DeviceName, DeviceRememberedStatus text
}

func (in *deviceInput) check(c *checks) {
	c.required("deviceKey", in.DeviceKey, deviceKeyForm)
	c.optional("deviceName", in.DeviceName, deviceNameForm)
	if in.DeviceRememberedStatus.Given {
		c.oneOf("deviceRememberedStatus", in.DeviceRememberedStatus, "remembered", "not_remembered")
	}
}

// ownDeviceInput may be without a token by the model, and is then refused as with a wrong one.
type ownDeviceInput struct {
	bearerInput
	deviceInput
}

func (in *ownDeviceInput) check(c *checks) {
	c.optional("accessToken", in.AccessToken, tokenForm)
	in.deviceInput.check(c)
}

type changeDeviceInput struct {
	bearerInput
	deviceInput
}

func (in *changeDeviceInput) check(c *checks) {
	in.bearerInput.check(c)
	in.deviceInput.check(c)
}

type adminDeviceInput struct {
	adminInput
	deviceInput
}

func (in *adminDeviceInput) check(c *checks) {
	in.adminInput.check(c)
	in.deviceInput.check(c)
}

type devicePage struct {
	Limit           *int
	PaginationToken text
}

func (in *devicePage) check(c *checks) {
	c.within("limit", in.Limit, 0, userpool.MaxListed)
	c.optional("paginationToken", in.PaginationToken, codeForm)
}

type listDevicesInput struct {
	bearerInput
	devicePage
}

func (in *listDevicesInput) check(c *checks) {
	in.bearerInput.check(c)
	in.devicePage.check(c)
}

type adminListDevicesInput struct {
	adminInput
	devicePage
}

func (in *adminListDevicesInput) check(c *checks) {
	in.adminInput.check(c)
	in.devicePage.check(c)
}

type listAuthEventsInput struct {
	adminInput
	MaxResults *int
	NextToken  text
}

func (in *listAuthEventsInput) check(c *checks) {
	in.adminInput.check(c)
	c.within("maxResults", in.MaxResults, 0, userpool.MaxListed)
	c.optional("nextToken", in.NextToken, codeForm)
}

type adminFeedbackInput struct {
	adminInput
	EventID       text `json:"EventId"`
	FeedbackValue text
}

func (in *adminFeedbackInput) check(c *checks) {
	in.adminInput.check(c)
	c.required("eventId", in.EventID, eventIDForm)
	c.oneOf("feedbackValue", in.FeedbackValue, "Valid", "Invalid")
}

// feedbackInput comes with a token of a letter that only threat protection writes: there is none to compare it with.
type feedbackInput struct {
	adminFeedbackInput
	FeedbackToken text
}

func (in *feedbackInput) check(c *checks) {
	in.adminFeedbackInput.check(c)
	c.required("feedbackToken", in.FeedbackToken, tokenForm)
}

// mfaOptions switches text messages on, whatever it holds, or off when it is empty: the older way to choose second factors.
type mfaOptions struct{ MFAOptions []struct{} }

func (in *mfaOptions) check(c *checks) {
	if in.MFAOptions == nil {
		c.fail("mFAOptions", text{}, "Member must not be null")
	}
}

func (in *mfaOptions) choice() mfaChoice {
	return mfaChoice{SMSMfaSettings: &mfaSettings{Enabled: len(in.MFAOptions) > 0}}
}

type setUserSettingsInput struct {
	bearerInput
	mfaOptions
}

func (in *setUserSettingsInput) check(c *checks) {
	in.bearerInput.check(c)
	in.mfaOptions.check(c)
}

func setUserSettings(ctx context.Context, a *API, in *setUserSettingsInput) (any, error) {
	return setUserMFAPreference(ctx, a, &setUserMFAPreferenceInput{in.bearerInput, in.choice()})
}

type adminSetUserSettingsInput struct {
	adminInput
	mfaOptions
}

func (in *adminSetUserSettingsInput) check(c *checks) {
	in.adminInput.check(c)
	in.mfaOptions.check(c)
}

func adminSetUserSettings(ctx context.Context, a *API, in *adminSetUserSettingsInput) (any, error) {
	return adminSetUserMFAPreference(ctx, a, &adminSetUserMFAPreferenceInput{in.adminInput, in.choice()})
}
