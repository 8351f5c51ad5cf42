package stack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/stack"
)

const day = 24 * time.Hour

func withPool(properties, rest string) string {
	return "Resources:\n  Pool:\n    Type: AWS::Cognito::UserPool\n    Properties:\n      UserPoolTier: LITE\n" + properties + rest
}

func withClient(properties string) string {
	return "Resources:\n  Pool: {Type: AWS::Cognito::UserPool}\n  Client:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      UserPoolId: !Ref Pool\n" + properties
}

func TestPoolDefaults(t *testing.T) {
	pool := mustLoad(t, withPool("", "")).UserPool
	want := &stack.UserPool{
		LogicalID: "Pool", ID: pool.ID, ARN: "arn:aws:cognito-idp:local:000000000000:userpool/" + pool.ID, Name: pool.Name,
		Issuer: "http://localhost:8080/auth/" + pool.ID, CaseSensitive: true, MFA: "OFF",
		FirstFactors: []string{"PASSWORD"}, RelyingPartyID: "localhost", UserVerification: "preferred",
		PasswordPolicy: stack.PasswordPolicy{
			MinimumLength: 8, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true, TemporaryValidity: 7 * day,
		},
	}
	if diff := cmp.Diff(want, pool); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPoolSettings(t *testing.T) {
	pool := mustLoad(t, withPool(`      UserPoolName: people
      UsernameAttributes: [email]
      AutoVerifiedAttributes: [email]
      UserAttributeUpdateSettings: {AttributesRequireVerificationBeforeUpdate: [email]}
      UsernameConfiguration: {CaseSensitive: false}
      Policies: {PasswordPolicy: {MinimumLength: 12, RequireNumbers: true, TemporaryPasswordValidityDays: 1}}
      AdminCreateUserConfig:
        AllowAdminCreateUserOnly: true
        InviteMessageTemplate: {EmailSubject: Welcome, EmailMessage: 'You are {username}, {####}'}
      VerificationMessageTemplate: {EmailSubject: Code, EmailMessage: 'It is {####}', DefaultEmailOption: CONFIRM_WITH_LINK, EmailSubjectByLink: Link, EmailMessageByLink: 'Press {##here##}.'}
      AccountRecoverySetting: {RecoveryMechanisms: [{Name: verified_phone_number, Priority: 2}, {Name: verified_email, Priority: 1}]}
      DeletionProtection: ACTIVE
      Schema:
        - {Name: email, Required: true}
        - {Name: plan, AttributeDataType: String, Mutable: false, StringAttributeConstraints: {MinLength: '1', MaxLength: '10'}}
        - {Name: age, AttributeDataType: Number, NumberAttributeConstraints: {MinValue: '0'}}
`, `  Domain:
    Type: AWS::Cognito::UserPoolDomain
    Properties: {Domain: !Sub 'people-${AWS::StackName}', UserPoolId: !Ref Pool}
`)).UserPool
	one, ten, zero := 1, 10, 0
	want := &stack.UserPool{
		LogicalID: "Pool", ID: pool.ID, ARN: pool.ARN, Name: "people", Issuer: pool.Issuer,
		Domain: "people-todo", DomainURL: "http://localhost:8080/auth",
		FirstFactors: []string{"PASSWORD"}, RelyingPartyID: "localhost", UserVerification: "preferred",
		PasswordPolicy:     stack.PasswordPolicy{MinimumLength: 12, RequireNumbers: true, TemporaryValidity: day},
		UsernameAttributes: []string{"email"}, AutoVerifiedAttributes: []string{"email"}, VerifyBeforeUpdate: []string{"email"}, AdminCreateUserOnly: true, MFA: "OFF",
		VerificationSubject: "Code", VerificationMessage: "It is {####}", ConfirmByLink: true, LinkSubject: "Link", LinkMessage: "Press {##here##}.", InvitationSubject: "Welcome", InvitationMessage: "You are {username}, {####}",
		RecoveryMechanisms: []string{"verified_email", "verified_phone_number"}, DeletionProtection: true,
		Schema: []stack.Attribute{
			{Name: "email", Type: "String", Required: true, Mutable: true},
			{Name: "plan", Custom: true, Type: "String", MinLength: &one, MaxLength: &ten},
			{Name: "age", Custom: true, Type: "Number", Mutable: true, MinValue: &zero},
		},
	}
	if diff := cmp.Diff(want, pool); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPoolsThatCannotBe(t *testing.T) {
	const at = "6: Resources.Pool.Properties."
	for name, test := range map[string]struct{ property, want string }{
		"a short password":         {"Policies: {PasswordPolicy: {MinimumLength: 5}}", at + `Policies.PasswordPolicy.MinimumLength: must be a whole number from 6 to 99, not "5"`},
		"a misspelt rule":          {"Policies: {PasswordPolicy: {RequireNumber: true}}", at + "Policies.PasswordPolicy.RequireNumber: is not known here (did you mean RequireNumbers?)"},
		"a rule that is neither":   {"Policies: {PasswordPolicy: {RequireNumbers: maybe}}", at + `Policies.PasswordPolicy.RequireNumbers: must be true or false, not "maybe"`},
		"an unknown name":          {"UsernameAttributes: [mail]", at + `UsernameAttributes: "mail" is not one of email, phone_number (did you mean email?)`},
		"names of both kinds":      {"AliasAttributes: [email]\n      UsernameAttributes: [email]", at + "AliasAttributes: cannot be set together with UsernameAttributes"},
		"a message without a code": {"EmailVerificationMessage: hello", at + "EmailVerificationMessage: must hold {####}"},
		"a custom required":        {"Schema: [{Name: plan, Required: true}]", at + "Schema[0].Required: a custom attribute cannot be required"},
		"a tier without passkeys":  {"Policies: {SignInPolicy: {AllowedFirstAuthFactors: [PASSWORD, WEB_AUTHN]}}", "5: Resources.Pool.Properties.UserPoolTier: LITE has neither passkeys nor sign-in by e-mail"},
		"a priority twice":         {"AccountRecoverySetting: {RecoveryMechanisms: [{Name: verified_email, Priority: 1}, {Name: admin_only, Priority: 1}]}", at + "AccountRecoverySetting.RecoveryMechanisms[1].Priority: two mechanisms have the priority 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withPool("      "+test.property+"\n", ""))
			wantProblems(t, err, test.want)
		})
	}
}

func TestClientDefaults(t *testing.T) {
	got := mustLoad(t, withClient("")).UserPool.Clients[0]
	want := stack.UserPoolClient{
		LogicalID: "Client", ID: got.ID, Name: got.Name,
		ExplicitAuthFlows:   []string{"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"},
		AccessTokenValidity: time.Hour, IDTokenValidity: time.Hour, RefreshTokenValidity: 30 * day, AuthSessionValidity: 3 * time.Minute,
		EnableTokenRevocation: true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestClientSettings(t *testing.T) {
	got := mustLoad(t, withClient(`      ClientName: web
      GenerateSecret: true
      ExplicitAuthFlows: [USER_PASSWORD_AUTH]
      AllowedOAuthFlowsUserPoolClient: true
      AllowedOAuthFlows: [code, !If [No, implicit, !Ref AWS::NoValue]]
      AllowedOAuthScopes: [openid]
      CallbackURLs: ['https://a.example/back', 'myapp://back', 'http://localhost:8080/callback', 'http://localhost:8080/callback']
      LogoutURLs: ['http://127.0.0.1/', 'http://[::1]:99/']
      DefaultRedirectURI: https://a.example/back
      SupportedIdentityProviders: [COGNITO]
      AccessTokenValidity: 5
      IdTokenValidity: 24
      RefreshTokenValidity: 3600
      AuthSessionValidity: 15
      TokenValidityUnits: {AccessToken: minutes, RefreshToken: seconds}
      EnableTokenRevocation: false
      PreventUserExistenceErrors: ENABLED
      ReadAttributes: [email]
      WriteAttributes: []
Conditions: {No: !Equals [a, b]}
`)).UserPool.Clients[0]
	want := stack.UserPoolClient{
		LogicalID: "Client", ID: got.ID, Name: "web", GenerateSecret: true, SecretStandIn: got.SecretStandIn,
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		OAuthEnabled:      true, OAuthFlows: []string{"code"}, OAuthScopes: []string{"openid"},
		CallbackURLs: []string{"https://a.example/back", "myapp://back", "http://localhost:8080/callback"}, LogoutURLs: []string{"http://127.0.0.1/", "http://[::1]:99/"},
		DefaultRedirectURI: "https://a.example/back", IdentityProviders: []string{"COGNITO"},
		AccessTokenValidity: 5 * time.Minute, IDTokenValidity: day, RefreshTokenValidity: time.Hour, AuthSessionValidity: 15 * time.Minute,
		PreventUserExistenceErrors: true, ReadAttributes: []string{"email"}, WriteAttributes: []string{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestClientsThatCannotBe(t *testing.T) {
	const at = "7: Resources.Client.Properties."
	for name, test := range map[string]struct{ property, want string }{
		"http to another machine":    {"CallbackURLs: ['http://a.example/']", at + `CallbackURLs: "http://a.example/" must be absolute, without a fragment, and https`},
		"http to one named alike":    {"CallbackURLs: ['http://localhost.a.example/']", at + `CallbackURLs: "http://localhost.a.example/" must be absolute`},
		"http to one behind a user":  {"CallbackURLs: ['http://localhost@a.example/']", at + `CallbackURLs: "http://localhost@a.example/" must be absolute`},
		"http behind a user's colon": {"CallbackURLs: ['http://localhost:x@a.example/']", at + `CallbackURLs: "http://localhost:x@a.example/" must be absolute`},
		"a fragment":                 {"CallbackURLs: ['https://a.example/#x']", at + `CallbackURLs: "https://a.example/#x" must be absolute, without a fragment`},
		"a path alone":               {"LogoutURLs: [/]", at + `LogoutURLs: "/" must be absolute`},
		"a default of its own":       {"DefaultRedirectURI: https://a.example", at + "DefaultRedirectURI: must be one of CallbackURLs"},
		"too long a life":            {"AccessTokenValidity: 25", at + "AccessTokenValidity: 25 hours is not between 5 minutes and 1 day"},
		"too short a life":           {"AccessTokenValidity: 299\n      TokenValidityUnits: {AccessToken: seconds}", at + "AccessTokenValidity: 299 seconds is not between 5 minutes and 1 day"},
		"a flow that is none":        {"ExplicitAuthFlows: [ALLOW_PASSWORD_AUTH]", at + `ExplicitAuthFlows: "ALLOW_PASSWORD_AUTH" is not one of`},
		"flows of two ages":          {"ExplicitAuthFlows: [USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]", at + "ExplicitAuthFlows: names with ALLOW_ do not mix with names without"},
		"a machine without a secret": {"AllowedOAuthFlows: [client_credentials]", at + "AllowedOAuthFlows: client_credentials needs a client with a secret and without another flow"},
		"rotation and refresh":       {"RefreshTokenRotation: {Feature: ENABLED}", at + "RefreshTokenRotation: cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(withClient("      " + test.property + "\n"))
			wantProblems(t, err, test.want)
		})
	}
	s := mustLoad(t, "Resources:\n  C: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: eu-west-1_abc}}\n")
	if len(s.Notices) != 1 || s.Notices[0].Path != "Resources.C.Properties.UserPoolId" {
		t.Errorf("a client of a foreign pool: got notices %v, want one", s.Notices)
	}
}

func TestFirstFactors(t *testing.T) {
	const policy = "Policies: {SignInPolicy: {AllowedFirstAuthFactors: "
	for name, c := range map[string]struct{ host, properties, factors, relyingParty, notice string }{
		"unsaid":                  {"localhost", "UserPoolName: p", "PASSWORD", "localhost", ""},
		"all that run":            {"localhost", policy + "[WEB_AUTHN, EMAIL_OTP, PASSWORD]}}", "PASSWORD WEB_AUTHN EMAIL_OTP", "localhost", ""},
		"texts":                   {"localhost", policy + "[PASSWORD, SMS_OTP]}}", "PASSWORD", "localhost", "Policies.SignInPolicy.AllowedFirstAuthFactors: SMS_OTP is not run here"},
		"an address for a name":   {"127.0.0.1", policy + "[PASSWORD, WEB_AUTHN]}}", "PASSWORD", "", "Policies.SignInPolicy.AllowedFirstAuthFactors: WEB_AUTHN is not run here: browsers keep"},
		"a relying party above":   {"auth.todo.example", "WebAuthnRelyingPartyID: todo.example", "PASSWORD", "todo.example", ""},
		"a relying party beside":  {"auth.todo.example", "WebAuthnRelyingPartyID: o.example", "PASSWORD", "auth.todo.example", "WebAuthnRelyingPartyID: passkeys belong to \"auth.todo.example\" here"},
		"one that is in the name": {"auth.todo.example", "WebAuthnRelyingPartyID: odo.example", "PASSWORD", "auth.todo.example", "WebAuthnRelyingPartyID: passkeys belong to"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := stack.Load([]byte(sam("Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {"+c.properties+"}}\n")),
				stack.Options{File: "t.yaml", Local: stack.Local{Issuer: "http://" + c.host + ":8080/auth"}})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(s.UserPool.FirstFactors, " "); got != c.factors || s.UserPool.RelyingPartyID != c.relyingParty {
				t.Errorf("got %q of %q, want %q of %q", got, s.UserPool.RelyingPartyID, c.factors, c.relyingParty)
			}
			wantNotice(t, s, c.notice)
		})
	}
}

func TestWhatNeedsTextMessagesIsReported(t *testing.T) {
	for properties, notice := range map[string]string{
		"UsernameAttributes: [phone_number]":     "",
		"AliasAttributes: [email, phone_number]": "",
		"AutoVerifiedAttributes: [email]":        "",
		"AutoVerifiedAttributes: [phone_number]": "AutoVerifiedAttributes: phone_number is not verified here",
		"UserAttributeUpdateSettings: {AttributesRequireVerificationBeforeUpdate: [email, phone_number]}": "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate: a phone_number is changed by administrators alone here",
		"AccountRecoverySetting: {RecoveryMechanisms: [{Name: verified_phone_number, Priority: 1}]}":      "AccountRecoverySetting.RecoveryMechanisms[0].Name: nobody gets a new password by verified_phone_number here",
	} {
		t.Run(properties, func(t *testing.T) {
			wantNotice(t, mustLoad(t, sam("Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {"+properties+"}}\n")), notice)
		})
	}
}

func wantNotice(t *testing.T, s *stack.Stack, want string) {
	t.Helper()
	var got []string
	for _, n := range s.Notices {
		got = append(got, n.Path+": "+n.Message)
	}
	if want == "" && got != nil || want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], "Resources.P.Properties."+want)) {
		t.Errorf("got notices %v, want %q", got, want)
	}
}

func TestSecondFactors(t *testing.T) {
	const none = "MfaConfiguration: only SOFTWARE_TOKEN_MFA and EMAIL_OTP are run here"
	for name, c := range map[string]struct{ properties, mfa, factors, notice string }{
		"none":                     {"UserPoolName: p", "OFF", "", ""},
		"off, whatever is enabled": {"MfaConfiguration: 'OFF', EnabledMfas: [SMS_MFA, EMAIL_OTP]", "OFF", "", ""},
		"an app, demanded":         {"MfaConfiguration: 'ON', EnabledMfas: [SOFTWARE_TOKEN_MFA]", "ON", "SOFTWARE_TOKEN_MFA", ""},
		"an app, by choice":        {"MfaConfiguration: OPTIONAL, EnabledMfas: [SOFTWARE_TOKEN_MFA]", "OPTIONAL", "SOFTWARE_TOKEN_MFA", ""},
		"mail, demanded":           {"MfaConfiguration: 'ON', EnabledMfas: [EMAIL_OTP]", "ON", "EMAIL_OTP", ""},
		"an app and mail":          {"MfaConfiguration: OPTIONAL, EnabledMfas: [SOFTWARE_TOKEN_MFA, EMAIL_OTP]", "OPTIONAL", "SOFTWARE_TOKEN_MFA EMAIL_OTP", ""},
		"an app and texts":         {"MfaConfiguration: 'ON', EnabledMfas: [SOFTWARE_TOKEN_MFA, SMS_MFA]", "ON", "SOFTWARE_TOKEN_MFA", "EnabledMfas: SMS_MFA is not run here"},
		"texts, by choice":         {"MfaConfiguration: OPTIONAL, EnabledMfas: [SMS_MFA]", "OFF", "", none},
		"unsaid, by choice":        {"MfaConfiguration: OPTIONAL", "OFF", "", none},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustLoad(t, sam("Resources:\n  P: {Type: AWS::Cognito::UserPool, Properties: {"+c.properties+"}}\n"))
			if got := strings.Join(s.UserPool.SecondFactors, " "); s.UserPool.MFA != c.mfa || got != c.factors {
				t.Errorf("got %s %q, want %s %q", s.UserPool.MFA, got, c.mfa, c.factors)
			}
			wantNotice(t, s, c.notice)
		})
	}
}

func TestManagedLoginNeedsATier(t *testing.T) {
	const template = `Resources:
  Pool: {Type: AWS::Cognito::UserPool, Properties: {UserPoolTier: %s}}
  Domain: {Type: AWS::Cognito::UserPoolDomain, Properties: {Domain: todo, UserPoolId: !Ref Pool, ManagedLoginVersion: 2}}
`
	_, err := load(strings.Replace(template, "%s", "LITE", 1))
	wantProblems(t, err, "3: Resources.Domain.Properties.ManagedLoginVersion: 2 is managed login, which a pool of the tier LITE has not")
	mustLoad(t, strings.Replace(template, "%s", "ESSENTIALS", 1))
}

func TestTemporaryPasswordsLapse(t *testing.T) {
	for properties, want := range map[string]time.Duration{
		"":                               7 * day,
		"Policies: {PasswordPolicy: {}}": 7 * day,
		"Policies: {PasswordPolicy: {TemporaryPasswordValidityDays: 0}}":   7 * day, // which stands for the default
		"Policies: {PasswordPolicy: {TemporaryPasswordValidityDays: 365}}": 365 * day,
		"AdminCreateUserConfig: {UnusedAccountValidityDays: 3}":            3 * day,
		"AdminCreateUserConfig: {UnusedAccountValidityDays: 0}":            7 * day,
	} {
		if got := mustLoad(t, withPool("      "+properties+"\n", "")).UserPool.PasswordPolicy.TemporaryValidity; got != want {
			t.Errorf("%q: got %s, want %s", properties, got, want)
		}
	}
	_, err := load(withPool("      Policies: {PasswordPolicy: {TemporaryPasswordValidityDays: 1}}\n      AdminCreateUserConfig: {UnusedAccountValidityDays: 2}\n", ""))
	wantProblems(t, err, "7: Resources.Pool.Properties.AdminCreateUserConfig.UnusedAccountValidityDays: cannot be set together with TemporaryPasswordValidityDays")
}

func TestQuotasOfAPool(t *testing.T) {
	var scopes, attributes []string
	for i := range 51 {
		scopes = append(scopes, fmt.Sprintf("{ScopeName: s%d, ScopeDescription: s}", i))
		attributes = append(attributes, fmt.Sprintf("{Name: a%d}", i))
	}
	asked := func(n int) (names []string) {
		for i := range n {
			names = append(names, fmt.Sprintf("r/s%d", i))
		}
		return names
	}
	client := func(n int) string {
		return withClient("      AllowedOAuthScopes: ["+strings.Join(asked(n), ", ")+"]\n") +
			"  Server: {Type: AWS::Cognito::UserPoolResourceServer, Properties: {UserPoolId: !Ref Pool, Identifier: r, Name: r, Scopes: [" + strings.Join(scopes, ", ") + "]}}\n"
	}
	mustLoad(t, client(50))
	_, err := load(client(51))
	wantProblems(t, err, "7: Resources.Client.Properties.AllowedOAuthScopes: holds more than 50 scopes")
	pool := func(n int) string {
		return withPool("      Schema: [{Name: email}, "+strings.Join(attributes[:n], ", ")+"]\n", "")
	}
	mustLoad(t, pool(50))
	_, err = load(pool(51))
	wantProblems(t, err, "6: Resources.Pool.Properties.Schema: holds more than 50 custom attributes")
}

func TestClientSecret(t *testing.T) {
	const outputs = "Outputs: {Secret: {Value: !Sub 'it is ${Client.ClientSecret}'}}\n"
	s := mustLoad(t, withClient("      GenerateSecret: true\n")+outputs)
	if standIn := s.UserPool.Clients[0].SecretStandIn; len(standIn) != 32 || s.Outputs[0].Value != "it is "+standIn {
		t.Errorf("got %q and the stand-in %q", s.Outputs[0].Value, standIn)
	}
	if s := mustLoad(t, withClient("")); s.UserPool.Clients[0].SecretStandIn != "" {
		t.Error("a client without a secret has a stand-in for it")
	}
	_, err := load(withClient("") + outputs)
	wantProblems(t, err, "4: Resources.Client: needs GenerateSecret")
}

func TestReplace(t *testing.T) {
	s := mustLoad(t, sam(`Resources:
  Pool: {Type: AWS::Cognito::UserPool}
  Client: {Type: AWS::Cognito::UserPoolClient, Properties: {UserPoolId: !Ref Pool, GenerateSecret: true}}
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod, Variables: {secret: !GetAtt Client.ClientSecret}}}
  Key: {Type: AWS::ApiGateway::ApiKey, Properties: {Value: !GetAtt Client.ClientSecret}}
  Work:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./work, Environment: {Variables: {SECRET: !Sub 'a ${Client.ClientSecret}', OTHER: x}}}
  App:
    Type: AWS::Amplify::App
    Properties:
      Name: app
      EnvironmentVariables: [{Name: SECRET, Value: !GetAtt Client.ClientSecret}]
      CustomHeaders: !Sub |
        customHeaders:
          - {pattern: '*', headers: [{key: X-Secret, value: '${Client.ClientSecret}'}]}
  Main: {Type: AWS::Amplify::Branch, Properties: {AppId: !GetAtt App.AppId, BranchName: main}}
Outputs: {Secret: {Value: !GetAtt Client.ClientSecret}}
`))
	standIn := s.UserPool.Clients[0].SecretStandIn
	s.Replace(strings.NewReplacer(standIn, "s3cret"))
	got := []string{
		s.APIs[0].Variables["secret"], s.APIKeys[0].Value, s.Functions[0].Environment["SECRET"], s.Functions[0].Environment["OTHER"],
		s.Hosting.Environment["SECRET"], s.Hosting.Headers[0].Headers[0].Value, s.Outputs[0].Value,
	}
	if diff := cmp.Diff([]string{"s3cret", "s3cret", "a s3cret", "x", "s3cret", "s3cret", standIn}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
