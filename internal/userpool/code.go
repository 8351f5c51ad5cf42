package userpool

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"time"
)

// purpose is what a mailed code is for.
type purpose string

const (
	toConfirm purpose = "confirm"
	toReset   purpose = "reset"
)

// maxCodeTries is how many wrong guesses void a code.
const maxCodeTries = 10

func (u purpose) lifetime() time.Duration {
	if u == toReset {
		return time.Hour
	}
	return 24 * time.Hour
}

// code is a mailed code as it is stored.
type code struct {
	// MAC is over the code and whose it is; empty for one that was never mailed and that nothing matches.
	MAC     string    `json:"mac"`
	Expires time.Time `json:"expires"`
	Wrong   int       `json:"wrong,omitempty"`
	// Address is where a code to verify an e-mail was mailed; the other purposes have the account's.
	Address string `json:"address,omitempty"`
}

// newCode draws six digits, each number as likely as any other.
func newCode(random io.Reader) (string, error) { return newCodeOf(6, random) }

func newCodeOf(size int, random io.Reader) (string, error) {
	bound := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(size)), nil)
	n, err := rand.Int(random, bound)
	if err != nil {
		return "", fmt.Errorf("userpool: drawing a code: %w", err)
	}
	return fmt.Sprintf("%0*d", size, n), nil
}

func (p *Pool) codeMAC(w who, u purpose, digits string) string {
	return base64.RawStdEncoding.EncodeToString(p.digest("code", string(u), w.key, digits))
}

// setCode puts a code in the place of any before it. Without digits it is one that nothing matches.
func (p *Pool) setCode(g *guard, now time.Time, w who, u purpose, digits string) {
	c := code{Expires: now.Add(u.lifetime())}
	if digits != "" {
		c.MAC = p.codeMAC(w, u, digits)
	}
	if g.Codes == nil {
		g.Codes = map[string]code{}
	}
	g.Codes[string(u)] = c
}

// checkCode compares a code and counts a wrong one.
func (p *Pool) checkCode(g *guard, now time.Time, w who, u purpose, digits string) *Error {
	c, ok := g.Codes[string(u)]
	if !ok || !now.Before(c.Expires) || c.Wrong >= maxCodeTries {
		return errCodeExpired()
	}
	if !hmac.Equal([]byte(c.MAC), []byte(p.codeMAC(w, u, digits))) {
		c.Wrong++
		g.Codes[string(u)] = c
		return errCodeMismatch()
	}
	return nil
}
