package e2e

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// A door is a place that a token opens.
type door struct {
	name    string
	open    func(token string) (status int, answer string)
	refused string // its answer to a token that is no good
}

func (h *target) doors(t *testing.T) []door {
	header := func(path, prefix string) func(string) (int, string) {
		return func(token string) (int, string) {
			status, _, body := h.do(t, "GET", path, prefix+token, "")
			return status, string(body)
		}
	}
	return []door{
		{"the API", header("/prod/item", ""), unauthorized},
		{"the API, as bearer", header("/prod/item", "Bearer "), unauthorized},
		{"userInfo", header("/auth/oauth2/userInfo", "Bearer "), `"error":"invalid_token"`},
		{"the JSON API", func(token string) (int, string) {
			body, err := json.Marshal(map[string]string{"AccessToken": token})
			if err != nil {
				t.Fatal(err)
			}
			return h.call(t, "GetUser", string(body))
		}, ``},
	}
}

// refuse wants a token to open none of the doors.
func (h *target) refuse(t *testing.T, token string) {
	t.Helper()
	for _, d := range h.doors(t) {
		if status, answer := d.open(token); status/100 != 4 || !strings.Contains(answer, d.refused) {
			t.Errorf("%s: got %d %s, want a refusal with %s", d.name, status, answer, d.refused)
		}
	}
}

// attackForgedTokens makes tokens that say what Ana's say.
func attackForgedTokens(t *testing.T, h *target) {
	_, _, keys := h.do(t, "GET", strings.TrimPrefix(h.config["APP_ISSUER"], h.url)+"/.well-known/jwks.json", "", "")
	var public jose.JSONWebKeySet
	if err := json.Unmarshal(keys, &public); err != nil || len(public.Keys) != 2 {
		t.Fatalf("the key set: got %s (%v)", keys, err)
	}
	own, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for use, good := range map[string]string{"ID": h.ana.id, "access": h.ana.access} {
		header, claims := part(t, good, 0), part(t, good, 1)
		kid := header["kid"].(string)
		der, err := x509.MarshalPKIXPublicKey(public.Key(kid)[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		modulus := public.Key(kid)[0].Key.(*rsa.PublicKey).N.Bytes()
		expired := maps.Clone(claims)
		expired["exp"] = 1
		pieces := strings.Split(good, ".")
		with := func(key any, algorithm jose.SignatureAlgorithm, header map[jose.HeaderKey]any) string {
			return signed(t, key, algorithm, header, claims)
		}
		ownJWK := jose.JSONWebKey{Key: own.Public(), KeyID: kid}
		for name, forged := range map[string]string{
			"no algorithm":                     unsigned(t, map[string]any{"alg": "none", "kid": kid}, claims),
			"no algorithm, in capitals":        unsigned(t, map[string]any{"alg": "NONE", "kid": kid}, claims),
			"no algorithm, but a signature":    unsigned(t, map[string]any{"alg": "none", "kid": kid}, claims) + pieces[2],
			"no signature":                     pieces[0] + "." + pieces[1] + ".",
			"two parts":                        pieces[0] + "." + pieces[1],
			"a secret that is the public PEM":  with(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), jose.HS256, map[jose.HeaderKey]any{"kid": kid}),
			"a secret that is the public DER":  with(der, jose.HS256, map[jose.HeaderKey]any{"kid": kid}),
			"a secret that is the modulus":     with(modulus, jose.HS256, map[jose.HeaderKey]any{"kid": kid}),
			"another key by the same name":     with(own, jose.RS256, map[jose.HeaderKey]any{"kid": kid}),
			"another algorithm":                with(own, jose.PS256, map[jose.HeaderKey]any{"kid": kid}),
			"another key without a name":       with(own, jose.RS256, nil),
			"a key that is a file":             with(make([]byte, 32), jose.HS256, map[jose.HeaderKey]any{"kid": "../../../../dev/null"}),
			"a key by SQL":                     with(own, jose.RS256, map[jose.HeaderKey]any{"kid": kid + "' UNION SELECT 'x"}),
			"a key within":                     with(own, jose.RS256, map[jose.HeaderKey]any{"kid": kid, "jwk": ownJWK}),
			"a key's address":                  with(own, jose.RS256, map[jose.HeaderKey]any{"kid": kid, "jku": h.url + "/keys.json", "x5u": h.url}),
			"a critical header":                with(own, jose.RS256, map[jose.HeaderKey]any{"kid": kid, "crit": []string{"b64"}, "b64": false}),
			"expired, which must not be told":  signed(t, own, jose.RS256, map[jose.HeaderKey]any{"kid": kid}, expired),
			"other claims over the signature":  pieces[0] + "." + part64(t, expired) + "." + pieces[2],
			"the other token's signature":      pieces[0] + "." + pieces[1] + "." + strings.Split(h.ben.id, ".")[2],
			"parts beyond the third":           good + "." + pieces[2],
			"a kilobyte of dots":               strings.Repeat(".", 1024),
			"more than any token is":           good + strings.Repeat("A", 8<<10),
			"no token":                         "null",
			"JSON in the place of the compact": `{"payload":"` + pieces[1] + `","protected":"` + pieces[0] + `","signature":"` + pieces[2] + `"}`,
		} {
			t.Run(use+" token: "+name, func(t *testing.T) { h.refuse(t, forged) })
		}
	}
}

// attackMisusedTokens brings good tokens to the wrong door, or in the wrong way.
func attackMisusedTokens(t *testing.T, h *target) {
	ana := h.signInAtPages(t, h.ana.email)
	oauth := h.exchange(t, h.codeFor(t, ana, ""), "")
	h.plant(oauth.ID, oauth.Access, oauth.Refresh)
	other := &target{server: serve(t, filepath.Join(t.TempDir(), "data"))}
	stranger := other.join(t, h.ana.email)

	for name, c := range map[string]struct {
		token string
		opens []string
	}{
		"an ID token":                       {h.ana.id, []string{"the API", "the API, as bearer"}},
		"an ID token of OAuth":              {oauth.ID, []string{"the API", "the API, as bearer"}},
		"an access token":                   {h.ana.access, []string{"the JSON API"}},
		"an access token of OAuth":          {oauth.Access, []string{"userInfo"}},
		"a refresh token":                   {h.ana.refresh, nil},
		"a session":                         {ana.session(t), nil},
		"an ID token of another pool":       {stranger.id, nil},
		"an access token of another pool":   {stranger.access, nil},
		"another pool's refresh token":      {stranger.refresh, nil},
		"an ID token twice":                 {h.ana.id + "," + h.ana.id, nil},
		"an ID token with a byte too many":  {h.ana.id + "=", nil},
		"an ID token as a basic credential": {"Basic " + base64.StdEncoding.EncodeToString([]byte(h.ana.id+":")), nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, d := range h.doors(t) {
				status, answer := d.open(c.token)
				if opened := status == 200; opened != slices.Contains(c.opens, d.name) {
					t.Errorf("%s: got %d %s, want it open: %v", d.name, status, answer, !opened)
				}
			}
		})
	}
	for name, request := range map[string]string{
		"in the query": get("/prod/item?Authorization=" + h.ana.id + "&access_token=" + h.ana.id),
		"in a cookie":  "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: Authorization=" + h.ana.id + "\r\n\r\n",
		"in two headers": "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: " + h.ana.id +
			"\r\nAuthorization: " + h.ben.id + "\r\n\r\n",
	} {
		t.Run("an ID token "+name, func(t *testing.T) {
			if r := h.one(t, request); r.status != 401 {
				t.Errorf("got %d %s, want 401", r.status, r.body)
			}
		})
	}
}

// attackDeadTokens uses tokens after their end. ID tokens hold until they expire, as in the cloud: the API looks at
// nothing but their signature and times.
func attackDeadTokens(t *testing.T, h *target) {
	for _, operation := range []string{"GlobalSignOut", "RevokeToken", "DeleteUser"} {
		t.Run(operation, func(t *testing.T) {
			p := h.join(t, strings.ToLower(operation)+"@example.com")
			body := fmt.Sprintf(`{"AccessToken":%q,"Token":%q,"ClientId":%q}`, p.access, p.refresh, h.clientID())
			if status, answer := h.call(t, operation, body); status != 200 {
				t.Fatalf("got %d %s, want 200", status, answer)
			}
			if status, _, body := h.do(t, "GET", "/prod/item", p.id, ""); status != 200 {
				t.Errorf("the ID token at the API: got %d %s, want 200 until it expires", status, body)
			}
			if status, answer := h.call(t, "GetUser", fmt.Sprintf(`{"AccessToken":%q}`, p.access)); status != 400 || !strings.Contains(answer, `"NotAuthorizedException"`) && !strings.Contains(answer, `"UserNotFoundException"`) {
				t.Errorf("the access token: got %d %s, want a refusal", status, answer)
			}
			refresh := fmt.Sprintf(`{"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":%q,"AuthParameters":{"REFRESH_TOKEN":%q}}`, h.clientID(), p.refresh)
			if status, answer := h.call(t, "InitiateAuth", refresh); status != 400 || !strings.Contains(answer, `"NotAuthorizedException"`) {
				t.Errorf("the refresh token: got %d %s, want NotAuthorizedException", status, answer)
			}
			if operation != "DeleteUser" {
				return
			}
			if status, answer := h.call(t, "InitiateAuth", h.signInBody(p.email, password)); status != http.StatusBadRequest || !strings.Contains(answer, "Incorrect username or password.") {
				t.Errorf("signing in after the end: got %d %s, want a wrong password's answer", status, answer)
			}
		})
	}
}

// part is a part of a token, read.
func part(t *testing.T, token string, i int) map[string]any {
	t.Helper()
	content, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(content, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// part64 is the reverse of part.
func part64(t *testing.T, content map[string]any) string {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func unsigned(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	return part64(t, header) + "." + part64(t, claims) + "."
}

func signed(t *testing.T, key any, algorithm jose.SignatureAlgorithm, header map[jose.HeaderKey]any, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, &jose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}
