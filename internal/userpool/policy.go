package userpool

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/todo/internal/stack"
)

// MaxPassword is the longest password, in characters.
const MaxPassword = 256

// symbols are the characters that count as such in a password policy. A space within counts too.
const symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "

const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
)

// checkLength refuses a password that is not looked at: it bounds what a hash is computed of.
func checkLength(password string) *Error {
	if len(password) > MaxPassword*utf8.UTFMax || utf8.RuneCountInString(password) > MaxPassword {
		return refuse(typeInvalidParam, "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256")
	}
	return nil
}

// checkPolicy refuses a new password for the first thing that the policy misses in it.
func checkPolicy(policy stack.PasswordPolicy, password string) *Error {
	if err := checkLength(password); err != nil {
		return err
	}
	if !utf8.ValidString(password) {
		return errNotUTF8()
	}
	if strings.TrimFunc(password, unicode.IsSpace) != password {
		return refuse(typeInvalidParam, `1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$`)
	}
	for _, rule := range []struct {
		ok     bool
		reason string
	}{
		{utf8.RuneCountInString(password) >= policy.MinimumLength, "Password not long enough"},
		{!policy.RequireUppercase || strings.ContainsAny(password, upperLetters), "Password must have uppercase characters"},
		{!policy.RequireLowercase || strings.ContainsAny(password, lowerLetters), "Password must have lowercase characters"},
		{!policy.RequireNumbers || strings.ContainsAny(password, digits), "Password must have numeric characters"},
		{!policy.RequireSymbols || strings.ContainsAny(password, symbols), "Password must have symbol characters"},
	} {
		if !rule.ok {
			return refuse(typeInvalidPassword, "Password did not conform with policy: "+rule.reason)
		}
	}
	return nil
}

// temporaryPassword draws a password that keeps any policy. It has no characters that are easily taken for another.
func temporaryPassword(random io.Reader, policy stack.PasswordPolicy) (string, error) {
	const clear = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	password, err := draw(random, clear, max(policy.MinimumLength, 16)-4)
	if err != nil {
		return "", err
	}
	for _, kind := range []string{"abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#%+=?@_"} {
		one, err := draw(random, kind, 1)
		if err != nil {
			return "", err
		}
		password += one
	}
	return password, nil
}
