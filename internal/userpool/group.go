package userpool

import (
	"context"
	"strings"
	"time"
)

// Cognito's quotas of groups.
const (
	maxGroups        = 10_000
	maxGroupsPerUser = 100
)

// Group is a group of users. Applications read of its members in cognito:groups of their tokens.
type Group struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// Precedence decides whose role a member of several groups has: 0 goes before 1; nil comes last.
	Precedence *int `json:"precedence,omitempty"`
	// RoleARN is empty for a group without a role.
	RoleARN  string    `json:"role_arn,omitempty"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
}

// GroupChange is what UpdateGroup sets; nil leaves as it is.
type GroupChange struct {
	Description, RoleARN *string
	Precedence           *int
}

func errNoSuchGroup() *Error { return refuse(typeNoResource, "Group not found.") }

// CreateGroup makes a group without members; its times are not looked at.
func (p *Pool) CreateGroup(ctx context.Context, g Group) (Group, error) {
	if err := checkGroupName(g.Name); err != nil {
		return Group{}, err
	}
	err := p.change(ctx, p.cfg.Now(), func(t tx) error {
		switch {
		case t.in(groups).Get([]byte(g.Name)) != nil:
			return refuse("GroupExistsException", "A group with the name already exists.")
		case t.in(groups).Sequence() >= maxGroups:
			return refuse(typeLimitExceeded, "The user pool has as many groups as it can have.")
		}
		g.Created, g.Modified = t.now, t.now
		if err := t.count(groups, 1); err != nil {
			return err
		}
		return t.put(groups, g.Name, g)
	})
	if err != nil {
		return Group{}, err
	}
	return g, nil
}

// checkGroupName has the bounds of a user name. So a name holds no zero byte, which ends it in keys.
func checkGroupName(name string) *Error {
	if checkName(name) != nil {
		return refuse(typeInvalidParam, `1 validation error detected: Value at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	}
	return nil
}

func group(t tx, name string) (Group, error) {
	g, found, err := get[Group](t, groups, name)
	if err == nil && !found {
		return Group{}, errNoSuchGroup()
	}
	return g, err
}

// Group reads a group by its name. Names differ by case.
func (p *Pool) Group(_ context.Context, name string) (g Group, err error) {
	err = p.view(p.cfg.Now(), func(t tx) error {
		g, err = group(t, name)
		return err
	})
	return g, err
}

// UpdateGroup changes what is given of a group.
func (p *Pool) UpdateGroup(ctx context.Context, name string, c GroupChange) (g Group, err error) {
	err = p.change(ctx, p.cfg.Now(), func(t tx) error {
		if g, err = group(t, name); err != nil {
			return err
		}
		if c.Description != nil {
			g.Description = *c.Description
		}
		if c.RoleARN != nil {
			g.RoleARN = *c.RoleARN
		}
		if c.Precedence != nil {
			g.Precedence = c.Precedence
		}
		g.Modified = t.now
		return t.put(groups, name, g)
	})
	return g, err
}

// DeleteGroup takes a group away; its members stay users. Tokens that name it do so until they expire.
func (p *Pool) DeleteGroup(ctx context.Context, name string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		if _, err := group(t, name); err != nil {
			return err
		}
		err := t.each(members, memberPrefix(name), func(sub string) error { return t.remove(joined, sub+name) })
		if err != nil {
			return err
		}
		if err := t.clear(members, memberPrefix(name)); err != nil {
			return err
		}
		if err := t.count(groups, -1); err != nil {
			return err
		}
		return t.remove(groups, name)
	})
}

// Membership is kept from both ends: in members by group and sub, in joined by sub, which is of one length, and
// group.
func memberPrefix(group string) string { return group + "\x00" }

// AddToGroup makes a user, named as for AdminGetUser, a member of a group; one who is stays it.
func (p *Pool) AddToGroup(ctx context.Context, username, name string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, err := p.member(t, username, name)
		if err != nil {
			return err
		}
		return t.join(a, name)
	})
}

// member finds who is about to join or leave a group that there is.
func (p *Pool) member(t tx, username, name string) (account, error) {
	if _, err := group(t, name); err != nil {
		return account{}, err
	}
	return p.named(t, username)
}

func (t tx) join(a account, name string) error {
	if t.in(joined).Get([]byte(a.Sub+name)) != nil {
		return nil
	}
	n := 0
	if err := t.each(joined, a.Sub, func(string) error { n++; return nil }); err != nil {
		return err
	}
	if n >= maxGroupsPerUser {
		return refuse(typeLimitExceeded, "The user is in as many groups as a user can be.")
	}
	if err := t.in(joined).Put([]byte(a.Sub+name), []byte{}); err != nil {
		return err
	}
	return t.in(members).Put([]byte(memberPrefix(name)+a.Sub), []byte{})
}

// RemoveFromGroup ends a user's membership; one who is no member stays none.
func (p *Pool) RemoveFromGroup(ctx context.Context, username, name string) error {
	return p.change(ctx, p.cfg.Now(), func(t tx) error {
		a, err := p.member(t, username, name)
		if err != nil {
			return err
		}
		if err := t.remove(joined, a.Sub+name); err != nil {
			return err
		}
		return t.remove(members, memberPrefix(name)+a.Sub)
	})
}

// leaveGroups ends all memberships of an account that is about to go.
func leaveGroups(t tx, sub string) error {
	err := t.each(joined, sub, func(name string) error { return t.remove(members, memberPrefix(name)+sub) })
	if err != nil {
		return err
	}
	return t.clear(joined, sub)
}

// each calls fn with what follows the prefix in each key that has it, in order. fn may change other buckets only.
func (t tx) each(b bucket, prefix string, fn func(rest string) error) error {
	c := t.in(b).Cursor()
	for k, _ := c.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = c.Next() {
		if err := fn(string(k[len(prefix):])); err != nil {
			return err
		}
	}
	return nil
}

// clear removes all keys with a prefix.
func (t tx) clear(b bucket, prefix string) error {
	c := t.in(b).Cursor()
	for k, _ := c.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = c.Seek([]byte(prefix)) {
		if err := c.Delete(); err != nil {
			return err
		}
	}
	return nil
}
