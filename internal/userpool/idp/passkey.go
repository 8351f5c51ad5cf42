package idp

import (
	"context"
	"encoding/json"
)

func startWebAuthnRegistration(ctx context.Context, a *API, in *bearerInput) (any, error) {
	claims, client, err := a.signedIn(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	options, err := a.cfg.Pool.StartPasskeyRegistration(ctx, client, claims.Sub)
	return struct{ CredentialCreationOptions json.RawMessage }{options}, err
}

type completeRegistrationInput struct {
	bearerInput
	Credential json.RawMessage
}

func (in *completeRegistrationInput) check(c *checks) {
	in.bearerInput.check(c)
	if len(in.Credential) == 0 || string(in.Credential) == "null" {
		c.fail("credential", text{}, "Member must not be null")
	}
}

func completeWebAuthnRegistration(ctx context.Context, a *API, in *completeRegistrationInput) (any, error) {
	claims, client, err := a.signedIn(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.FinishPasskeyRegistration(ctx, client, claims.Sub, in.Credential)
}

const maxCredentials = 20 // of a list at once

type listCredentialsInput struct {
	bearerInput
	pageOf
}

func (in *listCredentialsInput) check(c *checks) {
	in.bearerInput.check(c)
	c.within("maxResults", in.MaxResults, 0, maxCredentials)
	if in.MaxResults != nil && *in.MaxResults == 0 {
		in.MaxResults = nil
	}
	c.optional("nextToken", in.NextToken, codeForm)
}

type credentialDescription struct {
	CredentialID            string `json:"CredentialId"`
	FriendlyCredentialName  string
	RelyingPartyID          string `json:"RelyingPartyId"`
	AuthenticatorAttachment string `json:",omitempty"`
	AuthenticatorTransports []string
	CreatedAt               epoch
}

func listWebAuthnCredentials(ctx context.Context, a *API, in *listCredentialsInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	all, err := a.cfg.Pool.Passkeys(ctx, claims.Sub)
	if err != nil {
		return nil, err
	}
	from, to, next, err := in.of(len(all))
	if err != nil {
		return nil, err
	}
	page := []credentialDescription{}
	for _, key := range all[from:to] {
		page = append(page, credentialDescription{
			CredentialID: key.ID, FriendlyCredentialName: key.Name, RelyingPartyID: key.RelyingParty,
			AuthenticatorAttachment: key.Attachment, AuthenticatorTransports: key.Transports, CreatedAt: epoch(key.Created),
		})
	}
	return struct {
		Credentials []credentialDescription
		NextToken   string `json:",omitempty"`
	}{page, next}, nil
}

type deleteCredentialInput struct {
	bearerInput
	CredentialID text `json:"CredentialId"`
}

func (in *deleteCredentialInput) check(c *checks) {
	in.bearerInput.check(c)
	c.required("credentialId", in.CredentialID, codeForm)
}

func deleteWebAuthnCredential(ctx context.Context, a *API, in *deleteCredentialInput) (any, error) {
	claims, err := a.caller(ctx, in.AccessToken)
	if err != nil {
		return nil, err
	}
	return empty{}, a.cfg.Pool.DeletePasskey(ctx, claims.Sub, in.CredentialID.Value)
}
