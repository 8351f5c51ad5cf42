package userpool

import (
	"context"
	"html"
	"regexp"
	"strings"
	"time"

	"example.com/todo/internal/mail"
	"example.com/todo/internal/userpool/lang"
)

// letters are the texts for what the template leaves open. The English ones are Cognito's own. Where writing runs from
// right to left, what is to be copied stands on lines of its own.
var letters = map[lang.Language]struct{ codeSubject, code, factorSubject, factor, invitationSubject, invitation string }{
	lang.English: {
		"Your verification code", "Your verification code is {####}.",
		"Your authentication code", "Your authentication code is {####}.",
		"Your temporary password", "Your username is {username} and temporary password is {####}.",
	},
	lang.Spanish: {
		"Su código de verificación", "Su código de verificación es {####}.",
		"Tu código para iniciar sesión", "Tu código para iniciar sesión es {####}.",
		"Su contraseña temporal", "Su nombre de usuario es {username} y su contraseña temporal es {####}.",
	},
	lang.Portuguese: {
		"Seu código de verificação", "Seu código de verificação é {####}.",
		"Seu código para entrar", "Seu código para entrar é {####}.",
		"Sua senha temporária", "Seu nome de usuário é {username} e sua senha temporária é {####}.",
	},
	lang.German: {
		"Ihr Bestätigungscode", "Ihr Bestätigungscode lautet {####}.",
		"Ihr Code zum Anmelden", "Ihr Code zum Anmelden lautet {####}.",
		"Ihr vorläufiges Passwort", "Ihr Benutzername ist {username}, Ihr vorläufiges Passwort lautet {####}.",
	},
	lang.French: {
		"Votre code de vérification", "Votre code de vérification est {####}.",
		"Votre code de connexion", "Votre code de connexion est {####}.",
		"Votre mot de passe provisoire", "Votre nom d’utilisateur est {username} et votre mot de passe provisoire est {####}.",
	},
	lang.Japanese: {
		"確認コードのお知らせ", "確認コードは {####} です。",
		"サインイン用コードのお知らせ", "サインイン用コードは {####} です。",
		"仮パスワードのお知らせ", "ユーザー名は {username}、仮パスワードは {####} です。",
	},
	lang.Arabic: {
		"رمز التحقق الخاص بك", "رمز التحقق الخاص بك هو:\n{####}",
		"رمز تسجيل الدخول", "رمز تسجيل الدخول الخاص بك هو:\n{####}",
		"كلمة المرور المؤقتة", "اسم المستخدم:\n{username}\nكلمة المرور المؤقتة:\n{####}",
	},
}

// language is that of a letter: the one that the account is marked with, or else the one in which its receiver is dealt
// with just now, or else English.
func language(ctx context.Context, a account) lang.Language {
	l, _ := lang.Match(a.attribute("locale"), string(lang.From(ctx)))
	return l
}

// codeLetter is the message that brings a code, for a sign-up and for a forgotten password alike.
func (p *Pool) codeLetter(ctx context.Context, a account, digits string) *mail.Message {
	own := letters[language(ctx, a)]
	return &mail.Message{
		To:      a.attribute("email"),
		Subject: fill(or(p.cfg.Pool.VerificationSubject, own.codeSubject), "", digits),
		Text:    fill(plain(or(p.cfg.Pool.VerificationMessage, own.code)), "", digits),
	}
}

// factorLetter is the message that brings a code to sign in with.
func (p *Pool) factorLetter(ctx context.Context, a account, digits string) *mail.Message {
	own := letters[language(ctx, a)]
	return &mail.Message{
		To:      a.verifiedEmail(),
		Subject: fill(or(p.cfg.Pool.AuthenticationSubject, own.factorSubject), "", digits),
		Text:    fill(plain(or(p.cfg.Pool.AuthenticationMessage, own.factor)), "", digits),
	}
}

// invitation is the message that brings a temporary password. The name in it is the one to sign in with.
func (p *Pool) invitation(ctx context.Context, a account, password string) *mail.Message {
	name := a.Username
	switch {
	case p.naming.EmailNames && a.attribute("email") != "":
		name = a.attribute("email")
	case p.naming.PhoneNames:
		name = a.attribute("phone_number")
	}
	own := letters[language(ctx, a)]
	return &mail.Message{
		To:      a.attribute("email"),
		Subject: fill(or(p.cfg.Pool.InvitationSubject, own.invitationSubject), name, password),
		Text:    fill(plain(or(p.cfg.Pool.InvitationMessage, own.invitation)), name, password),
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

// send hands a letter over, as part of the change that it tells of; it is of no use after its secret expires. One to nobody
// is as much work. A fault is logged and not answered: the answer would tell that there is an account.
func (p *Pool) send(ctx context.Context, t tx, letter *mail.Message, expires time.Time) {
	letter.Time, letter.Expires = t.now, expires
	if err := p.cfg.Mail.Send(t.root.Tx(), *letter); err != nil {
		p.cfg.Logger.ErrorContext(ctx, "user pool: a message was not sent", "error", err)
	}
}
