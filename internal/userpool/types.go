package userpool

import (
	"time"

	"example.com/todo/internal/stack"
)

// Client is an app client of the pool with its secret.
type Client struct {
	stack.UserPoolClient
	// Secret is empty for a public client.
	Secret string
}

// Status is the state of an account.
type Status string

// The states of an account that this pool can bring about.
const (
	Unconfirmed         Status = "UNCONFIRMED"
	Confirmed           Status = "CONFIRMED"
	ForceChangePassword Status = "FORCE_CHANGE_PASSWORD"
	ResetRequired       Status = "RESET_REQUIRED"
)

// Attribute is a user attribute. Values are strings, also those of Boolean attributes ("true").
type Attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// User is an account as its neighbours may see it: without credentials.
type User struct {
	// Sub never changes and is never given to another account.
	Sub string
	// Username is the canonical user name: the sub itself in a pool whose users sign in by e-mail or telephone number.
	Username string
	Status   Status
	Enabled  bool
	// Attributes start with sub.
	Attributes []Attribute
	Created    time.Time
	Modified   time.Time
}

// SignInName is what the person is likely to sign in with: the e-mail, else the user name or, where that is the sub, the
// telephone number.
func (u User) SignInName() string {
	attributes := map[string]string{}
	for _, a := range u.Attributes {
		attributes[a.Name] = a.Value
	}
	name := or(attributes["email"], u.Username)
	if name == u.Sub {
		name = or(attributes["phone_number"], name)
	}
	return name
}

// Delivery says where a code was sent, or would have been sent had the account existed.
type Delivery struct {
	// Destination is masked: t***@t***.
	Destination string
	Medium      string // EMAIL
	Attribute   string // email
}

// Session is a browser's hour of being signed in at the hosted pages, shared by all clients of the pool.
type Session struct {
	// ID names the session and does not open it, as the cookie's token does.
	ID   string
	User User
	// AuthTime is when the person proved who they are; reuse does not extend the session.
	AuthTime time.Time
}

// Grant is what a person allowed a client: the content of an authorization code.
type Grant struct {
	ClientID      string    `json:"client_id"`
	RedirectURI   string    `json:"redirect_uri"`
	Sub           string    `json:"sub"`
	Scopes        []string  `json:"scopes"`
	Nonce         string    `json:"nonce,omitempty"`
	CodeChallenge string    `json:"code_challenge,omitempty"` // S256; empty when the client sent none
	Resource      string    `json:"resource,omitempty"`       // for which the access token is meant; empty when the client named none
	AuthTime      time.Time `json:"auth_time"`
	// Session is the ID of the browser session that it was allowed in; empty when there was none.
	Session string `json:"session,omitempty"`
}

// TokenRequest asks for the tokens of a sign-in that has succeeded.
type TokenRequest struct {
	Client *Client
	Sub    string
	// Scopes are those granted by OAuth. They are not looked at when API is set.
	Scopes   []string
	Nonce    string
	Resource string // as in Grant
	AuthTime time.Time
	Session  string // as in Grant
	// Refresh asks for a refresh token too; the implicit flow never does.
	Refresh bool
	// API marks a sign-in by the JSON API rather than by OAuth: its only scope is aws.cognito.signin.user.admin, it
	// always has an ID token, and that holds every attribute that the client may read.
	API bool
}

// Tokens are what a sign-in or a refresh yields. ID is empty without the openid scope; Refresh is empty when none was
// asked for, or on a refresh without rotation.
type Tokens struct {
	ID        string
	Access    string
	Refresh   string
	ExpiresIn time.Duration // of the access token
	Scopes    []string
}

// AccessClaims are the claims of a verified access token.
type AccessClaims struct {
	Sub      string
	Username string
	ClientID string
	Scopes   []string
	// EventID is the ID of the SignedIn that the token stems from.
	EventID string
	// OriginJTI names the sign-in that the token stems from; empty when the client does not allow revocation.
	OriginJTI string
}
