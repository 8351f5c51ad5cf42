package stack

import "time"

// Stack is a template after its parameters, conditions, mappings and intrinsics have been resolved for one machine.
// It holds no unresolved value: what could not be resolved stopped Load.
type Stack struct {
	// File is the template's name as given to Load; problems cite it.
	File string
	// Name is AWS::StackName.
	Name string
	// Parameters are in the template's order.
	Parameters []Parameter
	// Resources are all that exist under the template's conditions, in the template's order.
	Resources []Resource
	// Outputs are in the template's order.
	Outputs []Output

	// APIs, Functions, UserPool, Hosting and LogGroups are the parts that run on one machine.
	APIs      []API
	Functions []Function
	// UserPool is nil when the template has none.
	UserPool *UserPool
	// Hosting is nil when the template has no Amplify app with a branch.
	Hosting   *Hosting
	LogGroups []LogGroup
	// UsagePlans bound the callers of methods that require one of the APIKeys.
	UsagePlans []UsagePlan
	APIKeys    []APIKey
	// Tables are not run on one machine, which keeps items in its own store.
	Tables []Table

	// Notices name what the template asks for and one machine does not do. They do not stop the start.
	Notices []Problem
}

// Parameter is a template parameter with its effective value.
type Parameter struct {
	Name  string
	Value string
	// NoEcho parameters are never printed or logged.
	NoEcho bool
}

// Resource is what `todo stack` prints of any resource, run here or not.
type Resource struct {
	LogicalID string
	Type      string
	// Ref is what `!Ref LogicalID` gives.
	Ref string
}

// Output is a resolved output of the stack.
type Output struct {
	Name        string
	Value       string
	Description string
}

// API is an AWS::Serverless::Api.
type API struct {
	LogicalID string
	// ID is the REST API id, ten lower-case alphanumerics.
	ID   string
	Name string
	// Stage is the path segment below which the API answers.
	Stage string
	// URL is the address of the stage as clients see it, without a trailing slash.
	URL    string
	Routes []Route
	// Authorizers are keyed by their name in the template.
	Authorizers map[string]Authorizer
	// Responses are the gateway responses, keyed by their type, e.g. DEFAULT_4XX.
	Responses map[string]GatewayResponse
	// Methods are the stage's method settings in the template's order.
	Methods []MethodSetting
	// AccessLog is nil when the stage has none.
	AccessLog *AccessLog
	Tracing   bool
	// Variables are the stage variables; nil when there are none.
	Variables map[string]string
	// BinaryMediaTypes are the media types that functions see as base64, e.g. image/png, or */* for all.
	BinaryMediaTypes []string
	// MinimumCompression is the size in bytes from which answers are compressed; nil when none is.
	MinimumCompression *int
}

// Route is one method on one path, made from a function's event or from the API's CORS setting.
type Route struct {
	// Method is an upper-case HTTP method, or ANY.
	Method string
	// Path is the resource path, e.g. /item/{id}, without a trailing slash.
	Path string
	// Function is the logical id of the function that answers; empty for a preflight.
	Function string
	// Authorizer is a key of API.Authorizers, or empty when the method needs no token.
	Authorizer string
	// Scopes, when not empty, make the authorizer ask for an access token holding one of them.
	Scopes         []string
	APIKeyRequired bool
	// Timeout bounds the integration; 29 s unless the event says otherwise.
	Timeout time.Duration
	// Preflight holds the headers of SAM's mock OPTIONS method, without the inner quotes; nil for other routes.
	Preflight map[string]string
}

// Authorizer is a Cognito authorizer of an API.
type Authorizer struct {
	// UserPool is the logical id of the pool whose tokens it accepts, or the ARN as written when it is not of this stack.
	UserPool string
	// Header is the identity source, Authorization unless changed.
	Header string
	// Validation is the identity validation expression; empty when there is none.
	Validation string
	// Scopes are the authorizer's default scopes.
	Scopes []string
}

// GatewayResponse customises errors that the gateway raises itself.
type GatewayResponse struct {
	// StatusCode is 0 when it is not changed.
	StatusCode int
	// Headers map a plain header name to a mapping expression as written: a static 'value' with its quotes, or method.request.header.X.
	Headers map[string]string
	// Templates map a media type to a body template.
	Templates map[string]string
}

// MethodSetting holds a stage's settings for a path and method.
type MethodSetting struct {
	// ResourcePath is as in the template: /* for all, else a path whose slashes after the first are written ~1.
	ResourcePath string
	// HTTPMethod is an upper-case method or *.
	HTTPMethod string
	// RateLimit is in requests per second; nil when not set.
	RateLimit *float64
	// BurstLimit is the bucket's capacity in requests; nil when not set.
	BurstLimit *int
}

// AccessLog says where and how a stage logs its requests.
type AccessLog struct {
	// LogGroup is the group's name, e.g. /aws/apigateway/AccessLog.
	LogGroup string
	// Format is the one-line format with its $context variables.
	Format string
}

// LogGroup is an AWS::Logs::LogGroup.
type LogGroup struct {
	LogicalID string
	Name      string
	// Retention is 0 when events never expire.
	Retention time.Duration
}

// Table is an AWS::DynamoDB::Table or an AWS::Serverless::SimpleTable, as far as keys and capacity go.
type Table struct {
	LogicalID string
	// Name is the table's name, e.g. todo-TodoTable-1A2B3C4D5E6F.
	Name string
	// Key is the partition key and, in most tables, the sort key.
	Key []KeyAttribute
	// OnDemand tables have no capacity of their own; the others have these units.
	OnDemand              bool
	ReadUnits, WriteUnits int
	// Further are the properties that are set and that this type leaves out, such as SSESpecification.
	Further []string
}

// KeyAttribute is an attribute of a table's key.
type KeyAttribute struct {
	Name string
	Type string // S, N or B
}

// Function is an AWS::Serverless::Function.
type Function struct {
	LogicalID string
	// Name is the function's name, e.g. todo-AddTodoFunction-1A2B3C4D5E6F.
	Name string
	// ARN is what GetAtt gives as Arn.
	ARN string
	// CodeURI is as in the template, e.g. ./functions/add.
	CodeURI string
	Handler string
	// Timeout is 3 s unless set.
	Timeout time.Duration
	// MemorySize is in MB; 128 unless set.
	MemorySize  int
	Environment map[string]string
	// LogGroup is the group's name; /aws/lambda/<Name> unless set.
	LogGroup string
	// LogFormat is Text or JSON; Text unless set.
	LogFormat string
}

// UserPool is an AWS::Cognito::UserPool with its clients and domain.
type UserPool struct {
	LogicalID string
	// ID is the pool id: <region>_<9 alphanumerics>.
	ID   string
	ARN  string
	Name string
	// Issuer is the iss claim and the address of discovery, without a trailing slash.
	Issuer string
	// DomainURL is the base address of the hosted pages and OAuth endpoints, without a trailing slash.
	DomainURL string
	// Domain is the prefix or host name as in the template; empty when the pool has none.
	Domain         string
	PasswordPolicy PasswordPolicy
	// UsernameAttributes are among email and phone_number, or empty when user names are chosen freely.
	UsernameAttributes []string
	AliasAttributes    []string
	// AutoVerifiedAttributes are verified by a code that sign-up sends.
	AutoVerifiedAttributes []string
	// VerifyBeforeUpdate are the attributes whose new value takes the place of the old one only once it is verified.
	VerifyBeforeUpdate []string
	// CaseSensitive tells whether user names and aliases differ by case.
	CaseSensitive       bool
	AdminCreateUserOnly bool
	Schema              []Attribute
	RecoveryMechanisms  []string
	// FirstFactors are what a choice-based sign-in may begin with: PASSWORD, and among EMAIL_OTP and WEB_AUTHN.
	FirstFactors []string
	MFA          string // OFF, OPTIONAL or ON
	// SecondFactors are those that run here, SOFTWARE_TOKEN_MFA and EMAIL_OTP; empty when MFA is OFF.
	SecondFactors []string
	// RelyingPartyID is the host that passkeys belong to; empty when there can be none.
	RelyingPartyID   string
	UserVerification string // preferred or required, for passkeys
	// PasskeysAreTwoFactors lets a passkey that verified its user stand for the second factor too.
	PasskeysAreTwoFactors bool
	VerificationSubject   string // empty means Cognito's default
	VerificationMessage   string // empty means Cognito's default; holds {####}
	AuthenticationSubject string // likewise, for a code to sign in with
	AuthenticationMessage string // holds {####}
	// ConfirmByLink has a sign-up's message bring a link rather than a code. A pool without a domain has no page for it, and mails codes.
	ConfirmByLink      bool
	LinkSubject        string // empty means Cognito's default
	LinkMessage        string // likewise; holds the link's words between {## and ##}
	InvitationSubject  string // likewise, for AdminCreateUser
	InvitationMessage  string // holds {username} and {####}
	DeletionProtection bool
	Clients            []UserPoolClient
	Groups             []UserPoolGroup
	Users              []UserPoolUser
	Memberships        []GroupMembership
	ResourceServers    []ResourceServer
}

// PasswordPolicy is what a new password must hold.
type PasswordPolicy struct {
	// MinimumLength is in characters, 6 to 99.
	MinimumLength    int
	RequireUppercase bool
	RequireLowercase bool
	RequireNumbers   bool
	RequireSymbols   bool
	// TemporaryValidity is how long a password made by an administrator can be used; 7 days unless set.
	TemporaryValidity time.Duration
	// HistorySize is how many of a person's last passwords, the one in use included, may not be chosen again.
	HistorySize int
}

// Attribute is an entry of a pool's schema beyond or changing the standard ones.
type Attribute struct {
	// Name is without the custom: prefix.
	Name     string
	Custom   bool
	Type     string // String, Number, DateTime or Boolean
	Required bool
	Mutable  bool
	// MinLength and MaxLength are for strings, MinValue and MaxValue for numbers; nil when not set.
	MinLength, MaxLength *int
	MinValue, MaxValue   *int
}

// UserPoolClient is an AWS::Cognito::UserPoolClient. Defaults of AWS are already in place.
type UserPoolClient struct {
	LogicalID string
	// ID is 26 lower-case alphanumerics.
	ID   string
	Name string
	// GenerateSecret clients are confidential; the secret itself is not of the template.
	GenerateSecret bool
	// SecretStandIn is what stands where the template refers to the secret, until Stack.Replace; empty without a secret.
	SecretStandIn string
	// ExplicitAuthFlows are in the ALLOW_ form.
	ExplicitAuthFlows []string
	// OAuthEnabled is AllowedOAuthFlowsUserPoolClient; without it the hosted pages refuse the client.
	OAuthEnabled bool
	// OAuthFlows are among code, implicit and client_credentials.
	OAuthFlows         []string
	OAuthScopes        []string
	CallbackURLs       []string
	LogoutURLs         []string
	DefaultRedirectURI string
	IdentityProviders  []string
	// AccessTokenValidity, IDTokenValidity, RefreshTokenValidity and AuthSessionValidity have their units applied.
	AccessTokenValidity        time.Duration
	IDTokenValidity            time.Duration
	RefreshTokenValidity       time.Duration
	AuthSessionValidity        time.Duration
	EnableTokenRevocation      bool
	PreventUserExistenceErrors bool // ENABLED
	RefreshTokenRotation       bool
	RefreshTokenGracePeriod    time.Duration
	ReadAttributes             []string // nil means the standard ones
	WriteAttributes            []string // nil means the standard ones
}

// Hosting is an AWS::Amplify::App with its branch.
type Hosting struct {
	// Name is the app's name, as people see it on the sign-in pages.
	Name string
	// URL is the address of the branch as people see it, without a trailing slash.
	URL string
	// Environment is the branch's, over the app's.
	Environment map[string]string
	Rewrites    []Rewrite
	Headers     []HeaderRule
}

// Rewrite is a custom rule of an Amplify app.
type Rewrite struct {
	Source, Target string
	// Status is 200, 301, 302, 404 or 404-200; 302 unless set.
	Status string
}

// HeaderRule adds headers to paths that match a pattern.
type HeaderRule struct {
	Pattern string
	Headers []Header
}

// Header is a response header.
type Header struct{ Key, Value string }

// Problem is something wrong with a template, or not run here, with its place.
type Problem struct {
	File string
	// Line is 1-based; 0 when the problem has no single place.
	Line int
	// Path is the place in the template, e.g. Resources.TodoApi.Properties.StageName.
	Path    string
	Message string
}
