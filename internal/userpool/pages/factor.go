package pages

import (
	"context"
	"errors"
	"html/template"
	"net/url"
	"strings"

	"example.com/todo/internal/userpool"
)

// proceed leads on somebody whose password was right, with what the pool said to it: to the application, or to the step
// that comes before. err is returned when it asks for no step.
func (v *visit) proceed(user userpool.User, username string, err error) error {
	ctx, client := v.r.Context(), v.request.Client
	switch {
	case err == nil:
		return v.enter(user.Sub)
	case errors.Is(err, userpool.ErrCodeRequired):
		step, err := v.cfg.Pool.StartCode(ctx, client, user.Sub)
		if err != nil {
			return err
		}
		return v.next("/mfa", carried{Username: username, Challenge: step.Session})
	case errors.Is(err, userpool.ErrFactorSetupRequired):
		return v.beginSetup(ctx, user, username)
	}
	return err
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

// appKey is a secret for an authenticator app: to type, or to hand over on the same device.
type appKey struct {
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
