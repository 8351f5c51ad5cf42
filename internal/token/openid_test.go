package token_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/token"
	"example.com/todo/internal/token/tokentest"
)

func TestTokensForAClient(t *testing.T) {
	type claims = map[string]any
	const mine, user = "my-client", "0d6ff5f1"
	for _, c := range []struct {
		name  string
		typ   string
		token claims
		want  claims // of those that gateways and functions ask for; nil: refused
	}{
		{"a user pool's ID token", "", claims{"token_use": "id", "aud": mine, "sub": user, "cognito:username": "ann"}, claims{"token_use": "id", "cognito:username": "ann"}},
		{"a user pool's access token", "", claims{"token_use": "access", "client_id": mine, "sub": user, "username": "ann"}, claims{"token_use": "access"}},
		{"a user pool's token for another client", "", claims{"token_use": "id", "aud": "other", "sub": user}, nil},
		{"a user pool's access token of another client", "", claims{"token_use": "access", "client_id": "other", "aud": mine, "sub": user}, nil},
		{"an access token never passes for an ID token", "", claims{"token_use": "access", "aud": mine, "sub": user}, nil},
		{"a use that is unknown", "", claims{"token_use": "refresh", "aud": mine, "client_id": mine, "sub": user}, nil},
		{"a use that is no text", "", claims{"token_use": 1, "aud": mine, "client_id": mine, "sub": user}, nil},
		{"a use that is null", "", claims{"token_use": json.RawMessage("null"), "aud": mine, "sub": user}, nil},

		{"another provider's ID token", "", claims{"aud": mine, "sub": user}, claims{"token_use": "id", "cognito:username": user}},
		{"with a list as audience", "", claims{"aud": []string{"other", mine}, "azp": mine, "sub": user}, claims{"token_use": "id", "cognito:username": user}},
		{"of a client that may ask for ours", "", claims{"aud": []string{mine}, "azp": "other", "sub": user}, nil},
		{"with an azp that is no text", "", claims{"aud": mine, "azp": 1, "sub": user}, nil},
		{"with a user name of a pool's", "", claims{"aud": mine, "sub": user, "cognito:username": "admin"}, claims{"token_use": "id", "cognito:username": user}},
		{"for another client", "", claims{"aud": "other", "sub": user}, nil},
		{"for a longer client", "", claims{"aud": mine + "2", "sub": user}, nil},
		{"for nobody", "", claims{"sub": user}, nil},
		{"without sub", "", claims{"aud": mine}, nil},
		{"with a sub that is no text", "", claims{"aud": mine, "sub": 7}, nil},
		{"its access token", "at+JWT", claims{"aud": "https://api.example", "client_id": mine, "sub": user, "cognito:username": "admin"}, claims{"token_use": "access"}},
		{"its access token, in full words", "application/at+jwt", claims{"aud": mine, "client_id": mine, "sub": user}, claims{"token_use": "access"}},
		{"its access token of another client", "at+jwt", claims{"aud": mine, "client_id": "other", "sub": user}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := tokentest.NewIssuer(t, issuer)
			v := token.New(token.Config{Issuer: issuer, Keys: token.KeySet(i.KeySet), Now: clock, Client: mine})
			c.token["iss"], c.token["exp"] = issuer, in(time.Hour)
			payload, err := json.Marshal(c.token)
			if err != nil {
				t.Fatal(err)
			}
			headers := map[jose.HeaderKey]any{}
			if c.typ != "" {
				headers[jose.HeaderType] = c.typ
			}
			raw := tokentest.Sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.Key, KeyID: tokentest.KeyID}}, headers, payload)
			for range 2 { // verified, and remembered
				claims, err := v.Verify(t.Context(), raw)
				if c.want == nil {
					if !errors.Is(err, token.ErrInvalid) {
						t.Errorf("got error %v, want %v", err, token.ErrInvalid)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got := map[string]any{}
				for name, value := range claims.All() {
					if name == "token_use" || name == "cognito:username" {
						got[name] = value
					}
				}
				if diff := cmp.Diff(c.want, got); diff != "" {
					t.Errorf("claims (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestWithoutAClientTokensOfAllAreValid(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	claims, err := verifier(i).Verify(t.Context(), i.Sign(t, map[string]any{"exp": in(time.Hour), "aud": "any"}))
	if err != nil || claims.String("token_use") != "" {
		t.Errorf("got token_use %q and error %v, want the claims as they are", claims.String("token_use"), err)
	}
}
