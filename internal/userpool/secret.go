package userpool

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// draw makes a text of n characters, each as likely as any other: a byte that would favour the first is drawn again.
func draw(random io.Reader, alphabet string, n int) (string, error) {
	text := make([]byte, 0, n)
	fair := 256 - 256%len(alphabet)
	var b [64]byte
	for len(text) < n {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("userpool: drawing a secret: %w", err)
		}
		for _, c := range b {
			if int(c) < fair && len(text) < n {
				text = append(text, alphabet[int(c)%len(alphabet)])
			}
		}
	}
	return string(text), nil
}

// newSecret draws 256 bits in the characters of a URL.
func newSecret(random io.Reader) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("userpool: drawing a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// hashed is the key under which a secret of newSecret is stored. It needs no salt and no cost: nobody guesses 256 bits.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (p *Pool) newID() (string, error) {
	id, err := uuid.NewRandomFromReader(p.cfg.Rand)
	if err != nil {
		return "", fmt.Errorf("userpool: drawing an id: %w", err)
	}
	return id.String(), nil
}

// newOrderedID is a UUIDv7 (RFC 9562 section 5.7) of the pool's own clock: ids sort by the time they were made at.
func (p *Pool) newOrderedID(now time.Time) (string, error) {
	id, err := uuid.NewRandomFromReader(p.cfg.Rand)
	if err != nil {
		return "", fmt.Errorf("userpool: drawing an id: %w", err)
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli())<<16)
	copy(id[:6], ms[:6])
	id[6] = 0x70 | id[6]&0x0f
	return id.String(), nil
}
