package pages

import (
	"net/http"

	"example.com/todo/internal/userpool"
)

// mailReady has the page only where sign-in may begin with a mailed code.
func mailReady(v *visit) (bool, error) { return v.offered(userpool.EmailOTP), nil }

// offered tells whether sign-in may begin with a factor; when not, it has answered that there is no such page.
func (v *visit) offered(factor string) bool {
	if !v.cfg.Pool.Offers(v.request.Client, factor) {
		http.NotFound(v.w, v.r)
		return false
	}
	return true
}

func mailForm(v *visit) form {
	return form{
		title:  v.words.say("mailcode.title"),
		intro:  v.words.say("mailcode.intro"),
		fields: []field{v.knownNameInput()},
		submit: v.words.say("forgot.submit"),
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
}

// sendCode begins a sign-in by a mailed code.
func sendCode(v *visit) error {
	username := v.posted(usernameField)
	step, err := v.cfg.Pool.StartMailedCode(v.r.Context(), v.request.Client, username)
	if err != nil {
		return err
	}
	return v.next("/mfaMail", carried{
		Username: username, Challenge: step.Session, Destination: step.Delivery.Destination, First: true,
	})
}

// mailedForm takes a code that was mailed, for the first factor or the second.
func mailedForm(v *visit) form {
	f := form{
		title:  v.words.say("mfa.title"),
		fields: []field{v.codeInput()},
		submit: v.words.say("mfa.submit"),
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
	switch to := v.carried.Destination; {
	case to == "":
	case v.carried.First:
		f.fields[0].Hint = v.words.say("hint.first-code")
		f.intro = v.words.say("code.sent-if", to)
		f.links = append([]link{{Label: v.words.say("resend.submit"), To: v.link("/code")}}, f.links...)
	default:
		f.intro = v.words.say("code.sent", to)
	}
	return f
}

func mailed(v *visit) error {
	if v.carried.Challenge == "" {
		return v.again()
	}
	user, err := v.cfg.Pool.FinishMailedCode(v.r.Context(), v.request.Client, v.carried.Challenge, plainCode(v.posted(codeField)))
	if over(err) {
		return v.again()
	}
	return v.proceed(user, v.carried.Username, err)
}
