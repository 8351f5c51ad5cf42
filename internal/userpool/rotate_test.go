package userpool

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (r *rig) rotate(withdraw bool) (until time.Time) {
	r.t.Helper()
	until, err := r.RotateKeys(context.Background(), withdraw)
	if err != nil {
		r.t.Fatal(err)
	}
	return until
}

// published are the ids of the keys in the set.
func (r *rig) published() (ids []string) {
	for _, k := range r.KeySet().Keys {
		if !k.IsPublic() {
			r.t.Errorf("the key %s is published with its private half", k.KeyID)
		}
		ids = append(ids, k.KeyID)
	}
	return ids
}

func (r *rig) accepts(access string) bool {
	_, err := r.AccessToken(context.Background(), access)
	return err == nil
}

func TestKeyRotation(t *testing.T) {
	r := newRig(t)
	r.desc.Clients[0].AccessTokenValidity = 24 * time.Hour
	r.reopen()
	u := r.confirmed(ana)
	first := r.published()
	before := r.tokens(u, "openid", apiScope)
	until := r.rotate(false)
	after := r.tokens(u, "openid", apiScope)
	both := r.published()
	if len(both) != 4 || !slices.Equal(both[2:], first) {
		t.Fatalf("got the keys %v, want two new ones and then %v", both, first)
	}
	_, id := r.payload(after.ID)
	_, access := r.payload(after.Access)
	if id != both[0] || access != both[1] {
		t.Errorf("signed by %s and %s, want the new keys %v", id, access, both[:2])
	}
	r.reopen()
	if diff := cmp.Diff(both, r.published()); diff != "" {
		t.Errorf("a restart changed the keys (-want +got):\n%s", diff)
	}
	for name, tokens := range map[string]Tokens{"before": before, "after": after} {
		if !r.accepts(tokens.Access) {
			t.Errorf("the token from %s the rotation is refused", name)
		}
		r.payload(tokens.ID)
	}
	r.pass(24*time.Hour - time.Second)
	if !r.accepts(before.Access) {
		t.Error("an old token is refused before it has expired")
	}
	r.pass(until.Sub(r.clock()))
	if diff := cmp.Diff(both[:2], r.published()); diff != "" {
		t.Errorf("when no token of theirs can be in force, the old keys are there still (-want +got):\n%s", diff)
	}
	again, err := r.RefreshTokens(context.Background(), r.client(), before.Refresh)
	if err != nil || !r.accepts(again.Access) {
		t.Errorf("a refresh token from before: got %v", err)
	}
}

func TestAReplacedKeyIsNotKept(t *testing.T) {
	r := newRig(t)
	r.rotate(false)
	err := r.view(start, func(t1 tx) error {
		records, _, err := get[[]keyRecord](t1, settings, keysRecord)
		for _, k := range records {
			if private := len(k.PKCS8) > 0; private == k.replaced() {
				t.Errorf("the key %s: replaced %t, its private half is there %t", k.ID, k.replaced(), private)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWithdrawnKeys(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	r.rotate(false)
	first, before := r.published(), r.tokens(u, "openid", apiScope)
	r.rotate(true)
	for _, id := range r.published() {
		if slices.Contains(first, id) {
			t.Errorf("the key %s is published still", id)
		}
	}
	wantRefusal(t, "a token of a key that is gone", func() error {
		_, err := r.AccessToken(context.Background(), before.Access)
		return err
	}(), "NotAuthorizedException: Invalid Access Token")
	if again, err := r.RefreshTokens(context.Background(), r.client(), before.Refresh); err != nil || !r.accepts(again.Access) {
		t.Errorf("a refresh token: got %v, want new tokens", err)
	}
	r.reopen()
	if got := len(r.published()); got != 2 {
		t.Errorf("after a restart: got %d keys, want 2", got)
	}
}

// TestARotationThatIsNotStoredDoesNotSign: otherwise tokens would be signed that no restart knows.
func TestARotationThatIsNotStoredDoesNotSign(t *testing.T) {
	r := newRig(t)
	u, first := r.confirmed(ana), r.published()
	if err := r.db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.RotateKeys(context.Background(), false); err == nil {
		t.Error("got no error from a data file that is closed")
	}
	if got := r.published(); !slices.Equal(got, first) {
		t.Errorf("got the keys %v, want %v as before", got, first)
	}
	r.open()
	if !slices.Equal(r.published(), first) || !r.accepts(r.tokens(u, apiScope).Access) {
		t.Error("after a restart the keys are others")
	}
}

func TestRotationsAreBounded(t *testing.T) {
	r := newRig(t)
	for range maxReplaced / 2 {
		r.rotate(false)
	}
	_, err := r.RotateKeys(context.Background(), false)
	wantRefusal(t, "one more", err, "LimitExceededException: 20 replaced keys are published still; rotate again when some have lapsed.")
	r.pass(publishedFor)
	r.rotate(false)
	if got := len(r.published()); got != 4 {
		t.Errorf("a day later: got %d keys, want 4", got)
	}
}

// TestRotationWhileOthersSign is for the race detector: every token verifies with what is published.
func TestRotationWhileOthersSign(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				tokens, err := r.IssueTokens(context.Background(), TokenRequest{
					Client: r.client(), Sub: u.Sub, Scopes: []string{"openid"}, AuthTime: start,
				})
				if err != nil || !r.accepts(tokens.Access) {
					t.Errorf("got %v, or a token that is refused", err)
					return
				}
			}
		})
	}
	for range 5 {
		r.rotate(false)
	}
	all.Wait()
}
