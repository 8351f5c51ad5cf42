package stack

import (
	"cmp"
	"net"
	"net/url"
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

// maxCustomAttributes is Cognito's quota.
const maxCustomAttributes = 50

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
	o.textMessages("AutoVerifiedAttributes", pool.AutoVerifiedAttributes, "phone_number is not verified here")
	o.in("UserAttributeUpdateSettings", func(o *object) {
		const name = "AttributesRequireVerificationBeforeUpdate"
		pool.VerifyBeforeUpdate = o.required(name).enums(name, "email", "phone_number")
		o.textMessages(name, pool.VerifyBeforeUpdate, "a phone_number is changed by administrators alone here")
	})
	pool.CaseSensitive = true
	o.in("UsernameConfiguration", func(o *object) { pool.CaseSensitive = o.boolean("CaseSensitive", true) })
	pool.PasswordPolicy = defaultPasswordPolicy
	pool.FirstFactors = []string{"PASSWORD"}
	o.in("Policies", func(o *object) {
		o.in("PasswordPolicy", func(o *object) { pool.PasswordPolicy = decodePasswordPolicy(o) })
		o.in("SignInPolicy", func(o *object) { decodeFirstFactors(pool, o) })
	})
	decodePasskeys(pool, o)
	custom := 0
	o.each("Schema", func(o *object) {
		a := decodeAttribute(o)
		if pool.Schema = append(pool.Schema, a); a.Custom {
			custom++
		}
	})
	if custom > maxCustomAttributes {
		o.fault("Schema", "holds more than %d custom attributes", maxCustomAttributes)
	}
	o.in("AccountRecoverySetting", func(o *object) { pool.RecoveryMechanisms = decodeRecovery(o) })
	decodeMFA(pool, o)
	if o.enum("UserPoolTier", "ESSENTIALS", "ESSENTIALS", "LITE", "PLUS") == "LITE" && (len(pool.FirstFactors) > 1 || slices.Contains(pool.SecondFactors, "EMAIL_OTP")) {
		o.fault("UserPoolTier", "LITE has neither passkeys nor sign-in by e-mail")
	}
	decodeAdmin(pool, o)
	decodeMessages(pool, o)
	pool.DeletionProtection = o.enum("DeletionProtection", "INACTIVE", "ACTIVE", "INACTIVE") == "ACTIVE"
	o.notRun(
		"DeviceConfiguration", "EmailConfiguration", "LambdaConfig", "SmsConfiguration", "UserPoolAddOns",
	)
	o.skip("SmsAuthenticationMessage", "SmsVerificationMessage", "UserPoolTags")
	p.pools = append(p.pools, pool)
}

// textMessages reports what becomes of a setting that holds phone_number, where nothing verifies one.
func (o *object) textMessages(name string, values []string, instead string) {
	if slices.Contains(values, "phone_number") {
		o.notice(name, "%s: no text messages are sent", instead)
	}
}

// decodeFirstFactors reads what a choice-based sign-in may begin with. A password is always among it.
func decodeFirstFactors(pool *UserPool, o *object) {
	const name = "AllowedFirstAuthFactors"
	for _, factor := range o.enums(name, "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN") {
		switch {
		case factor == "SMS_OTP":
			o.notice(name, "SMS_OTP is not run here")
		case factor == "WEB_AUTHN" && relyingParty(pool) == "":
			o.notice(name, "WEB_AUTHN is not run here: browsers keep passkeys for names, not for the address that the pool has")
		case !slices.Contains(pool.FirstFactors, factor):
			pool.FirstFactors = append(pool.FirstFactors, factor)
		}
	}
}

// relyingParty is the host that the pool has on this machine, if passkeys can belong to it.
func relyingParty(pool *UserPool) string {
	u, err := url.Parse(pool.Issuer)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return ""
	}
	return u.Hostname()
}

// decodePasskeys reads whom passkeys belong to. A browser makes them only for the host of the page, or for a domain above
// it, so that a relying party elsewhere can have none here.
func decodePasskeys(pool *UserPool, o *object) {
	host := relyingParty(pool)
	pool.RelyingPartyID = host
	if id := o.text("WebAuthnRelyingPartyID"); id == host || strings.HasSuffix(host, "."+id) {
		pool.RelyingPartyID = id
	} else if id != "" {
		o.notice("WebAuthnRelyingPartyID", "passkeys belong to %q here, where the pool is", host)
	}
	pool.UserVerification = o.enum("WebAuthnUserVerification", "preferred", "preferred", "required")
	const single, multi = "SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"
	pool.PasskeysAreTwoFactors = o.enum("WebAuthnFactorConfiguration", single, multi, single) == multi
}

// decodeMFA refuses a pool that demands a second factor and has none that runs here, since one that asks for less would
// look the same. A pool that leaves the factor to people and has none that runs here asks for none.
func decodeMFA(pool *UserPool, o *object) {
	pool.MFA = o.enum("MfaConfiguration", "OFF", "OFF", "ON", "OPTIONAL")
	factors := o.enums("EnabledMfas", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
	if pool.MFA == "OFF" {
		return
	}
	for _, factor := range factors {
		if factor != "SMS_MFA" {
			pool.SecondFactors = append(pool.SecondFactors, factor)
		}
	}
	switch run := len(pool.SecondFactors); {
	case run == 0 && pool.MFA == "ON":
		o.fault("MfaConfiguration", "needs SOFTWARE_TOKEN_MFA or EMAIL_OTP in EnabledMfas: no other second factor is run here, so it cannot be demanded")
	case run == 0:
		o.notice("MfaConfiguration", "only SOFTWARE_TOKEN_MFA and EMAIL_OTP are run here, which EnabledMfas does not hold")
		pool.MFA = "OFF"
	case run < len(factors):
		o.notice("EnabledMfas", "SMS_MFA is not run here")
	}
}

// defaultPasswordPolicy is that of a pool whose template says nothing of passwords.
var defaultPasswordPolicy = PasswordPolicy{
	MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
}

// temporaryValidity is how long a temporary password lives where the template says nothing of it, or 0.
const temporaryValidity = 7 * 24 * time.Hour

// decodePasswordPolicy reads a policy that is given: what it leaves out is not required then. TemporaryValidity is 0 when
// it is not set.
func decodePasswordPolicy(o *object) PasswordPolicy {
	return PasswordPolicy{
		MinimumLength:     o.integer("MinimumLength", 8, 6, 99),
		RequireUppercase:  o.boolean("RequireUppercase", false),
		RequireLowercase:  o.boolean("RequireLowercase", false),
		RequireNumbers:    o.boolean("RequireNumbers", false),
		RequireSymbols:    o.boolean("RequireSymbols", false),
		TemporaryValidity: o.days("TemporaryPasswordValidityDays"),
		HistorySize:       o.integer("PasswordHistorySize", 0, 0, 24),
	}
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
		if name == "verified_phone_number" {
			o.notice("Name", "nobody gets a new password by verified_phone_number here: no text messages are sent")
		}
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
		if older := o.days("UnusedAccountValidityDays"); older > 0 && pool.PasswordPolicy.TemporaryValidity > 0 {
			o.fault("UnusedAccountValidityDays", "cannot be set together with TemporaryPasswordValidityDays, which is its newer name")
		} else if older > 0 {
			pool.PasswordPolicy.TemporaryValidity = older
		}
	})
	pool.PasswordPolicy.TemporaryValidity = cmp.Or(pool.PasswordPolicy.TemporaryValidity, temporaryValidity)
}

func (o *object) days(name string) time.Duration {
	return time.Duration(o.integer(name, 0, 0, 365)) * 24 * time.Hour
}

// decodeMessages reads the messages that carry codes: to verify an address, VerificationMessageTemplate or the older
// properties; to sign in, EmailAuthenticationMessage.
func decodeMessages(pool *UserPool, o *object) {
	pool.VerificationSubject, pool.VerificationMessage = o.text("EmailVerificationSubject"), o.text("EmailVerificationMessage")
	o.holds("EmailVerificationMessage", "{####}")
	pool.AuthenticationSubject, pool.AuthenticationMessage = o.text("EmailAuthenticationSubject"), o.text("EmailAuthenticationMessage")
	o.holds("EmailAuthenticationMessage", "{####}")
	o.in("VerificationMessageTemplate", func(o *object) {
		if subject := o.text("EmailSubject"); subject != "" {
			pool.VerificationSubject = subject
		}
		if message := o.text("EmailMessage"); message != "" {
			pool.VerificationMessage = message
		}
		o.holds("EmailMessage", "{####}")
		pool.ConfirmByLink = o.enum("DefaultEmailOption", "CONFIRM_WITH_CODE", "CONFIRM_WITH_CODE", "CONFIRM_WITH_LINK") == "CONFIRM_WITH_LINK"
		pool.LinkSubject, pool.LinkMessage = o.text("EmailSubjectByLink"), o.text("EmailMessageByLink")
		o.holds("EmailMessageByLink", "{##", "##}")
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
