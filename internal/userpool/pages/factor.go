package pages

import (
	"context"
	"errors"
	"html/template"
	"net/url"
	"strings"

	"example.com/todo/internal/userpool"
)

// proceed leads on somebody whose first factor was right, with what the pool said to it: to the application, or to the
// step that comes before. err is returned when it asks for no step.
func (v *visit) proceed(user userpool.User, username string, err error) error {
	ctx, client := v.r.Context(), v.request.Client
	var refusal *userpool.Error
	switch {
	case err == nil:
		return v.enter(user.Sub)
	case errors.Is(err, userpool.ErrNewPasswordRequired):
		challenge, err := v.cfg.Pool.StartNewPassword(ctx, client, user.Sub)
		if err != nil {
			return err
		}
		return v.next("/newPassword", carried{Username: username, Sub: user.Sub, Challenge: challenge})
	case errors.Is(err, userpool.ErrCodeRequired):
		step, err := v.cfg.Pool.StartCode(ctx, client, user.Sub)
		return v.step(username, step, err)
	case errors.Is(err, userpool.ErrFactorSetupRequired):
		return v.beginSetup(ctx, user, username)
	case errors.As(err, &refusal) && refusal.Type == "UserNotConfirmedException":
		return v.next("/confirm", carried{
			Username: username, Sub: user.Sub, Notice: v.confirming("notice.unconfirmed", "notice.unconfirmed-link"),
		})
	case errors.As(err, &refusal) && refusal.Type == "PasswordResetRequiredException":
		return v.next("/forgotPassword", carried{Username: username, Notice: "notice.reset-required"})
	}
	return err
}

// step leads to the page of a step of the second factor.
func (v *visit) step(username string, step userpool.Step, err error) error {
	if err != nil {
		return err
	}
	c := carried{Username: username, Challenge: step.Session, Destination: step.Delivery.Destination}
	switch step.Kind {
	case userpool.EmailOTP:
		return v.next("/mfaMail", c)
	case userpool.SelectFactor:
		return v.next("/mfaChoice", c)
	}
	return v.next("/mfa", c)
}

// beginSetup draws the secret before the page is shown, so that a reload shows the same.
func (v *visit) beginSetup(ctx context.Context, user userpool.User, username string) error {
	session, err := v.cfg.Pool.StartFactorSetup(ctx, v.request.Client, user.Sub)
	if err != nil {
		return err
	}
	secret, session, err := v.cfg.Pool.AssociateBySession(ctx, session)
	if err != nil {
		return err
	}
	return v.next("/mfaSetup", carried{Username: username, Challenge: session, Secret: secret})
}

// again sends somebody whose step is over back to the sign-in page.
func (v *visit) again() error {
	return v.next("/login", carried{Username: v.carried.Username, Notice: "notice.late"})
}

// over tells a refusal that means that the step is over, rather than that something is wrong with what was typed.
func over(err error) bool {
	var refusal *userpool.Error
	return errors.As(err, &refusal) && refusal.Type == "NotAuthorizedException"
}

// appCodeInput asks for a code that an app shows.
func (v *visit) appCodeInput() field {
	f := v.codeInput()
	f.missing = "missing.app-code"
	return f
}

func mfaForm(v *visit) form {
	return form{
		title:  v.words.say("mfa.title"),
		intro:  v.words.say("mfa.intro"),
		fields: []field{v.appCodeInput()},
		submit: v.words.say("mfa.submit"),
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
}

func mfa(v *visit) error {
	if v.carried.Challenge == "" {
		return v.again()
	}
	user, err := v.cfg.Pool.FinishCode(v.r.Context(), v.request.Client, v.carried.Challenge, plainCode(v.posted(codeField)))
	if over(err) {
		return v.again()
	}
	return v.proceed(user, v.carried.Username, err)
}

// factorForm lets a person with two second factors choose.
func factorForm(v *visit) form {
	return form{
		title:  v.words.say("mfachoice.title"),
		intro:  v.words.say("mfachoice.intro"),
		submit: v.words.say("mfachoice.app"),
		second: &link{Label: v.words.say("mfachoice.mail"), To: v.link("/mfaChoiceMail")},
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
}

func chooseApp(v *visit) error  { return v.choose(userpool.SoftwareToken) }
func chooseMail(v *visit) error { return v.choose(userpool.EmailOTP) }

func (v *visit) choose(kind string) error {
	if v.carried.Challenge == "" {
		return v.again()
	}
	step, err := v.cfg.Pool.ChooseFactor(v.r.Context(), v.request.Client, v.carried.Challenge, kind)
	if over(err) {
		return v.again()
	}
	return v.step(v.carried.Username, step, err)
}

func mfaSetupForm(v *visit) form {
	f := form{
		title:  v.words.say("mfasetup.title"),
		intro:  v.words.say("mfasetup.intro"),
		fields: []field{v.appCodeInput()},
		submit: v.words.say("mfasetup.submit"),
		links:  []link{{Label: v.words.say("link.signin-back"), To: v.link("/login")}},
	}
	if v.carried.Secret != "" {
		f.key = &appKey{
			Title: v.words.say("mfasetup.key"), Groups: groups(v.carried.Secret),
			OpenLabel: v.words.say("mfasetup.open"), Open: v.otpauth(),
			Scan: v.words.say("mfasetup.scan"), Picture: newQRCode(string(v.otpauth()), v.words.say("mfasetup.picture")),
		}
	}
	return f
}

func setUpMFA(v *visit) error {
	if v.carried.Challenge == "" {
		return v.again()
	}
	ctx := v.r.Context()
	session, err := v.cfg.Pool.VerifyBySession(ctx, v.carried.Challenge, plainCode(v.posted(codeField)), "")
	var user userpool.User
	if err == nil {
		user, err = v.cfg.Pool.FinishFactorSetup(ctx, v.request.Client, session)
	}
	if over(err) {
		return v.again()
	}
	return v.proceed(user, v.carried.Username, err)
}

// appKey is a secret for an authenticator app: to scan, to type, or to hand over on the same device.
type appKey struct {
	Scan      string
	Picture   *qrCode
	Title     string
	Groups    []string
	OpenLabel string
	Open      template.URL
}

// groups cuts a key into fours, as people read and type it. Apps take it with the spaces and without.
func groups(key string) []string {
	var all []string
	for len(key) > 4 {
		all, key = append(all, key[:4]), key[4:]
	}
	return append(all, key)
}

// otpauth is the address that authenticator apps open ("Key Uri Format" of Google Authenticator). Its parts are
// escaped here, which is why the template may take its scheme as it is.
func (v *visit) otpauth() template.URL {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	app := escape(strings.ReplaceAll(v.cfg.Name, ":", " "))
	return template.URL("otpauth://totp/" + app + ":" + escape(v.carried.Username) + "?secret=" + escape(v.carried.Secret) + "&issuer=" + app)
}
