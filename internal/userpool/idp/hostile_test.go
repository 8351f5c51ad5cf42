package idp_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

func TestHostileBodies(t *testing.T) {
	r := newRig(t, nil)
	notJSON := "SerializationException: The body is not the JSON that the operation takes."
	invalid := "InvalidParameterException: 1 validation error detected: Value "
	const id = `"ClientId":"` + pooltest.ClientID + `"`
	for _, c := range []struct{ name, operation, body, want string }{
		{"nothing", "SignUp", ``, notJSON},
		{"cut off", "SignUp", `{"ClientId":`, notJSON},
		{"two values", "SignUp", `{}{}`, notJSON},
		{"a list", "SignUp", `[]`, notJSON},
		{"a number for a text", "SignUp", `{"Username":1}`, notJSON},
		{"a text for a map", "InitiateAuth", `{"AuthParameters":"x"}`, notJSON},
		{"a list for a value", "InitiateAuth", `{"AuthParameters":{"USERNAME":[]}}`, notJSON},
		{"a hundred thousand levels", "SignUp", strings.Repeat(`[`, 100_000), notJSON},
		{"too much", "SignUp", `{"Password":"` + strings.Repeat("a", 300<<10) + `"}`, "SerializationException: The body could not be read, or is longer than 256 KiB."},
		{"broken UTF-8", "SignUp", "{\"Username\":\"\xff\"}", "SerializationException: The body is not UTF-8."},
		{"null", "GetUser", `null`, invalid + "null at 'accessToken' failed to satisfy constraint: Member must not be null"},
		{"all missing", "SignUp", `{}`, "InvalidParameterException: 2 validation errors detected: Value null at 'clientId' failed to satisfy constraint: Member must not be null; Value null at 'username' failed to satisfy constraint: Member must not be null"},
		{"no password", "SignUp", `{` + id + `,"Username":"` + ana + `"}`, "InvalidParameterException: 1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null"},
		{"a long password", "SignUp", `{` + id + `,"Username":"` + ana + `","Password":"` + strings.Repeat("aA1", 60_000) + `"}`, invalid + "at 'password' failed to satisfy constraint: Member must have length less than or equal to 256"},
		{"a short password is not repeated", "SignUp", `{` + id + `,"Username":"` + ana + `","Password":"aA1"}`, invalid + "at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6"},
		{"a long password to sign in", "InitiateAuth", `{` + id + `,"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"` + ana + `","PASSWORD":"` + strings.Repeat("a", 100_000) + `"}}`, invalid + "at 'password' failed to satisfy constraint: Member must have length less than or equal to 256"},
		{"NUL in a name", "SignUp", `{` + id + `,"Username":"a\u0000b","Password":"` + pooltest.Password + `"}`, invalid + "'a\x00b' at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"},
		{"NUL in a name to sign in", "InitiateAuth", `{` + id + `,"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"a\u0000b","PASSWORD":"x"}}`, "NotAuthorizedException: Incorrect username or password."},
		{"a long name to sign in", "InitiateAuth", `{` + id + `,"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"` + strings.Repeat("a", 100_000) + `","PASSWORD":"x"}}`, "NotAuthorizedException: Incorrect username or password."},
		{"a header in a name", "SignUp", `{` + id + `,"Username":"a@example.com\r\nX-Evil: 1","Password":"` + pooltest.Password + `"}`, invalid + "'a@example.com\r\nX-Evil: 1' at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"},
		{"an unknown flow", "InitiateAuth", `{` + id + `,"AuthFlow":"X"}`, invalid + "'X' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"},
		{"a challenge that was never opened", "RespondToAuthChallenge", `{` + id + `,"ChallengeName":"SMS_MFA"}`, "NotAuthorizedException: Invalid session for the user."},
		{"a token of no pool", "GetUser", `{"AccessToken":"eyJhbGciOiJub25lIn0.e30."}`, "NotAuthorizedException: Invalid Access Token"},
		{"members that nobody knows", "GetUser", `{"AccessToken":"x","Later":{"a":[1]}}`, "NotAuthorizedException: Invalid Access Token"},
		{"a hundred attributes", "SignUp", `{` + id + `,"Username":"` + ana + `","Password":"` + pooltest.Password + `","UserAttributes":[` + strings.TrimSuffix(strings.Repeat(`{"Name":"name","Value":"x"},`, 100), ",") + `]}`, invalid + "at 'userAttributes' failed to satisfy constraint: Member must have length less than or equal to 75"},
		{"without a signature", "ListUsers", `{}`, "MissingAuthenticationTokenException: Missing Authentication Token"},
		{"an operation that is none", "Destroy", `{}`, "UnknownOperationException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.t = t
			answer, body := r.post(c.operation, c.body)
			if got := refusalOf(t, answer, body); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if answer.Header.Get("X-Evil") != "" {
				t.Error("the body made a header")
			}
		})
	}
}

func TestTransport(t *testing.T) {
	r := newRig(t, nil)
	t.Run("preflight", func(t *testing.T) {
		request, _ := http.NewRequest("OPTIONS", r.url, nil)
		request.Header.Set("Origin", "https://app.example.com")
		request.Header.Set("Access-Control-Request-Headers", "content-type,x-amz-target,amz-sdk-request")
		answer, _ := r.do(request)
		for name, want := range map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "POST", "Access-Control-Max-Age": "172800",
			"Access-Control-Allow-Headers": "content-type,x-amz-target,amz-sdk-request", "Access-Control-Allow-Credentials": "",
		} {
			if got := answer.Header.Get(name); got != want || answer.StatusCode != 200 {
				t.Errorf("%s: got %d %q, want %q", name, answer.StatusCode, got, want)
			}
		}
	})
	t.Run("a refusal", func(t *testing.T) {
		answer, _ := r.post("GetUser", `{"AccessToken":"x"}`)
		for name, want := range map[string]string{
			"Content-Type": "application/x-amz-json-1.1", "X-Amzn-ErrorMessage": "Invalid Access Token", "Cache-Control": "no-store",
			"Access-Control-Expose-Headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
		if len(answer.Header.Get("X-Amzn-RequestId")) != 36 {
			t.Error("no request id")
		}
	})
	t.Run("another method", func(t *testing.T) {
		request, _ := http.NewRequest("GET", r.url, nil)
		if answer, _ := r.do(request); answer.StatusCode != 405 || answer.Header.Get("Allow") != "OPTIONS, POST" {
			t.Errorf("got %d, Allow %q", answer.StatusCode, answer.Header.Get("Allow"))
		}
	})
	t.Run("another content type", func(t *testing.T) {
		request, _ := http.NewRequest("POST", r.url, strings.NewReader(`{}`))
		request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.GetUser")
		request.Header.Set("Content-Type", "text/plain")
		answer, body := r.do(request)
		if got, want := refusalOf(t, answer, body), "SerializationException: The Content-Type must be application/x-amz-json-1.1."; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestScopesOfTheCaller shows that a token which an application got by OAuth for another purpose opens nothing here.
func TestScopesOfTheCaller(t *testing.T) {
	r := newRig(t, nil)
	u := r.SignUp(t, ana)
	tokens, err := r.Pool.IssueTokens(ctx, userpool.TokenRequest{
		Client: r.Client(t, pooltest.ClientID), Sub: u.Sub, Scopes: []string{"openid", "email"}, AuthTime: r.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, operation := range []string{"GetUser", "GlobalSignOut", "DeleteUser"} {
		answer, body := r.post(operation, `{"AccessToken":"`+tokens.Access+`"}`)
		if got, want := refusalOf(t, answer, body), "NotAuthorizedException: Access Token does not have required scopes"; got != want {
			t.Errorf("%s: got %q, want %q", operation, got, want)
		}
	}
}

// TestAnswersDoNotTellWhoHasAnAccount compares whole answers, but for the request id.
func TestAnswersDoNotTellWhoHasAnAccount(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	const id = `"ClientId":"` + pooltest.ClientID + `"`
	for _, c := range []struct{ operation, body string }{
		{"InitiateAuth", `{` + id + `,"AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"NAME","PASSWORD":"Wrong-horse-9"}}`},
		{"ForgotPassword", `{` + id + `,"Username":"NAME"}`},
		{"ConfirmForgotPassword", `{` + id + `,"Username":"NAME","ConfirmationCode":"no-code","Password":"` + pooltest.Password + `"}`},
	} {
		var seen [2]string
		for i, name := range []string{ana, "any@example.com"} {
			answer, body := r.post(c.operation, strings.Replace(c.body, "NAME", name, 1))
			answer.Header.Del("X-Amzn-RequestId")
			answer.Header.Del("Date")
			var header strings.Builder
			if err := answer.Header.Write(&header); err != nil {
				t.Fatal(err)
			}
			seen[i] = answer.Status + "\n" + header.String() + body
		}
		if seen[0] != seen[1] {
			t.Errorf("%s: got for an account\n%s\nand for none\n%s", c.operation, seen[0], seen[1])
		}
	}
}
