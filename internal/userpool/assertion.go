package userpool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// passkeyBlock is a sign-in by passkey under way. It travels with the client, sealed, so that beginning one stores
// nothing; its challenge is spent when it comes back.
type passkeyBlock struct {
	Name    string               `json:"n,omitempty"` // as typed; empty when the passkey says whose it is
	Session webauthn.SessionData `json:"s"`
	Expires int64                `json:"e"` // Unix milliseconds
}

// StartPasskey begins a sign-in by passkey and gives the options for the browser, as PublicKeyCredentialRequestOptionsJSON
// of WebAuthn. They name no passkeys, so they tell nothing of the account; nor do they need to, since all passkeys here are
// discoverable. username is empty when the passkey is to say who signs in; then a page may lie open for a while before its
// person comes to it.
func (p *Pool) StartPasskey(_ context.Context, c *Client, username string) (session string, options json.RawMessage, err error) {
	if p.passkeys == nil || !p.startsWith(Passkey) {
		return "", nil, errNoPasskeys()
	}
	lifetime := setupLifetime
	if username != "" {
		lifetime = passkeyLifetime
		if err := checkName(username); err != nil {
			return "", nil, err
		}
	}
	challenge, err := p.newPasskeyChallenge()
	if err != nil {
		return "", nil, err
	}
	request, state, err := p.passkeys.BeginDiscoverableLogin(webauthn.WithChallenge(challenge), webauthn.WithUserVerification(p.verification()))
	if err != nil {
		return "", nil, fmt.Errorf("userpool: passkeys: %w", err)
	}
	block := passkeyBlock{Name: username, Session: *state, Expires: p.cfg.Now().Add(lifetime).UnixMilli()}
	if session, err = p.sealSession(block, Passkey, c.ID); err != nil {
		return "", nil, err
	}
	options, err = json.Marshal(request.Response)
	return session, options, err
}

// verification is what authenticators are asked for. One that is to stand for two factors must know its user.
func (p *Pool) verification() protocol.UserVerificationRequirement {
	if p.twoFactors() {
		return protocol.VerificationRequired
	}
	return protocol.UserVerificationRequirement(p.cfg.Pool.UserVerification)
}

func (p *Pool) twoFactors() bool { return p.cfg.Pool.PasskeysAreTwoFactors && p.cfg.Pool.MFA != "OFF" }

// FinishPasskey checks the browser's AuthenticationResponseJSON; the outcome is that of SignIn. A session is good for one
// answer, whatever that is worth.
func (p *Pool) FinishPasskey(ctx context.Context, c *Client, session string, credential []byte) (User, error) {
	var block passkeyBlock
	if p.passkeys == nil || !p.openSession(session, &block, Passkey, c.ID) {
		return User{}, errSession(".")
	}
	now := p.cfg.Now()
	if now.UnixMilli() >= block.Expires {
		return User{}, errSession(", session is expired.")
	}
	given, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return User{}, refuse(typeInvalidParam, "CREDENTIAL is not a passkey's authentication response.")
	}
	var h holder
	err = p.change(ctx, now, func(t tx) error {
		key := hashed(block.Session.Challenge)
		if t.in(challenges).Get([]byte(key)) != nil {
			return errSession(", session can only be used once.")
		}
		r := challengeRecord{lapsing: lapsing{time.UnixMilli(block.Expires)}, Spent: true}
		if err := t.putLapsing(challenges, key, r, r.Expires); err != nil {
			return err
		}
		h, err = p.assert(t, block, given)
		return err
	})
	switch {
	case errors.Is(err, errCloned):
		p.cfg.Logger.WarnContext(ctx, "user pool: a passkey was refused that seems to have been copied", "sub", h.Sub)
		return User{}, errWrongPassword()
	case err != nil:
		return User{}, err
	}
	if err := p.standing(h.account, now); err != nil || p.twoFactors() {
		return h.user(), err
	}
	return h.user(), p.nextFactor(h.Sub, now)
}

// errCloned is a refusal, so that the challenge stays spent.
var errCloned = errWrongPassword()

// assert finds whose passkey has answered, checks it and keeps its counter.
func (p *Pool) assert(t tx, block passkeyBlock, given *protocol.ParsedCredentialAssertionData) (holder, error) {
	var h holder
	var fault error
	find := func(_, user []byte) (webauthn.User, error) {
		var known bool
		if h, known, fault = p.claimed(t, block.Name, string(user)); fault != nil || !known {
			return nil, errWrongPassword()
		}
		return h, nil
	}
	_, credential, err := p.passkeys.ValidatePasskeyLogin(find, block.Session, given)
	switch {
	case fault != nil:
		return holder{}, fault
	case err != nil:
		return holder{}, errWrongPassword()
	case credential.Authenticator.CloneWarning:
		return h, errCloned
	}
	i := slices.IndexFunc(h.keys, func(key passkey) bool { return bytes.Equal(key.Credential.ID, credential.ID) })
	h.keys[i].Credential = *credential
	return h, t.put(passkeys, h.Sub, h.keys)
}

// claimed finds the account that a passkey says it belongs to, which must be the one that name is of, if there is a name.
func (p *Pool) claimed(t tx, name, sub string) (h holder, known bool, err error) {
	a, known, err := get[account](t, users, sub)
	if err != nil || !known {
		return holder{}, false, err
	}
	if name != "" {
		named, found, err := p.find(t, name)
		if err != nil || !found || named.Sub != sub {
			return holder{}, false, err
		}
	}
	keys, _, err := get[[]passkey](t, passkeys, sub)
	return holder{a, keys}, true, err
}
