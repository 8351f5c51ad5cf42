package userpool

import (
	"context"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"example.com/todo/internal/stack"
)

// credential is what is kept of a password.
type credential struct {
	// Password is the encoded hash, see hasher.
	Password string `json:"password"`
	// SRPSalt and SRPVerifier are kept while a client may sign in by SRP. The verifier falls to guessing a thousand times
	// faster than the hash, so it is sealed with a key that is not in the data file. It is bound to the hash: one that
	// was left behind by an older password does not open.
	SRPSalt     []byte `json:"srp_salt,omitempty"`
	SRPVerifier []byte `json:"srp_verifier,omitempty"`
}

// newCredential makes what is kept of a new password. username is the account's canonical one, which never changes.
func (p *Pool) newCredential(ctx context.Context, username, password string) (credential, error) {
	hash, err := p.hasher.hash(ctx, password)
	if err != nil || !p.srp.allowed {
		return credential{Password: hash}, err
	}
	return p.withVerifier(hash, username, password)
}

// replacement makes what is kept of a password that takes the place of the account's. It refuses those that the policy
// remembers; each costs as much to compare as a sign-in, so the caller has proven first who asks.
func (p *Pool) replacement(ctx context.Context, a account, password string) (credential, error) {
	for _, used := range a.used(p.cfg.Pool.PasswordPolicy.HistorySize) {
		again, err := p.hasher.matches(ctx, used, password)
		if err != nil {
			return credential{}, err
		}
		if again {
			return credential{}, refuse("PasswordHistoryPolicyViolationException", "Password has previously been used.")
		}
	}
	return p.newCredential(ctx, a.Username, password)
}

// used are the hashes of the account's last passwords, at most n.
func (a account) used(n int) []string {
	all := append([]string{a.Password}, a.History...)
	if a.Password == "" {
		all = a.History
	}
	return all[:max(min(n, len(all)), 0)]
}

// renew replaces the account's password and remembers as many of those before as the policy asks for.
func (p *Pool) renew(a *account, fresh credential) {
	a.History = slices.Clone(a.used(p.cfg.Pool.PasswordPolicy.HistorySize - 1))
	a.credential = fresh
}

// withVerifier adds what SRP needs to the hash of the same password.
func (p *Pool) withVerifier(hash, username, password string) (credential, error) {
	salt, err := p.drawNumber(saltSize)
	if err != nil {
		return credential{}, err
	}
	v := p.srp.group.verifier(p.srp.pool, username, password, salt)
	sealed, err := p.atRest.seal(v.Bytes(), "srp", username, hash)
	return credential{Password: hash, SRPSalt: salt.Bytes(), SRPVerifier: sealed}, err
}

// verifier is nil when there is none that belongs to the password.
func (p *Pool) verifier(c credential, username string) *big.Int {
	v, err := p.atRest.open(c.SRPVerifier, "srp", username, c.Password)
	if err != nil {
		return nil
	}
	return number(v)
}

// learn keeps what SRP needs of an account whose password was just found right and that lacks it: it was made when no
// client could sign in by SRP.
func (p *Pool) learn(ctx context.Context, a account, password string) error {
	if !p.srp.allowed || p.verifier(a.credential, a.Username) != nil {
		return nil
	}
	learned, err := p.withVerifier(a.Password, a.Username, password)
	if err != nil {
		return err
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		was, found, err := get[account](t, users, a.Sub)
		if err != nil || !found || was.Password != a.Password { // changed meanwhile: there is nothing to add to
			return err
		}
		now := was
		now.credential = learned
		return p.save(t, was, now)
	})
}

func (p *Pool) drawNumber(size int) (*big.Int, error) {
	b := make([]byte, size)
	if _, err := io.ReadFull(p.cfg.Rand, b); err != nil {
		return nil, fmt.Errorf("userpool: drawing a number: %w", err)
	}
	return number(b), nil
}

// srp is what the pool needs for SRP.
type srp struct {
	// allowed is set when a client of the template may use it.
	allowed bool
	group   srpGroup
	pool    string // the pool's name in the maths: its id after the region
	// decoy has a verifier that no password gives.
	decoy credential
}

func allowsSRP(c stack.UserPoolClient) bool {
	return slices.Contains(c.ExplicitAuthFlows, "ALLOW_USER_SRP_AUTH") || slices.Contains(c.ExplicitAuthFlows, allowUserAuth)
}

// prepareSRP makes the decoy as accounts' verifiers are made, so that looking at it takes as long.
func (p *Pool) prepareSRP() error {
	if !slices.ContainsFunc(p.cfg.Pool.Clients, allowsSRP) {
		return nil
	}
	_, name, _ := strings.Cut(p.cfg.Pool.ID, "_")
	p.srp = srp{allowed: true, group: newSRPGroup(), pool: name}
	unknown, err := newSecret(p.cfg.Rand)
	if err != nil {
		return err
	}
	p.srp.decoy, err = p.withVerifier(p.hasher.decoy, "", unknown)
	return err
}
