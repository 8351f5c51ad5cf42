package pages

import (
	"errors"
	"slices"
	"strings"

	"example.com/todo/internal/userpool"
)

func signUpForm(v *visit) form {
	return form{
		title:  v.words.say("signup.title"),
		fields: slices.Concat([]field{v.usernameInput()}, v.signUpInputs(), []field{v.newPasswordInput("field.password")}),
		submit: v.words.say("signup.submit"),
		links: []link{
			{Before: v.words.say("link.signin-before"), Label: v.words.say("link.signin"), To: v.link("/login")},
			v.confirmLink(),
		},
	}
}

// signUp registers an account. Its sub is carried on: this browser knows the password, and with the code from the mail
// that is all that signing in would ask for.
func signUp(v *visit) error {
	username := v.posted(usernameField)
	user, delivery, err := v.cfg.Pool.SignUp(v.r.Context(), v.request.Client, username, v.posted(passwordField), v.attributes(v.signUpAttributes()))
	if err != nil {
		return err
	}
	if delivery == nil { // no address to confirm, so an administrator does it
		return v.next("/login", carried{Username: username, Notice: "notice.wait-for-administrator"})
	}
	return v.next("/confirm", carried{Username: username, Sub: user.Sub, Destination: delivery.Destination})
}

// confirming picks between two words by what confirms an account in this pool: a code that is typed, or a link.
func (v *visit) confirming(byCode, byLink string) string {
	if v.cfg.Pool.Settings().ConfirmByLink {
		return byLink
	}
	return byCode
}

// confirmLink leads to where an account is confirmed.
func (v *visit) confirmLink() link {
	return link{Label: v.words.say(v.confirming("link.confirm", "link.confirm-by-link")), To: v.link("/confirm")}
}

func confirmForm(v *visit) form {
	if v.cfg.Pool.Settings().ConfirmByLink {
		return linkForm(v)
	}
	f := form{
		title:  v.words.say("confirm.title"),
		intro:  v.words.say("confirm.intro"),
		fields: []field{v.usernameInput(), v.codeInput()},
		submit: v.words.say("confirm.submit"),
		second: &link{Label: v.words.say("resend.submit"), To: v.link("/resendcode")},
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
	if v.carried.Destination != "" {
		f.intro = v.words.say("code.sent", v.carried.Destination)
	}
	return f
}

// linkForm stands for the forms that take a code and mail another one, where the letter shows none.
func linkForm(v *visit) form {
	f := form{
		title:  v.words.say("confirm.title"),
		intro:  v.words.say("confirm.by-link"),
		fields: []field{v.usernameInput()},
		submit: v.words.say("confirm.new-link"),
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
	if v.carried.Destination != "" {
		f.intro = v.words.say("confirm.link-sent", v.carried.Destination)
	}
	return f
}

// confirm confirms an account. The person is signed in at once only in the browser that signed up, which has proven to
// know the password; whoever holds no more than a code goes to the sign-in page.
func confirm(v *visit) error {
	if v.cfg.Pool.Settings().ConfirmByLink {
		return resend(v)
	}
	ctx, username := v.r.Context(), v.posted(usernameField)
	err := v.cfg.Pool.ConfirmSignUp(ctx, v.request.Client, username, plainCode(v.posted(codeField)))
	if alreadyConfirmed(err) {
		return v.next("/login", carried{Username: username, Notice: "notice.already-confirmed"})
	}
	if err != nil {
		return err
	}
	if v.carried.Sub != "" && v.carried.Username == username {
		user, err := v.cfg.Pool.User(ctx, v.carried.Sub)
		if err == nil && user.Enabled && user.Status == userpool.Confirmed {
			return v.proceed(user, username, v.cfg.Pool.NextFactor(ctx, user.Sub))
		}
	}
	return v.next("/login", carried{Username: username, Notice: "notice.confirmed"})
}

func resendForm(v *visit) form {
	if v.cfg.Pool.Settings().ConfirmByLink {
		return linkForm(v)
	}
	return form{
		title:  v.words.say("resend.title"),
		intro:  v.words.say("resend.intro"),
		fields: []field{v.usernameInput()},
		submit: v.words.say("resend.submit"),
		links: []link{
			v.confirmLink(),
			{Label: v.words.say("link.signin-back"), To: v.link("/login")},
		},
	}
}

func resend(v *visit) error {
	username := v.posted(usernameField)
	delivery, err := v.cfg.Pool.ResendConfirmationCode(v.r.Context(), v.request.Client, username)
	if alreadyConfirmed(err) {
		return v.next("/login", carried{Username: username, Notice: "notice.already-confirmed"})
	}
	if err != nil {
		return err
	}
	c := carried{Username: username, Destination: delivery.Destination, Notice: v.confirming("notice.code-sent", "notice.link-sent")}
	if v.carried.Username == username {
		c.Sub = v.carried.Sub
	}
	return v.next("/confirm", c)
}

// alreadyConfirmed tells the two refusals that mean there is nothing left to confirm.
func alreadyConfirmed(err error) bool {
	var refusal *userpool.Error
	return errors.As(err, &refusal) &&
		(strings.HasPrefix(refusal.Message, "User cannot be confirmed.") || refusal.Message == "User is already confirmed.")
}
