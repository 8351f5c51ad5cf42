package userpool

import "testing"

func TestADisabledUser(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	tokens := r.tokens(u, "openid")
	session, err := r.StartSession(background, u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "disable", r.AdminDisableUser(background, ana), "")
	wantRefusal(t, "sign in", r.signIn(ana, goodPassword), "NotAuthorizedException: User is disabled.")
	wantRefusal(t, "sign in with a wrong password", r.signIn(ana, "Wrong1horse"), "NotAuthorizedException: Incorrect username or password.")
	_, err = r.RefreshTokens(background, r.client(), tokens.Refresh)
	wantRefusal(t, "refresh", err, "NotAuthorizedException: Refresh Token has been revoked")
	if _, ok, err := r.Session(background, session); ok || err != nil {
		t.Errorf("the browser's session: got %t, %v", ok, err)
	}
	wantRefusal(t, "reset", r.AdminResetUserPassword(background, ana), "NotAuthorizedException: User is disabled.")
	wantRefusal(t, "enable", r.AdminEnableUser(background, ana), "")
	wantRefusal(t, "sign in again", r.signIn(ana, goodPassword), "")
	_, err = r.AccessToken(background, tokens.Access)
	wantRefusal(t, "the token of before", err, "NotAuthorizedException: Access Token has been revoked")
	wantRefusal(t, "disable nobody", r.AdminDisableUser(background, "nobody@example.com"), "UserNotFoundException: User does not exist.")
}

func TestAnAdministratorResetsAPassword(t *testing.T) {
	r := newRig(t)
	r.signUp("ben@example.com")
	wantRefusal(t, "of somebody unconfirmed", r.AdminResetUserPassword(background, "ben@example.com"), "NotAuthorizedException: User password cannot be reset in the current state.")
	wantRefusal(t, "confirm", r.AdminConfirmSignUp(background, "ben@example.com"), "")
	wantRefusal(t, "without a verified e-mail", r.AdminResetUserPassword(background, "ben@example.com"),
		"InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number")
	u := r.confirmed(ana)
	wantRefusal(t, "reset", r.AdminResetUserPassword(background, ana), "")
	if u, err := r.User(background, u.Sub); err != nil || u.Status != ResetRequired {
		t.Errorf("got %+v, %v", u, err)
	}
	code := r.mailedCode()
	wantRefusal(t, "sign in", r.signIn(ana, goodPassword), "PasswordResetRequiredException: Password reset required for the user")
	wantRefusal(t, "sign in with a wrong password", r.signIn(ana, "Wrong1horse"), "NotAuthorizedException: Incorrect username or password.")
	wantRefusal(t, "a new password by the code", r.ConfirmForgotPassword(background, r.client(), ana, code, "Another1horse"), "")
	wantRefusal(t, "sign in by it", r.signIn(ana, "Another1horse"), "")
}

func TestAnAdministratorSignsAUserOut(t *testing.T) {
	r := newRig(t)
	tokens := r.tokens(r.confirmed(ana), "openid")
	other := r.tokens(r.confirmed("ben@example.com"), "openid")
	wantRefusal(t, "sign out", r.AdminUserGlobalSignOut(background, ana), "")
	_, err := r.AccessToken(background, tokens.Access)
	wantRefusal(t, "her token", err, "NotAuthorizedException: Access Token has been revoked")
	_, err = r.AccessToken(background, other.Access)
	wantRefusal(t, "somebody else's", err, "")
}
