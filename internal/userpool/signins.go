package userpool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// maxAgent is how much is kept of what a program calls itself, in bytes; browsers need less.
	maxAgent = 256
	// usedEvery is how exactly the pool knows when a sign-in was last used: noting each refresh would make each a write.
	usedEvery = time.Hour
)

type agentKey struct{}

// WithAgent says by which program a call comes, as its User-Agent header does. People are shown it beside their sign-ins.
func WithAgent(ctx context.Context, agent string) context.Context {
	return context.WithValue(ctx, agentKey{}, strings.ToValidUTF8(agent[:min(len(agent), maxAgent)], ""))
}

func agentOf(ctx context.Context) string {
	agent, _ := ctx.Value(agentKey{}).(string)
	return agent
}

// SignedIn is a sign-in whose tokens are in force.
type SignedIn struct {
	ID string
	// Client is the name of the client that was signed in to; Agent is the program by which, in its own words.
	Client, Agent string
	// At is when the person proved who they are, Used when tokens were last made, to an hour.
	At, Used time.Time
}

// SignIns are those of a person, the oldest first.
func (p *Pool) SignIns(_ context.Context, sub string) ([]SignedIn, error) {
	list := []SignedIn{}
	err := p.view(p.cfg.Now(), func(t tx) error {
		c := t.in(families).Cursor()
		prefix := []byte(sub)
		for k, value := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, value = c.Next() {
			var f family
			if err := json.Unmarshal(value, &f); err != nil {
				return fmt.Errorf("userpool: record in %s: %w", families, err)
			}
			if !t.now.Before(f.Expires) {
				continue
			}
			s := SignedIn{ID: f.EventID, Agent: f.Agent, At: f.AuthTime, Used: later(f.AuthTime, f.Used)}
			if client, ok := p.Client(f.ClientID); ok {
				s.Client = client.Name
			}
			list = append(list, s)
		}
		return nil
	})
	return list, err
}

// EndSignIn revokes the tokens of one of a person's sign-ins; an unknown one is no error. The browser session that it came
// from ends too, with the codes that it gave, unlike with GlobalSignOut: whoever has the device would sign in again by it.
func (p *Pool) EndSignIn(ctx context.Context, sub, id string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		f, found, err := get[family](t, families, familyKey(sub, id))
		if err != nil || !found {
			return err
		}
		return errors.Join(t.endSession(f.Session), t.remove(families, f.key()))
	})
}

// endSession leaves in the place of a session that it was ended, for as long as codes that it gave can be on their way.
func (t tx) endSession(id string) error {
	if id == "" {
		return nil
	}
	s := sessionRecord{lapsing: lapsing{t.now.Add(grantLifetime)}}
	return t.putLapsing(sessions, id, s, s.Expires)
}

// EndSignIns revokes all tokens of a person, as GlobalSignOut does, and ends their browser sessions and codes too.
func (p *Pool) EndSignIns(ctx context.Context, sub string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		was, err := existing(t, sub)
		if err != nil {
			return err
		}
		a := was
		a.SignedOut = t.now
		return errors.Join(p.save(t, was, a), endFamilies(t, sub))
	})
}

// noteUse keeps that a sign-in is in use.
func (p *Pool) noteUse(ctx context.Context, now time.Time, f family) error {
	if now.Sub(later(f.AuthTime, f.Used)) < usedEvery {
		return nil
	}
	return p.change(ctx, now, func(t tx) error {
		f, found, err := get[family](t, families, f.key())
		if err != nil || !found {
			return err
		}
		f.Used = now
		return t.put(families, f.key(), f)
	})
}
