package pages

import (
	"slices"
	"strings"

	"example.com/todo/internal/stack"
)

const (
	usernameField = "username"
	passwordField = "password"
	codeField     = "code"
)

// form is a page's content: words are already in the person's language.
type form struct {
	title  string
	intro  string
	notice string  // good news from the step before
	key    *appKey // for an authenticator app
	// passkey is what is asked of the browser when the form is sent.
	passkey *passkeyAsk
	fields  []field
	submit  string
	second  *link // another thing to do with the same fields
	links   []link
}

// field finds one of the form's fields by its name.
func (f form) field(name string) (field, bool) {
	for _, fd := range f.fields {
		if fd.Name == name {
			return fd, true
		}
	}
	return field{}, false
}

type link struct {
	Before string // words before the link, or empty
	Label  string
	To     string
}

type field struct {
	Name         string
	Label        string
	Type         string
	Value        string
	Autocomplete string
	InputMode    string
	Hint         string
	RulesTitle   string
	Rules        []string // what a new password must hold
	ReadOnly     bool
	Optional     bool
	Focus        bool
	Problem      string
	// AfterNotice makes the page's notice part of the field's description: the cursor skips it on its way here.
	AfterNotice bool

	missing string // the word to say when it is left empty; may have a place for the label
}

// DescribedBy names the elements that say more about the field.
func (f field) DescribedBy() string {
	var ids []string
	if f.AfterNotice {
		ids = append(ids, "notice")
	}
	if f.Problem != "" {
		ids = append(ids, f.Name+"-problem")
	}
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Rules != nil {
		ids = append(ids, f.Name+"-rules")
	}
	return strings.Join(ids, " ")
}

// Dir is the direction of what is typed: addresses and digits run from left to right in every language, and names as
// their letters do.
func (f field) Dir() string {
	switch {
	case f.Type == "email" || f.Type == "tel" || f.Type == "url" || f.InputMode == "numeric":
		return "ltr"
	case f.Type == "text":
		return "auto"
	}
	return ""
}

// usernameInput asks for what people of this pool sign in with.
func (v *visit) usernameInput() field {
	f := field{Name: usernameField, Type: "text", Value: v.username(), Autocomplete: "username", missing: "missing.username"}
	switch email, phone := addresses(v.cfg.Pool.Settings().UsernameAttributes); {
	case email && phone:
		f.Label, f.Hint, f.missing = v.words.say("field.email-or-phone"), v.words.say("hint.phone"), "missing.email-or-phone"
	case email:
		f.Label, f.Type, f.InputMode, f.missing = v.words.say("field.email"), "email", "email", "missing.email"
	case phone:
		f.Label, f.Type, f.InputMode, f.missing = v.words.say("field.phone"), "tel", "tel", "missing.phone"
		f.Hint = v.words.say("hint.phone")
	default:
		f.Label = v.words.say("field.username")
	}
	return f
}

// knownNameInput asks for it where what an account has as an alias will do too.
func (v *visit) knownNameInput() field {
	f := v.usernameInput()
	switch email, phone := addresses(v.cfg.Pool.Settings().AliasAttributes); {
	case email && phone:
		f.Hint = v.words.say("hint.alias-either")
	case email:
		f.Hint = v.words.say("hint.alias-email")
	case phone:
		f.Hint = v.words.say("hint.alias-phone")
	}
	return f
}

// addresses tells which addresses are among attributes.
func addresses(attributes []string) (email, phone bool) {
	return slices.Contains(attributes, "email"), slices.Contains(attributes, "phone_number")
}

func (v *visit) codeInput() field {
	return field{
		Name: codeField, Label: v.words.say("field.code"), Type: "text", Autocomplete: "one-time-code", InputMode: "numeric",
		Hint: v.words.say("hint.code"), missing: "missing.code",
	}
}

// newPasswordInput asks for a new password and says the whole policy before anything is typed.
func (v *visit) newPasswordInput(label string) field {
	return field{
		Name: passwordField, Label: v.words.say(label), Type: "password", Autocomplete: "new-password",
		RulesTitle: v.words.say("rules"), Rules: v.rules(v.cfg.Pool.Settings().PasswordPolicy), missing: "missing.new-password",
	}
}

func (v *visit) rules(policy stack.PasswordPolicy) []string {
	rules := []string{v.words.count("rule.length", policy.MinimumLength)}
	for _, r := range []struct {
		required bool
		word     string
	}{
		{policy.RequireUppercase, "rule.upper"},
		{policy.RequireLowercase, "rule.lower"},
		{policy.RequireNumbers, "rule.number"},
		{policy.RequireSymbols, "rule.symbol"},
	} {
		if r.required {
			rules = append(rules, v.words.say(r.word))
		}
	}
	return rules
}
