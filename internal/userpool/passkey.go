package userpool

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"example.com/todo/internal/stack"
)

const (
	// maxPasskeys is Cognito's bound per user.
	maxPasskeys = 20
	// registration is the challenge of a passkey that is being made.
	registration = "WEB_AUTHN_REGISTRATION"
	// passkeyLifetime is how long an authenticator may take. Browsers are told a minute; the rest is for the way.
	passkeyLifetime = 2 * time.Minute
	passkeyTimeout  = time.Minute
	challengeSize   = 32
)

// passkey is one of an account's passkeys. They are kept with the account, not by their own id: whoever makes one with
// the id of another's gains nothing by it.
type passkey struct {
	Name         string              `json:"name"`
	RelyingParty string              `json:"relying_party"`
	Attachment   string              `json:"attachment,omitempty"`
	Created      time.Time           `json:"created"`
	Credential   webauthn.Credential `json:"credential"`
}

// PasskeyDescription is what people see of a passkey.
type PasskeyDescription struct {
	ID           string // base64url
	Name         string
	RelyingParty string
	Attachment   string // platform, cross-platform or empty
	Transports   []string
	Created      time.Time
}

func errNoPasskeys() *Error {
	return refuse("WebAuthnNotEnabledException", "Passkeys are not enabled for the user pool.")
}

// preparePasskeys sets up the relying party where the template asks for passkeys and they can be had.
func (p *Pool) preparePasskeys() (err error) {
	pool := p.cfg.Pool
	if !p.allowsFirst(Passkey) || pool.RelyingPartyID == "" {
		return nil
	}
	p.passkeys, err = webauthn.New(&webauthn.Config{
		RPID: pool.RelyingPartyID, RPDisplayName: pool.RelyingPartyID, RPOrigins: passkeyOrigins(pool),
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.UserVerificationRequirement(pool.UserVerification),
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Timeout: passkeyTimeout},
			Registration: webauthn.TimeoutConfig{Timeout: passkeyTimeout},
		},
	})
	if err != nil {
		return fmt.Errorf("userpool: passkeys: %w", err)
	}
	return nil
}

// passkeyOrigins are where passkeys may be used: the pool's own pages, and those applications of the template that lie
// within the relying party, which browsers let use its passkeys.
func passkeyOrigins(pool *stack.UserPool) []string {
	var origins []string
	add := func(address string) {
		u, err := url.Parse(address)
		if err != nil {
			return
		}
		host, origin := u.Hostname(), u.Scheme+"://"+u.Host
		within := host == pool.RelyingPartyID || strings.HasSuffix(host, "."+pool.RelyingPartyID)
		if within && (u.Scheme == "https" || u.Scheme == "http") && !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	add(pool.Issuer)
	add(pool.DomainURL)
	for _, c := range pool.Clients {
		for _, address := range c.CallbackURLs {
			add(address)
		}
	}
	return origins
}

// holder is an account as the owner of its passkeys.
type holder struct {
	account
	keys []passkey
}

var _ webauthn.User = holder{}

func (h holder) WebAuthnID() []byte { return []byte(h.Sub) }

func (h holder) WebAuthnName() string { return h.user().SignInName() }

func (h holder) WebAuthnDisplayName() string { return or(h.attribute("name"), h.WebAuthnName()) }

func (h holder) WebAuthnCredentials() []webauthn.Credential {
	credentials := make([]webauthn.Credential, len(h.keys))
	for i, key := range h.keys {
		credentials[i] = key.Credential
	}
	return credentials
}

func holding(t tx, sub string) (holder, error) {
	a, err := usable(t, sub)
	if err != nil {
		return holder{}, err
	}
	keys, _, err := get[[]passkey](t, passkeys, sub)
	return holder{a, keys}, err
}

func (p *Pool) newPasskeyChallenge() (protocol.URLEncodedBase64, error) {
	challenge := make(protocol.URLEncodedBase64, challengeSize)
	if _, err := io.ReadFull(p.cfg.Rand, challenge); err != nil {
		return nil, fmt.Errorf("userpool: drawing a challenge: %w", err)
	}
	return challenge, nil
}

func errPasskeyLimit() *Error {
	return refuse(typeLimitExceeded, fmt.Sprintf("A user has %d passkeys at most.", maxPasskeys))
}

// StartPasskeyRegistration gives the options with which the browser of a person who is signed in makes a passkey, as
// PublicKeyCredentialCreationOptionsJSON of WebAuthn. They are good for one passkey, for a short while.
func (p *Pool) StartPasskeyRegistration(ctx context.Context, c *Client, sub string) (options json.RawMessage, err error) {
	if p.passkeys == nil {
		return nil, errNoPasskeys()
	}
	now := p.cfg.Now()
	var h holder
	err = p.view(now, func(t tx) error {
		h, err = holding(t, sub)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(h.keys) >= maxPasskeys {
		return nil, errPasskeyLimit()
	}
	challenge, err := p.newPasskeyChallenge()
	if err != nil {
		return nil, err
	}
	creation, session, err := p.passkeys.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()),
		webauthn.WithCredentialParameters([]protocol.CredentialParameter{
			{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
			{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
		}),
		func(o *protocol.PublicKeyCredentialCreationOptions) error {
			o.Challenge = challenge
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("userpool: passkeys: %w", err)
	}
	r := challengeRecord{
		lapsing: lapsing{now.Add(passkeyLifetime)}, Sub: sub, ClientID: c.ID, Name: registration, Passkey: session,
	}
	err = p.change(ctx, now, func(t tx) error { return t.putLapsing(challenges, hashed(session.Challenge), r, r.Expires) })
	if err != nil {
		return nil, err
	}
	return json.Marshal(creation.Response)
}

// FinishPasskeyRegistration takes a passkey into use: credential is the browser's RegistrationResponseJSON. The options
// that it answers are spent, whatever comes of it.
func (p *Pool) FinishPasskeyRegistration(ctx context.Context, c *Client, sub string, credential []byte) error {
	if p.passkeys == nil {
		return errNoPasskeys()
	}
	made, err := protocol.ParseCredentialCreationResponseBytes(credential)
	if err != nil {
		return refuse(typeInvalidParam, "The credential is not a passkey's registration response.")
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		h, err := holding(t, sub)
		if err != nil {
			return err
		}
		challenge := hashed(made.Response.CollectedClientData.Challenge)
		r, found, err := get[challengeRecord](t, challenges, challenge)
		switch {
		case err != nil:
			return err
		case !found || r.Name != registration || r.Sub != sub || !t.now.Before(r.Expires):
			return refuse("WebAuthnChallengeNotFoundException", "The challenge is unknown, used or expired.")
		case r.ClientID != c.ID:
			return refuse("WebAuthnClientMismatchException", "The challenge was given to another client.")
		}
		if err := t.remove(challenges, challenge); err != nil {
			return err
		}
		if refusal := p.checkPasskey(h, made); refusal != nil {
			return refusal
		}
		verified, err := p.passkeys.CreateCredential(h, *r.Passkey, made)
		if err != nil {
			return refuse("WebAuthnCredentialNotSupportedException", "The passkey could not be verified.")
		}
		verified.Attestation = webauthn.CredentialAttestation{} // who made the authenticator is nobody's concern here
		return t.put(passkeys, sub, append(h.keys, passkey{
			Name: passkeyName(verified), RelyingParty: p.cfg.Pool.RelyingPartyID, Attachment: string(made.AuthenticatorAttachment),
			Created: t.now, Credential: *verified,
		}))
	})
}

// checkPasskey refuses, in the service's terms, what would be refused anyhow, and what is one too many.
func (p *Pool) checkPasskey(h holder, made *protocol.ParsedCredentialCreationData) *Error {
	rpID := sha256.Sum256([]byte(p.cfg.Pool.RelyingPartyID))
	same := func(key passkey) bool { return bytes.Equal(key.Credential.ID, made.RawID) }
	switch {
	case !protocol.IsOriginInHaystack(made.Response.CollectedClientData.Origin, p.passkeys.Config.RPOrigins):
		return refuse("WebAuthnOriginNotAllowedException", "The passkey was made at an address that is not the user pool's.")
	case !bytes.Equal(made.Response.AttestationObject.AuthData.RPIDHash, rpID[:]):
		return refuse("WebAuthnRelyingPartyMismatchException", "The passkey belongs to another relying party.")
	case len(h.keys) >= maxPasskeys:
		return errPasskeyLimit()
	case slices.ContainsFunc(h.keys, same):
		return refuse(typeInvalidParam, "The passkey is registered already.")
	}
	return nil
}

// passkeyName tells a person's passkeys apart a little.
func passkeyName(c *webauthn.Credential) string {
	switch {
	case c.Flags.BackupEligible:
		return "Synced passkey"
	case slices.Contains(c.Transport, protocol.Internal):
		return "Passkey on one device"
	case slices.Contains(c.Transport, protocol.USB), slices.Contains(c.Transport, protocol.NFC):
		return "Security key"
	}
	return "Passkey"
}

// Passkeys are those of a person, the oldest first.
func (p *Pool) Passkeys(_ context.Context, sub string) ([]PasskeyDescription, error) {
	var h holder
	err := p.view(p.cfg.Now(), func(t tx) (err error) {
		h, err = holding(t, sub)
		return err
	})
	list := []PasskeyDescription{}
	for _, key := range h.keys {
		d := PasskeyDescription{
			ID: passkeyID(key), Name: key.Name, RelyingParty: key.RelyingParty, Attachment: key.Attachment, Created: key.Created,
			Transports: []string{},
		}
		for _, transport := range key.Credential.Transport {
			d.Transports = append(d.Transports, string(transport))
		}
		list = append(list, d)
	}
	return list, err
}

func passkeyID(key passkey) string { return base64.RawURLEncoding.EncodeToString(key.Credential.ID) }

// DeletePasskey takes one of a person's passkeys away.
func (p *Pool) DeletePasskey(ctx context.Context, sub, id string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		h, err := holding(t, sub)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(h.keys, func(key passkey) bool { return passkeyID(key) == id })
		if i < 0 {
			return refuse(typeNoResource, "The user has no such passkey.")
		}
		return t.put(passkeys, sub, slices.Delete(h.keys, i, i+1))
	})
}
