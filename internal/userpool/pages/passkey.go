package pages

import (
	"errors"
	"strings"

	"example.com/todo/internal/userpool"
)

const (
	credentialField = "credential"
	sessionField    = "session"
)

// What a form asks the browser for. A suggestion is made beside the names that the browser knows for a field, and needs
// nobody to look for it.
const (
	getPasskey     = "get"
	suggestPasskey = "suggest"
	createPasskey  = "create"
)

// passkeyAsk is what a form asks the browser for, which needs the script: no form can.
type passkeyAsk struct {
	Kind    string
	Action  string // where the answer goes
	Options string // for the browser, in JSON
	Session string // of a sign-in
	Failed  string // what to say when nothing comes of it
	Script  string // what to say without a script
	// Credential and SessionField are the names of the fields.
	Credential, SessionField string
}

// Suggests tells that the page has another use.
func (a passkeyAsk) Suggests() bool { return a.Kind == suggestPasskey }

// ask puts what the page asks for into its form.
func (v *visit) ask(kind, action, options, session string) {
	v.passkey = &passkeyAsk{
		Kind: kind, Action: v.link(action), Options: options, Session: session, Credential: credentialField, SessionField: sessionField,
		Failed: v.words.say("passkey.failed"), Script: v.words.say("passkey.script"),
	}
}

// credential is the browser's answer. There is none without the script.
func (v *visit) credential() ([]byte, error) {
	answer := v.posted(credentialField)
	if answer == "" {
		return nil, problems{{word: "passkey.script"}}
	}
	return []byte(answer), nil
}

func passkeyReady(v *visit) (bool, error) {
	if !v.offered(userpool.Passkey) {
		return false, nil
	}
	return v.askForPasskey(getPasskey)
}

// askForPasskey draws a challenge for each showing of the page; it is good for a while.
func (v *visit) askForPasskey(kind string) (bool, error) {
	session, options, err := v.cfg.Pool.StartPasskey(v.r.Context(), v.request.Client, "")
	if err != nil {
		return false, err
	}
	v.ask(kind, "/passkey", string(options), session)
	return true, nil
}

func passkeyForm(v *visit) form {
	return form{
		title:   v.words.say("passkey.title"),
		intro:   v.words.say("passkey.intro"),
		passkey: v.passkey,
		submit:  v.words.say("passkey.submit"),
		links: []link{
			{Label: v.words.say("passkeyadd.title"), To: v.link("/passkeys/add")},
			{Label: v.words.say("link.signin-back"), To: v.link("/login")},
		},
	}
}

// signInByPasskey signs in whoever the passkey belongs to.
func signInByPasskey(v *visit) error {
	credential, err := v.credential()
	if err != nil {
		return err
	}
	user, err := v.cfg.Pool.FinishPasskey(v.r.Context(), v.request.Client, v.posted(sessionField), credential)
	var refusal *userpool.Error
	switch {
	case errors.As(err, &refusal) && strings.HasPrefix(refusal.Message, "Invalid session"):
		return v.again()
	case errors.As(err, &refusal) && strings.HasPrefix(refusal.Message, "Incorrect username or password"):
		return problems{{word: "passkey.failed"}}
	}
	return v.proceed(user, user.SignInName(), err)
}

// registrationReady has the person sign in first.
func registrationReady(v *visit) (bool, error) {
	if !v.offered(userpool.Passkey) {
		return false, nil
	}
	session, ok, err := v.door.Session(v.r)
	if err != nil {
		return false, err
	}
	if !ok {
		return false, v.next("/login", carried{AddPasskey: true})
	}
	v.session = session
	options, err := v.cfg.Pool.StartPasskeyRegistration(v.r.Context(), v.request.Client, session.User.Sub)
	if err != nil {
		return false, err
	}
	v.ask(createPasskey, v.path, string(options), "")
	return true, nil
}

func registrationForm(v *visit) form {
	return form{
		title:   v.words.say("passkeyadd.title"),
		intro:   v.words.say("passkeyadd.intro"),
		passkey: v.passkey,
		submit:  v.words.say("passkeyadd.submit"),
		second:  &link{Label: v.words.say("passkeyadd.later"), To: v.link("/passkeys/skip")},
	}
}

func addPasskey(v *visit) error {
	credential, err := v.credential()
	if err != nil {
		return err
	}
	err = v.cfg.Pool.FinishPasskeyRegistration(v.r.Context(), v.request.Client, v.session.User.Sub, credential)
	if err != nil {
		return err
	}
	return arrive(v)
}
