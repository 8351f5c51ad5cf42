package userpool

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
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
	// SignedOut is when all sign-ins were ended: browser sessions that had begun are over.
	SignedOut time.Time `json:"signed_out,omitzero"`
	Created   time.Time `json:"created"`
	Modified  time.Time `json:"modified"`
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

func (a account) verifiedEmail() string { return a.verified("email") }

// verified is the value of an address attribute that is known to be the person's, else empty.
func (a account) verified(attribute string) string {
	if a.attribute(attribute+"_verified") != "true" {
		return ""
	}
	return a.attribute(attribute)
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
	// EmailNames and PhoneNames make the e-mail or the telephone number the name that people sign in with; the user name
	// proper is the sub.
	EmailNames bool `json:"email_names"`
	PhoneNames bool `json:"phone_names,omitempty"`
	// EmailAlias and PhoneAlias let people sign in with a verified e-mail or number in place of their user name.
	EmailAlias bool `json:"email_alias"`
	PhoneAlias bool `json:"phone_alias,omitempty"`
	// PreferredAlias lets people sign in with their preferred_username, which they can change.
	PreferredAlias bool `json:"preferred_alias,omitempty"`
	CaseSensitive  bool `json:"case_sensitive"`
	// Numbers is true but in data files that are older than names which are telephone numbers.
	Numbers bool `json:"numbers,omitempty"`
}

// byAddress tells whether people choose no user name.
func (n naming) byAddress() bool { return n.EmailNames || n.PhoneNames }

// addressOf is the attribute that a name is of, if by its form it is no user name but an address that can stand for one;
// else it is empty.
func (n naming) addressOf(name string) string {
	switch {
	case (n.EmailNames || n.EmailAlias) && validEmail(name):
		return "email"
	case (n.PhoneNames || n.PhoneAlias) && phoneNumber.MatchString(name):
		return "phone_number"
	}
	return ""
}

// AddressOf is the attribute that a name is of, if by its form it is no user name but an address that can stand for one,
// such as "email"; else it is empty.
func (p *Pool) AddressOf(name string) string { return p.naming.addressOf(name) }

func (n naming) fold(name string) string {
	if n.CaseSensitive {
		return name
	}
	return strings.ToLower(name)
}

// The kinds of keys of the bucket names.
func (n naming) nameKey(name string) string      { return "n" + n.fold(name) }
func (n naming) emailKey(email string) string    { return "e" + n.fold(email) }
func (n naming) phoneKey(number string) string   { return "t" + number }
func (n naming) preferredKey(name string) string { return "p" + n.fold(name) }

// A handle is a name that is one account's and nobody else's.
type handle struct {
	attribute string // that it is the value of; empty for the user name
	key       string
}

// handles are an account's. An address that is the name people sign in with is taken before it is verified, one that is
// merely an alias only after.
func (n naming) handles(a account) []handle {
	handles := []handle{{"", n.nameKey(a.Username)}}
	add := func(attribute, value string, key func(string) string) {
		if value != "" {
			handles = append(handles, handle{attribute, key(value)})
		}
	}
	switch {
	case n.EmailNames:
		add("email", a.attribute("email"), n.emailKey)
	case n.EmailAlias:
		add("email", a.verified("email"), n.emailKey)
	}
	switch {
	case n.PhoneNames:
		add("phone_number", a.attribute("phone_number"), n.phoneKey)
	case n.PhoneAlias:
		add("phone_number", a.verified("phone_number"), n.phoneKey)
	}
	if n.PreferredAlias {
		add("preferred_username", a.attribute("preferred_username"), n.preferredKey)
	}
	return handles
}

// find looks an account up by whatever name a person gives. Where there is none, another record is read in its place, so
// that it takes as long.
func (p *Pool) find(t tx, name string) (account, bool, error) {
	keys := []string{p.naming.nameKey(name)}
	switch p.naming.addressOf(name) {
	case "email":
		keys = []string{p.naming.emailKey(name), p.naming.nameKey(name)}
	case "phone_number":
		keys = []string{p.naming.phoneKey(name), p.naming.nameKey(name)}
	}
	if p.naming.PreferredAlias {
		keys = append(keys, p.naming.preferredKey(name))
	}
	for _, key := range keys {
		if sub := t.in(names).Get([]byte(key)); sub != nil {
			return get[account](t, users, string(sub))
		}
	}
	_, err := decodeAccount([]byte("of nobody"), p.nobody)
	return account{}, false, err
}

// nobodysRecord is like an account's.
func nobodysRecord(password string, now time.Time) ([]byte, error) {
	sub := uuid.Nil.String()
	return json.Marshal(account{
		Sub: sub, Username: sub, Status: Confirmed, credential: credential{Password: password}, Created: now, Modified: now,
		Attributes: []Attribute{{Name: "email", Value: "nobody@example.com"}, {Name: "email_verified", Value: "true"}},
	})
}

// rival is the sub of another account that has the handle; empty when none has.
func (a account) rival(t tx, h handle) string {
	if sub := string(t.in(names).Get([]byte(h.key))); sub != a.Sub {
		return sub
	}
	return ""
}

// release frees a handle of the account's, which in an old data file can be another's, see settleNumbers.
func (a account) release(t tx, h handle) error {
	if a.rival(t, h) != "" {
		return nil
	}
	return t.remove(names, h.key)
}

// taken reports whether another account has one of the names that an account gains, and the attribute that this is the value
// of, which is empty for the user name. A name that is one account's own and another's preferred one would be two people's.
// What the account had before counts as its own, though in an old data file it can be another's, see settleNumbers.
func (p *Pool) taken(t tx, was, a account) (attribute string, taken bool) {
	had := p.naming.handles(was)
	handles := slices.DeleteFunc(p.naming.handles(a), func(h handle) bool { return slices.Contains(had, h) })
	if p.naming.PreferredAlias {
		handles = append(handles,
			handle{"", p.naming.preferredKey(a.Username)},
			handle{"preferred_username", p.naming.nameKey(a.attribute("preferred_username"))})
	}
	for _, h := range handles {
		if a.rival(t, h) != "" {
			return h.attribute, true
		}
	}
	return "", false
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
	var before []handle
	if was.Sub != "" {
		before = p.naming.handles(was)
	}
	after := p.naming.handles(a)
	for _, h := range before {
		if !slices.Contains(after, h) {
			if err := a.release(t, h); err != nil {
				return err
			}
		}
	}
	for _, h := range after {
		if !slices.Contains(before, h) {
			if err := t.in(names).Put([]byte(h.key), []byte(a.Sub)); err != nil {
				return err
			}
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
	for _, h := range p.naming.handles(a) {
		if err := a.release(t, h); err != nil {
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
