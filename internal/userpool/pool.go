package userpool

import (
	"context"
	"io"
	"log/slog"
	"runtime"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-webauthn/webauthn/webauthn"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
)

// Config is what a pool needs. Every field is required; Now and Rand must be safe for concurrent use, and Rand must be
// fit for secrets, as crypto/rand.Reader is.
type Config struct {
	Pool   *stack.UserPool
	DB     *boltdb.DB
	Mail   mail.Sender
	Now    func() time.Time
	Rand   io.Reader
	Logger *slog.Logger
	// SealKey encrypts what must be read again: SRP verifiers and the secrets of second factors. It has SealKeySize bytes
	// and is to be kept outside the data file, since what it seals is no safer than the key is.
	SealKey []byte
}

// Pool is an open user pool. It is safe for concurrent use.
//
// Methods that a person or a client calls refuse with an *Error; any other error is a fault of this machine.
type Pool struct {
	cfg     Config
	naming  naming
	schema  schema
	hasher  *hasher
	turns   turns
	atRest  sealer // for the data file
	blocks  sealer // for what clients bring back
	srp     srp
	nobody  []byte // a record to read where there is no account
	pepper  []byte // keys the hashes of what is short enough to be guessed
	keys    keys
	clients map[string]*Client
	// passkeys is nil where there are none.
	passkeys *webauthn.WebAuthn
}

// seams are what tests make cheaper.
type seams struct {
	cost   cost
	newKey newKeyFunc
}

// Open prepares the pool in its data file, making keys and client secrets on the first start.
//
// It fails when the template asks for user names of another kind than the pool's accounts have, which Cognito does not
// change either.
func Open(ctx context.Context, cfg Config) (*Pool, error) {
	return open(ctx, cfg, seams{cost: owasp, newKey: newRSAKey})
}

func open(ctx context.Context, cfg Config, s seams) (*Pool, error) {
	hasher, err := newHasher(s.cost, cfg.Rand, min(runtime.GOMAXPROCS(0), maxAtOnce))
	if err != nil {
		return nil, err
	}
	p := &Pool{cfg: cfg, naming: namingOf(cfg.Pool), schema: schemaOf(cfg.Pool), hasher: hasher, clients: map[string]*Client{}}
	if p.nobody, err = nobodysRecord(hasher.decoy, cfg.Now()); err != nil {
		return nil, err
	}
	if p.atRest, err = newSealer(cfg.SealKey, sealAtRest, cfg.Rand); err != nil {
		return nil, err
	}
	if p.blocks, err = newSealer(cfg.SealKey, sealBlocks, cfg.Rand); err != nil {
		return nil, err
	}
	if err := p.preparePasskeys(); err != nil {
		return nil, err
	}
	if err := p.prepareSRP(); err != nil {
		return nil, err
	}
	p.keys.newKey = s.newKey
	if err := p.prepare(ctx); err != nil {
		return nil, err
	}
	if err := p.declare(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// Settings are the pool's settings from the template. They must not be altered.
func (p *Pool) Settings() *stack.UserPool { return p.cfg.Pool }

// Client finds an app client by its id. It is shared and must not be altered.
func (p *Pool) Client(id string) (*Client, bool) {
	c, ok := p.clients[id]
	return c, ok
}

// KeySet holds the public keys that verify the pool's ID and access tokens: those that sign, and those that did as long
// as a token of theirs can be in force. It is shared and must not be altered.
func (p *Pool) KeySet() jose.JSONWebKeySet { return p.keys.at(p.cfg.Now()).set }

// User reads an account by its sub.
func (p *Pool) User(_ context.Context, sub string) (User, error) {
	var a account
	err := p.view(p.cfg.Now(), func(t tx) error {
		var err error
		a, err = existing(t, sub)
		return err
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), nil
}

// existing reads an account that ought to be there, but may have been deleted meanwhile.
func existing(t tx, sub string) (account, error) {
	a, found, err := get[account](t, users, sub)
	if err == nil && !found {
		return account{}, errNoSuchUser()
	}
	return a, err
}
