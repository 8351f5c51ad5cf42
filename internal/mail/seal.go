package mail

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// SealKeySize is the length of QueueConfig.SealKey in bytes.
const SealKeySize = 32

// sealer encrypts messages with AES-256-GCM, since they hold codes and temporary passwords. Nonces are random, which
// one key bears four thousand million times (NIST SP 800-38D section 8.3).
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (sealer, error) {
	if len(key) != SealKeySize {
		return sealer{}, fmt.Errorf("mail: the sealing key has %d bytes, not %d", len(key), SealKeySize)
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "mail: queue", SealKeySize)
	if err != nil {
		return sealer{}, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return sealer{aead}, err
}

// seal encrypts what waits at a place in the queue. It opens at that place only.
func (s sealer) seal(place uint64, q queued) ([]byte, error) {
	plain, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	return s.aead.Seal(nil, nil, plain, key(place)), nil
}

func (s sealer) open(place uint64, sealed []byte) (q queued, err error) {
	plain, err := s.aead.Open(nil, nil, sealed, key(place))
	if err != nil {
		return queued{}, fmt.Errorf("a message does not open with this sealing key: %w", err)
	}
	return q, json.Unmarshal(plain, &q)
}

// key is a place's key in the bucket, in the order of the places.
func key(place uint64) []byte { return binary.BigEndian.AppendUint64(nil, place) }
