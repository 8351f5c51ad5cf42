package userpool

import (
	"bytes"
	"time"
)

// maxFamilies is how many sign-ins of one user live at once; the oldest one ends when there is one more. It is far above
// the devices that a person has, and bounds what a program can pile up that signs in anew for each call.
const maxFamilies = 500

// family is what all tokens of one sign-in have in common. When it is gone, they are revoked.
type family struct {
	lapsing          // when the last token of the family can have expired
	EventID   string `json:"event_id"`
	OriginJTI string `json:"origin_jti"`
	Sub       string `json:"sub"`
	ClientID  string `json:"client_id"`
	API       bool   `json:"api,omitempty"`
	// Scopes are those granted.
	Scopes   []string  `json:"scopes"`
	Resource string    `json:"resource,omitempty"` // as in Grant
	AuthTime time.Time `json:"auth_time"`
	Agent    string    `json:"agent,omitempty"`   // see WithAgent
	Session  string    `json:"session,omitempty"` // as in Grant
	// Used is when it was last seen in use; zero when that was at its beginning.
	Used time.Time `json:"used,omitzero"`
	// RefreshUntil is when its refresh tokens expire, rotated or not; zero when it has none.
	RefreshUntil time.Time `json:"refresh_until,omitzero"`
}

// familyKey sorts a user's families by age, since event ids do.
func familyKey(sub, eventID string) string { return sub + eventID }

func (f family) key() string { return familyKey(f.Sub, f.EventID) }

func (t tx) addFamily(f family) error {
	c := t.in(families).Cursor()
	prefix := []byte(f.Sub)
	oldest, _ := c.Seek(prefix)
	oldest = bytes.Clone(oldest)
	n := 0
	for k := oldest; bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		n++
	}
	if n >= maxFamilies {
		if err := t.remove(families, string(oldest)); err != nil {
			return err
		}
	}
	return t.putLapsing(families, f.key(), f, f.Expires)
}

// endFamilies revokes all tokens of a user.
func endFamilies(t tx, sub string) error {
	c := t.in(families).Cursor()
	prefix := []byte(sub)
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Seek(prefix) {
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}

// refreshRecord is a refresh token. It outlives its family, so that a revoked token can be told from a wrong one.
type refreshRecord struct {
	lapsing
	Family   string `json:"family"`
	ClientID string `json:"client_id"`
	// ReplacedAt is when rotation replaced it; zero while it is the newest.
	ReplacedAt time.Time `json:"replaced_at,omitzero"`
}
