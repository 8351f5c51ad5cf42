package userpool

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// cost is how dear a password hash is made.
type cost struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// owasp is the least that OWASP's Password Storage Cheat Sheet asks of argon2id.
var owasp = cost{memory: 19 * 1024, time: 2, threads: 1}

const (
	saltSize  = 16
	hashSize  = 32
	maxMemory = 1 << 20 // KiB; a hash that asks for more is damaged
	// maxAtOnce is how many hashes a machine of many cores computes at once. They take 76 MiB, and are more in a second than
	// the 120 sign-ins that Cognito allows.
	maxAtOnce = 4
)

// hasher makes and checks argon2id hashes, in the encoding "$argon2id$v=19$m=…,t=…,p=…$salt$hash", which carries its
// cost with it. It computes only so many at once, since each takes the memory of its cost; the others wait, as many as
// have a chance to be answered in good time, and the rest are refused.
type hasher struct {
	cost    cost
	random  io.Reader
	slots   chan struct{}
	waiting atomic.Int64
	decoy   string // what a password is compared with when there is no account
	// argon2id is the function itself; tests count its calls.
	argon2id func(password, salt []byte, time, memory uint32, threads uint8, size uint32) []byte
}

func newHasher(c cost, random io.Reader, atOnce int) (*hasher, error) {
	h := &hasher{cost: c, random: random, slots: make(chan struct{}, atOnce), argon2id: argon2.IDKey}
	sum := make([]byte, saltSize+hashSize)
	if _, err := io.ReadFull(random, sum); err != nil {
		return nil, fmt.Errorf("userpool: drawing a salt: %w", err)
	}
	h.decoy = encode(c, sum[:saltSize], sum[saltSize:])
	return h, nil
}

// hash makes the hash of a new password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("userpool: drawing a salt: %w", err)
	}
	sum, err := h.compute(ctx, h.cost, password, salt, hashSize)
	if err != nil {
		return "", err
	}
	return encode(h.cost, salt, sum), nil
}

// matches compares a password with a hash, in the time that the hash takes.
func (h *hasher) matches(ctx context.Context, encoded, password string) (bool, error) {
	c, salt, want, err := decode(encoded)
	if err != nil {
		return false, err
	}
	got, err := h.compute(ctx, c, password, salt, len(want))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// maxWaiting is how many computations may be under way or wait. Who waits holds a request in memory, and a flood of
// sign-ins must not hold all of it.
const maxWaiting = 256

func (h *hasher) compute(ctx context.Context, c cost, password string, salt []byte, size int) ([]byte, error) {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > maxWaiting {
		return nil, errBusy()
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return h.argon2id([]byte(password), salt, c.time, c.memory, c.threads, uint32(size)), nil
}

func encode(c cost, salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, c.memory, c.time, c.threads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

var errDamaged = errors.New("userpool: a stored password hash is damaged")

func decode(encoded string) (c cost, salt, sum []byte, err error) {
	var version int
	var rest string
	if _, err := fmt.Sscanf(encoded, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.memory, &c.time, &c.threads, &rest); err != nil || version != argon2.Version {
		return cost{}, nil, nil, errDamaged
	}
	b64 := base64.RawStdEncoding
	if cut := b64.EncodedLen(saltSize); len(rest) > cut+1 && rest[cut] == '$' {
		salt, err = b64.DecodeString(rest[:cut])
		if err == nil {
			sum, err = b64.DecodeString(rest[cut+1:])
		}
	}
	if err != nil || len(sum) == 0 || c.time == 0 || c.threads == 0 || c.memory > maxMemory {
		return cost{}, nil, nil, errDamaged
	}
	return c, salt, sum, nil
}
