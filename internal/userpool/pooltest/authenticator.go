package pooltest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// Authenticator holds one passkey and answers as a browser with an authenticator does. Tests alter what they like of it.
type Authenticator struct {
	Origin string
	// RelyingParty is that of the options, unless it is set.
	RelyingParty string
	// Counter is of the last signature; authenticators without a counter leave it at 0.
	Counter uint32
	// Unverified tells that the person was not asked for a finger or a PIN.
	Unverified bool
	// ID and User are of the passkey.
	ID, User []byte
	key      *ecdsa.PrivateKey
}

// NewAuthenticator makes an authenticator in the browser of somebody at an address.
func NewAuthenticator(t testing.TB, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Origin: origin, ID: []byte(rand.Text()), Counter: 1, key: key}
}

// Register makes the passkey that options ask for and gives the registration response.
func (a *Authenticator) Register(t testing.TB, options []byte) string {
	t.Helper()
	var o struct {
		Challenge string
		RP        struct{ ID string }
		User      struct{ ID string }
	}
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatalf("options %s: %v", options, err)
	}
	user, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	a.User = user
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	key := webauthncose.EC2PublicKeyData{
		PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)},
		Curve:         int64(webauthncose.P256), XCoord: point[1:33], YCoord: point[33:],
	}
	data := append(a.data(o.RP.ID, 0x40), make([]byte, 16)...) // attested, by no model
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(append(data, a.ID...), encode(t, key)...)
	return a.response(t, map[string]any{
		"clientDataJSON": a.clientData(t, "webauthn.create", o.Challenge),
		"attestationObject": encode(t, map[string]any{
			"fmt": "none", "attStmt": map[string]any{}, "authData": data,
		}),
		"transports": []string{"internal"},
	})
}

// Assert signs what options ask for and gives the authentication response.
func (a *Authenticator) Assert(t testing.TB, options []byte) string {
	t.Helper()
	var o struct{ Challenge, RPID string }
	if err := json.Unmarshal(options, &o); err != nil {
		t.Fatalf("options %s: %v", options, err)
	}
	if a.Counter > 0 {
		a.Counter++
	}
	data, client := a.data(o.RPID, 0), a.clientData(t, "webauthn.get", o.Challenge)
	sum := sha256.Sum256(client)
	digest := sha256.Sum256(append(data[:len(data):len(data)], sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.response(t, map[string]any{
		"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": a.User,
	})
}

// data is the authenticator's own, without the passkey.
func (a *Authenticator) data(relyingParty string, flags byte) []byte {
	if a.RelyingParty != "" {
		relyingParty = a.RelyingParty
	}
	flags |= 1 // somebody was there
	if !a.Unverified {
		flags |= 4
	}
	sum := sha256.Sum256([]byte(relyingParty))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), a.Counter)
}

func (a *Authenticator) clientData(t testing.TB, kind, challenge string) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// response is the JSON of a credential, its bytes in base64url.
func (a *Authenticator) response(t testing.TB, response map[string]any) string {
	t.Helper()
	for name, value := range response {
		if b, ok := value.([]byte); ok {
			response[name] = base64.RawURLEncoding.EncodeToString(b)
		}
	}
	id := base64.RawURLEncoding.EncodeToString(a.ID)
	credential, err := json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{},
		"response": response,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(credential)
}

func encode(t testing.TB, value any) []byte {
	t.Helper()
	b, err := webauthncbor.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
