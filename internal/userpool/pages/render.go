package pages

import (
	"bytes"
	"net/http"
	"regexp"

	"example.com/todo/internal/userpool/browser"
)

var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]+$`)

// sheet is what the template is given.
type sheet struct {
	Lang, Dir, App, Title, Style, Icon string
	Script                             string // for passkeys; empty on pages without
	Failed                             string // the prefix of the title when something is wrong

	Heading  string
	Intro    []string
	Notice   string
	Problems []shown
	Summary  string // heading of the problems

	Action, Token, TokenField string
	Key                       *appKey
	Passkey                   *passkeyAsk
	Fields                    []field
	Submit                    string
	Second                    *link
	Links                     []link
}

// shown is a problem in the summary, with a link to its field.
type shown struct{ Field, Text string }

func (p *Pages) sheet(w words, title string) sheet {
	return sheet{
		Lang: string(w.Language), Dir: w.Dir(), App: p.cfg.Name, Title: title, Heading: title,
		Style: p.door.Path("/assets/"+p.names["pool.css"], ""), Icon: p.door.Path("/assets/"+p.names["icon.svg"], ""),
	}
}

// render answers with a form, filled with what is known and what is wrong with it. Passwords are never given back.
func (v *visit) render(status int, f form, wrong problems) {
	token, err := v.door.FormToken(v.w, v.r)
	if err != nil {
		v.fault(v.w, v.r, err)
		return
	}
	s := v.sheet(v.words, f.title)
	s.Key, s.Passkey = f.key, f.passkey
	scripts := ""
	if f.passkey != nil {
		s.Script, scripts = v.door.Path("/assets/"+v.names["passkey.js"], ""), "script-src 'self'; "
	}
	s.Notice, s.Fields, s.Submit, s.Second, s.Links = f.notice, f.fields, f.submit, f.second, f.links
	s.Summary = v.words.say("problem.title")
	s.Action, s.Token, s.TokenField = v.link(v.path), token, browser.TokenField
	if f.intro != "" {
		s.Intro = []string{f.intro}
	}
	for _, p := range wrong {
		text := p.say(v.words)
		s.Failed = v.words.say("problem.prefix")
		s.Problems = append(s.Problems, shown{p.field, text})
		for i := range s.Fields {
			if s.Fields[i].Name == p.field {
				s.Fields[i].Problem = text
			}
		}
	}
	if len(wrong) == 0 {
		focus(s.Fields, f.notice != "")
	}
	v.w.Header().Set("Content-Security-Policy", scripts+policy(v.formAction()))
	v.write(v.w, v.r, status, s)
}

// focus puts the cursor where the person goes on: into the first field that is still empty. When something is wrong it
// is not called: the summary has the focus.
func focus(fields []field, notice bool) {
	for i := range fields {
		if fields[i].Value == "" && !fields[i].ReadOnly {
			fields[i].Focus, fields[i].AfterNotice = true, notice
			return
		}
	}
}

func policy(formAction string) string {
	return "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " + formAction
}

// errorPage explains the codes that the protocol endpoints send browsers here with. It repeats nothing of its query.
func (p *Pages) errorPage(w http.ResponseWriter, r *http.Request) {
	switch code := r.URL.Query().Get("error"); code {
	case browser.RedirectMismatch, browser.InvalidRequest, browser.LogoutMismatch:
		p.message(w, r, http.StatusBadRequest, "error."+code)
	default:
		p.message(w, r, http.StatusBadRequest, "")
	}
}

// fault logs what went wrong on this machine and says so to the person, but not what.
func (p *Pages) fault(w http.ResponseWriter, r *http.Request, err error) {
	p.cfg.Logger.ErrorContext(r.Context(), "hosted page failed", "path", r.URL.Path, "error", err)
	p.message(w, r, http.StatusInternalServerError, "error.fault")
}

// message answers with a page that has no form.
func (p *Pages) message(w http.ResponseWriter, r *http.Request, status int, word string) {
	words := p.words(w, r)
	s := p.sheet(words, words.say("error.title"))
	if status < http.StatusInternalServerError {
		s.Intro = append(s.Intro, words.say("error.encountered"))
	}
	if word != "" {
		s.Intro = append(s.Intro, words.say(word))
	}
	if status < http.StatusInternalServerError {
		s.Intro = append(s.Intro, words.say("error.help"))
	}
	w.Header().Set("Content-Security-Policy", policy("'none'"))
	p.write(w, r, status, s)
}

func (p *Pages) write(w http.ResponseWriter, r *http.Request, status int, s sheet) {
	var page bytes.Buffer
	if err := p.template.ExecuteTemplate(&page, "page.html", s); err != nil {
		p.cfg.Logger.ErrorContext(r.Context(), "hosted page failed", "path", r.URL.Path, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	// What is left to fail is a browser that has gone.
	_, _ = w.Write(page.Bytes())
}
