package pages

import (
	"example.com/todo/internal/userpool"
)

// signInReady has browsers suggest passkeys where they suggest names.
func signInReady(v *visit) (bool, error) {
	if !v.cfg.Pool.Offers(v.request.Client, userpool.Passkey) {
		return true, nil
	}
	return v.askForPasskey(suggestPasskey)
}

func signInForm(v *visit) form {
	name := v.knownNameInput()
	if v.passkey != nil {
		name.Autocomplete += " webauthn"
	}
	f := form{
		title:   v.words.say("signin.title"),
		passkey: v.passkey,
		fields: []field{
			name,
			{
				Name: passwordField, Label: v.words.say("field.password"), Type: "password",
				Autocomplete: "current-password", missing: "missing.password",
			},
		},
		submit: v.words.say("signin.submit"),
		links: []link{
			{Label: v.words.say("link.forgot"), To: v.link("/forgotPassword")},
			v.confirmLink(),
		},
	}
	if v.cfg.Pool.Offers(v.request.Client, userpool.EmailOTP) {
		f.links = append([]link{{Label: v.words.say("link.mailcode"), To: v.link("/code")}}, f.links...)
	}
	if v.passkey != nil {
		f.links = append([]link{{Label: v.words.say("link.passkey"), To: v.link("/passkey")}}, f.links...)
	}
	if !v.cfg.Pool.Settings().AdminCreateUserOnly {
		signup := link{Before: v.words.say("link.signup-before"), Label: v.words.say("link.signup"), To: v.link("/signup")}
		f.links = append([]link{signup}, f.links...)
	}
	return f
}

// signIn checks the password. Where it is right but the account needs one more step, the person is led there.
func signIn(v *visit) error {
	username := v.posted(usernameField)
	user, err := v.cfg.Pool.SignIn(v.r.Context(), v.request.Client, username, v.posted(passwordField))
	return v.proceed(user, username, err)
}

func newPasswordForm(v *visit) form {
	name := v.usernameInput()
	name.Value, name.ReadOnly = v.carried.Username, true
	return form{
		title:  v.words.say("newpassword.title"),
		intro:  v.words.say("newpassword.intro"),
		fields: append([]field{name, v.newPasswordInput("field.new-password")}, v.attributeInputs(v.firstSignInAttributes())...),
		submit: v.words.say("newpassword.submit"),
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
}

// newPassword replaces a temporary password. A challenge that is over can only be begun again by signing in.
func newPassword(v *visit) error {
	if v.carried.Challenge == "" {
		return v.next("/login", carried{Notice: "notice.again"})
	}
	user, err := v.cfg.Pool.FinishNewPassword(
		v.r.Context(), v.request.Client, v.carried.Challenge, v.posted(passwordField), v.attributes(v.firstSignInAttributes()))
	if over(err) {
		return v.next("/login", carried{Username: v.carried.Username, Notice: "notice.again"})
	}
	return v.proceed(user, v.carried.Username, err)
}
