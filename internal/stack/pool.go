package stack

import (
	"slices"
	"strings"
	"time"
)

func poolID(l *loader, r *resource) string {
	return Region + "_" + l.id(r.id, "pool", 9, digits+upper+lower)
}

func poolARN(l *loader, r *resource) string { return l.arn("cognito-idp", "userpool/"+poolID(l, r)) }

func providerName(l *loader, r *resource) string {
	return "cognito-idp." + Region + "." + urlSuffix + "/" + poolID(l, r)
}

var aliases = []string{"email", "phone_number", "preferred_username"}

func decodePool(p *parts, r *resource, o *object) {
	l := p.l
	pool := &UserPool{
		LogicalID: r.id, ID: poolID(l, r), ARN: poolARN(l, r), Name: l.refOf(r),
		Issuer: l.localize("https://" + providerName(l, r)),
	}
	if name := o.text("UserPoolName"); name != "" {
		pool.Name = name
	}
	pool.UsernameAttributes = o.enums("UsernameAttributes", "email", "phone_number")
	pool.AliasAttributes = o.enums("AliasAttributes", aliases...)
	if len(pool.UsernameAttributes) > 0 && len(pool.AliasAttributes) > 0 {
		o.fault("AliasAttributes", "cannot be set together with UsernameAttributes")
	}
	pool.AutoVerifiedAttributes = o.enums("AutoVerifiedAttributes", "email", "phone_number")
	o.in("UserAttributeUpdateSettings", func(o *object) {
		pool.VerifyBeforeUpdate = o.required("AttributesRequireVerificationBeforeUpdate").enums("AttributesRequireVerificationBeforeUpdate", "email", "phone_number")
	})
	pool.CaseSensitive = true
	o.in("UsernameConfiguration", func(o *object) { pool.CaseSensitive = o.boolean("CaseSensitive", true) })
	pool.PasswordPolicy = defaultPasswordPolicy
	o.in("Policies", func(o *object) {
		o.in("PasswordPolicy", func(o *object) { pool.PasswordPolicy = decodePasswordPolicy(o) })
		o.notRun("SignInPolicy")
	})
	o.each("Schema", func(o *object) { pool.Schema = append(pool.Schema, decodeAttribute(o)) })
	o.in("AccountRecoverySetting", func(o *object) { pool.RecoveryMechanisms = decodeRecovery(o) })
	decodeMFA(pool, o)
	decodeAdmin(pool, o)
	decodeMessages(pool, o)
	pool.DeletionProtection = o.enum("DeletionProtection", "INACTIVE", "ACTIVE", "INACTIVE") == "ACTIVE"
	o.notRun(
		"DeviceConfiguration", "EmailAuthenticationMessage", "EmailAuthenticationSubject", "EmailConfiguration", "LambdaConfig", "SmsConfiguration",
		"UserPoolAddOns", "WebAuthnFactorConfiguration", "WebAuthnRelyingPartyID",
		"WebAuthnUserVerification",
	)
	o.skip("SmsAuthenticationMessage", "SmsVerificationMessage", "UserPoolTags", "UserPoolTier")
	p.pools = append(p.pools, pool)
}

// decodeMFA refuses a pool that demands a second factor and has none that runs here, since one that asks for less would
// look the same. A pool that leaves the factor to people and has none that runs here asks for none.
func decodeMFA(pool *UserPool, o *object) {
	pool.MFA = o.enum("MfaConfiguration", "OFF", "OFF", "ON", "OPTIONAL")
	factors := o.enums("EnabledMfas", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
	app := slices.Contains(factors, "SOFTWARE_TOKEN_MFA")
	switch {
	case pool.MFA == "OFF":
	case app && len(factors) > 1:
		o.notice("EnabledMfas", "only SOFTWARE_TOKEN_MFA is run here")
	case !app && pool.MFA == "ON":
		o.fault("MfaConfiguration", "needs SOFTWARE_TOKEN_MFA in EnabledMfas: no other second factor is run here, so it cannot be demanded")
	case !app:
		o.notice("MfaConfiguration", "only SOFTWARE_TOKEN_MFA is run here, which EnabledMfas does not hold")
		pool.MFA = "OFF"
	}
}

// defaultPasswordPolicy is that of a pool whose template says nothing of passwords.
var defaultPasswordPolicy = PasswordPolicy{
	MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
	TemporaryValidity: 7 * 24 * time.Hour,
}

// decodePasswordPolicy reads a policy that is given: what it leaves out is not required then.
func decodePasswordPolicy(o *object) PasswordPolicy {
	p := PasswordPolicy{
		MinimumLength:     o.integer("MinimumLength", 8, 6, 99),
		RequireUppercase:  o.boolean("RequireUppercase", false),
		RequireLowercase:  o.boolean("RequireLowercase", false),
		RequireNumbers:    o.boolean("RequireNumbers", false),
		RequireSymbols:    o.boolean("RequireSymbols", false),
		TemporaryValidity: time.Duration(o.integer("TemporaryPasswordValidityDays", 7, 0, 365)) * 24 * time.Hour,
	}
	o.notRun("PasswordHistorySize")
	return p
}

// standardAttributes are those of OpenID Connect that every pool has.
var standardAttributes = []string{
	"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale", "middle_name",
	"name", "nickname", "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "sub",
	"updated_at", "website", "zoneinfo",
}

func decodeAttribute(o *object) Attribute {
	a := Attribute{
		Name:     strings.TrimPrefix(o.required("Name").text("Name"), "custom:"),
		Type:     o.enum("AttributeDataType", "String", "Boolean", "DateTime", "Number", "String"),
		Required: o.boolean("Required", false),
		Mutable:  o.boolean("Mutable", true),
	}
	a.Custom = !slices.Contains(standardAttributes, a.Name)
	if a.Custom && a.Required {
		o.fault("Required", "a custom attribute cannot be required")
	}
	if a.Custom && len(a.Name) > 20 {
		o.fault("Name", "a custom attribute's name has 20 characters at most")
	}
	o.in("StringAttributeConstraints", func(o *object) {
		a.MinLength, a.MaxLength = o.optional("MinLength", 0, 2048), o.optional("MaxLength", 0, 2048)
	})
	o.in("NumberAttributeConstraints", func(o *object) {
		a.MinValue, a.MaxValue = o.optional("MinValue", -1<<31, 1<<31), o.optional("MaxValue", -1<<31, 1<<31)
	})
	o.notRunIf("DeveloperOnlyAttribute")
	return a
}

// optional is a whole number; nil when it is not set.
func (o *object) optional(name string, least, most int) *int {
	if !o.has(name) {
		return nil
	}
	i := o.integer(name, least, least, most)
	return &i
}

func decodeRecovery(o *object) []string {
	byPriority := map[int]string{}
	o.each("RecoveryMechanisms", func(o *object) {
		o.required("Name", "Priority")
		name := o.enum("Name", "", "admin_only", "verified_email", "verified_phone_number")
		priority := o.integer("Priority", 1, 1, 2)
		if byPriority[priority] != "" {
			o.fault("Priority", "two mechanisms have the priority %d", priority)
		}
		byPriority[priority] = name
	})
	var out []string
	for _, priority := range []int{1, 2} {
		if name := byPriority[priority]; name != "" {
			out = append(out, name)
		}
	}
	return out
}

func decodeAdmin(pool *UserPool, o *object) {
	o.in("AdminCreateUserConfig", func(o *object) {
		pool.AdminCreateUserOnly = o.boolean("AllowAdminCreateUserOnly", false)
		o.in("InviteMessageTemplate", func(o *object) {
			pool.InvitationSubject, pool.InvitationMessage = o.text("EmailSubject"), o.text("EmailMessage")
			o.holds("EmailMessage", "{####}", "{username}")
			o.skip("SMSMessage")
		})
		if o.has("UnusedAccountValidityDays") { // the older name of TemporaryPasswordValidityDays
			pool.PasswordPolicy.TemporaryValidity = time.Duration(o.integer("UnusedAccountValidityDays", 7, 0, 365)) * 24 * time.Hour
		}
	})
}

// decodeMessages reads the message that carries a code: VerificationMessageTemplate, or the older properties.
func decodeMessages(pool *UserPool, o *object) {
	pool.VerificationSubject, pool.VerificationMessage = o.text("EmailVerificationSubject"), o.text("EmailVerificationMessage")
	o.holds("EmailVerificationMessage", "{####}")
	o.in("VerificationMessageTemplate", func(o *object) {
		if subject := o.text("EmailSubject"); subject != "" {
			pool.VerificationSubject = subject
		}
		if message := o.text("EmailMessage"); message != "" {
			pool.VerificationMessage = message
		}
		o.holds("EmailMessage", "{####}")
		if o.enum("DefaultEmailOption", "CONFIRM_WITH_CODE", "CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK") == "CONFIRM_WITH_LINK" {
			o.notRun("DefaultEmailOption")
		}
		o.notRun("EmailMessageByLink", "EmailSubjectByLink")
		o.skip("SmsMessage")
	})
}

// holds reports a message that lacks a placeholder.
func (o *object) holds(name string, placeholders ...string) {
	message := o.raw(name)
	for _, placeholder := range placeholders {
		if message != "" && !strings.Contains(message, placeholder) {
			o.fault(name, "must hold %s", placeholder)
		}
	}
}
