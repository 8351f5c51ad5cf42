package pages

import (
	"fmt"
	"strings"
)

// words are everything the pages say in one language, by key.
type words map[string]string

// say gives the words of a key with what belongs in their places, %s and %d; words without a place leave it out. A key
// without words is a mistake of the program, which shows as the key itself.
func (w words) say(key string, args ...any) string {
	text, ok := w[key]
	switch {
	case !ok:
		return key
	case len(args) == 0 || !strings.Contains(text, "%"):
		return text
	}
	return fmt.Sprintf(text, args...)
}

func english() words {
	return words{
		"lang": "en",

		"signin.title":       "Sign in",
		"signin.submit":      "Sign in",
		"signup.title":       "Create your account",
		"signup.submit":      "Create account",
		"confirm.title":      "Confirm your account",
		"confirm.intro":      "Enter the code from the message that we sent when you signed up.",
		"confirm.submit":     "Confirm",
		"resend.title":       "Get a new code",
		"resend.intro":       "We will send another code to confirm your account. Codes sent before will stop working.",
		"resend.submit":      "Send a new code",
		"forgot.title":       "Forgot your password?",
		"forgot.intro":       "We will send you a code with which you can choose a new one.",
		"forgot.submit":      "Send a code",
		"reset.title":        "Choose a new password",
		"reset.intro":        "Enter the code from our message and the password that you want from now on.",
		"reset.submit":       "Change password",
		"newpassword.title":  "Choose your own password",
		"newpassword.intro":  "The password that you were given was for the first time only.",
		"newpassword.submit": "Save and sign in",
		"mfa.title":          "Enter your code",
		"mfa.intro":          "Open your authenticator app and enter the code that it shows for this account.",
		"mfa.submit":         "Sign in",
		"mfasetup.title":     "Set up your second step",
		"mfasetup.intro":     "From now on you sign in with a code as well. You need an authenticator app on your phone: add this account to it, then enter the code that it shows.",
		"mfasetup.key":       "Key to enter in the app",
		"mfasetup.open":      "Open in an app on this device",
		"mfasetup.submit":    "Save and sign in",
		"code.sent":          "We sent a code to %s. It can take a minute to arrive.",
		"code.sent-if":       "If there is an account with this name, a code is on its way to %s. It can take a minute to arrive.",

		"field.email":          "E-mail address",
		"field.phone":          "Phone number",
		"field.email-or-phone": "E-mail address or phone number",
		"field.username":       "User name",
		"field.password":       "Password",
		"field.new-password":   "New password",
		"field.code":           "Code",
		"hint.code":            "6 digits",
		"rules":                "Your password needs:",
		"rule.length":          "at least %d characters",
		"rule.upper":           "a capital letter",
		"rule.lower":           "a small letter",
		"rule.number":          "a number",
		"rule.symbol":          "a symbol, such as ! or ?",

		"attribute.email":        "E-mail address",
		"attribute.phone_number": "Phone number",
		"attribute.name":         "Name",
		"attribute.given_name":   "First name",
		"attribute.family_name":  "Last name",
		"attribute.birthdate":    "Date of birth",

		"link.signup-before": "New here?",
		"link.signup":        "Create an account",
		"link.signin-before": "Have an account already?",
		"link.signin":        "Sign in",
		"link.signin-back":   "Back to sign in",
		"link.forgot":        "Forgot your password?",
		"link.confirm":       "Enter a confirmation code",
		"link.reset":         "I have a code already",

		"notice.confirmed":              "Your account is confirmed. Sign in to go on.",
		"notice.already-confirmed":      "This account is confirmed already. Sign in to go on.",
		"notice.unconfirmed":            "Your account is not confirmed yet. Enter the code that we sent you, or get a new one.",
		"notice.code-sent":              "We sent you a new code. The ones before it no longer work.",
		"notice.password-changed":       "Your password is changed. Sign in with the new one.",
		"notice.reset-required":         "You need a new password before you can sign in.",
		"notice.again":                  "That took too long. Sign in again with the password that you were given.",
		"notice.late":                   "That took too long. Sign in again.",
		"notice.wait-for-administrator": "Your account is made. You can sign in once an administrator has confirmed it.",

		"problem.title":        "There is a problem",
		"problem.prefix":       "Error:",
		"missing.email":        "Enter your e-mail address.",
		"missing.username":     "Enter the name that you sign in with.",
		"missing.password":     "Enter your password.",
		"missing.new-password": "Enter a password.",
		"missing.code":         "Enter the code from our message.",
		"missing.app-code":     "Enter the code that your authenticator app shows.",
		"missing.attribute":    "Fill in: %s.",
		"long":                 "This is too long to be an account's name.",
		"foreign":              "We could not tell that this form came from you. Please send it again; if that does not help, let your browser keep cookies for this site.",
		"wrong-password":       "Incorrect username or password.",
		"unknown-user":         "There is no account with this name.",
		"locked":               "Too many attempts with a wrong password. Wait a little and try again.",
		"disabled":             "This account is switched off. Ask an administrator.",
		"temporary-expired":    "The password that you were given has expired. Ask an administrator for another.",
		"signup-closed":        "New accounts are made by an administrator only.",
		"reset-refused":        "The password of this account cannot be changed this way. Ask an administrator.",
		"email-form":           "Enter an e-mail address in the form name@example.com.",
		"username-form":        "This cannot be the name of an account.",
		"password-form":        "A password has at most 256 characters and neither begins nor ends with a space.",
		"exists":               "There is an account with this name already. Sign in, or choose a new password.",
		"code-wrong":           "This is not the code that we sent last. Check it, or get a new one.",
		"app-code-wrong":       "This is not the code that your app shows now. Check that the clocks of your devices are right.",
		"app-code-used":        "This code was used already. Wait for the next one.",
		"code-expired":         "This code no longer works. Get a new one.",
		"password.length":      "This password is too short.",
		"password.upper":       "This password needs a capital letter.",
		"password.lower":       "This password needs a small letter.",
		"password.number":      "This password needs a number.",
		"password.symbol":      "This password needs a symbol, such as ! or ?.",
		"password.policy":      "This password does not keep to the rules.",
		"limit":                "That was tried too often. Wait a while and try again.",

		"error.title":             "Something is not right",
		"error.encountered":       "An error was encountered with the requested page.",
		"error.help":              "Go back to the application and try again. If this comes up again, tell the people who run it.",
		"error.redirect_mismatch": "The address to return to is not one that is registered for the application.",
		"error.invalid_request":   "The application that sent you here is not known, or its request is not complete.",
		"error.logout_mismatch":   "You are signed out here, but the address to return to is not one that is registered for the application.",
		"error.form":              "What your browser sent could not be read.",
		"error.fault":             "This is our fault, not yours. Please try again in a moment.",
	}
}
