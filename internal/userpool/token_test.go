package userpool

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

// payload verifies a token against the published keys and gives its claims and key.
func (r *rig) payload(raw string) (claims map[string]any, kid string) {
	r.t.Helper()
	jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		r.t.Fatal(err)
	}
	kid = jws.Signatures[0].Protected.KeyID
	keys := r.KeySet()
	found := keys.Key(kid)
	if len(found) != 1 {
		r.t.Fatalf("the key set has %d keys named %s", len(found), kid)
	}
	body, err := jws.Verify(found[0].Key)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := json.Unmarshal(body, &claims); err != nil {
		r.t.Fatal(err)
	}
	return claims, kid
}

// takeRandom removes claims that differ from token to token, after checking that they are there.
func takeRandom(t *testing.T, claims map[string]any, names ...string) {
	t.Helper()
	for _, name := range names {
		if s, _ := claims[name].(string); s == "" {
			t.Errorf("the claim %s is missing", name)
		}
		delete(claims, name)
	}
}

func TestClaims(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	signedIn := start.Add(-10 * time.Minute)
	tokens, err := r.IssueTokens(ctx, TokenRequest{
		Client: r.client(), Sub: u.Sub, Scopes: []string{"openid", "email"}, Nonce: "n-1", AuthTime: signedIn, Refresh: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	id, idKey := r.payload(tokens.ID)
	access, accessKey := r.payload(tokens.Access)
	if idKey == accessKey {
		t.Error("both tokens are signed by one key")
	}
	if id["origin_jti"] != access["origin_jti"] || id["event_id"] != access["event_id"] || id["jti"] == access["jti"] {
		t.Errorf("ids of the tokens: %v, %v", id, access)
	}
	if id["at_hash"] != atHash(tokens.Access) {
		t.Errorf("got at_hash %v", id["at_hash"])
	}
	takeRandom(t, id, "jti", "event_id", "origin_jti", "at_hash")
	takeRandom(t, access, "jti", "event_id", "origin_jti")
	common := map[string]any{
		"iss": r.desc.Issuer, "sub": u.Sub, "iat": float64(start.Unix()), "auth_time": float64(signedIn.Unix()),
	}
	with := func(more map[string]any) map[string]any {
		for k, v := range common {
			more[k] = v
		}
		return more
	}
	if diff := cmp.Diff(with(map[string]any{
		"token_use": "id", "aud": "webclient", "exp": float64(start.Add(30 * time.Minute).Unix()), "nonce": "n-1",
		"cognito:username": u.Sub, "email": ana, "email_verified": true,
	}), id); diff != "" {
		t.Errorf("ID token (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(with(map[string]any{
		"token_use": "access", "client_id": "webclient", "exp": float64(start.Add(time.Hour).Unix()), "scope": "openid email",
		"username": u.Sub, "version": float64(2),
	}), access); diff != "" {
		t.Errorf("access token (-want +got):\n%s", diff)
	}
	if tokens.ExpiresIn != time.Hour || !tokenForm(tokens.Refresh) {
		t.Errorf("got %v, %q", tokens.ExpiresIn, tokens.Refresh)
	}
}

func tokenForm(s string) bool {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) >= 43
}

func TestClaimsOfTheAPI(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.Clients[0].EnableTokenRevocation = false })
	u := r.confirmed(ana)
	tokens, err := r.IssueTokens(context.Background(), TokenRequest{Client: r.client(), Sub: u.Sub, AuthTime: start, API: true})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := r.payload(tokens.ID)
	access, _ := r.payload(tokens.Access)
	if access["scope"] != apiScope || id["email"] != ana {
		t.Errorf("got scope %v, email %v", access["scope"], id["email"])
	}
	for _, absent := range []string{"at_hash", "nonce", "origin_jti"} {
		if _, ok := id[absent]; ok {
			t.Errorf("the ID token has %s", absent)
		}
	}
	for _, absent := range []string{"version", "origin_jti", "aud", "email"} {
		if _, ok := access[absent]; ok {
			t.Errorf("the access token has %s", absent)
		}
	}
	if tokens.Refresh != "" {
		t.Error("a refresh token was made that nobody asked for")
	}
}

func TestScopesOpenAttributes(t *testing.T) {
	attrs := []Attribute{{"sub", "s"}, {"email", ana}, {"email_verified", "true"}, {"phone_number", "+351"}, {"name", "Ana"}, {"custom:plan", "pro"}}
	for _, c := range []struct {
		name   string
		scopes []string
		read   []string
		want   string
	}{
		{"openid alone", []string{"openid"}, nil, "email=" + ana + " email_verified=true name=Ana phone_number=+351 sub=s"},
		{"email", []string{"openid", "email"}, nil, "email=" + ana + " email_verified=true sub=s"},
		{"phone", []string{"openid", "phone"}, nil, "phone_number=+351 sub=s"},
		{"profile", []string{"openid", "profile"}, nil, "name=Ana sub=s"},
		{"profile with a custom attribute that may be read", []string{"openid", "profile"}, []string{"custom:plan"}, "custom:plan=pro sub=s"},
	} {
		got := listed(Visible(&Client{UserPoolClient: stack.UserPoolClient{ReadAttributes: c.read}}, c.scopes, attrs))
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNoIDTokenWithoutOpenID(t *testing.T) {
	r := newRig(t)
	tokens := r.tokens(r.confirmed(ana), apiScope)
	if tokens.ID != "" || tokens.Access == "" {
		t.Errorf("got %+v", tokens)
	}
}

func TestAccessTokensThatAreRefused(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	tokens := r.tokens(u, "openid")
	invalid := "NotAuthorizedException: Invalid Access Token"
	for name, raw := range map[string]string{
		"nothing": "", "the ID token": tokens.ID, "the refresh token": tokens.Refresh, "an edited token": tokens.Access[:len(tokens.Access)-6] + "AAAAAA",
		"no algorithm": "eyJhbGciOiJub25lIn0.e30.",
	} {
		_, err := r.AccessToken(ctx, raw)
		wantRefusal(t, name, err, invalid)
	}
	r.pass(time.Hour)
	_, err := r.AccessToken(ctx, tokens.Access)
	wantRefusal(t, "after an hour", err, "NotAuthorizedException: Access Token has expired")
}

func TestRefresh(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	first := r.tokens(u, "openid", "email")
	was, _ := r.payload(first.ID)
	r.pass(29 * 24 * time.Hour)
	r.reopen()
	again, err := r.RefreshTokens(ctx, r.client(), first.Refresh)
	if err != nil || again.Refresh != "" {
		t.Fatalf("got %+v, %v; want tokens without a refresh token", again, err)
	}
	is, _ := r.payload(again.ID)
	for _, same := range []string{"auth_time", "origin_jti", "event_id", "sub"} {
		if was[same] != is[same] {
			t.Errorf("%s: got %v, want %v", same, is[same], was[same])
		}
	}
	if is["iat"] != float64(r.clock().Unix()) || is["jti"] == was["jti"] {
		t.Errorf("got iat %v, jti %v", is["iat"], is["jti"])
	}
	other, _ := r.Client("otherclient")
	_, err = r.RefreshTokens(ctx, other, first.Refresh)
	wantRefusal(t, "another client", err, "NotAuthorizedException: Invalid Refresh Token")
	_, err = r.RefreshTokens(ctx, r.client(), "no-token")
	wantRefusal(t, "an unknown token", err, "NotAuthorizedException: Invalid Refresh Token")
	r.pass(24 * time.Hour)
	_, err = r.RefreshTokens(ctx, r.client(), first.Refresh)
	wantRefusal(t, "after 30 days", err, "NotAuthorizedException: Refresh Token has expired")
}

func TestRotation(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) {
		d.Clients[0].RefreshTokenRotation, d.Clients[0].RefreshTokenGracePeriod = true, 10*time.Second
	})
	ctx := context.Background()
	first := r.tokens(r.confirmed(ana), "openid")
	r.pass(20 * 24 * time.Hour)
	second, err := r.RefreshTokens(ctx, r.client(), first.Refresh)
	if err != nil || second.Refresh == "" || second.Refresh == first.Refresh {
		t.Fatalf("got %+v, %v", second, err)
	}
	r.pass(9 * time.Second)
	if _, err := r.RefreshTokens(ctx, r.client(), first.Refresh); err != nil {
		t.Errorf("within the grace period: got %v", err)
	}
	r.pass(time.Second)
	_, err = r.RefreshTokens(ctx, r.client(), first.Refresh)
	wantRefusal(t, "after the grace period", err, "RefreshTokenReuseException: Refresh Token has been reused")
	_, err = r.RefreshTokens(ctx, r.client(), second.Refresh)
	wantRefusal(t, "the newest, which may be the thief's", err, "NotAuthorizedException: Refresh Token has been revoked")
}

func TestRotationDoesNotExtend(t *testing.T) {
	r := newRig(t, func(d *stack.UserPool) { d.Clients[0].RefreshTokenRotation = true })
	tokens := r.tokens(r.confirmed(ana), "openid")
	for range 29 {
		r.pass(24 * time.Hour)
		var err error
		if tokens, err = r.RefreshTokens(context.Background(), r.client(), tokens.Refresh); err != nil {
			t.Fatal(err)
		}
	}
	r.pass(24 * time.Hour)
	_, err := r.RefreshTokens(context.Background(), r.client(), tokens.Refresh)
	wantRefusal(t, "30 days after the sign-in", err, "NotAuthorizedException: Refresh Token has expired")
}

func TestRevocation(t *testing.T) {
	revoked := "NotAuthorizedException: Access Token has been revoked"
	r, ctx := newRig(t), context.Background()
	u := r.confirmed(ana)
	one, two := r.tokens(u, "openid"), r.tokens(u, "openid")
	other, _ := r.Client("otherclient")
	wantRefusal(t, "by another client", r.RevokeToken(ctx, other, one.Refresh), "")
	if _, err := r.AccessToken(ctx, one.Access); err != nil {
		t.Errorf("another client revoked it: %v", err)
	}
	wantRefusal(t, "revoke", r.RevokeToken(ctx, r.client(), one.Refresh), "")
	wantRefusal(t, "revoke again", r.RevokeToken(ctx, r.client(), one.Refresh), "")
	wantRefusal(t, "an unknown token", r.RevokeToken(ctx, r.client(), "no-token"), "")
	wantRefusal(t, "an access token", r.RevokeToken(ctx, r.client(), two.Access), "UnsupportedTokenTypeException: Unsupported token type")
	_, err := r.AccessToken(ctx, one.Access)
	wantRefusal(t, "its access token", err, revoked)
	_, err = r.RefreshTokens(ctx, r.client(), one.Refresh)
	wantRefusal(t, "refresh", err, "NotAuthorizedException: Refresh Token has been revoked")
	_, err = r.AccessToken(ctx, two.Access)
	wantRefusal(t, "the other sign-in", err, "")
	session, err := r.StartSession(ctx, u.Sub)
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, "everywhere", r.GlobalSignOut(ctx, u.Sub), "")
	_, err = r.AccessToken(ctx, two.Access)
	wantRefusal(t, "after signing out everywhere", err, revoked)
	if _, ok, err := r.Session(ctx, session); !ok || err != nil {
		t.Errorf("the browser's session: got %v, %v, want it to go on", ok, err)
	}
}
