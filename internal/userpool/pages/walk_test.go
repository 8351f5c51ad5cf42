package pages_test

import (
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

func TestSignUpConfirmAndArrive(t *testing.T) {
	f := start(t, nil)
	p := visitor(t, f).open(t, "/oauth2/authorize?"+request("nonce", "n"))
	p.sees(t, "/login", "Sign in")
	p.follow(t, "Create an account").sees(t, "/signup", "Create your account")
	p.submit(t, "username", " ana@example.com ", "password", pooltest.Password)
	p.sees(t, "/confirm", "Confirm your account", "We sent a code to a***@e***")
	if got := p.value("username"); got != "ana@example.com" {
		t.Errorf("the form holds the address %q", got)
	}
	if q := p.at.Query(); q.Has("username") || q.Get("nonce") != "n" {
		t.Errorf("at %s, want the request and no address in it", p.at)
	}
	code := f.Code(t, "ana@example.com")
	p.submit(t, "code", code[:3]+" "+code[3:]).arrived(t)

	p.open(t, "/oauth2/authorize?"+request()).arrived(t) // the browser stays signed in
	p.open(t, "/logout?client_id="+pooltest.ClientID+"&logout_uri=https://app.example.com/")
	p.open(t, "/oauth2/authorize?"+request()).sees(t, "/login", "Sign in")
	p.submit(t, "username", "Ana@Example.com", "password", pooltest.Password).arrived(t)
}

func TestACodeAloneDoesNotSignIn(t *testing.T) {
	f := start(t, nil)
	here := visitor(t, f).open(t, "/signup?"+request())
	here.submit(t, "username", "ana@example.com", "password", pooltest.Password)
	there := visitor(t, f).open(t, "/login?"+request()).follow(t, "Enter a confirmation code")
	there.submit(t, "username", "ana@example.com", "code", f.Code(t, "ana@example.com"))
	there.sees(t, "/login", "Sign in", "Your account is confirmed.")
	if got := there.value("username"); got != "ana@example.com" {
		t.Errorf("the form holds the address %q", got)
	}
	if p := there.open(t, "/login?"+request()); find(p.page, "h1") == nil || p.value("username") != "ana@example.com" {
		t.Error("a reload lost the address")
	}
	here.submit(t, "code", "123456").sees(t, "/login", "Sign in", "This account is confirmed already.")
}

func TestABrowserThatSignedUpAnotherAccountIsNotSignedIn(t *testing.T) {
	f := start(t, nil)
	p := visitor(t, f).open(t, "/signup?"+request())
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password)
	visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "ben@example.com", "password", pooltest.Password)
	p.submit(t, "username", "ben@example.com", "code", f.Code(t, "ben@example.com")).sees(t, "/login", "Sign in", "confirmed")
}

// TestPeopleWithoutAPassword: the page for signing up always asks for one, as managed login does, also where the JSON API
// does not. Who has none is at home at the other pages.
func TestPeopleWithoutAPassword(t *testing.T) {
	f := start(t, pooltest.Choice)
	p := visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "ana@example.com", "password", "")
	p.sees(t, "/signup", "Create your account", "Enter a password.")
	if _, _, err := f.Pool.SignUp(t.Context(), f.Client(t, pooltest.ClientID), "ana@example.com", "", nil); err != nil {
		t.Fatal(err) // also if the page had made the account
	}
	p.open(t, "/confirm?"+request()).submit(t, "username", "ana@example.com", "code", f.Code(t, "ana@example.com"))
	p.sees(t, "/login", "Sign in", "Your account is confirmed.")
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password).sees(t, "/login", "Sign in", "Incorrect username or password.")
	p.follow(t, "Sign in with a code by e-mail").submit(t, "username", "ana@example.com")
	p.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
}

func TestUnconfirmedAccountIsLedToItsCode(t *testing.T) {
	f := start(t, nil)
	visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	p := visitor(t, f).open(t, "/login?"+request())
	p.submit(t, "username", "ana@example.com", "password", "Wrong-horse-9").sees(t, "/login", "Sign in", "Incorrect username or password.")
	p.submit(t, "password", pooltest.Password).sees(t, "/confirm", "Confirm your account", "Your account is not confirmed yet.")
	old := f.Code(t, "ana@example.com")
	p.press(t, "Send a new code").sees(t, "/confirm", "Confirm your account", "We sent you a new code.", "a***@e***")
	if fresh := f.Code(t, "ana@example.com"); fresh != old {
		p.submit(t, "code", old).sees(t, "/confirm", "Confirm your account", "This is not the code that we sent last.")
	}
	p.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
}

func TestExpiredCode(t *testing.T) {
	f := start(t, nil)
	visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	f.Wait(24 * time.Hour)
	p := visitor(t, f).open(t, "/confirm?"+request())
	p.submit(t, "username", "ana@example.com", "code", f.Code(t, "ana@example.com"))
	p.sees(t, "/confirm", "Confirm your account", "This code no longer works. Get a new one.")
	p.press(t, "Send a new code")
	p.submit(t, "code", f.Code(t, "ana@example.com")).sees(t, "/login", "Sign in", "confirmed")
}

func TestForgottenPassword(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/login?"+request()).follow(t, "Forgot your password?")
	p.submit(t, "username", "ana@example.com")
	p.sees(t, "/confirmforgotPassword", "Choose a new password", "on its way to a***@e***")
	code := f.Code(t, "ana@example.com")
	p.submit(t, "code", code, "password", "short").sees(t, "/confirmforgotPassword", "Choose a new password", "This password is too short.")
	p.submit(t, "password", "New-password-7").sees(t, "/confirmforgotPassword", "Choose a new password", "Enter the code")
	if p.value("password") != "" {
		t.Error("a password came back")
	}
	p.submit(t, "code", code, "password", "New-password-7").sees(t, "/login", "Sign in", "Your password is changed.")
	p.submit(t, "password", pooltest.Password).sees(t, "/login", "Sign in", "Incorrect username or password.")
	p.submit(t, "password", "New-password-7").arrived(t)
}

func TestTemporaryPassword(t *testing.T) {
	f := start(t, nil)
	temporary := func(email string) *person {
		t.Helper()
		_, err := f.Pool.AdminCreateUser(t.Context(), userpool.NewUser{Username: email, TemporaryPassword: "First-password-1", Suppress: true})
		if err != nil {
			t.Fatal(err)
		}
		p := visitor(t, f).open(t, "/login?"+request())
		return p.submit(t, "username", email, "password", "First-password-1")
	}
	p := temporary("ana@example.com")
	p.sees(t, "/newPassword", "Choose your own password")
	p.submit(t, "password", "weak").sees(t, "/newPassword", "Choose your own password", "This password is too short.")
	p.submit(t, "password", "Own-password-2").arrived(t)

	late := temporary("ben@example.com")
	f.Wait(4 * time.Minute)
	late.submit(t, "password", "Own-password-2").sees(t, "/login", "Sign in", "That took too long.")

	stranger := visitor(t, f).open(t, "/newPassword?"+request())
	stranger.submit(t, "password", "Own-password-2").sees(t, "/login", "Sign in")
}

func TestRequiredAttributesAreAskedFor(t *testing.T) {
	f := start(t, func(pool *stack.UserPool) {
		pool.UsernameAttributes = nil
		pool.Schema = []stack.Attribute{{Name: "family_name", Type: "String", Required: true, Mutable: true}}
	})
	p := visitor(t, f).open(t, "/signup?"+request())
	p.submit(t, "username", "ana", "password", pooltest.Password, "attribute.email", "ana@example.com")
	p.sees(t, "/signup", "Create your account", "Fill in: Last name.")
	p.submit(t, "password", pooltest.Password, "attribute.family_name", "Ito")
	p.sees(t, "/confirm", "Confirm your account")
	p.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
}

// TestSignUpAndSignInByTelephoneNumber: as people write one, with what groups its digits.
func TestSignUpAndSignInByTelephoneNumber(t *testing.T) {
	f := start(t, func(pool *stack.UserPool) { pool.UsernameAttributes = []string{"phone_number"} })
	p := visitor(t, f).open(t, "/signup?"+request())
	for _, input := range all(p.page, "input") {
		if attribute(input, "name") == "username" && (attribute(input, "type") != "tel" || attribute(input, "autocomplete") != "username") {
			t.Errorf("got the field %v", input.Attr)
		}
	}
	p.submit(t, "username", "", "password", pooltest.Password, "attribute.email", "ana@example.com").sees(t, "/signup", "Create your account", "Enter your phone number.")
	p.submit(t, "username", "0351 912 345 678", "password", pooltest.Password).sees(t, "/signup", "Create your account", "Enter a phone number with its country code")
	p.submit(t, "username", "+351 (91) 234-56.78", "password", pooltest.Password).sees(t, "/confirm", "Confirm your account", "We sent a code to a***@e***")
	if got := p.value("username"); got != "+351912345678" {
		t.Errorf("the form holds the number %q", got)
	}
	p.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
	p.open(t, "/logout?client_id="+pooltest.ClientID+"&logout_uri=https://app.example.com/")
	p.open(t, "/login?"+request()).submit(t, "username", "+351 912 345 678", "password", pooltest.Password).arrived(t)
}

// TestSignUpByEitherName: whoever signs up by number is asked for the e-mail that a code confirms, and nobody for what they
// have typed already.
func TestSignUpByEitherName(t *testing.T) {
	f := start(t, func(pool *stack.UserPool) { pool.UsernameAttributes = []string{"email", "phone_number"} })
	f.SignUp(t, "used@example.com")
	const number = "+351 912 345 678"
	p := visitor(t, f).open(t, "/signup?"+request())
	p.sees(t, "/signup", "Create your account", "Leave this empty if you entered it above.")
	p.marks(t, "aria-required", "username", "password")
	p.submit(t, "username", number, "password", pooltest.Password).sees(t, "/signup", "Create your account", "Fill in: E-mail address.")
	p.marks(t, "aria-required", "username", "attribute.email", "password")
	if strings.Contains(p.body, "Leave this empty") {
		t.Error("what is needed may be left empty")
	}
	p.marks(t, "aria-invalid", "attribute.email")
	p.submit(t, "attribute.email", "used@example.com", "password", pooltest.Password).sees(t, "/signup", "Create your account", "There is an account with this name already.")
	p.marks(t, "aria-invalid", "attribute.email")
	p.submit(t, "attribute.email", "ana@example.com", "password", pooltest.Password).sees(t, "/confirm", "Confirm your account", "We sent a code to a***@e***")
	p.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
	for _, name := range []string{number, "ana@example.com"} {
		visitor(t, f).open(t, "/login?"+request()).submit(t, "username", name, "password", pooltest.Password).arrived(t)
	}
	p.open(t, "/signup?"+request()).submit(t, "username", number, "attribute.email", "new@example.com", "password", pooltest.Password)
	p.sees(t, "/signup", "Create your account", "There is an account with this name already.")
	p.marks(t, "aria-invalid", "username")

	p.open(t, "/signup?"+request()).submit(t, "username", "used@example.com", "password", pooltest.Password)
	p.sees(t, "/signup", "Create your account", "There is an account with this name already.")
	p.marks(t, "aria-invalid", "username")
	p.submit(t, "username", "ben@example.com", "attribute.email", "eve@example.com", "password", pooltest.Password)
	p.sees(t, "/signup", "Create your account", "You entered another one above.")
	p.marks(t, "aria-invalid", "attribute.email")
	p.submit(t, "attribute.email", "Ben@example.com", "password", pooltest.Password).sees(t, "/confirm", "Confirm your account", "We sent a code to b***@e***")
	p.open(t, "/signup?"+request()).submit(t, "username", "eve@example.com", "password", pooltest.Password).sees(t, "/confirm", "Confirm your account")
}

// TestARequiredNumberBesideAnEMail: a pool of both names may require both.
func TestARequiredNumberBesideAnEMail(t *testing.T) {
	f := start(t, func(pool *stack.UserPool) {
		pool.UsernameAttributes = []string{"email", "phone_number"}
		pool.Schema = []stack.Attribute{{Name: "email", Type: "String", Required: true}, {Name: "phone_number", Type: "String", Required: true}}
	})
	p := visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	p.sees(t, "/signup", "Create your account", "Fill in: Phone number.", "A phone number starts with its country code")
	p.marks(t, "aria-invalid", "attribute.phone_number")
	p.submit(t, "attribute.phone_number", "+351 912 345 678", "password", pooltest.Password).sees(t, "/confirm", "Confirm your account")
	p.submit(t, "code", f.Code(t, "ana@example.com")).arrived(t)
}

func TestSignUpIsRefused(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "used@example.com")
	for name, c := range map[string]struct{ email, password, want, field string }{
		"used address":      {"used@example.com", pooltest.Password, "There is an account with this name already.", "username"},
		"used, other case":  {"USED@example.com", pooltest.Password, "There is an account with this name already.", "username"},
		"not an address":    {"ana", pooltest.Password, "Enter an e-mail address in the form name@example.com.", "username"},
		"nothing":           {"", "", "Enter your e-mail address.", "username"},
		"far too long":      {"a@" + string(make([]byte, 300)) + ".com", pooltest.Password, "This is too long", "username"},
		"no password":       {"ana@example.com", "", "Enter a password.", "password"},
		"short":             {"ana@example.com", "Aa1", "This password is too short.", "password"},
		"no capital":        {"ana@example.com", "correct-horse-9", "This password needs a capital letter.", "password"},
		"no small letter":   {"ana@example.com", "CORRECT-HORSE-9", "This password needs a small letter.", "password"},
		"no number":         {"ana@example.com", "Correct-horse", "This password needs a number.", "password"},
		"a space at an end": {"ana@example.com", " Correct-horse-9", "neither begins nor ends with a space", "password"},
	} {
		t.Run(name, func(t *testing.T) {
			p := visitor(t, f).open(t, "/signup?"+request()).submit(t, "username", c.email, "password", c.password)
			p.sees(t, "/signup", "Create your account", "There is a problem", c.want)
			if p.value("password") != "" {
				t.Error("the password came back")
			}
			for _, input := range all(p.page, "input") {
				if attribute(input, "name") == c.field && attribute(input, "aria-invalid") != "true" {
					t.Errorf("the field %s is not marked", c.field)
				}
			}
		})
	}
}

func TestSignUpByAdministratorsOnly(t *testing.T) {
	f := start(t, func(pool *stack.UserPool) { pool.AdminCreateUserOnly = true })
	p := visitor(t, f).open(t, "/login?"+request())
	for _, a := range all(p.page, "a") {
		if text(a) == "Create an account" {
			t.Error("the sign-in page leads to sign-up")
		}
	}
	p.open(t, "/signup?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	p.sees(t, "/signup", "Create your account", "New accounts are made by an administrator only.")
}

func TestTooManyWrongPasswords(t *testing.T) {
	f := start(t, nil)
	f.SignUp(t, "ana@example.com")
	for _, email := range []string{"ana@example.com", "nobody@example.com"} {
		p := visitor(t, f).open(t, "/login?"+request())
		for range 5 {
			p.submit(t, "username", email, "password", "Wrong-horse-9").sees(t, "/login", "Sign in", "Incorrect username or password.")
		}
		p.submit(t, "username", email, "password", pooltest.Password).sees(t, "/login", "Sign in", "Too many attempts with a wrong password.")
	}
}

// TestASessionThatIsEndedElsewhereEndsAtThePagesToo: a lost device's browser asks for the password again.
func TestASessionThatIsEndedElsewhereEndsAtThePagesToo(t *testing.T) {
	f := start(t, nil)
	u := f.SignUp(t, "ana@example.com")
	p := visitor(t, f).open(t, "/login?"+request())
	code := p.submit(t, "username", "ana@example.com", "password", pooltest.Password).arrived(t).Get("code")
	tokens, err := f.Pool.RedeemCode(t.Context(), f.Client(t, pooltest.ClientID), code, func(userpool.Grant) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	claims, err := f.Pool.AccessToken(t.Context(), tokens.Access)
	if err != nil {
		t.Fatal(err)
	}
	p.open(t, "/oauth2/authorize?"+request()).arrived(t)
	if err := f.Pool.EndSignIn(t.Context(), u.Sub, claims.EventID); err != nil {
		t.Fatal(err)
	}
	p.open(t, "/oauth2/authorize?"+request()).sees(t, "/login", "Sign in")
}
