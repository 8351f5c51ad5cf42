package userpool

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/todo/internal/stack"
)

const (
	mismatch = "CodeMismatchException: Invalid verification code provided, please try again."
	expired  = "ExpiredCodeException: Invalid code provided, please request a code again."
	wrong    = "NotAuthorizedException: Incorrect username or password."
	limit    = "LimitExceededException: Attempt limit exceeded, please try after some time."
)

func TestAWalkFromSignUpToTokens(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, code := r.signUp(ana)
	if u.Status != Unconfirmed || u.Username != u.Sub || !u.Enabled {
		t.Errorf("got %+v, want an unconfirmed user named by its sub", u)
	}
	wantRefusal(t, "before confirming", r.signIn(ana, goodPassword), "UserNotConfirmedException: User is not confirmed.")
	wantRefusal(t, "wrong code", r.ConfirmSignUp(ctx, r.client(), ana, otherCode(code)), mismatch)
	wantRefusal(t, "right code", r.ConfirmSignUp(ctx, r.client(), ana, code), "")
	wantRefusal(t, "the code again", r.ConfirmSignUp(ctx, r.client(), ana, code), "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED")
	for _, name := range []string{ana, "ANA@Example.COM", u.Sub} {
		wantRefusal(t, "sign in as "+name, r.signIn(name, goodPassword), "")
	}
	wantRefusal(t, "wrong password", r.signIn(ana, goodPassword+"x"), wrong)
	tokens := r.tokens(u, "openid", "email")
	claims, err := r.AccessToken(ctx, tokens.Access)
	if err != nil || claims.Sub != u.Sub {
		t.Errorf("got %+v, %v", claims, err)
	}
}

func TestSignUpRefuses(t *testing.T) {
	invalidEmail := "InvalidParameterException: Username should be an email."
	policy := "InvalidPasswordException: Password did not conform with policy: "
	for _, c := range []struct {
		name, username, password string
		attrs                    []Attribute
		want                     string
	}{
		{"no e-mail", "ana", goodPassword, nil, invalidEmail},
		{"no domain", "ana@", goodPassword, nil, invalidEmail},
		{"a host without a dot", "ana@localhost", goodPassword, nil, invalidEmail},
		{"two ats", "ana@b@example.com", goodPassword, nil, invalidEmail},
		{"two dots", "ana..b@example.com", goodPassword, nil, invalidEmail},
		{"a display name", "Ana<ana@example.com>", goodPassword, nil, invalidEmail},
		{"two recipients", "ana@example.com,eve@example.com", goodPassword, nil, invalidEmail},
		{"Unicode that folds to ASCII", "\u212aim@example.com", goodPassword, nil, invalidEmail},
		{"a Unicode domain", "ana@exämple.com", goodPassword, nil, invalidEmail},
		{"a long local part", strings.Repeat("a", 65) + "@example.com", goodPassword, nil, invalidEmail},
		{"a header", "ana@example.com\r\nBcc:eve@example.com", goodPassword, nil, "InvalidParameterException: 1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"},
		{"short", ana, "Abc1", nil, policy + "Password not long enough"},
		{"no upper case", ana, "abcdefg1", nil, policy + "Password must have uppercase characters"},
		{"no lower case", ana, "ABCDEFG1", nil, policy + "Password must have lowercase characters"},
		{"no digit", ana, "Abcdefgh", nil, policy + "Password must have numeric characters"},
		{"a megabyte", ana, strings.Repeat("aA1", 400_000), nil, "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256"},
		{"a space at the end", ana, goodPassword + " ", nil, "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"},
		{"broken UTF-8", ana, goodPassword + "\xff", nil, "InvalidParameterException: The request holds text that is not UTF-8."},
		{"another e-mail", ana, goodPassword, []Attribute{{"email", "eve@example.com"}}, "InvalidParameterException: The email attribute should be the username."},
		{"an unknown attribute", ana, goodPassword, []Attribute{{"custom:plan", "pro"}}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		{"verified by itself", ana, goodPassword, []Attribute{{"email_verified", "true"}}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		{"another's sub", ana, goodPassword, []Attribute{{"sub", "x"}}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},
		{"a long value", ana, goodPassword, []Attribute{{"name", strings.Repeat("n", 2049)}}, "InvalidParameterException: Attributes did not conform to the schema: name: The value is too long.\n"},
	} {
		r := newRig(t)
		_, _, err := r.SignUp(context.Background(), r.client(), c.username, c.password, c.attrs)
		wantRefusal(t, c.name, err, c.want)
	}
}

func TestSignUpByTemplate(t *testing.T) {
	t.Run("symbols required", func(t *testing.T) {
		r := newRig(t, func(d *stack.UserPool) { d.PasswordPolicy.RequireSymbols = true })
		_, _, err := r.SignUp(context.Background(), r.client(), ana, goodPassword, nil)
		wantRefusal(t, "without", err, "InvalidPasswordException: Password did not conform with policy: Password must have symbol characters")
		_, _, err = r.SignUp(context.Background(), r.client(), ana, "Correct1 horse", nil)
		wantRefusal(t, "a space within", err, "")
	})
	t.Run("only by administrators", func(t *testing.T) {
		r := newRig(t, func(d *stack.UserPool) { d.AdminCreateUserOnly = true })
		_, _, err := r.SignUp(context.Background(), r.client(), ana, goodPassword, nil)
		wantRefusal(t, "sign-up", err, "NotAuthorizedException: SignUp is not permitted for this user pool")
	})
	t.Run("required attribute", func(t *testing.T) {
		r := newRig(t, func(d *stack.UserPool) {
			d.Schema = []stack.Attribute{{Name: "email", Type: "String", Required: true}, {Name: "name", Type: "String", Required: true}}
		})
		_, _, err := r.SignUp(context.Background(), r.client(), ana, goodPassword, nil)
		wantRefusal(t, "without", err, "InvalidParameterException: Attributes did not conform to the schema: name: The attribute is required\n")
		u, _, err := r.SignUp(context.Background(), r.client(), ana, goodPassword, []Attribute{{"name", "Ana"}})
		wantRefusal(t, "with", err, "")
		if got, want := listed(u.Attributes), "email="+ana+" email_verified=false name=Ana sub="+u.Sub; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("attributes of its own", func(t *testing.T) {
		one, three := 1, 3
		r := newRig(t, func(d *stack.UserPool) {
			d.Schema = []stack.Attribute{{Name: "plan", Custom: true, Type: "String", MinLength: &one, MaxLength: &three}}
			d.Clients[0].WriteAttributes = []string{"custom:plan", "phone_number"}
		})
		for _, c := range []struct {
			name  string
			attrs []Attribute
			want  string
		}{
			{"too long", []Attribute{{"custom:plan", "free"}}, "InvalidParameterException: Attributes did not conform to the schema: custom:plan: String length does not conform to the schema.\n"},
			{"too short", []Attribute{{"custom:plan", ""}}, "InvalidParameterException: Attributes did not conform to the schema: custom:plan: String length does not conform to the schema.\n"},
			{"twice", []Attribute{{"custom:plan", "pro"}, {"custom:plan", "pro"}}, "InvalidParameterException: Attributes did not conform to the schema: custom:plan: The attribute is given more than once.\n"},
			{"a telephone number that is none", []Attribute{{"phone_number", "12345"}}, "InvalidParameterException: Invalid phone number format."},
			{"one that the client may not write", []Attribute{{"name", "Ana"}}, "NotAuthorizedException: A client attempted to write unauthorized attribute"},
			{"good ones", []Attribute{{"custom:plan", "pro"}, {"phone_number", "+351912345678"}}, ""},
		} {
			_, _, err := r.SignUp(context.Background(), r.client(), ana, goodPassword, c.attrs)
			wantRefusal(t, c.name, err, c.want)
		}
	})
	t.Run("free names", func(t *testing.T) {
		r := newRig(t, freeNames)
		u, _, err := r.SignUp(context.Background(), r.client(), "Ana", goodPassword, []Attribute{{"email", ana}})
		if err != nil || u.Username != "Ana" || u.Sub == "Ana" {
			t.Errorf("got %+v, %v", u, err)
		}
		_, _, err = r.SignUp(context.Background(), r.client(), "aNA", goodPassword, nil)
		wantRefusal(t, "the name again", err, "UsernameExistsException: User already exists")
		_, delivery, err := r.SignUp(context.Background(), r.client(), "Bob", goodPassword, []Attribute{{"email", ana}})
		if err != nil || delivery == nil || delivery.Destination != "a***@e***" {
			t.Errorf("the same e-mail for another name: got %+v, %v", delivery, err)
		}
	})
	t.Run("case matters", func(t *testing.T) {
		r := newRig(t, func(d *stack.UserPool) { d.CaseSensitive = true })
		r.signUp(ana)
		r.signUp("Ana@example.com")
	})
	t.Run("no verification", func(t *testing.T) {
		r := newRig(t, func(d *stack.UserPool) { d.AutoVerifiedAttributes = nil })
		if _, code := r.signUp(ana); code != "" || len(r.mails.Messages()) != 0 {
			t.Error("a code was mailed")
		}
	})
	t.Run("message with markup", func(t *testing.T) {
		r := newRig(t, func(d *stack.UserPool) {
			d.VerificationSubject, d.VerificationMessage = "Welcome: {####}", "<p>Hello &amp; welcome.<br/>Your code: <b>{####}</b></p>"
		})
		_, code := r.signUp(ana)
		got := r.mails.Messages()[0]
		if got.To != ana || got.Subject != "Welcome: "+code || got.Text != "Hello & welcome.\nYour code: "+code+"\n" {
			t.Errorf("got %+v", got)
		}
	})
}

func TestOneOfTwoSignUpsWins(t *testing.T) {
	r := newRig(t)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, _, errs[i] = r.SignUp(context.Background(), r.client(), ana, goodPassword, nil) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		var refusal *Error
		switch {
		case err == nil:
			won++
		case !errors.As(err, &refusal) || refusal.Message != "An account with the given email already exists.":
			t.Errorf("got %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d sign-ups with one e-mail won, want 1", won)
	}
}

func TestCodesOfSignUp(t *testing.T) {
	t.Run("a new code voids the old", func(t *testing.T) {
		r, ctx := newRig(t), context.Background()
		_, old := r.signUp(ana)
		code := old
		for code == old { // one in a million draws is the same
			if _, err := r.ResendConfirmationCode(ctx, r.client(), ana); err != nil {
				t.Fatal(err)
			}
			code = r.mailedCode()
		}
		wantRefusal(t, "old code", r.ConfirmSignUp(ctx, r.client(), ana, old), mismatch)
		wantRefusal(t, "new code", r.ConfirmSignUp(ctx, r.client(), ana, code), "")
		_, err := r.ResendConfirmationCode(ctx, r.client(), ana)
		wantRefusal(t, "resend when confirmed", err, "InvalidParameterException: User is already confirmed.")
	})
	t.Run("a day", func(t *testing.T) {
		r, ctx := newRig(t), context.Background()
		_, code := r.signUp(ana)
		r.pass(24*time.Hour - time.Second)
		wantRefusal(t, "wrong", r.ConfirmSignUp(ctx, r.client(), ana, otherCode(code)), mismatch)
		r.pass(time.Second)
		wantRefusal(t, "late", r.ConfirmSignUp(ctx, r.client(), ana, code), expired)
	})
	t.Run("ten wrong guesses", func(t *testing.T) {
		r, ctx := newRig(t), context.Background()
		_, code := r.signUp(ana)
		for range 10 {
			wantRefusal(t, "wrong", r.ConfirmSignUp(ctx, r.client(), ana, otherCode(code)), mismatch)
		}
		wantRefusal(t, "right, too late", r.ConfirmSignUp(ctx, r.client(), ana, code), expired)
	})
	t.Run("fifteen calls in an hour, also over a restart", func(t *testing.T) {
		r, ctx := newRig(t), context.Background()
		_, code := r.signUp(ana)
		for range 15 {
			_ = r.ConfirmSignUp(ctx, r.client(), ana, otherCode(code))
		}
		r.reopen()
		wantRefusal(t, "the sixteenth", r.ConfirmSignUp(ctx, r.client(), ana, code), limit)
		r.pass(time.Hour)
		wantRefusal(t, "an hour later", r.ConfirmSignUp(ctx, r.client(), ana, code), expired)
	})
	t.Run("two at once", func(t *testing.T) {
		r, ctx := newRig(t), context.Background()
		_, code := r.signUp(ana)
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = r.ConfirmSignUp(ctx, r.client(), ana, code) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			}
		}
		if won != 1 {
			t.Errorf("the code worked %d times, want once", won)
		}
	})
}
