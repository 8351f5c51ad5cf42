package userpool

import "context"

// UpdateUserAttributes changes the attributes of a person who is signed in, as far as the client may write them; a
// blank value takes one away. A changed e-mail is mailed a code, when the template has e-mails verified, and delivery
// says where; it counts against an hourly quota.
func (p *Pool) UpdateUserAttributes(ctx context.Context, c *Client, sub string, attrs []Attribute) (*Delivery, error) {
	if err := writable(c, attrs); err != nil {
		return nil, err
	}
	return p.amendAccount(ctx, attrs, true, func(t tx) (account, error) { return existing(t, sub) })
}

// DeleteUserAttributes takes attributes away that the client may write.
func (p *Pool) DeleteUserAttributes(ctx context.Context, c *Client, sub string, names []string) error {
	_, err := p.UpdateUserAttributes(ctx, c, sub, blank(names))
	return err
}

func blank(names []string) []Attribute {
	attrs := make([]Attribute, len(names))
	for i, name := range names {
		attrs[i].Name = name
	}
	return attrs
}

// amendAccount changes an account that find gives.
func (p *Pool) amendAccount(ctx context.Context, attrs []Attribute, quotas bool, find func(tx) (account, error)) (*Delivery, error) {
	digits, err := newCode(p.cfg.Rand)
	if err != nil {
		return nil, err
	}
	now := p.cfg.Now()
	var made *proof
	err = p.change(ctx, now, func(t tx) error {
		was, err := find(t)
		if err != nil {
			return err
		}
		made, err = p.amend(ctx, t, was, attrs, digits, quotas)
		if made != nil {
			p.send(ctx, t, made.letter, now.Add(toVerify.lifetime()))
		}
		return err
	})
	if err != nil || made == nil {
		return nil, err
	}
	return made.sent, nil
}

// emailOnly refuses to prove what one machine cannot: it sends no text messages.
func emailOnly(attribute string) *Error {
	if attribute != "email" {
		return refuse(typeInvalidParam, "Only the attribute email can be verified.")
	}
	return nil
}

// AttributeCode mails a code that proves the e-mail of a person who is signed in, or the one that waits to take its
// place.
func (p *Pool) AttributeCode(ctx context.Context, sub, attribute string) (Delivery, error) {
	if err := emailOnly(attribute); err != nil {
		return Delivery{}, err
	}
	digits, err := newCode(p.cfg.Rand)
	if err != nil {
		return Delivery{}, err
	}
	now := p.cfg.Now()
	var made *proof
	err = p.change(ctx, now, func(t tx) error {
		a, w, g, err := t.guarded(sub)
		if err != nil {
			return err
		}
		if waits, ok := g.Codes[string(toVerify)]; ok && now.Before(waits.Expires) {
			a = a.clone()
			a.set("email", waits.Address)
		}
		if a.attribute("email") == "" {
			return refuse(typeInvalidParam, "The user has no email to verify.")
		}
		if !g.use(now, quotaAddress) {
			return errLimit()
		}
		made = p.prove(ctx, &g, t, w, a, digits)
		p.send(ctx, t, made.letter, now.Add(toVerify.lifetime()))
		return t.keep(w, g)
	})
	if err != nil {
		return Delivery{}, err
	}
	return *made.sent, nil
}

// VerifyAttribute proves an e-mail by the code that was mailed to it, which makes it the account's if it is not yet.
func (p *Pool) VerifyAttribute(ctx context.Context, sub, attribute, digits string) error {
	if err := emailOnly(attribute); err != nil {
		return err
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		was, w, g, err := t.guarded(sub)
		if err != nil {
			return err
		}
		if !g.use(t.now, quotaVerify) {
			return errLimit()
		}
		if err := p.mayTry(ctx, t); err != nil {
			return err
		}
		address := g.Codes[string(toVerify)].Address
		refusal := p.checkCode(&g, t.now, w, toVerify, digits)
		wrong := refusal != nil
		a := was.clone()
		if !wrong {
			a.set("email", address)
			a.set("email_verified", "true")
			a.Modified = t.now
			delete(g.Codes, string(toVerify))
			if address != was.attribute("email") {
				g.Codes = nil // they were mailed to the e-mail of before
			}
			if attribute, taken := p.taken(t, was, a); taken {
				refusal = errTaken(attribute)
			}
		}
		if err := t.keep(w, g); err != nil {
			return err
		}
		switch {
		case wrong:
			return p.countWrong(ctx, t, refusal)
		case refusal != nil:
			return refusal
		}
		return p.save(t, was, a)
	})
}
