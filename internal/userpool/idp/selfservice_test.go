package idp_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool/pooltest"
)

func attr(name, value string) types.AttributeType {
	return types.AttributeType{Name: &name, Value: &value}
}

// TestAttributes walks through the operations on a person's own attributes with the official client.
func TestAttributes(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.VerifyBeforeUpdate = []string{"email"} })
	r.SignUp(t, ana)
	c := r.sdk(secret)
	in, err := password(c, ana, pooltest.Password)
	if err != nil {
		t.Fatal(err)
	}
	access := in.AuthenticationResult.AccessToken
	got, err := c.UpdateUserAttributes(ctx, &cognito.UpdateUserAttributesInput{AccessToken: access, UserAttributes: []types.AttributeType{attr("name", "Ana"), attr("nickname", "A")}})
	if err != nil || got.CodeDeliveryDetailsList == nil || len(got.CodeDeliveryDetailsList) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	const next = "ana@next.example.com"
	got, err = c.UpdateUserAttributes(ctx, &cognito.UpdateUserAttributesInput{AccessToken: access, UserAttributes: []types.AttributeType{attr("email", next)}})
	if err != nil || len(got.CodeDeliveryDetailsList) != 1 || *got.CodeDeliveryDetailsList[0].Destination != "a***@n***" || *got.CodeDeliveryDetailsList[0].AttributeName != "email" {
		t.Fatalf("got %+v, %v", got, err)
	}
	again, err := c.GetUserAttributeVerificationCode(ctx, &cognito.GetUserAttributeVerificationCodeInput{AccessToken: access, AttributeName: aws.String("email")})
	if err != nil || *again.CodeDeliveryDetails.Destination != "a***@n***" {
		t.Errorf("got %+v, %v", again, err)
	}
	_, err = c.VerifyUserAttribute(ctx, &cognito.VerifyUserAttributeInput{AccessToken: access, AttributeName: aws.String("email"), Code: aws.String("x")})
	wantRefusal(t, "a wrong code", err, "CodeMismatchException: Invalid verification code provided, please try again.")
	_, err = c.VerifyUserAttribute(ctx, &cognito.VerifyUserAttributeInput{AccessToken: access, AttributeName: aws.String("email"), Code: aws.String(r.Code(t, next))})
	wantRefusal(t, "the code", err, "")
	_, err = c.DeleteUserAttributes(ctx, &cognito.DeleteUserAttributesInput{AccessToken: access, UserAttributeNames: []string{"nickname"}})
	wantRefusal(t, "delete", err, "")
	me, err := c.GetUser(ctx, &cognito.GetUserInput{AccessToken: access})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range me.UserAttributes[1:] {
		all = append(all, *a.Name+"="+*a.Value)
	}
	if got := strings.Join(all, " "); got != "email="+next+" email_verified=true name=Ana" {
		t.Errorf("got %s", got)
	}
	for what, call := range map[string]func(token *string) error{
		"update": func(token *string) error {
			_, err := c.UpdateUserAttributes(ctx, &cognito.UpdateUserAttributesInput{AccessToken: token, UserAttributes: []types.AttributeType{attr("name", "Eve")}})
			return err
		},
		"delete": func(token *string) error {
			_, err := c.DeleteUserAttributes(ctx, &cognito.DeleteUserAttributesInput{AccessToken: token, UserAttributeNames: []string{"name"}})
			return err
		},
		"code": func(token *string) error {
			_, err := c.GetUserAttributeVerificationCode(ctx, &cognito.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("email")})
			return err
		},
		"verify": func(token *string) error {
			_, err := c.VerifyUserAttribute(ctx, &cognito.VerifyUserAttributeInput{AccessToken: token, AttributeName: aws.String("email"), Code: aws.String("000000")})
			return err
		},
	} {
		wantRefusal(t, what+" with another token", call(in.AuthenticationResult.IdToken), "NotAuthorizedException: Invalid Access Token")
	}
}

func TestShapesOfAttributes(t *testing.T) {
	r := newRig(t, nil)
	for _, c := range []struct{ operation, body, want string }{
		{"UpdateUserAttributes", `{"AccessToken":"x"}`, "1 validation error detected: Value null at 'userAttributes' failed to satisfy constraint: Member must not be null"},
		{"DeleteUserAttributes", `{"AccessToken":"x","UserAttributeNames":[""]}`, "Member must have length greater than or equal to 1"},
		{"DeleteUserAttributes", `{"AccessToken":"x"}`, "1 validation error detected: Value null at 'userAttributeNames' failed to satisfy constraint: Member must not be null"},
		{"VerifyUserAttribute", `{"AccessToken":"x","AttributeName":"email","Code":"1 2"}`, `Value at 'code' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+`},
		{"GetUserAttributeVerificationCode", `{"AccessToken":"x"}`, "Value null at 'attributeName' failed to satisfy constraint: Member must not be null"},
	} {
		answer, body := r.post(c.operation, c.body)
		if got := refusalOf(t, answer, body); !strings.HasPrefix(got, "InvalidParameterException: ") || !strings.Contains(got, c.want) {
			t.Errorf("%s %s: got %s", c.operation, c.body, got)
		}
	}
}
