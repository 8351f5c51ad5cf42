package userpool

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func by(agent string) context.Context { return WithAgent(context.Background(), agent) }

func TestPeopleSeeTheirSignIns(t *testing.T) {
	r := newRig(t)
	u, other := r.confirmed(ana), r.confirmed("bob@example.com")
	r.tokens(other)
	code, err := r.IssueCode(by("Firefox"), Grant{ClientID: "webclient", Sub: u.Sub, AuthTime: start})
	if err != nil {
		t.Fatal(err)
	}
	web, err := r.RedeemCode(by("a server"), r.client(), code, accept)
	if err != nil {
		t.Fatal(err)
	}
	r.pass(time.Minute)
	long := strings.Repeat("é", 200)
	api, err := r.IssueTokens(by(long), TokenRequest{Client: r.client(), Sub: u.Sub, AuthTime: r.clock(), API: true})
	if err != nil {
		t.Fatal(err)
	}
	list := func() []SignedIn {
		t.Helper()
		got, err := r.SignIns(context.Background(), u.Sub)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	claims := func(tokens Tokens) AccessClaims {
		t.Helper()
		got, err := r.AccessToken(context.Background(), tokens.Access)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := SignedIn{ID: claims(web).EventID, Client: "webclient", Agent: "Firefox", At: start, Used: start}
	second := SignedIn{
		ID: claims(api).EventID, Client: "webclient", Agent: strings.Repeat("é", maxAgent/2), At: start.Add(time.Minute), Used: start.Add(time.Minute),
	}
	if diff := cmp.Diff([]SignedIn{first, second}, list()); diff != "" {
		t.Error(diff)
	}

	r.pass(59 * time.Minute)
	if _, err := r.RefreshTokens(context.Background(), r.client(), web.Refresh); err != nil {
		t.Fatal(err)
	}
	first.Used = start.Add(time.Hour)
	r.pass(time.Minute)
	if diff := cmp.Diff([]SignedIn{first}, list()); diff != "" {
		t.Errorf("after a refresh, and when the one without a refresh token is over: %s", diff)
	}
}

func TestOneSignInIsEnded(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, other := r.confirmed(ana), r.confirmed("bob@example.com")
	lost, kept, bobs := r.tokens(u), r.tokens(u), r.tokens(other)
	id := func(tokens Tokens) string {
		t.Helper()
		claims, err := r.AccessToken(ctx, tokens.Access)
		if err != nil {
			t.Fatal(err)
		}
		return claims.EventID
	}
	wantRefusal(t, "somebody else's", r.EndSignIn(ctx, u.Sub, id(bobs)), "")
	wantRefusal(t, "one's own", r.EndSignIn(ctx, u.Sub, id(lost)), "")
	_, err := r.AccessToken(ctx, lost.Access)
	wantRefusal(t, "its access token", err, "NotAuthorizedException: Access Token has been revoked")
	_, err = r.RefreshTokens(ctx, r.client(), lost.Refresh)
	wantRefusal(t, "its refresh token", err, "NotAuthorizedException: Refresh Token has been revoked")
	for _, tokens := range []Tokens{kept, bobs} {
		_, err := r.RefreshTokens(ctx, r.client(), tokens.Refresh)
		wantRefusal(t, "another's", err, "")
	}
}

// TestEndingASignInEndsTheBrowserSessionBehindIt: or whoever has the device would sign in again by the sign-in page's cookie.
func TestEndingASignInEndsTheBrowserSessionBehindIt(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	type device struct {
		cookie, code string
		tokens       Tokens
	}
	open := func() (d device) {
		t.Helper()
		var err error
		if d.cookie, err = r.StartSession(ctx, u.Sub); err != nil {
			t.Fatal(err)
		}
		s, ok, err := r.Session(ctx, d.cookie)
		if err != nil || !ok || s.ID == d.cookie {
			t.Fatalf("got %+v, %v, %v, want a session whose id does not open it", s, ok, err)
		}
		if d.code, err = r.IssueCode(ctx, Grant{ClientID: "webclient", Sub: u.Sub, AuthTime: s.AuthTime, Session: s.ID}); err != nil {
			t.Fatal(err)
		}
		if d.tokens, err = r.RedeemCode(ctx, r.client(), d.code, accept); err != nil {
			t.Fatal(err)
		}
		return d
	}
	live := func(d device) bool {
		t.Helper()
		_, ok, err := r.Session(ctx, d.cookie)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	lost, kept := open(), open()
	claims, err := r.AccessToken(ctx, lost.tokens.Access)
	if err != nil {
		t.Fatal(err)
	}
	bob := r.confirmed("bob@example.com")
	wantRefusal(t, "somebody else's", r.EndSignIn(ctx, bob.Sub, claims.EventID), "")
	if !live(lost) {
		t.Error("somebody else ended a session")
	}
	wantRefusal(t, "refreshed before", func() error { _, err := r.RefreshTokens(ctx, r.client(), lost.tokens.Refresh); return err }(), "")
	wantRefusal(t, "one's own", r.EndSignIn(ctx, u.Sub, claims.EventID), "")
	if live(lost) || !live(kept) {
		t.Errorf("got %t and %t, want the session of the sign-in that was ended to end, and no other", live(lost), live(kept))
	}
	wantRefusal(t, "as Cognito does", r.GlobalSignOut(ctx, u.Sub), "")
	if !live(kept) {
		t.Error("GlobalSignOut ended a browser session")
	}
}

// TestEndingASignInEndsTheCodesOnTheirWay: or whoever has one would get new tokens with it.
func TestEndingASignInEndsTheCodesOnTheirWay(t *testing.T) {
	ctx := context.Background()
	for name, end := range map[string]func(r *rig, sub, id string) error{
		"one": func(r *rig, sub, id string) error { return r.EndSignIn(ctx, sub, id) },
		"all": func(r *rig, sub, _ string) error { return r.EndSignIns(ctx, sub) },
	} {
		for when, age := range map[string]time.Duration{"early": time.Minute, "when the browser's hour is over": sessionLifetime - time.Minute} {
			r := newRig(t)
			u := r.confirmed(ana)
			code := func(cookie string) string {
				t.Helper()
				s, ok, err := r.Session(ctx, cookie)
				if err != nil || !ok {
					t.Fatalf("got %t, %v", ok, err)
				}
				code, err := r.IssueCode(ctx, Grant{ClientID: "webclient", Sub: u.Sub, AuthTime: s.AuthTime, Session: s.ID})
				if err != nil {
					t.Fatal(err)
				}
				return code
			}
			lost, err := r.StartSession(ctx, u.Sub)
			if err != nil {
				t.Fatal(err)
			}
			tokens, err := r.RedeemCode(ctx, r.client(), code(lost), accept)
			if err != nil {
				t.Fatal(err)
			}
			claims, err := r.AccessToken(ctx, tokens.Access)
			if err != nil {
				t.Fatal(err)
			}
			r.pass(age)
			hoarded := code(lost)
			r.pass(2 * time.Minute)
			wantRefusal(t, name, end(r, u.Sub, claims.EventID), "")
			wantRefusal(t, "signing out by the cookie that opens nothing any more", r.EndSession(ctx, lost), "")
			r.pass(time.Minute)
			_, err = r.RedeemCode(ctx, r.client(), hoarded, accept)
			wantRefusal(t, name+", "+when, err, "invalid_grant: The code is unknown, expired or used.")
			later, err := r.StartSession(ctx, u.Sub)
			if err != nil {
				t.Fatal(err)
			}
			_, err = r.RedeemCode(ctx, r.client(), code(later), accept)
			wantRefusal(t, name+", of another session", err, "")
		}
	}
}

func TestEndingAllSignIns(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u, bob := r.confirmed(ana), r.confirmed("bob@example.com")
	cookie := func(sub string) string {
		t.Helper()
		token, err := r.StartSession(ctx, sub)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	lost, bobs := cookie(u.Sub), cookie(bob.Sub) // of which no sign-in is known
	tokens, kept := r.tokens(u), r.tokens(bob)
	wantRefusal(t, "all", r.EndSignIns(ctx, u.Sub), "")
	_, err := r.AccessToken(ctx, tokens.Access)
	wantRefusal(t, "one's tokens", err, "NotAuthorizedException: Access Token has been revoked")
	_, err = r.AccessToken(ctx, kept.Access)
	wantRefusal(t, "somebody else's tokens", err, "")
	r.reopen()
	r.pass(time.Second)
	for _, c := range []struct {
		what, cookie string
		live         bool
	}{{"one's own", lost, false}, {"somebody else's", bobs, true}, {"one that began later", cookie(u.Sub), true}} {
		if _, ok, err := r.Session(ctx, c.cookie); ok != c.live || err != nil {
			t.Errorf("the browser session, %s: got %t, %v, want %t", c.what, ok, err, c.live)
		}
	}
}
