package pages

import (
	"errors"
	"net/http"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/browser"
)

const linkPath = "/confirmUser"

// linked is a request by the link in a mail. It comes from no application, so there is none to go back to.
type linked struct {
	client          *userpool.Client
	username, code  string
	words           words
	known           bool
	rawQuery, title string
}

func (p *Pages) linked(w http.ResponseWriter, r *http.Request) linked {
	q := r.URL.Query()
	l := linked{username: q.Get("user_name"), code: q.Get("confirmation_code"), words: p.words(w, r), rawQuery: q.Encode()}
	l.client, l.known = p.cfg.Pool.Client(q.Get("client_id"))
	l.known = l.known && l.username != "" && l.code != ""
	l.title = l.words.say("confirm.title")
	return l
}

// showLink asks for a press of the button. Opening the link alone confirms nothing: mail programs and what stands before
// them open links that their owners never saw, and would confirm accounts that somebody else made in their name.
func (p *Pages) showLink(w http.ResponseWriter, r *http.Request) {
	l := p.linked(w, r)
	if !l.known {
		p.message(w, r, http.StatusBadRequest, "error.invalid_request")
		return
	}
	p.renderLink(w, r, http.StatusOK, l, nil)
}

func (p *Pages) renderLink(w http.ResponseWriter, r *http.Request, status int, l linked, wrong *problem) {
	token, err := p.door.FormToken(w, r)
	if err != nil {
		p.fault(w, r, err)
		return
	}
	s := p.sheet(l.words, l.title)
	s.Action, s.Token, s.TokenField, s.Submit = p.door.Path(linkPath, l.rawQuery), token, browser.TokenField, l.words.say("confirm.submit")
	s.Summary = l.words.say("problem.title")
	if wrong != nil {
		s.Failed = l.words.say("problem.prefix")
		s.Problems = []shown{{Text: wrong.say(l.words)}}
	}
	w.Header().Set("Content-Security-Policy", policy("'self'"))
	p.write(w, r, status, s)
}

// takeLink confirms the account.
func (p *Pages) takeLink(w http.ResponseWriter, r *http.Request) {
	l := p.linked(w, r)
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil || !l.known {
		p.message(w, r, http.StatusBadRequest, "error.invalid_request")
		return
	}
	if p.origins.Check(r) != nil || !p.door.OwnForm(r) {
		p.renderLink(w, r, http.StatusForbidden, l, &problem{word: "foreign"})
		return
	}
	notice := "notice.confirmed"
	err := p.cfg.Pool.ConfirmSignUp(r.Context(), l.client, l.username, l.code)
	var refusal *userpool.Error
	switch {
	case alreadyConfirmed(err):
		notice = "notice.already-confirmed"
	case errors.As(err, &refusal):
		wrong := explain(refusal, form{})
		if wrong.word == "code-wrong" || wrong.word == "code-expired" {
			wrong.word = "link-over"
		}
		p.renderLink(w, r, refusedStatus, l, &wrong)
		return
	case err != nil:
		p.fault(w, r, err)
		return
	}
	s := p.sheet(l.words, l.title)
	s.Notice = l.words.say(notice)
	w.Header().Set("Content-Security-Policy", policy("'none'"))
	p.write(w, r, http.StatusOK, s)
}
