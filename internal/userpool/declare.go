package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"example.com/todo/internal/stack"
)

// declared is what the template has declared and a start has made. Like a deployment, a start makes what is new or has
// changed since, and leaves alone what administrators have done to the rest. What a template declares no longer stays,
// as with DeletionPolicy: Retain: accounts are not to go because another template was tried.
type declared struct {
	Groups      map[string]string       `json:"groups"` // by name, as JSON
	Users       []string                `json:"users"`
	Memberships []stack.GroupMembership `json:"memberships"`
}

// declare makes the template's groups, users and memberships. A membership of a user or a group that there is not waits
// for a later start.
func (p *Pool) declare(ctx context.Context) error {
	described := p.cfg.Pool
	if len(described.Groups)+len(described.Users)+len(described.Memberships) == 0 {
		return nil
	}
	d := declared{Groups: map[string]string{}}
	err := p.view(p.cfg.Now(), func(t tx) error {
		was, found, err := get[declared](t, settings, declaredRecord)
		if found {
			d = was
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, g := range described.Groups {
		if err := p.declareGroup(ctx, &d, g); err != nil {
			return fmt.Errorf("userpool: the template's group %s: %w", g.Name, err)
		}
	}
	for _, u := range described.Users {
		if err := p.declareUser(ctx, &d, u); err != nil {
			return fmt.Errorf("userpool: the template's user %s: %w", u.Username, err)
		}
	}
	for _, m := range described.Memberships {
		p.declareMembership(ctx, &d, m)
	}
	return p.change(ctx, p.cfg.Now(), func(t tx) error { return t.put(settings, declaredRecord, d) })
}

func (p *Pool) declareGroup(ctx context.Context, d *declared, g stack.UserPoolGroup) error {
	is, err := json.Marshal(g)
	if err != nil || d.Groups[g.Name] == string(is) {
		return err
	}
	_, err = p.UpdateGroup(ctx, g.Name, GroupChange{Description: &g.Description, RoleARN: &g.RoleARN, Precedence: g.Precedence})
	if refused(err, typeNoResource) {
		_, err = p.CreateGroup(ctx, Group{Name: g.Name, Description: g.Description, RoleARN: g.RoleARN, Precedence: g.Precedence})
	}
	d.Groups[g.Name] = string(is)
	return err
}

func (p *Pool) declareUser(ctx context.Context, d *declared, u stack.UserPoolUser) error {
	if slices.Contains(d.Users, u.Username) {
		return nil
	}
	n := NewUser{Username: u.Username, Suppress: u.Suppress, TakeAlias: u.ForceAliasCreation}
	for _, a := range u.Attributes {
		n.Attributes = append(n.Attributes, Attribute(a))
	}
	if _, err := p.AdminCreateUser(ctx, n); err != nil && !refused(err, typeUsernameExists) {
		return err
	}
	d.Users = append(d.Users, u.Username)
	return nil
}

func (p *Pool) declareMembership(ctx context.Context, d *declared, m stack.GroupMembership) {
	if slices.Contains(d.Memberships, m) {
		return
	}
	if err := p.AddToGroup(ctx, m.Username, m.Group); err != nil {
		p.cfg.Logger.WarnContext(ctx, "user pool: the template puts a user into a group, which cannot be yet",
			"username", m.Username, "group", m.Group, "error", err)
		return
	}
	d.Memberships = append(d.Memberships, m)
}

// refused tells whether an error is a refusal of a type.
func refused(err error, kind string) bool {
	var refusal *Error
	return errors.As(err, &refusal) && refusal.Type == kind
}
