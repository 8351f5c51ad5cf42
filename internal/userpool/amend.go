package userpool

import (
	"context"
	"slices"
	"unicode/utf8"

	"example.com/todo/internal/mail"
)

// toVerify is the purpose of a code that proves an address of an account that is signed in.
const toVerify purpose = "verify"

// quotaAddress is Cognito's for GetUserAttributeVerificationCode. Changes of an address count too: they mail as much,
// and tell whether somebody else has it.
var (
	quotaAddress = quota{"address", 5}
	quotaVerify  = quota{"verify", 15}
)

// errTaken refuses an attribute that another account has.
func errTaken(attribute string) *Error {
	return refuse(typeAliasExists, "An account with the given "+or(attribute, "username")+" already exists.")
}

func unknownAttribute(name string) *Error {
	return refuse(typeInvalidParam, "Invalid user attributes: user."+name+": Attribute does not exist in the schema.\n")
}

// amended is an account with other attributes. A blank value takes an attribute away, a new e-mail is not verified
// unless the change says so, and one that is taken away takes email_verified with it.
func (p *Pool) amended(was account, attrs []Attribute) (account, *Error) {
	if refusal := p.amendable(was, attrs); refusal != nil {
		return account{}, refusal
	}
	a := was.clone()
	for _, change := range attrs {
		if change.Value == "" {
			a.unset(change.Name)
		} else {
			a.set(change.Name, change.Value)
		}
	}
	if p.naming.byAddress() && len(p.naming.handles(a)) == 1 { // the sub alone
		return account{}, refuse(typeInvalidParam, "Cannot delete the attribute "+p.naming.handles(was)[1].attribute+": users sign in by it.")
	}
	if refusal := p.schema.missing(a.Attributes); refusal != nil {
		return account{}, refusal
	}
	p.settleVerified(was, &a, attrs)
	if number := was.attribute("phone_number"); number != "" && number != a.attribute("phone_number") && a.verified("phone_number") == "" &&
		a.attribute("phone_number") != "" && slices.Contains(p.cfg.Pool.VerifyBeforeUpdate, "phone_number") {
		return account{}, refuse("CodeDeliveryFailureException", "The phone_number cannot be changed: no text message is sent that would verify it.")
	}
	return a, nil
}

// settleVerified keeps what is said of an address to that address.
func (p *Pool) settleVerified(was account, a *account, attrs []Attribute) {
	for _, address := range addressAttributes {
		verified := address + "_verified"
		switch now := a.attribute(address); {
		case now == "":
			a.unset(verified)
		case now != was.attribute(address) && !holds(attrs, verified):
			a.set(verified, "false")
		}
	}
}

func holds(attrs []Attribute, name string) bool {
	return slices.ContainsFunc(attrs, func(a Attribute) bool { return a.Name == name })
}

// amendable refuses changes that the schema does not allow.
func (p *Pool) amendable(a account, attrs []Attribute) *Error {
	var given []Attribute
	for _, change := range attrs {
		definition, known := p.schema[change.Name]
		switch {
		case !utf8.ValidString(change.Name):
			return errNotUTF8()
		case !known && change.Name != "email_verified" && change.Name != "phone_number_verified", change.Name == "sub":
			return unknownAttribute(change.Name)
		case known && !definition.Mutable && change.Value != a.attribute(change.Name):
			return refuse(typeInvalidParam, "user."+change.Name+": Attribute cannot be updated.\n")
		case change.Value != "":
			given = append(given, change)
		}
	}
	return p.schema.check(given)
}

func (a *account) unset(name string) {
	a.Attributes = slices.DeleteFunc(a.Attributes, func(have Attribute) bool { return have.Name == name })
}

// proof is the letter with a code that proves an e-mail, and where it goes.
type proof struct {
	letter *mail.Message
	sent   *Delivery
}

// amend changes an account's attributes and, when that gives it an e-mail to be proven, prepares the code. Where the
// template asks for it, the e-mail stays what it was until the code is given back. Codes that were mailed to an e-mail
// that is no longer the account's are void. What tells whether somebody else has an address counts, so that nobody tries
// many.
func (p *Pool) amend(ctx context.Context, t tx, was account, attrs []Attribute, digits string, quotas bool) (*proof, error) {
	a, refusal := p.amended(was, attrs)
	if refusal != nil {
		return nil, refusal
	}
	a.Modified = t.now
	w := who{guards, a.Sub}
	g, err := t.guard(w)
	if err != nil {
		return nil, err
	}
	attribute, taken := p.taken(t, was, a)
	email := a.attribute("email")
	moved := email != was.attribute("email")
	tells := taken || moved || p.naming.PhoneNames && a.attribute("phone_number") != was.attribute("phone_number")
	if quotas && tells && !g.use(t.now, quotaAddress) {
		return nil, errLimit()
	}
	if taken {
		if err := t.keep(w, g); err != nil {
			return nil, err
		}
		return nil, errTaken(attribute)
	}
	var made *proof
	if moved {
		made = p.move(ctx, &g, t, w, was, &a, digits)
	} else if holds(attrs, "email") && g.Codes[string(toVerify)].Address != email { // which waited to replace it
		delete(g.Codes, string(toVerify))
	}
	if tells || holds(attrs, "email") {
		if err := t.keep(w, g); err != nil {
			return nil, err
		}
	}
	return made, p.save(t, was, a)
}

// move settles what a new e-mail means for the account's codes, and what proves it.
func (p *Pool) move(ctx context.Context, g *guard, t tx, w who, was account, a *account, digits string) (made *proof) {
	email, before := a.attribute("email"), was.attribute("email")
	proven := a.verifiedEmail() != ""
	held := !proven && email != "" && before != "" && slices.Contains(p.cfg.Pool.VerifyBeforeUpdate, "email")
	if !held {
		g.Codes = nil
	}
	if !proven && email != "" && (held || p.verifiesEmail()) {
		made = p.prove(ctx, g, t, w, *a, digits)
	}
	if held {
		a.set("email", before)
		a.set("email_verified", or(was.attribute("email_verified"), "false"))
	}
	return made
}

// prove sets the code that proves the e-mail of a, and writes the letter that brings it.
func (p *Pool) prove(ctx context.Context, g *guard, t tx, w who, a account, digits string) *proof {
	p.setCode(g, t.now, w, toVerify, digits)
	c := g.Codes[string(toVerify)]
	c.Address = a.attribute("email")
	g.Codes[string(toVerify)] = c
	return &proof{
		letter: p.codeLetter(ctx, a, digits),
		sent:   &Delivery{Destination: mask(c.Address), Medium: "EMAIL", Attribute: "email"},
	}
}
