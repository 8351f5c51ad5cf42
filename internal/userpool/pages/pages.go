// Package pages serves the hosted pages of a user pool: signing in and up, confirming an address, choosing a new
// password. They work without JavaScript, passkeys aside, in every language of the pool.
//
// Every page is reached with the query of an authorize request and hands it on, so that the person ends at the
// application that sent them. The package owns forms, their words and their look. Every rule about accounts is the
// pool's; what pages and protocol endpoints share about browsers is package browser.
package pages

import (
	"crypto/cipher"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"time"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/browser"
)

// Config is what the pages need. Every field is required; Rand must be safe for concurrent use.
type Config struct {
	Pool *userpool.Pool
	// Name is the application's name as people see it.
	Name   string
	Now    func() time.Time
	Rand   io.Reader
	Logger *slog.Logger
}

// Pages are a pool's hosted pages. They are safe for concurrent use.
type Pages struct {
	cfg      Config
	door     *browser.Door
	origins  *http.CrossOriginProtection
	seal     cipher.AEAD
	files    map[string]file
	names    map[string]string
	template *template.Template
}

// New makes the pages of a pool, which must have a domain. What a person carries from step to step is sealed with a key of this call, so steps
// begun before a restart are begun again.
func New(cfg Config) (*Pages, error) {
	door, err := browser.New(cfg.Pool, cfg.Rand)
	if err != nil {
		return nil, err
	}
	origins := http.NewCrossOriginProtection()
	if err := origins.AddTrustedOrigin(door.Origin()); err != nil {
		return nil, err
	}
	seal, err := newSeal(cfg.Rand)
	if err != nil {
		return nil, err
	}
	files, names, err := readFiles()
	if err != nil {
		return nil, err
	}
	tmpl, err := template.ParseFS(content, "templates/*.html")
	if err != nil {
		return nil, err
	}
	return &Pages{
		cfg: cfg, door: door, origins: origins, seal: seal, files: files, names: names, template: tmpl,
	}, nil
}

// A page is a form at a path.
type page struct {
	path string
	// ready, unless nil, is asked before the page is shown or acted on; when it says no without an error it has answered.
	ready func(*visit) (bool, error)
	// form describes it for a visit, with the values that are known.
	form func(*visit) form
	// submit acts on a form that is whole and came from this browser, and answers unless it returns an error: a problem
	// or a refusal of the pool, which is then shown at the form, or a fault.
	submit func(*visit) error
}

// Register adds the pages to mux, each below prefix: the path at which the mux sees the pool's domain, such as /auth,
// or empty.
func (p *Pages) Register(mux *http.ServeMux, prefix string) {
	for _, pg := range []page{
		{"/login", signInReady, signInForm, signIn},
		{"/signup", nil, signUpForm, signUp},
		{"/confirm", nil, confirmForm, confirm},
		{"/resendcode", nil, resendForm, resend},
		{"/forgotPassword", nil, forgotForm, forgot},
		{"/confirmforgotPassword", nil, resetForm, reset},
		{"/newPassword", nil, newPasswordForm, newPassword},
		{"/mfa", nil, mfaForm, mfa},
		{"/mfaSetup", nil, mfaSetupForm, setUpMFA},
		{"/mfaChoice", nil, factorForm, chooseApp},
		{"/mfaChoiceMail", nil, factorForm, chooseMail},
		{"/mfaMail", nil, mailedForm, mailed},
		{"/code", mailReady, mailForm, sendCode},
		{"/passkey", passkeyReady, passkeyForm, signInByPasskey},
		{"/passkeys/add", registrationReady, registrationForm, addPasskey},
		{"/passkeys/skip", registrationReady, registrationForm, arrive},
	} {
		mux.Handle("GET "+prefix+pg.path, p.door.Guard(p.show(pg)))
		mux.Handle("POST "+prefix+pg.path, p.door.Guard(p.take(pg)))
	}
	mux.Handle("GET "+prefix+linkPath, p.door.Guard(http.HandlerFunc(p.showLink)))
	mux.Handle("POST "+prefix+linkPath, p.door.Guard(http.HandlerFunc(p.takeLink)))
	mux.Handle("GET "+prefix+"/error", p.door.Guard(http.HandlerFunc(p.errorPage)))
	mux.Handle("GET "+prefix+"/assets/{name}", p.door.Guard(http.HandlerFunc(p.asset)))
}
