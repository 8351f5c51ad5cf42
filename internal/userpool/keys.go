package userpool

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/errgroup"
)

// signingKey is one of the pool's keys. ID and access tokens have a key each, as Cognito's have.
type signingKey struct {
	id     string
	public *rsa.PublicKey
	signer jose.Signer // nil for a key that another has replaced
}

// keyRecord is a signing key as it is stored.
type keyRecord struct {
	ID    string `json:"kid"`
	Use   string `json:"use"`             // id or access
	PKCS8 []byte `json:"pkcs8,omitempty"` // of the key that signs
	// PKCS1 is the public half of a key that another has replaced: all that is left of it. Until is when it is no longer
	// published.
	PKCS1 []byte    `json:"pkcs1,omitempty"`
	Until time.Time `json:"until,omitzero"`
}

const (
	idUse     = "id"
	accessUse = "access"
)

type newKeyFunc func(random io.Reader) (*rsa.PrivateKey, error)

func newRSAKey(random io.Reader) (*rsa.PrivateKey, error) { return rsa.GenerateKey(random, 2048) }

// newKeyRecords makes both keys at the same time: it is what a first start waits for.
func newKeyRecords(random io.Reader, newKey newKeyFunc) ([]keyRecord, error) {
	records := make([]keyRecord, 2)
	var group errgroup.Group
	for i, use := range []string{idUse, accessUse} {
		group.Go(func() error {
			var err error
			records[i], err = newKeyRecord(random, newKey, use)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("userpool: making the signing keys: %w", err)
	}
	return records, nil
}

func newKeyRecord(random io.Reader, newKey newKeyFunc, use string) (keyRecord, error) {
	private, err := newKey(random)
	if err != nil {
		return keyRecord{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return keyRecord{}, err
	}
	var id [32]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return keyRecord{}, err
	}
	return keyRecord{ID: base64.StdEncoding.EncodeToString(id[:]), Use: use, PKCS8: der}, nil
}

func loadKey(r keyRecord) (signingKey, error) {
	if r.replaced() {
		public, err := x509.ParsePKCS1PublicKey(r.PKCS1)
		if err != nil {
			return signingKey{}, fmt.Errorf("userpool: the stored public key: %w", err)
		}
		return signingKey{id: r.ID, public: public}, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(r.PKCS8)
	if err != nil {
		return signingKey{}, fmt.Errorf("userpool: the stored signing key: %w", err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return signingKey{}, errors.New("userpool: the stored signing key is not an RSA key")
	}
	signer, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: r.ID},
	}, nil)
	return signingKey{id: r.ID, public: &private.PublicKey, signer: signer}, err
}

func (r keyRecord) replaced() bool { return !r.Until.IsZero() }

func (k signingKey) published() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.public, KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig"}
}

func (k signingKey) sign(claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("userpool: claims: %w", err)
	}
	signed, err := k.signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("userpool: signing: %w", err)
	}
	return signed.CompactSerialize()
}
