package userpool

import (
	"crypto/hmac"
	"crypto/sha256"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxNameLength = 128 // characters, of the API model
	maxEmail      = 254 // RFC 5321 section 4.5.3.1.3, without the brackets
	maxLocalPart  = 64
	maxDomain     = 253
	maxLabel      = 63
)

// checkName refuses what cannot be a user name: letters, marks, symbols, digits and punctuation, without spaces.
func checkName(name string) *Error {
	ok := name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= maxNameLength
	for _, r := range name {
		ok = ok && unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
	}
	if !ok {
		return refuse(typeInvalidParam, `1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	}
	return nil
}

// validEmail tells whether an address can be written to. It must be ASCII, as Amazon SES, which carries Cognito's mail,
// asks for: without Unicode no two addresses look alike, and folding case cannot make one account's address another's.
// Quoted local parts, comments and address literals are refused: no person has one.
func validEmail(address string) bool {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || len(address) > maxEmail || len(local) > maxLocalPart || len(domain) > maxDomain {
		return false
	}
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.Trim(atom, atomText) != "" {
			return false
		}
	}
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > maxLabel || strings.Trim(label, labelText) != "" ||
			label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return len(labels) > 1
}

const (
	labelText = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
	atomText  = labelText + "!#$%&'*+/=?^_`{|}~" // RFC 5322 section 3.2.3
)

// mask hides all of an address but the first letter of its two parts.
func mask(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	return first(local) + "***@" + first(domain) + "***"
}

func first(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

// deliveryTo says where a code went that was asked for by name. An address that stands for a name is masked as it was
// typed, so that the answer does not tell how the account, if there is one, spells it.
func (p *Pool) deliveryTo(name, email string) *Delivery {
	address := email
	if p.naming.addressOf(name) == "email" {
		address = name
	}
	if address == "" {
		address = p.inventedEmail(name)
	}
	return &Delivery{Destination: mask(address), Medium: "EMAIL", Attribute: "email"}
}

// inventedEmail has the first letters that a name without an account is answered with, always the same.
func (p *Pool) inventedEmail(name string) string {
	sum := p.digest("invented e-mail", p.naming.fold(name))
	return string([]byte{'a' + sum[0]%26, '@', 'a' + sum[1]%26})
}

// digest is a keyed hash of texts: nobody without the data file can compute it.
func (p *Pool) digest(purpose string, texts ...string) []byte {
	h := hmac.New(sha256.New, p.pepper)
	h.Write([]byte(purpose))
	for _, text := range texts {
		h.Write([]byte{0})
		h.Write([]byte(text))
	}
	return h.Sum(nil)
}
