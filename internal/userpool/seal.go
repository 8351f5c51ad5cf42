package userpool

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
)

// SealKeySize is the length of Config.SealKey in bytes.
const SealKeySize = 32

// What the sealing key is used for. Each use has a key of its own, so that what was sealed for one opens for no other.
const (
	sealAtRest = "at rest"
	sealBlocks = "what clients bring back"
)

// sealer encrypts what must be read again, and so cannot be hashed, with AES-256-GCM. Nonces are random, which one key
// bears four thousand million times (NIST SP 800-38D section 8.3).
type sealer struct {
	aead   cipher.AEAD
	random io.Reader
}

func newSealer(key []byte, purpose string, random io.Reader) (sealer, error) {
	if len(key) != SealKeySize {
		return sealer{}, fmt.Errorf("userpool: the sealing key has %d bytes, not %d", len(key), SealKeySize)
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "user pool: "+purpose, SealKeySize)
	if err != nil {
		return sealer{}, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead: aead, random: random}, err
}

// seal encrypts plain. It opens only together with the same words about it, which name what it is and whose, so that it
// cannot be put in another's place.
func (s sealer) seal(plain []byte, about ...string) ([]byte, error) {
	sealed := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(plain)+s.aead.Overhead())
	if _, err := io.ReadFull(s.random, sealed); err != nil {
		return nil, fmt.Errorf("userpool: drawing a nonce: %w", err)
	}
	return s.aead.Seal(sealed, sealed, plain, bound(about)), nil
}

var errSealed = errors.New("userpool: what was sealed does not open")

func (s sealer) open(sealed []byte, about ...string) ([]byte, error) {
	size := s.aead.NonceSize()
	if len(sealed) < size {
		return nil, errSealed
	}
	plain, err := s.aead.Open(nil, sealed[:size], sealed[size:], bound(about))
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

func bound(about []string) []byte { return []byte(strings.Join(about, "\x00")) }

// ErrSealKey is Open's answer to another SealKey than the one that the data file's secrets are sealed with.
var ErrSealKey = errors.New("userpool: the sealing key is not the one that the data file's secrets are sealed with")

// settleSeal refuses a key that is not the one this data file was sealed with: second factors would all fail, and
// people who have one would be locked out without a word.
func (p *Pool) settleSeal(t tx) error {
	proof, found, err := get[[]byte](t, settings, sealRecord)
	if err != nil {
		return err
	}
	if found {
		if _, err := p.atRest.open(proof, sealRecord); err != nil {
			return ErrSealKey
		}
		return nil
	}
	if proof, err = p.atRest.seal(nil, sealRecord); err != nil {
		return err
	}
	return t.put(settings, sealRecord, proof)
}
