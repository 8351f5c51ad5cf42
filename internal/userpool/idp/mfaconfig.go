package idp

import (
	"context"
	"slices"

	"example.com/todo/internal/userpool"
)

type emailConfig struct {
	Message string `json:",omitempty"`
	Subject string `json:",omitempty"`
}

type passkeyConfig struct {
	RelyingPartyID      string `json:"RelyingPartyId"`
	UserVerification    string
	FactorConfiguration string
}

type mfaConfig struct {
	MfaConfiguration              string
	SoftwareTokenMfaConfiguration *struct{ Enabled bool } `json:",omitempty"`
	EmailMfaConfiguration         *emailConfig            `json:",omitempty"`
	WebAuthnConfiguration         *passkeyConfig          `json:",omitempty"`
}

func getUserPoolMfaConfig(_ context.Context, a *API, in *poolInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	s := a.cfg.Pool.Settings()
	out := mfaConfig{MfaConfiguration: s.MFA}
	if slices.Contains(s.SecondFactors, userpool.SoftwareToken) {
		out.SoftwareTokenMfaConfiguration = &struct{ Enabled bool }{true}
	}
	if slices.Contains(s.SecondFactors, userpool.EmailOTP) || slices.Contains(s.FirstFactors, userpool.EmailOTP) {
		out.EmailMfaConfiguration = &emailConfig{Message: s.AuthenticationMessage, Subject: s.AuthenticationSubject}
	}
	if slices.Contains(s.FirstFactors, userpool.Passkey) {
		out.WebAuthnConfiguration = &passkeyConfig{RelyingPartyID: s.RelyingPartyID, UserVerification: s.UserVerification, FactorConfiguration: "SINGLE_FACTOR"}
		if s.PasskeysAreTwoFactors {
			out.WebAuthnConfiguration.FactorConfiguration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
		}
	}
	return out, nil
}
