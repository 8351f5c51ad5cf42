package userpool

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxListed is how many accounts a list gives at once.
const MaxListed = 60

// UserQuery asks for a part of the list of accounts.
type UserQuery struct {
	// Filter is `attribute = "value"` or, for a prefix, `attribute ^= "value"`; empty for all accounts.
	Filter string
	// Limit is 1 to MaxListed; 0 means MaxListed.
	Limit int
	// After is the Next of the page before; empty for the first.
	After string
}

// UserPage is a part of the list of accounts. Next is empty on the last page. Accounts come in the order of their subs,
// which is none that means anything, or with a filter in that of the attribute.
type UserPage struct {
	Users []User
	Next  string
}

// ListUsers lists accounts.
func (p *Pool) ListUsers(ctx context.Context, q UserQuery) (UserPage, error) {
	f, refusal := parseFilter(q.Filter)
	if refusal != nil {
		return UserPage{}, refusal
	}
	after, ok := parseAfter(q.After, f)
	if !ok {
		return UserPage{}, refuse(typeInvalidParam, "Invalid pagination token.")
	}
	limit := q.Limit
	if limit == 0 {
		limit = MaxListed
	}
	var page UserPage
	err := p.view(p.cfg.Now(), func(t tx) error {
		found, last, more, err := p.page(ctx, t, f, after, limit)
		page = UserPage{Users: found}
		if more {
			page.Next = pageToken(last)
		}
		return err
	})
	return page, err
}

// CountUsers is the number of accounts.
func (p *Pool) CountUsers(context.Context) (n int, err error) {
	err = p.view(p.cfg.Now(), func(t tx) error {
		n = int(t.in(users).Sequence())
		return nil
	})
	return n, err
}

// filter is the one condition that a list can have; without an attribute it is none.
type filter struct {
	attribute string
	value     string
	prefix    bool
}

var filterForm = regexp.MustCompile(`^\s*"?([\w:]+)"?\s*(\^?=)\s*("(?:[^"\\]|\\.)*")\s*$`)

// searchable are the attributes that a filter may name.
var searchable = [...]string{
	"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username",
	"cognito:user_status", "status", "sub",
}

func parseFilter(text string) (filter, *Error) {
	if text == "" {
		return filter{}, nil
	}
	parts := filterForm.FindStringSubmatch(text)
	if parts == nil {
		return filter{}, refuse(typeInvalidParam, "Error while parsing filter")
	}
	value, err := strconv.Unquote(parts[3])
	if err != nil {
		return filter{}, refuse(typeInvalidParam, "Error while parsing filter")
	}
	if !slices.Contains(searchable[:], parts[1]) {
		return filter{}, refuse(typeInvalidParam, "Invalid search attribute: "+parts[1])
	}
	return filter{attribute: parts[1], value: value, prefix: parts[2] == "^="}, nil
}

func (f filter) matches(n naming, a account) bool {
	if f.attribute == "" {
		return true
	}
	have, want := a.searched(f.attribute), f.value
	switch f.attribute {
	case "cognito:user_status":
		have, want = strings.ToLower(have), strings.ToLower(want)
	case "email", "preferred_username":
		have, want = n.fold(have), n.fold(want)
	}
	if f.prefix {
		return have != "" && strings.HasPrefix(have, want)
	}
	return have != "" && have == want
}
