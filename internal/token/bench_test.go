package token_test

import (
	"testing"
	"time"

	"example.com/todo/internal/token"
	"example.com/todo/internal/token/tokentest"
)

func BenchmarkVerify(b *testing.B) {
	i := tokentest.NewIssuer(b, issuer)
	const id = "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b"
	raw := i.Sign(b, map[string]any{
		"sub": id, "cognito:username": id, "aud": "client", "token_use": "id", "email": "ana@example.com", "email_verified": true,
		"exp": in(time.Hour), "iat": in(0), "auth_time": in(0), "jti": id, "origin_jti": id, "event_id": id,
	})
	verify := func(b *testing.B, v *token.Verifier) {
		if _, err := v.Verify(b.Context(), raw); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		keys := token.KeySet(i.KeySet)
		for b.Loop() {
			verify(b, token.New(token.Config{Issuer: issuer, Keys: keys, Now: clock}))
		}
	})
	b.Run("again", func(b *testing.B) {
		v := verifier(i)
		b.ReportAllocs()
		for b.Loop() {
			verify(b, v)
		}
	})
}
