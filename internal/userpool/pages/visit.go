package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/browser"
	"example.com/todo/internal/userpool/lang"
)

const (
	// maxBody is far above any form here.
	maxBody = 16 << 10
	// maxName bounds what is carried in a cookie; the longest e-mail address has 254 characters.
	maxName = 256
)

// A form that is refused is shown again with 200: to the person it is a page like any other, password managers handle
// it as they do everywhere, and browsers do not report it as a fault of the site.
const refusedStatus = http.StatusOK

// visit is one request at one page.
type visit struct {
	*Pages
	path    string // of the page
	w       http.ResponseWriter
	r       *http.Request
	request *browser.Request
	carried carried
	words   words
	passkey *passkeyAsk // what the page asks the browser for
	session userpool.Session
}

// visit reads what every page needs. Without a proven application there is nothing to sign in to: it has then answered
// and ok is false.
func (p *Pages) visit(w http.ResponseWriter, r *http.Request, path string) (v *visit, ok bool) {
	request, refusal := p.door.Request(r.URL.RawQuery)
	if refusal != nil {
		p.door.Refuse(w, refusal)
		return nil, false
	}
	words := p.words(w, r)
	r = r.WithContext(lang.Into(r.Context(), words.Language))
	return &visit{Pages: p, path: path, w: w, r: r, request: request, carried: p.readCarried(r), words: words}, true
}

const (
	languageCookie = "lang"
	languageFor    = 365 * 24 * time.Hour
)

// words are those of the language that suits the person: the one that the application names, which the browser then
// keeps, or else the one that it has kept, or else the one that it prefers.
func (p *Pages) words(w http.ResponseWriter, r *http.Request) words {
	kept := ""
	if cookie, err := r.Cookie(languageCookie); err == nil {
		kept = cookie.Value
	}
	if named, ok := lang.Match(r.URL.Query().Get("lang")); ok {
		if kept != string(named) {
			p.door.SetCookie(w, languageCookie, string(named), int(languageFor.Seconds()))
		}
		return words{named}
	}
	l, _ := lang.Match(kept, r.Header.Get("Accept-Language"))
	return words{l}
}

func (p *Pages) show(pg page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, ok := p.visit(w, r, pg.path)
		if !ok {
			return
		}
		if !v.isReady(pg) {
			return
		}
		f := pg.form(v)
		if notice := v.carried.Notice; notice != "" && v.carried.Path == pg.path {
			f.notice = v.words.say(notice)
			v.carried.Notice = "" // once read, it is no news
			if err := v.carry(v.carried); err != nil {
				p.fault(w, r, err)
				return
			}
		}
		v.render(http.StatusOK, f, nil)
	})
}

func (p *Pages) take(pg page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, ok := p.visit(w, r, pg.path)
		if !ok {
			return
		}
		r = v.r
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if err := r.ParseForm(); err != nil {
			p.message(w, r, http.StatusBadRequest, "error.form")
			return
		}
		if !v.isReady(pg) {
			return
		}
		f := pg.form(v)
		if p.origins.Check(r) != nil || !p.door.OwnForm(r) {
			v.render(http.StatusForbidden, f, problems{{word: "foreign"}})
			return
		}
		if lacking := v.lacking(f); lacking != nil {
			v.render(refusedStatus, f, lacking)
			return
		}
		if err := pg.submit(v); err != nil {
			v.refuse(f, err)
		}
	})
}

// isReady tells whether the page can be shown or acted on; when not, it has answered.
func (v *visit) isReady(pg page) bool {
	if pg.ready == nil {
		return true
	}
	ok, err := pg.ready(v)
	if err != nil {
		v.refuse(pg.form(v), err)
		return false
	}
	return ok
}

// lacking are the fields that were left empty, or hold what no account name can be.
func (v *visit) lacking(f form) problems {
	var found problems
	for _, fd := range f.fields {
		switch value := v.posted(fd.Name); {
		case fd.ReadOnly, value == "" && fd.Optional:
		case value == "":
			found = append(found, problem{field: fd.Name, word: fd.missing, args: []any{fd.Label}})
		case fd.Name == usernameField && len(value) > maxName:
			found = append(found, problem{field: fd.Name, word: "long"})
		}
	}
	return found
}

// refuse shows the form again with what is wrong.
func (v *visit) refuse(f form, err error) {
	var own problems
	var refusal *userpool.Error
	switch {
	case errors.As(err, &own):
		v.render(refusedStatus, f, own)
	case errors.As(err, &refusal):
		v.render(refusedStatus, f, problems{explain(refusal, f)})
	default:
		v.fault(v.w, v.r, err)
	}
}

// posted is a field's value as it was sent: passwords to the letter, telephone numbers without what groups their digits,
// everything else without the spaces that typing and pasting leave around it.
func (v *visit) posted(name string) string {
	value := v.r.PostForm.Get(name)
	if name == passwordField {
		return value
	}
	value = strings.TrimSpace(value)
	settings := v.cfg.Pool.Settings()
	byNumber := slices.Contains(settings.UsernameAttributes, "phone_number") ||
		slices.Contains(settings.AliasAttributes, "phone_number") && strings.HasPrefix(value, "+") // else it is a user name
	if name == attributePrefix+"phone_number" || name == usernameField && byNumber {
		return plainNumber(value)
	}
	return value
}

// plainNumber takes out what people group a telephone number's digits with. Anything else stays as it is.
func plainNumber(typed string) string {
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", ".", "", "(", "", ")", "").Replace(typed)
	if strings.Trim(plain, "+0123456789") != "" {
		return typed
	}
	return plain
}

// username is what the person typed here, or else at the step before, or else what the application suggests.
func (v *visit) username() string {
	for _, known := range []string{v.posted(usernameField), v.carried.Username, v.request.LoginHint} {
		if known != "" {
			return known
		}
	}
	return ""
}

// link is the address of another page with the request handed on.
func (v *visit) link(path string) string { return v.door.Path(path, v.request.Query()) }

// next sends the browser to another page with what it carries there.
func (v *visit) next(path string, c carried) error {
	c.Path = path
	c.AddPasskey = c.AddPasskey || v.carried.AddPasskey
	if err := v.carry(c); err != nil {
		return err
	}
	browser.Go(v.w, v.link(path))
	return nil
}

// enter begins the session of a person who has proven who they are and sends them to the application.
func (v *visit) enter(sub string) error {
	s, err := v.door.SignIn(v.w, v.r, sub)
	if err != nil {
		return err
	}
	v.session = s
	if v.carried.AddPasskey {
		v.door.SetCookie(v.w, carriedCookie, "", -1)
		browser.Go(v.w, v.link("/passkeys/add"))
		return nil
	}
	return arrive(v)
}

// arrive sends a person who is signed in to the application.
func arrive(v *visit) error {
	location, err := v.door.Answer(v.r.Context(), v.request, v.session)
	if err != nil {
		return err
	}
	v.door.SetCookie(v.w, carriedCookie, "", -1)
	browser.Go(v.w, location)
	return nil
}

// formAction lists where the browser may end after a form of this visit: Chromium holds the redirects that follow a
// form against the policy too, so the application's origin belongs to it.
func (v *visit) formAction() string {
	u, err := url.Parse(v.request.RedirectURI)
	switch {
	case err != nil || u.Scheme == "":
		return "'self'"
	case u.Scheme != "http" && u.Scheme != "https":
		return "'self' " + u.Scheme + ":"
	case !plainHost.MatchString(u.Host):
		return "'self'"
	default:
		return "'self' " + u.Scheme + "://" + u.Host
	}
}
