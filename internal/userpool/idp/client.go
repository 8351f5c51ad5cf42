package idp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"example.com/todo/internal/userpool"
)

func (a *API) client(id string) (*userpool.Client, error) {
	c, ok := a.cfg.Pool.Client(id)
	if !ok {
		return nil, refuse("ResourceNotFoundException", "User pool client "+id+" does not exist.")
	}
	return c, nil
}

// provenClient finds a client; one with a secret must prove it for the user name of the call.
func (a *API) provenClient(id, username string, hash text) (*userpool.Client, error) {
	c, err := a.client(id)
	if err != nil {
		return nil, err
	}
	return c, proveHash(c, username, hash)
}

func proveHash(c *userpool.Client, username string, hash text) error {
	switch {
	case c.Secret == "" && !hash.Given:
		return nil
	case !hash.Given:
		return refuse("NotAuthorizedException", "Client "+c.ID+" is configured with secret but SECRET_HASH was not received")
	case c.Secret == "" || !hmac.Equal([]byte(hash.Value), []byte(secretHash(c, username))):
		return refuse("NotAuthorizedException", "Unable to verify secret hash for client "+c.ID)
	}
	return nil
}

func secretHash(c *userpool.Client, username string) string {
	h := hmac.New(sha256.New, []byte(c.Secret))
	h.Write([]byte(username + c.ID))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// secretClient finds a client that gives its secret as it is.
func (a *API) secretClient(id string, given text, kind string) (*userpool.Client, error) {
	c, err := a.client(id)
	if err == nil && !hmac.Equal([]byte(c.Secret), []byte(given.Value)) {
		return nil, refuse(kind, "Unable to verify secret for client "+id)
	}
	return c, err
}
