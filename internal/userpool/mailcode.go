package userpool

import (
	"context"
	"unicode/utf8"
)

// mailCode mails a new code for a purpose to where address says. For a name without an account, where the client hides
// that, and for an account without an address, it does all the same but for the delivery: the same quota, a code that
// nothing matches, a letter to nobody, the same answer.
func (p *Pool) mailCode(ctx context.Context, c *Client, username string, q quota, u purpose, address func(account) (string, *Error)) (Delivery, error) {
	if !utf8.ValidString(username) {
		return Delivery{}, errNotUTF8()
	}
	digits, err := newCode(p.cfg.Rand)
	if err != nil {
		return Delivery{}, err
	}
	now := p.cfg.Now()
	var delivery *Delivery
	err = p.change(ctx, now, func(t tx) error {
		a, known, err := p.find(t, username)
		if err != nil {
			return err
		}
		if !known && !c.PreventUserExistenceErrors {
			return errNoSuchPair()
		}
		if err := p.countFrom(ctx, t, quotaAddressMails); err != nil {
			return err
		}
		w := p.who(username, a, known)
		g, err := t.guard(w)
		if err != nil {
			return err
		}
		if !g.use(now, q) {
			return errLimit()
		}
		var to string
		var refusal *Error
		if known {
			to, refusal = address(a)
		}
		switch {
		case refusal != nil:
		case to == "":
			p.setCode(&g, now, w, u, "")
		default:
			p.setCode(&g, now, w, u, digits)
		}
		letter := p.codeLetter(ctx, a, digits)
		if u == toConfirm {
			letter = p.confirmationLetter(ctx, c, a, digits)
		}
		letter.To = to
		p.send(ctx, t, letter, now.Add(u.lifetime()))
		delivery = p.deliveryTo(username, to)
		if err := t.keep(w, g); err != nil {
			return err
		}
		return orNil(refusal)
	})
	if err != nil {
		return Delivery{}, err
	}
	return *delivery, nil
}
