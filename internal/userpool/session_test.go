package userpool

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"
)

func TestDeletionEndsEverything(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	tokens := r.tokens(u, "openid")
	session, err := r.StartSession(ctx, u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	code, err := r.IssueCode(ctx, Grant{ClientID: "webclient", Sub: u.Sub, AuthTime: start})
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "delete", r.DeleteUser(ctx, u.Sub), "")
	gone := "UserNotFoundException: User does not exist."
	_, err = r.AccessToken(ctx, tokens.Access)
	wantRefusal(t, "access token", err, gone)
	_, err = r.RefreshTokens(ctx, r.client(), tokens.Refresh)
	wantRefusal(t, "refresh token", err, "NotAuthorizedException: Refresh Token has been revoked")
	_, err = r.RedeemCode(ctx, r.client(), code, accept)
	wantRefusal(t, "authorization code", err, gone)
	if _, ok, err := r.Session(ctx, session); ok || err != nil {
		t.Errorf("session: got %v, %v", ok, err)
	}
	wantRefusal(t, "sign-in", r.signIn(ana, goodPassword), wrong)
	wantRefusal(t, "delete again", r.DeleteUser(ctx, u.Sub), gone)
	if n, err := r.CountUsers(ctx); n != 0 || err != nil {
		t.Errorf("got %d accounts, %v", n, err)
	}
	if again := r.confirmed(ana); again.Sub == u.Sub {
		t.Error("a sub was given again")
	}
}

func TestSessions(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	token, err := r.StartSession(ctx, u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	r.pass(time.Hour - time.Second)
	r.reopen()
	s, ok, err := r.Session(ctx, token)
	if !ok || err != nil || s.User.Sub != u.Sub || !s.AuthTime.Equal(start) {
		t.Errorf("got %+v, %v, %v", s, ok, err)
	}
	r.pass(time.Second)
	if _, ok, _ := r.Session(ctx, token); ok {
		t.Error("use extended the session")
	}
	if token, err = r.StartSession(ctx, u.Sub); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		wantRefusal(t, "end", r.EndSession(ctx, token), "")
	}
	if _, ok, _ := r.Session(ctx, token); ok {
		t.Error("the session did not end")
	}
}

func accept(Grant) error { return nil }

func TestAuthorizationCodes(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	issue := func() string {
		t.Helper()
		code, err := r.IssueCode(ctx, Grant{ClientID: "webclient", Sub: u.Sub, Scopes: []string{"openid"}, Nonce: "n", AuthTime: r.clock()})
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	spent := "invalid_grant: The code is unknown, expired or used."
	t.Run("once", func(t *testing.T) {
		code := issue()
		tokens, err := r.RedeemCode(ctx, r.client(), code, accept)
		if err != nil || tokens.ID == "" || tokens.Refresh == "" {
			t.Fatalf("got %+v, %v", tokens, err)
		}
		_, err = r.RedeemCode(ctx, r.client(), code, accept)
		wantRefusal(t, "again", err, spent)
		_, err = r.AccessToken(ctx, tokens.Access)
		wantRefusal(t, "what the first use gave", err, "NotAuthorizedException: Access Token has been revoked")
	})
	t.Run("not accepted, and spent", func(t *testing.T) {
		code, unfit := issue(), errors.New("unfit")
		if _, err := r.RedeemCode(ctx, r.client(), code, func(Grant) error { return unfit }); !errors.Is(err, unfit) {
			t.Errorf("got %v, want %v", err, unfit)
		}
		_, err := r.RedeemCode(ctx, r.client(), code, accept)
		wantRefusal(t, "then", err, spent)
	})
	t.Run("five minutes", func(t *testing.T) {
		code := issue()
		r.pass(5 * time.Minute)
		_, err := r.RedeemCode(ctx, r.client(), code, accept)
		wantRefusal(t, "late", err, spent)
	})
	t.Run("unknown", func(t *testing.T) {
		_, err := r.RedeemCode(ctx, r.client(), rand.Text(), accept)
		wantRefusal(t, "unknown", err, spent)
	})
	t.Run("many at once", func(t *testing.T) {
		code := issue()
		var mu sync.Mutex
		var won []Tokens
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if tokens, err := r.RedeemCode(ctx, r.client(), code, accept); err == nil {
					mu.Lock()
					defer mu.Unlock()
					won = append(won, tokens)
				}
			})
		}
		wg.Wait()
		if len(won) != 1 {
			t.Fatalf("%d exchanges won, want 1", len(won))
		}
		_, err := r.AccessToken(ctx, won[0].Access)
		wantRefusal(t, "its token, after the replays", err, "NotAuthorizedException: Access Token has been revoked")
	})
}

func TestSignInsOfOneUserAreBounded(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	err := r.change(ctx, start, func(t tx) error {
		for range maxFamilies + 10 {
			s, err := r.newSignIn(r.clock(), TokenRequest{Client: r.client(), Sub: u.Sub, Refresh: true})
			if err != nil {
				return err
			}
			if err := s.store(t); err != nil {
				return err
			}
			r.pass(time.Second)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.records(families); got != maxFamilies {
		t.Errorf("got %d sign-ins, want %d", got, maxFamilies)
	}
}

// TestLapsedRecordsGo shows that a data file does not keep what has lost its meaning.
func TestLapsedRecordsGo(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	for range 20 {
		r.tokens(u, "openid")
		if _, err := r.StartSession(ctx, u.Sub); err != nil {
			t.Fatal(err)
		}
		_ = r.signIn("nobody@example.com", goodPassword)
	}
	r.pass(31 * 24 * time.Hour)
	r.reopen()
	for _, b := range []bucket{sessions, families, refreshes, guards, strangers, expiries} {
		if n := r.records(b); n != 0 {
			t.Errorf("%s: got %d records, want none", b, n)
		}
	}
	wantRefusal(t, "the account", r.signIn(ana, goodPassword), "")
}
