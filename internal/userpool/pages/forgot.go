package pages

import "strings"

func forgotForm(v *visit) form {
	return form{
		title:  v.words.say("forgot.title"),
		intro:  v.words.say("forgot.intro"),
		fields: []field{v.knownNameInput()},
		submit: v.words.say("forgot.submit"),
		links: []link{
			{Label: v.words.say("link.reset"), To: v.link("/confirmforgotPassword")},
			{Label: v.words.say("link.signin-back"), To: v.link("/login")},
		},
	}
}

// forgot mails a code. The answer is the same whether there is such an account or not.
func forgot(v *visit) error {
	username := v.posted(usernameField)
	delivery, err := v.cfg.Pool.ForgotPassword(v.r.Context(), v.request.Client, username)
	if err != nil {
		return err
	}
	return v.next("/confirmforgotPassword", carried{Username: username, Destination: delivery.Destination})
}

func resetForm(v *visit) form {
	f := form{
		title:  v.words.say("reset.title"),
		intro:  v.words.say("reset.intro"),
		fields: []field{v.knownNameInput(), v.codeInput(), v.newPasswordInput("field.new-password")},
		submit: v.words.say("reset.submit"),
		second: &link{Label: v.words.say("resend.submit"), To: v.link("/forgotPassword")},
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
	if v.carried.Destination != "" {
		f.intro = v.words.say("code.sent-if", v.carried.Destination)
	}
	return f
}

// reset sets the new password. The person then signs in with it: a code alone does not open a session.
func reset(v *visit) error {
	username := v.posted(usernameField)
	code, password := plainCode(v.posted(codeField)), v.posted(passwordField)
	if err := v.cfg.Pool.ConfirmForgotPassword(v.r.Context(), v.request.Client, username, code, password); err != nil {
		return err
	}
	return v.next("/login", carried{Username: username, Notice: "notice.password-changed"})
}

// plainCode takes out the spaces and hyphens with which people and mail programs group digits.
func plainCode(typed string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "-", "").Replace(typed)
}
