package idp

import (
	"context"
	"time"

	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
)

type poolInput struct {
	UserPoolID text `json:"UserPoolId"`
}

func (in *poolInput) check(c *checks) { c.required("userPoolId", in.UserPoolID, poolIDForm) }

type passwordPolicy struct {
	MinimumLength                 int
	RequireUppercase              bool
	RequireLowercase              bool
	RequireNumbers                bool
	RequireSymbols                bool
	TemporaryPasswordValidityDays int
	PasswordHistorySize           int `json:",omitempty"`
}

type recoveryOption struct {
	Priority int
	Name     string
}

type attributeUpdates struct{ AttributesRequireVerificationBeforeUpdate []string }

type poolDescription struct {
	ID       string `json:"Id"`
	Name     string
	ARN      string `json:"Arn"`
	Policies struct {
		PasswordPolicy passwordPolicy
		SignInPolicy   struct{ AllowedFirstAuthFactors []string }
	}
	DeletionProtection          string
	Domain                      string   `json:",omitempty"`
	UsernameAttributes          []string `json:",omitempty"`
	AliasAttributes             []string `json:",omitempty"`
	AutoVerifiedAttributes      []string `json:",omitempty"`
	UsernameConfiguration       struct{ CaseSensitive bool }
	AdminCreateUserConfig       struct{ AllowAdminCreateUserOnly bool }
	VerificationMessageTemplate struct {
		DefaultEmailOption string
		EmailSubject       string `json:",omitempty"`
		EmailMessage       string `json:",omitempty"`
		EmailSubjectByLink string `json:",omitempty"`
		EmailMessageByLink string `json:",omitempty"`
	}
	AccountRecoverySetting *struct {
		RecoveryMechanisms []recoveryOption
	} `json:",omitempty"`
	UserAttributeUpdateSettings *attributeUpdates `json:",omitempty"`
	SchemaAttributes            []schemaAttribute
	MfaConfiguration            string
	EstimatedNumberOfUsers      int
}

func describeUserPool(ctx context.Context, a *API, in *poolInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	users, err := a.cfg.Pool.CountUsers(ctx)
	if err != nil {
		return nil, err
	}
	d := describePool(a.cfg.Pool.Settings())
	d.EstimatedNumberOfUsers = users
	d.SchemaAttributes = describeSchema(a.cfg.Pool.Schema())
	return struct{ UserPool poolDescription }{d}, nil
}

func describePool(s *stack.UserPool) poolDescription {
	d := poolDescription{
		ID: s.ID, Name: s.Name, ARN: s.ARN, Domain: s.Domain, DeletionProtection: "INACTIVE",
		UsernameAttributes: s.UsernameAttributes, AliasAttributes: s.AliasAttributes,
		AutoVerifiedAttributes: s.AutoVerifiedAttributes, MfaConfiguration: s.MFA,
	}
	if s.DeletionProtection {
		d.DeletionProtection = "ACTIVE"
	}
	d.UsernameConfiguration.CaseSensitive = s.CaseSensitive
	d.AdminCreateUserConfig.AllowAdminCreateUserOnly = s.AdminCreateUserOnly
	d.VerificationMessageTemplate.DefaultEmailOption = "CONFIRM_WITH_CODE"
	if s.ConfirmByLink {
		d.VerificationMessageTemplate.DefaultEmailOption = "CONFIRM_WITH_LINK"
	}
	d.VerificationMessageTemplate.EmailSubjectByLink = s.LinkSubject
	d.VerificationMessageTemplate.EmailMessageByLink = s.LinkMessage
	d.VerificationMessageTemplate.EmailSubject = s.VerificationSubject
	d.VerificationMessageTemplate.EmailMessage = s.VerificationMessage
	if len(s.VerifyBeforeUpdate) > 0 {
		d.UserAttributeUpdateSettings = &attributeUpdates{s.VerifyBeforeUpdate}
	}
	policy := s.PasswordPolicy
	d.Policies.PasswordPolicy = passwordPolicy{
		MinimumLength: policy.MinimumLength, RequireUppercase: policy.RequireUppercase, RequireLowercase: policy.RequireLowercase,
		RequireNumbers: policy.RequireNumbers, RequireSymbols: policy.RequireSymbols,
		TemporaryPasswordValidityDays: int(policy.TemporaryValidity / (24 * time.Hour)), PasswordHistorySize: policy.HistorySize,
	}
	d.Policies.SignInPolicy.AllowedFirstAuthFactors = s.FirstFactors
	if len(s.RecoveryMechanisms) > 0 {
		d.AccountRecoverySetting = &struct{ RecoveryMechanisms []recoveryOption }{}
		for i, name := range s.RecoveryMechanisms {
			d.AccountRecoverySetting.RecoveryMechanisms = append(d.AccountRecoverySetting.RecoveryMechanisms, recoveryOption{i + 1, name})
		}
	}
	return d
}

type clientInput struct {
	UserPoolID text `json:"UserPoolId"`
	ClientID   text `json:"ClientId"`
}

func (in *clientInput) check(c *checks) {
	c.required("userPoolId", in.UserPoolID, poolIDForm)
	c.required("clientId", in.ClientID, clientIDForm)
}

type clientDescription struct {
	UserPoolID                      string `json:"UserPoolId"`
	ClientID                        string `json:"ClientId"`
	ClientName                      string
	ClientSecret                    string   `json:",omitempty"`
	ExplicitAuthFlows               []string `json:",omitempty"`
	SupportedIdentityProviders      []string `json:",omitempty"`
	CallbackURLs                    []string `json:",omitempty"`
	LogoutURLs                      []string `json:",omitempty"`
	DefaultRedirectURI              string   `json:",omitempty"`
	AllowedOAuthFlows               []string `json:",omitempty"`
	AllowedOAuthScopes              []string `json:",omitempty"`
	AllowedOAuthFlowsUserPoolClient bool
	ReadAttributes                  []string `json:",omitempty"`
	WriteAttributes                 []string `json:",omitempty"`
	AccessTokenValidity             int
	IDTokenValidity                 int `json:"IdTokenValidity"`
	RefreshTokenValidity            int
	TokenValidityUnits              validityUnits
	AuthSessionValidity             int // minutes
	EnableTokenRevocation           bool
	PreventUserExistenceErrors      string
	RefreshTokenRotation            *rotation `json:",omitempty"`
}

type validityUnits struct {
	AccessToken  string
	IDToken      string `json:"IdToken"`
	RefreshToken string
}

type rotation struct {
	Feature                 string
	RetryGracePeriodSeconds int
}

func describeUserPoolClient(_ context.Context, a *API, in *clientInput) (any, error) {
	if err := a.poolOf(in.UserPoolID); err != nil {
		return nil, err
	}
	c, err := a.client(in.ClientID.Value)
	if err != nil {
		return nil, err
	}
	return struct{ UserPoolClient clientDescription }{describeClient(in.UserPoolID.Value, c)}, nil
}

// describeClient gives lifetimes in seconds, the one unit that holds them all.
func describeClient(poolID string, c *userpool.Client) clientDescription {
	d := clientDescription{
		UserPoolID: poolID, ClientID: c.ID, ClientName: c.Name, ClientSecret: c.Secret,
		ExplicitAuthFlows: c.ExplicitAuthFlows, SupportedIdentityProviders: c.IdentityProviders,
		CallbackURLs: c.CallbackURLs, LogoutURLs: c.LogoutURLs, DefaultRedirectURI: c.DefaultRedirectURI,
		AllowedOAuthFlows: c.OAuthFlows, AllowedOAuthScopes: c.OAuthScopes, AllowedOAuthFlowsUserPoolClient: c.OAuthEnabled,
		ReadAttributes: c.ReadAttributes, WriteAttributes: c.WriteAttributes,
		AccessTokenValidity: int(c.AccessTokenValidity / time.Second), IDTokenValidity: int(c.IDTokenValidity / time.Second),
		RefreshTokenValidity: int(c.RefreshTokenValidity / time.Second),
		TokenValidityUnits:   validityUnits{AccessToken: "seconds", IDToken: "seconds", RefreshToken: "seconds"},
		AuthSessionValidity:  int(c.AuthSessionValidity / time.Minute), EnableTokenRevocation: c.EnableTokenRevocation,
		PreventUserExistenceErrors: "LEGACY",
	}
	if c.PreventUserExistenceErrors {
		d.PreventUserExistenceErrors = "ENABLED"
	}
	if c.RefreshTokenRotation {
		d.RefreshTokenRotation = &rotation{Feature: "ENABLED", RetryGracePeriodSeconds: int(c.RefreshTokenGracePeriod / time.Second)}
	}
	return d
}
