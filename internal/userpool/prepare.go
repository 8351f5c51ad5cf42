package userpool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/stack"
)

// sweepAtStart is how many lapsed records a start takes away.
const sweepAtStart = 1000

// The records in the bucket settings.
const (
	keysRecord     = "keys"
	pepperRecord   = "pepper"
	namingRecord   = "naming"
	declaredRecord = "declared"
	sealRecord     = "seal"
	indexRecord    = "index"
)

// madeOnce is what a pool makes for itself on the first start.
type madeOnce struct {
	keys   []keyRecord
	pepper []byte
}

func namingOf(pool *stack.UserPool) naming {
	return naming{
		EmailNames:     slices.Contains(pool.UsernameAttributes, "email"),
		PhoneNames:     slices.Contains(pool.UsernameAttributes, "phone_number"),
		EmailAlias:     slices.Contains(pool.AliasAttributes, "email"),
		PhoneAlias:     slices.Contains(pool.AliasAttributes, "phone_number"),
		PreferredAlias: slices.Contains(pool.AliasAttributes, "preferred_username"),
		CaseSensitive:  pool.CaseSensitive,
		Numbers:        true,
	}
}

// prepare makes what is missing in the data file and reads the rest.
func (p *Pool) prepare(ctx context.Context) error {
	err := p.cfg.DB.Update(ctx, func(b *bolt.Tx) error {
		r, err := b.CreateBucketIfNotExists(root)
		for _, name := range buckets {
			if err == nil {
				_, err = r.CreateBucketIfNotExists([]byte(name))
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("userpool: preparing the accounts: %w", err)
	}
	made, err := p.stored()
	if err != nil {
		return err
	}
	if made.pepper == nil {
		if made, err = p.makeOnce(); err != nil {
			return err
		}
	}
	if err := p.load(made); err != nil {
		return err
	}
	return p.settle(ctx, made)
}

// stored reads what an earlier start has made; its pepper is nil on the first.
func (p *Pool) stored() (made madeOnce, err error) {
	err = p.view(p.cfg.Now(), func(t tx) error {
		if made.pepper, _, err = get[[]byte](t, settings, pepperRecord); err != nil {
			return err
		}
		made.keys, _, err = get[[]keyRecord](t, settings, keysRecord)
		return err
	})
	return made, err
}

func (p *Pool) makeOnce() (madeOnce, error) {
	pepper := make([]byte, 32)
	if _, err := io.ReadFull(p.cfg.Rand, pepper); err != nil {
		return madeOnce{}, fmt.Errorf("userpool: drawing the pepper: %w", err)
	}
	keys, err := newKeyRecords(p.cfg.Rand, p.keys.newKey)
	return madeOnce{keys: keys, pepper: pepper}, err
}

func (p *Pool) load(made madeOnce) error {
	p.pepper = made.pepper
	ring, err := newRing(made.keys)
	p.keys.ring.Store(ring)
	return err
}

// settle stores what the first start made, gives the clients their secrets and takes lapsed records away.
func (p *Pool) settle(ctx context.Context, made madeOnce) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		if err := p.settleNaming(t); err != nil {
			return err
		}
		if err := p.settleSeal(t); err != nil {
			return err
		}
		if err := p.settleIndex(t); err != nil {
			return err
		}
		if t.in(settings).Get([]byte(pepperRecord)) == nil {
			if err := errors.Join(t.put(settings, pepperRecord, made.pepper), t.put(settings, keysRecord, made.keys)); err != nil {
				return err
			}
		}
		for _, c := range p.cfg.Pool.Clients {
			client, err := p.settleClient(t, c)
			if err != nil {
				return err
			}
			p.clients[c.ID] = client
		}
		return t.sweep(sweepAtStart)
	})
}

// settleNaming refuses to run accounts whose names are indexed in another way.
func (p *Pool) settleNaming(t tx) error {
	was, found, err := get[naming](t, settings, namingRecord)
	if found && !was.Numbers {
		if err := p.settleNumbers(t); err != nil {
			return err
		}
		was.Numbers, was.PhoneNames, was.PhoneAlias = true, p.naming.PhoneNames, p.naming.PhoneAlias
		if err := t.put(settings, namingRecord, was); err != nil {
			return err
		}
	}
	switch {
	case err != nil:
		return err
	case found && was == p.naming:
		return nil
	case found && t.in(users).Sequence() > 0:
		return errors.New("userpool: UsernameAttributes, AliasAttributes and UsernameConfiguration cannot be changed: the data directory's accounts have names of another kind")
	}
	return t.put(settings, namingRecord, p.naming)
}

// settleNumbers makes telephone numbers names in a data file in which they are none yet. A number that several accounts
// have is the name of one of them.
func (p *Pool) settleNumbers(t tx) error {
	return t.in(users).ForEach(func(k, v []byte) error {
		a, err := decodeAccount(k, v)
		if err != nil {
			return err
		}
		for _, h := range p.naming.handles(a) {
			if h.attribute != "phone_number" || a.rival(t, h) != "" {
				continue
			}
			if err := t.in(names).Put([]byte(h.key), []byte(a.Sub)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *Pool) settleClient(t tx, c stack.UserPoolClient) (*Client, error) {
	client := &Client{UserPoolClient: c}
	if !c.GenerateSecret {
		return client, nil
	}
	secret, found, err := get[string](t, clients, c.ID)
	if err != nil {
		return nil, err
	}
	if !found {
		if secret, err = draw(p.cfg.Rand, lowerLetters+digits, clientSecretLength); err != nil {
			return nil, err
		}
		if err := t.put(clients, c.ID, secret); err != nil {
			return nil, err
		}
	}
	client.Secret = secret
	return client, nil
}

// clientSecretLength is what Cognito's own have: some 263 bits.
const clientSecretLength = 51
