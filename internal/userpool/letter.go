package userpool

import (
	"context"
	"html"
	"regexp"
	"strings"
	"time"

	"example.com/todo/internal/mail"
)

// Cognito's own texts, for what the template leaves open.
const (
	defaultCodeSubject       = "Your verification code"
	defaultCodeMessage       = "Your verification code is {####}."
	defaultInvitationSubject = "Your temporary password"
	defaultInvitationMessage = "Your username is {username} and temporary password is {####}."
)

// codeLetter is the message that brings a code, for a sign-up and for a forgotten password alike.
func (p *Pool) codeLetter(a account, digits string) *mail.Message {
	return &mail.Message{
		To:      a.attribute("email"),
		Subject: fill(or(p.cfg.Pool.VerificationSubject, defaultCodeSubject), "", digits),
		Text:    fill(plain(or(p.cfg.Pool.VerificationMessage, defaultCodeMessage)), "", digits),
	}
}

// invitation is the message that brings a temporary password. The name in it is the one to sign in with.
func (p *Pool) invitation(a account, password string) *mail.Message {
	name := a.Username
	if p.naming.EmailNames {
		name = a.attribute("email")
	}
	return &mail.Message{
		To:      a.attribute("email"),
		Subject: fill(or(p.cfg.Pool.InvitationSubject, defaultInvitationSubject), name, password),
		Text:    fill(plain(or(p.cfg.Pool.InvitationMessage, defaultInvitationMessage)), name, password),
	}
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func fill(text, username, secret string) string {
	return strings.NewReplacer("{username}", username, "{####}", secret).Replace(text)
}

var (
	lineEnd = regexp.MustCompile(`(?i)<br\s*/?>|</(p|div|h[1-6]|li|tr)>`)
	tag     = regexp.MustCompile(`</?[A-Za-z][^>]*>`)
)

// plain makes text of a template's message, which may be HTML. It is applied before names are filled in.
func plain(message string) string {
	return html.UnescapeString(tag.ReplaceAllString(lineEnd.ReplaceAllString(message, "\n"), ""))
}

// send hands a letter over. A fault is logged and not answered: the answer would tell that there is an account.
func (p *Pool) send(ctx context.Context, now time.Time, letter *mail.Message) {
	if letter == nil {
		return
	}
	letter.Time = now
	if err := p.cfg.Mail.Send(context.WithoutCancel(ctx), *letter); err != nil {
		p.cfg.Logger.ErrorContext(ctx, "user pool: a message was not sent", "subject", letter.Subject, "error", err)
	}
}
