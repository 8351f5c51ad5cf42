package userpool

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/go-jose/go-jose/v4"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
)

// Config is what a pool needs. Every field is required.
type Config struct {
	Pool   *stack.UserPool
	DB     *boltdb.DB
	Mail   mail.Sender
	Now    func() time.Time
	Rand   io.Reader
	Logger *slog.Logger
}

// Pool is an open user pool. It is safe for concurrent use.
//
// Methods that a person or a client calls refuse with an *Error; any other error is a fault of this machine.
type Pool struct {
	cfg Config
}

var errTODO = errors.New("not implemented")

// Open prepares the pool in its data file, making keys and client secrets on the first start.
func Open(ctx context.Context, cfg Config) (*Pool, error) { return nil, errTODO }

// Settings are the pool's settings from the template.
func (p *Pool) Settings() *stack.UserPool { return p.cfg.Pool }

// Client finds an app client by its id.
func (p *Pool) Client(id string) (*Client, bool) { return nil, false }

// KeySet holds the public keys that verify the pool's ID and access tokens.
func (p *Pool) KeySet() jose.JSONWebKeySet { return jose.JSONWebKeySet{} }

// SignUp registers an account and mails a code when an auto-verified attribute was given; otherwise delivery is nil.
func (p *Pool) SignUp(ctx context.Context, c *Client, username, password string, attrs []Attribute) (u User, delivery *Delivery, err error) {
	return User{}, nil, errTODO
}

// ConfirmSignUp confirms an account by the code that was mailed to it.
func (p *Pool) ConfirmSignUp(ctx context.Context, c *Client, username, code string) error {
	return errTODO
}

// ResendConfirmationCode mails a new code, which voids the one before.
func (p *Pool) ResendConfirmationCode(ctx context.Context, c *Client, username string) (Delivery, error) {
	return Delivery{}, errTODO
}

// ErrNewPasswordRequired is what SignIn answers, beside the user, when the password is right but temporary.
var ErrNewPasswordRequired = errors.New("the temporary password must be replaced")

// SignIn checks a password. The username may be an alias, such as the e-mail.
func (p *Pool) SignIn(ctx context.Context, c *Client, username, password string) (User, error) {
	return User{}, errTODO
}

// StartNewPassword opens the challenge that follows ErrNewPasswordRequired: its session is single use and lives as
// long as the client's AuthSessionValidity.
func (p *Pool) StartNewPassword(ctx context.Context, c *Client, sub string) (session string, err error) {
	return "", errTODO
}

// FinishNewPassword replaces the temporary password and confirms the account.
func (p *Pool) FinishNewPassword(ctx context.Context, c *Client, session, password string, attrs []Attribute) (User, error) {
	return User{}, errTODO
}

// ForgotPassword mails a code for a new password; for an unknown account it answers as if it had.
func (p *Pool) ForgotPassword(ctx context.Context, c *Client, username string) (Delivery, error) {
	return Delivery{}, errTODO
}

// ConfirmForgotPassword sets a new password by the code that was mailed.
func (p *Pool) ConfirmForgotPassword(ctx context.Context, c *Client, username, code, password string) error {
	return errTODO
}

// User reads an account by its sub.
func (p *Pool) User(ctx context.Context, sub string) (User, error) { return User{}, errTODO }

// IssueTokens makes the tokens of a new sign-in.
func (p *Pool) IssueTokens(ctx context.Context, r TokenRequest) (Tokens, error) {
	return Tokens{}, errTODO
}

// RefreshTokens makes new ID and access tokens, and with rotation a new refresh token.
func (p *Pool) RefreshTokens(ctx context.Context, c *Client, refreshToken string) (Tokens, error) {
	return Tokens{}, errTODO
}

// RevokeToken revokes a refresh token and every access token of its sign-in. An unknown token is no error.
func (p *Pool) RevokeToken(ctx context.Context, c *Client, refreshToken string) error { return errTODO }

// AccessToken verifies an access token of this pool: signature, issuer, expiry, use, revocation, and that its user
// still exists and is enabled.
func (p *Pool) AccessToken(ctx context.Context, raw string) (AccessClaims, error) {
	return AccessClaims{}, errTODO
}

// StartSession begins a browser session of one hour; the token is for the browser's cookie and is stored hashed.
func (p *Pool) StartSession(ctx context.Context, sub string) (token string, err error) {
	return "", errTODO
}

// Session finds a live session; ok is false when there is none.
func (p *Pool) Session(ctx context.Context, token string) (s Session, ok bool, err error) {
	return Session{}, false, errTODO
}

// EndSession ends a session; an unknown one is no error.
func (p *Pool) EndSession(ctx context.Context, token string) error { return errTODO }

// IssueCode makes an authorization code: single use, five minutes.
func (p *Pool) IssueCode(ctx context.Context, g Grant) (code string, err error) { return "", errTODO }

// RedeemCode exchanges a code for the tokens of its grant. accept is asked whether the exchange fits the grant (client,
// redirect address, PKCE verifier); its error is returned, and the code is spent in any case. A code that is unknown,
// expired or spent is an *Error of type invalid_grant; a second use revokes the tokens of the first.
func (p *Pool) RedeemCode(ctx context.Context, c *Client, code string, accept func(Grant) error) (Tokens, error) {
	return Tokens{}, errTODO
}
