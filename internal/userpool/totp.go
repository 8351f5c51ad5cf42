package userpool

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"
)

// Time-based one-time passwords (RFC 6238) as all authenticator apps make them: HMAC-SHA-1, steps of 30 seconds, six
// digits. By hand, since what is delicate is which step a code was of, so that none is taken twice; a library tells
// only whether it is right.

const (
	totpStep   = 30 * time.Second
	totpSecret = 20 // bytes, as RFC 4226 section 4 recommends
	// totpDrift is how many steps a person's clock may be off, either way.
	totpDrift = 1
)

func stepAt(now time.Time) int64 { return now.Unix() / int64(totpStep/time.Second) }

// totp is the code of a step (RFC 4226 section 5.3).
func totp(secret []byte, step int64) string {
	h := hmac.New(sha1.New, secret)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1_000_000)
}

// totpMatch finds the newest step around now that a code is of. All steps are compared, and in constant time.
func totpMatch(secret []byte, now time.Time, code string) (step int64, ok bool) {
	for s := stepAt(now) - totpDrift; s <= stepAt(now)+totpDrift; s++ {
		if hmac.Equal([]byte(totp(secret, s)), []byte(code)) {
			step, ok = s, true
		}
	}
	return step, ok
}

// encodeSecret is a secret as people type it and apps read it.
func encodeSecret(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}
