package userpool

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

const (
	// srpLifetime is how long a client may take for its answer, which it computes without asking anybody.
	srpLifetime = time.Minute
	// maxSkew is how far a client's clock may be off. The timestamp proves nothing that the block does not, so this is
	// generous.
	maxSkew = 15 * time.Minute
	// srpTime is how clients write their time, always in English and UTC.
	srpTime = "Mon Jan 2 15:04:05 UTC 2006"
)

// SRPChallenge is the server's half of an SRP sign-in.
type SRPChallenge struct {
	// UserID is the name that the client computes with: the account's canonical user name.
	UserID string
	// Salt and B are hexadecimal.
	Salt, B string
	// Block is what the client signs and brings back. It is opaque, single use and good for a minute.
	Block []byte
}

// SRPAnswer is the client's.
type SRPAnswer struct {
	// Username is the one that the sign-in began with, or the UserID it was given.
	Username  string
	Block     []byte
	Signature []byte
	// Timestamp is as the client wrote and signed it.
	Timestamp string
}

// srpBlock is the server's side of a sign-in under way. It travels with the client, sealed. Its length tells nothing
// but the lengths of the two names, which the client has.
type srpBlock struct {
	ID      string `json:"i"`
	Name    string `json:"n"` // as typed
	UserID  string `json:"u"`
	Key     []byte `json:"k"`
	Of      []byte `json:"o"` // names the password that the key was made with
	Expires int64  `json:"e"` // Unix milliseconds
}

// StartSRP begins a sign-in by SRP with the client's public number A, which is hexadecimal. A name without an account
// gets a challenge that nothing answers, always with the same salt and user id, unless the client may tell that there is
// none. So does an account whose password the pool has not seen since SRP was allowed.
func (p *Pool) StartSRP(_ context.Context, c *Client, username, publicA string) (SRPChallenge, error) {
	if !allowsSRP(c.UserPoolClient) {
		return SRPChallenge{}, refuse(typeInvalidParam, "USER_SRP_AUTH is not enabled for the client.")
	}
	if err := checkName(username); err != nil {
		return SRPChallenge{}, err
	}
	group := p.srp.group
	a, ok := group.readNumber(publicA)
	if !ok || !group.accepts(a) {
		return SRPChallenge{}, refuse(typeInvalidParam, "SRP_A is not a number that can be answered.")
	}
	now := p.cfg.Now()
	var of account
	var known bool
	err := p.view(now, func(t tx) (err error) {
		of, known, err = p.find(t, username)
		return err
	})
	if err != nil {
		return SRPChallenge{}, err
	}
	if !known && !c.PreventUserExistenceErrors {
		return SRPChallenge{}, errNoSuchUser()
	}
	userID := of.Username
	if !known {
		userID = p.inventedUserID(username)
	}
	v, salt := p.verifier(of.credential, of.Username), number(of.SRPSalt)
	if v == nil {
		of.credential = p.srp.decoy
		v, salt = p.verifier(of.credential, ""), number(p.digest("srp salt", p.naming.fold(username))[:saltSize])
	}
	b, err := p.drawNumber(srpSecret)
	if err != nil {
		return SRPChallenge{}, err
	}
	offer := group.offer(v, b)
	id, err := newSecret(p.cfg.Rand)
	if err != nil {
		return SRPChallenge{}, err
	}
	block, err := p.sealBlock(c, srpBlock{
		ID: id, Name: username, UserID: userID, Key: group.key(a, offer, v, b), Of: sum256([]byte(of.Password)),
		Expires: now.Add(srpLifetime).UnixMilli(),
	})
	return SRPChallenge{UserID: userID, Salt: hex.EncodeToString(pad(salt)), B: hex.EncodeToString(offer.Bytes()), Block: block}, err
}

func (p *Pool) sealBlock(c *Client, block srpBlock) ([]byte, error) {
	plain, err := json.Marshal(block)
	if err != nil {
		return nil, err
	}
	return p.blocks.seal(plain, c.ID)
}

// inventedUserID is what a name without an account is answered with, always the same: of the form that the ids of
// accounts have.
func (p *Pool) inventedUserID(name string) string {
	name = p.naming.fold(name)
	if !p.naming.byAddress() && p.naming.addressOf(name) == "" {
		return name
	}
	var id uuid.UUID
	copy(id[:], p.digest("srp user", name))
	id[6], id[8] = 0x40|id[6]&0x0f, 0x80|id[8]&0x3f // as of a random UUID
	return id.String()
}

// FinishSRP checks the client's proof that it knows the password; the outcome is that of SignIn, and so is the lock
// after failures, which the two share.
func (p *Pool) FinishSRP(ctx context.Context, c *Client, answer SRPAnswer) (User, error) {
	now := p.cfg.Now()
	block, refusal := p.openBlock(c, answer, now)
	if refusal != nil {
		return User{}, refusal
	}
	var a account
	err := p.change(ctx, now, func(t tx) error {
		var known bool
		var err error
		if a, known, err = p.find(t, block.Name); err != nil {
			return err
		}
		w := p.who(block.Name, a, known)
		g, err := t.guard(w)
		if err != nil {
			return err
		}
		if err := p.mayTry(ctx, t); err != nil {
			return err
		}
		if g.locked(now) {
			return errLockedOut()
		}
		if err := spendBlock(t, block); err != nil {
			return err
		}
		want := srpSignature(block.Key, p.srp.pool, block.UserID, answer.Block, answer.Timestamp)
		right := hmac.Equal(want, answer.Signature) && known && hmac.Equal(block.Of, sum256([]byte(a.Password)))
		if right && g.Failures == 0 {
			return nil
		}
		return p.outcome(ctx, t, w, g, right)
	})
	if err != nil {
		return User{}, err
	}
	return a.user(), p.admit(a, now)
}

// openBlock reads what the client brought back.
func (p *Pool) openBlock(c *Client, answer SRPAnswer, now time.Time) (srpBlock, *Error) {
	var block srpBlock
	plain, err := p.blocks.open(answer.Block, c.ID)
	if err == nil {
		err = json.Unmarshal(plain, &block)
	}
	if err != nil || p.naming.fold(answer.Username) != p.naming.fold(block.Name) && answer.Username != block.UserID {
		return srpBlock{}, errSession(".")
	}
	if now.UnixMilli() >= block.Expires {
		return srpBlock{}, errSession(", session is expired.")
	}
	at, err := time.Parse(srpTime, answer.Timestamp)
	if err != nil {
		return srpBlock{}, refuse(typeInvalidParam, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	if now.Sub(at).Abs() > maxSkew {
		return srpBlock{}, refuse(typeInvalidParam, "TIMESTAMP is too far from the time of the service.")
	}
	return block, nil
}

// spendBlock makes a block useless, whatever its answer was worth: each is good for one guess.
func spendBlock(t tx, block srpBlock) error {
	key := hashed(block.ID)
	if t.in(challenges).Get([]byte(key)) != nil {
		return errSession(", session can only be used once.")
	}
	r := challengeRecord{lapsing: lapsing{time.UnixMilli(block.Expires)}, Spent: true}
	return t.putLapsing(challenges, key, r, r.Expires)
}
