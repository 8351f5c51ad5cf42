package userpool

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// groupsNow are all groups of a user, those of the highest precedence first.
func (p *Pool) groupsNow(now time.Time, sub string) (in []Group, err error) {
	err = p.view(now, func(t tx) error {
		return t.each(joined, sub, func(name string) error {
			g, err := group(t, name)
			in = append(in, g)
			return err
		})
	})
	slices.SortStableFunc(in, func(a, b Group) int { return cmp.Compare(a.rank(), b.rank()) })
	return in, err
}

// rank is the precedence, the highest for groups without one.
func (g Group) rank() int {
	if g.Precedence == nil {
		return math.MaxInt
	}
	return *g.Precedence
}

// claimGroups names the groups of a user in a token's claims.
func claimGroups(claims map[string]any, in []Group) {
	if len(in) == 0 {
		return
	}
	names := make([]string, len(in))
	for i, g := range in {
		names[i] = g.Name
	}
	claims["cognito:groups"] = names
}

// claimRoles names the roles of a user's groups in an ID token's claims, and which is preferred: that of the group with
// the highest precedence. Where groups of the same precedence have different roles, none is ("Adding groups to a user
// pool", Amazon Cognito Developer Guide).
func claimRoles(claims map[string]any, in []Group) {
	in = slices.DeleteFunc(slices.Clone(in), func(g Group) bool { return g.RoleARN == "" })
	if len(in) == 0 {
		return
	}
	var roles []string
	unclear := false
	for _, g := range in {
		if !slices.Contains(roles, g.RoleARN) {
			roles = append(roles, g.RoleARN)
		}
		unclear = unclear || g.rank() == in[0].rank() && g.RoleARN != in[0].RoleARN
	}
	claims["cognito:roles"] = roles
	if !unclear {
		claims["cognito:preferred_role"] = in[0].RoleARN
	}
}
