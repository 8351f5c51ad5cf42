package userpool

import (
	"slices"
	"strings"
	"time"
)

// account is an account as it is stored.
type account struct {
	Sub        string      `json:"sub"`
	Username   string      `json:"username"`
	Status     Status      `json:"status"`
	Disabled   bool        `json:"disabled,omitempty"`
	Attributes []Attribute `json:"attributes"` // without sub
	credential
	// History are the hashes of passwords before this one, the newest first, as many as the policy looks at.
	History []string `json:"history,omitempty"`
	// TemporaryUntil is when a password made by an administrator lapses; zero for a person's own.
	TemporaryUntil time.Time `json:"temporary_until,omitzero"`
	Created        time.Time `json:"created"`
	Modified       time.Time `json:"modified"`
}

func (a account) user() User {
	return User{
		Sub:        a.Sub,
		Username:   a.Username,
		Status:     a.Status,
		Enabled:    !a.Disabled,
		Attributes: append([]Attribute{{Name: "sub", Value: a.Sub}}, a.Attributes...),
		Created:    a.Created,
		Modified:   a.Modified,
	}
}

// attribute is an attribute's value, empty when there is none.
func (a account) attribute(name string) string {
	for _, have := range a.Attributes {
		if have.Name == name {
			return have.Value
		}
	}
	return ""
}

func (a account) verifiedEmail() string {
	if a.attribute("email_verified") != "true" {
		return ""
	}
	return a.attribute("email")
}

func (a *account) set(name, value string) {
	for i := range a.Attributes {
		if a.Attributes[i].Name == name {
			a.Attributes[i].Value = value
			return
		}
	}
	a.Attributes = append(a.Attributes, Attribute{Name: name, Value: value})
}

// clone lets a transaction that runs twice start from the same attributes.
func (a account) clone() account {
	a.Attributes = slices.Clone(a.Attributes)
	return a
}

// naming is what a pool says of user names.
type naming struct {
	// EmailNames makes the e-mail the name that people sign in with; the user name proper is the sub.
	EmailNames bool `json:"email_names"`
	// EmailAlias lets people sign in with a verified e-mail in place of their user name.
	EmailAlias bool `json:"email_alias"`
	// PreferredAlias lets people sign in with their preferred_username, which they can change.
	PreferredAlias bool `json:"preferred_alias,omitempty"`
	CaseSensitive  bool `json:"case_sensitive"`
}

func (n naming) fold(name string) string {
	if n.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// The kinds of keys of the bucket names.
func (n naming) nameKey(name string) string      { return "n" + n.fold(name) }
func (n naming) emailKey(email string) string    { return "e" + n.fold(email) }
func (n naming) preferredKey(name string) string { return "p" + n.fold(name) }

// keys are the names that are the account's and nobody else's. An e-mail that is the name people sign in with is taken
// before it is verified, one that is merely an alias only after.
func (n naming) keys(a account) []string {
	keys := []string{n.nameKey(a.Username)}
	switch {
	case n.EmailNames && a.attribute("email") != "":
		keys = append(keys, n.emailKey(a.attribute("email")))
	case n.EmailAlias && a.verifiedEmail() != "":
		keys = append(keys, n.emailKey(a.verifiedEmail()))
	}
	if preferred := a.attribute("preferred_username"); n.PreferredAlias && preferred != "" {
		keys = append(keys, n.preferredKey(preferred))
	}
	return keys
}

// find looks an account up by whatever name a person gives.
func (p *Pool) find(t tx, name string) (account, bool, error) {
	keys := []string{p.naming.nameKey(name)}
	if (p.naming.EmailNames || p.naming.EmailAlias) && strings.Contains(name, "@") {
		keys = []string{p.naming.emailKey(name), p.naming.nameKey(name)}
	}
	if p.naming.PreferredAlias {
		keys = append(keys, p.naming.preferredKey(name))
	}
	for _, key := range keys {
		if sub := t.in(names).Get([]byte(key)); sub != nil {
			return get[account](t, users, string(sub))
		}
	}
	return account{}, false, nil
}

// taken reports whether another account has one of the account's names. A name that is one account's own and another's
// preferred one would be two people's.
func (p *Pool) taken(t tx, a account) bool {
	keys := p.naming.keys(a)
	if p.naming.PreferredAlias {
		keys = append(keys, p.naming.preferredKey(a.Username), p.naming.nameKey(a.attribute("preferred_username")))
	}
	for _, key := range keys {
		if sub := t.in(names).Get([]byte(key)); sub != nil && string(sub) != a.Sub {
			return true
		}
	}
	return false
}

// create stores a new account, unless another has one of its names.
func (p *Pool) create(t tx, a account) error {
	if err := p.free(t, a); err != nil {
		return err
	}
	if err := t.count(users, 1); err != nil {
		return err
	}
	return p.save(t, account{}, a)
}

// save stores an account in place of what it was. The names it gained must be free.
func (p *Pool) save(t tx, was, a account) error {
	keys := p.naming.keys(a)
	if was.Sub != "" {
		for _, key := range p.naming.keys(was) {
			if slices.Contains(keys, key) {
				continue
			}
			if err := t.remove(names, key); err != nil {
				return err
			}
		}
	}
	for _, key := range keys {
		if string(t.in(names).Get([]byte(key))) == a.Sub {
			continue
		}
		if err := t.in(names).Put([]byte(key), []byte(a.Sub)); err != nil {
			return err
		}
	}
	if err := t.reindex(was, a); err != nil {
		return err
	}
	return t.put(users, a.Sub, a)
}

// erase takes an account away with all that could still act for it. Sessions, authorization codes and challenges name
// a sub that is never given again, so they are dead without being looked for, and lapse by themselves.
func (p *Pool) erase(t tx, a account) error {
	for _, key := range p.naming.keys(a) {
		if err := t.remove(names, key); err != nil {
			return err
		}
	}
	if err := t.reindex(a, account{}); err != nil {
		return err
	}
	if err := t.remove(guards, a.Sub); err != nil {
		return err
	}
	if err := t.remove(factors, a.Sub); err != nil {
		return err
	}
	if err := t.remove(passkeys, a.Sub); err != nil {
		return err
	}
	if err := endFamilies(t, a.Sub); err != nil {
		return err
	}
	if err := leaveGroups(t, a.Sub); err != nil {
		return err
	}
	if err := t.count(users, -1); err != nil {
		return err
	}
	return t.remove(users, a.Sub)
}
