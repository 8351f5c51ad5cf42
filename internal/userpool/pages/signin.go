package pages

import (
	"errors"

	"example.com/todo/internal/userpool"
)

func signInForm(v *visit) form {
	f := form{
		title: v.words.say("signin.title"),
		fields: []field{
			v.usernameInput(),
			{
				Name: passwordField, Label: v.words.say("field.password"), Type: "password",
				Autocomplete: "current-password", missing: "missing.password",
			},
		},
		submit: v.words.say("signin.submit"),
		links: []link{
			{Label: v.words.say("link.forgot"), To: v.link("/forgotPassword")},
			{Label: v.words.say("link.confirm"), To: v.link("/confirm")},
		},
	}
	if !v.cfg.Pool.Settings().AdminCreateUserOnly {
		signup := link{Before: v.words.say("link.signup-before"), Label: v.words.say("link.signup"), To: v.link("/signup")}
		f.links = append([]link{signup}, f.links...)
	}
	return f
}

// signIn checks the password. Where it is right but the account needs one more step, the person is led there.
func signIn(v *visit) error {
	ctx, client, username := v.r.Context(), v.request.Client, v.posted(usernameField)
	user, err := v.cfg.Pool.SignIn(ctx, client, username, v.posted(passwordField))
	var refusal *userpool.Error
	switch {
	case errors.Is(err, userpool.ErrNewPasswordRequired):
		challenge, err := v.cfg.Pool.StartNewPassword(ctx, client, user.Sub)
		if err != nil {
			return err
		}
		return v.next("/newPassword", carried{Username: username, Sub: user.Sub, Challenge: challenge})
	case errors.As(err, &refusal) && refusal.Type == "UserNotConfirmedException":
		return v.next("/confirm", carried{Username: username, Sub: user.Sub, Notice: "notice.unconfirmed"})
	case errors.As(err, &refusal) && refusal.Type == "PasswordResetRequiredException":
		return v.next("/forgotPassword", carried{Username: username, Notice: "notice.reset-required"})
	}
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
