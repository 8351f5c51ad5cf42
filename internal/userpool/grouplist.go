package userpool

import (
	"context"
	"encoding/base64"
	"strings"
)

// GroupPage is a part of a list of groups, in the order of their names. Next is empty on the last page.
type GroupPage struct {
	Groups []Group
	Next   string
}

// Groups lists the pool's groups: at most limit, which is 1 to MaxListed or 0 for MaxListed, from after, the Next of
// the page before.
func (p *Pool) Groups(_ context.Context, limit int, after string) (page GroupPage, err error) {
	page.Next, err = p.list(groups, "", limit, after, func(t tx, name string) error {
		g, err := group(t, name)
		page.Groups = append(page.Groups, g)
		return err
	})
	return page, err
}

// GroupsOf lists the groups that a user, named as for AdminGetUser, is in; limit and after are those of Groups.
func (p *Pool) GroupsOf(ctx context.Context, username string, limit int, after string) (page GroupPage, err error) {
	u, err := p.AdminGetUser(ctx, username)
	if err != nil {
		return GroupPage{}, err
	}
	page.Next, err = p.list(joined, u.Sub, limit, after, func(t tx, name string) error {
		g, err := group(t, name)
		page.Groups = append(page.Groups, g)
		return err
	})
	return page, err
}

// Members lists the users in a group, in the order of their subs; limit and after are those of Groups.
func (p *Pool) Members(ctx context.Context, name string, limit int, after string) (page UserPage, err error) {
	if _, err := p.Group(ctx, name); err != nil {
		return UserPage{}, err
	}
	page.Next, err = p.list(members, memberPrefix(name), limit, after, func(t tx, sub string) error {
		a, err := existing(t, sub)
		page.Users = append(page.Users, a.user())
		return err
	})
	return page, err
}

// list visits at most limit keys of a bucket that have a prefix and come after a page token, and gives the token of the
// page that follows, if there is more. A token is where to go on; one that somebody made up is just another place.
func (p *Pool) list(b bucket, prefix string, limit int, after string, visit func(tx, string) error) (next string, err error) {
	from, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return "", refuse(typeInvalidParam, "Invalid pagination token.")
	}
	if limit == 0 {
		limit = MaxListed
	}
	err = p.view(p.cfg.Now(), func(t tx) error {
		c := t.in(b).Cursor()
		last, n := "", 0
		start := prefix + string(from)
		for k, _ := c.Seek([]byte(start)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = c.Next() {
			rest := string(k[len(prefix):])
			switch {
			case len(from) > 0 && string(k) == start: // the last of the page before
				continue
			case n == limit:
				next = base64.RawURLEncoding.EncodeToString([]byte(last))
				return nil
			}
			if err := visit(t, rest); err != nil {
				return err
			}
			last = rest
			n++
		}
		return nil
	})
	return next, err
}
