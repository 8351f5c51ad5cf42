package token_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/token"
	"example.com/todo/internal/token/tokentest"
)

const issuer = "https://pool.example/local_abcdefghi"

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

func verifier(i *tokentest.Issuer) *token.Verifier {
	return token.New(token.Config{Issuer: issuer, Keys: token.KeySet(i.KeySet), Now: clock})
}

func in(d time.Duration) int64 { return now.Add(d).Unix() }

func TestClaimsComeAsWritten(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	raw := i.Sign(t, map[string]any{
		"sub": "1234", "exp": in(time.Hour), "email_verified": true, "big": json.Number("12345678901234567890"),
		"cognito:groups": []string{"a", "b"}, "nothing": []any{},
	})
	claims, err := verifier(i).Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"iss": issuer, "sub": "1234", "exp": json.Number(fmt.Sprint(in(time.Hour))), "email_verified": true,
		"big": json.Number("12345678901234567890"), "cognito:groups": []any{"a", "b"}, "nothing": []any{},
	}
	if diff := cmp.Diff(want, maps.Collect(claims.All())); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if got := claims.String("sub"); got != "1234" {
		t.Errorf("got sub %q, want 1234", got)
	}
	if got := claims.Strings("sub"); !cmp.Equal(got, []string{"1234"}) {
		t.Errorf("got sub %q as a list, want [1234]", got)
	}
	if got := claims.Strings("cognito:groups"); !cmp.Equal(got, []string{"a", "b"}) {
		t.Errorf("got groups %q, want [a b]", got)
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		name   string
		claims map[string]any
		want   error
	}{
		{"in force", map[string]any{"exp": in(time.Second), "nbf": in(0), "iat": in(0)}, nil},
		{"exp with a fraction", map[string]any{"exp": float64(in(0)) + 0.5}, nil},
		{"exp is now", map[string]any{"exp": in(0)}, token.ErrExpired},
		{"expired", map[string]any{"exp": in(-time.Second)}, token.ErrExpired},
		{"not yet", map[string]any{"exp": in(time.Hour), "nbf": in(time.Second)}, token.ErrInvalid},
		{"no exp", map[string]any{}, token.ErrInvalid},
		{"exp is null", map[string]any{"exp": json.RawMessage("null")}, token.ErrInvalid},
		{"exp is text", map[string]any{"exp": fmt.Sprint(in(time.Hour))}, token.ErrInvalid},
		{"exp is a list", map[string]any{"exp": []int64{in(time.Hour)}}, token.ErrInvalid},
		{"exp beyond all dates", map[string]any{"exp": json.Number("1e400")}, token.ErrInvalid},
		{"exp beyond an integer", map[string]any{"exp": json.Number("9223372036854775808")}, token.ErrInvalid},
		{"exp before 1970", map[string]any{"exp": -1}, token.ErrInvalid},
		{"nbf is text", map[string]any{"exp": in(time.Hour), "nbf": "0"}, token.ErrInvalid},
		{"iat is text", map[string]any{"exp": in(time.Hour), "iat": "0"}, token.ErrInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := tokentest.NewIssuer(t, issuer)
			_, err := verifier(i).Verify(t.Context(), i.Sign(t, c.claims))
			if !errors.Is(err, c.want) {
				t.Errorf("got error %v, want %v", err, c.want)
			}
		})
	}
}

func TestForgedTokens(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	good := i.Sign(t, map[string]any{"exp": in(time.Hour), "sub": "me"})
	header, payload, signature := parts(good)
	claims := []byte(fmt.Sprintf(`{"iss":%q,"exp":%d,"sub":"me"}`, issuer, in(time.Hour)))
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ours := func(kid string) jose.SigningKey {
		return jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: i.Key, KeyID: kid}}
	}
	public := x509.MarshalPKCS1PublicKey(&i.Key.PublicKey)
	asSecret := func(secret []byte) string {
		key := jose.SigningKey{Algorithm: jose.HS256, Key: jose.JSONWebKey{Key: secret, KeyID: tokentest.KeyID}}
		return tokentest.Sign(t, key, nil, claims)
	}
	embedded := jose.SignerOptions{EmbedJWK: true}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: other, KeyID: tokentest.KeyID}}, &embedded)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	withOwnKey, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}

	for name, raw := range map[string]string{
		"empty":                      "",
		"one part":                   "abc",
		"two parts":                  header + "." + payload,
		"four parts":                 good + ".abc",
		"no signature":               header + "." + payload + ".",
		"claims edited":              header + "." + encode(strings.Replace(string(claims), "me", "you", 1)) + "." + signature,
		"header edited":              encode(`{"alg":"RS256","kid":"current=","typ":"JWT","x":1}`) + "." + payload + "." + signature,
		"signature cut":              good[:len(good)-4],
		"padded base64":              header + "=." + payload + "." + signature,
		"alg none":                   encode(`{"alg":"none","kid":"current="}`) + "." + payload + ".",
		"alg None with signature":    encode(`{"alg":"None","kid":"current="}`) + "." + payload + "." + signature,
		"no alg":                     encode(`{"kid":"current="}`) + "." + payload + "." + signature,
		"alg is a number":            encode(`{"alg":256,"kid":"current="}`) + "." + payload + "." + signature,
		"alg PS256":                  tokentest.Sign(t, jose.SigningKey{Algorithm: jose.PS256, Key: jose.JSONWebKey{Key: i.Key, KeyID: tokentest.KeyID}}, nil, claims),
		"alg RS512":                  tokentest.Sign(t, jose.SigningKey{Algorithm: jose.RS512, Key: jose.JSONWebKey{Key: i.Key, KeyID: tokentest.KeyID}}, nil, claims),
		"HMAC by the public key":     asSecret(public),
		"HMAC by the public PEM":     asSecret(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: public})),
		"another's key":              tokentest.Sign(t, jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: other, KeyID: tokentest.KeyID}}, nil, claims),
		"another's key, embedded":    withOwnKey,
		"no kid":                     tokentest.Sign(t, ours(""), nil, claims),
		"unknown kid":                tokentest.Sign(t, ours("other"), nil, claims),
		"kid is a list":              encode(`{"alg":"RS256","kid":["current="]}`) + "." + payload + "." + signature,
		"unknown critical header":    tokentest.Sign(t, ours(tokentest.KeyID), map[jose.HeaderKey]any{"crit": []string{"odd"}, "odd": 1}, claims),
		"claims are a list":          tokentest.Sign(t, ours(tokentest.KeyID), nil, []byte(`["a"]`)),
		"claims are null":            tokentest.Sign(t, ours(tokentest.KeyID), nil, []byte(`null`)),
		"claims are no JSON":         tokentest.Sign(t, ours(tokentest.KeyID), nil, []byte(`{`)),
		"claims twice":               tokentest.Sign(t, ours(tokentest.KeyID), nil, append(claims, claims...)),
		"another issuer":             i.Sign(t, map[string]any{"iss": "https://pool.example/local_zzzzzzzzz", "exp": in(time.Hour)}),
		"issuer with a slash":        i.Sign(t, map[string]any{"iss": issuer + "/", "exp": in(time.Hour)}),
		"no issuer":                  i.Sign(t, map[string]any{"iss": nil, "exp": in(time.Hour)}),
		"issuer is a list":           i.Sign(t, map[string]any{"iss": []string{issuer}, "exp": in(time.Hour)}),
		"too long":                   i.Sign(t, map[string]any{"exp": in(time.Hour), "x": strings.Repeat("x", token.MaxLength)}),
		"JSON serialisation":         fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, payload, header, signature),
		"space around":               " " + good,
		"line break in the token":    header + ".\n" + payload + "." + signature,
		"encrypted token's 5 parts":  "a.b.c.d.e",
		"many dots":                  strings.Repeat(".", 10_000),
		"header nested without end":  encode(strings.Repeat("[", 7000)) + "." + payload + "." + signature,
		"header is not UTF-8":        encode("\xff\xfe") + "." + payload + "." + signature,
		"signature of another token": header + "." + payload + "." + encode("signature"),
	} {
		t.Run(name, func(t *testing.T) {
			v := verifier(i)
			// Twice, since a refusal must not be remembered as anything else.
			for range 2 {
				if _, err := v.Verify(t.Context(), raw); !errors.Is(err, token.ErrInvalid) {
					t.Fatalf("got error %v, want %v", err, token.ErrInvalid)
				}
			}
		})
	}
	if _, err := verifier(i).Verify(t.Context(), good); err != nil {
		t.Errorf("the token that the forgeries are made of: got error %v, want none", err)
	}
}

func TestUnfitKeys(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	raw := i.Sign(t, map[string]any{"exp": in(time.Hour)})
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]jose.JSONWebKey{
		"for encryption":        {Key: i.Key.Public(), Use: "enc"},
		"for another algorithm": {Key: i.Key.Public(), Algorithm: "PS256"},
		"symmetric":             {Key: []byte("secret")},
		"private":               {Key: i.Key},
		"too short":             {Key: weak.Public()},
	} {
		t.Run(name, func(t *testing.T) {
			key.KeyID = tokentest.KeyID
			set := func() jose.JSONWebKeySet { return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}} }
			v := token.New(token.Config{Issuer: issuer, Keys: token.KeySet(set), Now: clock})
			if _, err := v.Verify(t.Context(), raw); !errors.Is(err, token.ErrInvalid) {
				t.Errorf("got error %v, want %v", err, token.ErrInvalid)
			}
		})
	}
}

func TestKeysThatCannotBeHad(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	outage := errors.New("no route to host")
	keys := func(context.Context, string) (*rsa.PublicKey, error) { return nil, outage }
	v := token.New(token.Config{Issuer: issuer, Keys: keys, Now: clock})
	_, err := v.Verify(t.Context(), i.Sign(t, map[string]any{"exp": in(time.Hour)}))
	if !errors.Is(err, outage) || errors.Is(err, token.ErrInvalid) || errors.Is(err, token.ErrExpired) {
		t.Errorf("got error %v, want %v and neither invalid nor expired", err, outage)
	}
}

func TestRememberedTokens(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	at := now
	set := i.KeySet()
	v := token.New(token.Config{
		Issuer: issuer,
		Keys:   token.KeySet(func() jose.JSONWebKeySet { return set }),
		Now:    func() time.Time { return at },
	})
	raw := i.Sign(t, map[string]any{"exp": in(time.Hour)})
	verify := func(when string, want error) {
		t.Helper()
		if _, err := v.Verify(t.Context(), raw); !errors.Is(err, want) {
			t.Errorf("%s: got error %v, want %v", when, err, want)
		}
	}
	verify("first", nil)
	verify("again", nil)
	set = jose.JSONWebKeySet{}
	verify("its key withdrawn", token.ErrInvalid)
	set = i.KeySet()
	verify("its key back", nil)
	at = now.Add(time.Hour)
	verify("expired meanwhile", token.ErrExpired)
	at = now
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set.Keys[0].Key = other.Public()
	verify("its key id given to another key", token.ErrInvalid)
}

func TestConcurrentUse(t *testing.T) {
	i := tokentest.NewIssuer(t, issuer)
	v := verifier(i)
	var group sync.WaitGroup
	for n := range 8 {
		raw := i.Sign(t, map[string]any{"exp": in(time.Hour), "n": fmt.Sprint(n % 4)})
		group.Go(func() {
			for range 20 {
				claims, err := v.Verify(t.Context(), raw)
				if err != nil || claims.String("n") != fmt.Sprint(n%4) {
					t.Errorf("got n %q and error %v, want %d and none", claims.String("n"), err, n%4)
				}
			}
		})
	}
	group.Wait()
}

func FuzzVerify(f *testing.F) {
	i := tokentest.NewIssuer(f, issuer)
	good := i.Sign(f, map[string]any{"exp": in(time.Hour)})
	f.Add(good)
	f.Add("..")
	f.Add(encode(`{"alg":"none"}`) + ".e30.")
	v := verifier(i)
	f.Fuzz(func(t *testing.T, raw string) {
		if _, err := v.Verify(t.Context(), raw); err == nil && raw != good {
			// The last characters of base64 may hold bits that stand for nothing.
			if h, p, _ := parts(good); !strings.HasPrefix(raw, h+"."+p+".") {
				t.Errorf("a token nobody signed passed: %q", raw)
			}
		}
	})
}

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func parts(raw string) (header, payload, signature string) {
	p := strings.Split(raw, ".")
	return p[0], p[1], p[2]
}
