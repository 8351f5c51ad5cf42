package userpool

import (
	"context"
	"net/url"
	"regexp"

	"example.com/todo/internal/mail"
	"example.com/todo/internal/userpool/lang"
)

// linkLetters are the texts of a confirmation by link, for what the template leaves open. The English ones are Cognito's.
var linkLetters = map[lang.Language]struct{ subject, text string }{
	lang.English:    {"Your verification link", "Please click the link below to verify your email address. {##Verify Email##}"},
	lang.Spanish:    {"Tu enlace de verificación", "Abre este enlace para verificar tu dirección de correo. {##Verificar el correo##}"},
	lang.Portuguese: {"Seu link de verificação", "Abra este link para verificar seu endereço de e-mail. {##Verificar o e-mail##}"},
	lang.German:     {"Ihr Bestätigungslink", "Öffnen Sie diesen Link, um Ihre E-Mail-Adresse zu bestätigen. {##E-Mail-Adresse bestätigen##}"},
	lang.French:     {"Votre lien de vérification", "Ouvrez ce lien pour vérifier votre adresse e-mail. {##Vérifier l’adresse e-mail##}"},
	lang.Japanese:   {"確認リンクのお知らせ", "次のリンクを開いて、メールアドレスを確認してください。{##メールアドレスを確認する##}"},
	lang.Arabic:     {"رابط التحقق الخاص بك", "افتح هذا الرابط لتأكيد عنوان بريدك الإلكتروني. {##تأكيد البريد الإلكتروني##}"},
}

// linkPlace is where a message has its link, around the words of it.
var linkPlace = regexp.MustCompile(`\{##(.*?)##\}`)

// confirmationLetter is the message to confirm a sign-up with: by its code, or by a link that holds it. As the message is
// plain text, the link stands on a line of its own after its words.
func (p *Pool) confirmationLetter(ctx context.Context, c *Client, a account, digits string) *mail.Message {
	if !p.cfg.Pool.ConfirmByLink || p.cfg.Pool.Domain == "" {
		return p.codeLetter(ctx, a, digits)
	}
	link := p.cfg.Pool.DomainURL + "/confirmUser?" +
		url.Values{"client_id": {c.ID}, "user_name": {a.Username}, "confirmation_code": {digits}}.Encode()
	own := linkLetters[language(ctx, a)]
	text := linkPlace.ReplaceAllStringFunc(plain(or(p.cfg.Pool.LinkMessage, own.text)), func(place string) string {
		return linkPlace.FindStringSubmatch(place)[1] + ":\n" + link + "\n"
	})
	return &mail.Message{To: a.attribute("email"), Subject: or(p.cfg.Pool.LinkSubject, own.subject), Text: text}
}
