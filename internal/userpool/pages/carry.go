package pages

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// carried is what one page hands to the next in a sealed cookie, so that neither addresses nor proofs stand in the
// URL, where histories and logs would keep them.
type carried struct {
	// Path is the page that Notice is for.
	Path   string `json:"p,omitempty"`
	Notice string `json:"n,omitempty"`
	// Username is as the person typed it.
	Username string `json:"u,omitempty"`
	// Destination is where a code went, masked.
	Destination string `json:"d,omitempty"`
	// Sub is an account whose password this browser gave: at sign-up, or a temporary one.
	Sub string `json:"s,omitempty"`
	// Challenge is the pool's session of the step.
	Challenge string `json:"c,omitempty"`
	// Secret is that of a second factor which is being set up.
	Secret string `json:"t,omitempty"`
	// First tells that the code which was mailed is the first factor, so that whoever asked for it may be anybody.
	First bool `json:"f,omitempty"`
	// AddPasskey leads to the page that makes a passkey, once the person is signed in.
	AddPasskey bool `json:"k,omitempty"`
	// Expires is in Unix seconds.
	Expires int64 `json:"e"`
}

const (
	carriedCookie = "pool-step"
	carriedFor    = time.Hour
)

// newSeal makes AES-256-GCM with a fresh key.
func newSeal(rand io.Reader) (cipher.AEAD, error) {
	key := make([]byte, 32)
	if _, err := io.ReadFull(rand, key); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// carry hands c to the next page.
func (v *visit) carry(c carried) error {
	c.Expires = v.cfg.Now().Add(carriedFor).Unix()
	plain, err := json.Marshal(c)
	if err != nil {
		return err
	}
	sealed := make([]byte, v.seal.NonceSize())
	if _, err := io.ReadFull(v.cfg.Rand, sealed); err != nil {
		return err
	}
	sealed = v.seal.Seal(sealed, sealed, plain, []byte(carriedCookie))
	v.door.SetCookie(v.w, carriedCookie, base64.RawURLEncoding.EncodeToString(sealed), int(carriedFor.Seconds()))
	return nil
}

// readCarried is what the browser brings from the page before; nothing when it was not sealed here or is too old.
func (p *Pages) readCarried(r *http.Request) carried {
	cookie, err := r.Cookie(carriedCookie)
	if err != nil {
		return carried{}
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	size := p.seal.NonceSize()
	if err != nil || len(sealed) < size {
		return carried{}
	}
	plain, err := p.seal.Open(nil, sealed[:size], sealed[size:], []byte(carriedCookie))
	if err != nil {
		return carried{}
	}
	var c carried
	if err := json.Unmarshal(plain, &c); err != nil || !p.cfg.Now().Before(time.Unix(c.Expires, 0)) {
		return carried{}
	}
	return c
}
