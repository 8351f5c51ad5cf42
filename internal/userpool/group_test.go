package userpool

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
)

var background = context.Background()

func (r *rig) group(g Group) {
	r.t.Helper()
	if _, err := r.CreateGroup(background, g); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) claims(raw string) map[string]any {
	r.t.Helper()
	parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		r.t.Fatal(err)
	}
	claims := map[string]any{}
	if err := parsed.UnsafeClaimsWithoutVerification(&claims); err != nil {
		r.t.Fatal(err)
	}
	return claims
}

func at(precedence int) *int { return &precedence }

func TestGroupsInTokens(t *testing.T) {
	const reader, writer = "arn:aws:iam::000000000000:role/reader", "arn:aws:iam::000000000000:role/writer"
	for name, c := range map[string]struct {
		in            []Group
		groups, roles []any
		preferred     any
	}{
		"none":                   {},
		"one without a role":     {in: []Group{{Name: "a"}}, groups: []any{"a"}},
		"one with a role":        {in: []Group{{Name: "a", RoleARN: reader}}, groups: []any{"a"}, roles: []any{reader}, preferred: reader},
		"the lowest number wins": {in: []Group{{Name: "a", RoleARN: reader, Precedence: at(5)}, {Name: "b", RoleARN: writer, Precedence: at(0)}}, groups: []any{"b", "a"}, roles: []any{writer, reader}, preferred: writer},
		"none comes last":        {in: []Group{{Name: "a", RoleARN: reader}, {Name: "b", RoleARN: writer, Precedence: at(900)}}, groups: []any{"b", "a"}, roles: []any{writer, reader}, preferred: writer},
		"a tie of two roles":     {in: []Group{{Name: "a", RoleARN: reader, Precedence: at(1)}, {Name: "b", RoleARN: writer, Precedence: at(1)}}, groups: []any{"a", "b"}, roles: []any{reader, writer}},
		"a tie of one role":      {in: []Group{{Name: "a", RoleARN: reader, Precedence: at(1)}, {Name: "b", RoleARN: reader, Precedence: at(1)}}, groups: []any{"a", "b"}, roles: []any{reader}, preferred: reader},
		"no role in the highest": {in: []Group{{Name: "a", Precedence: at(0)}, {Name: "b", RoleARN: reader, Precedence: at(1)}}, groups: []any{"a", "b"}, roles: []any{reader}, preferred: reader},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			u := r.confirmed(ana)
			for _, g := range c.in {
				r.group(g)
				if err := r.AddToGroup(background, ana, g.Name); err != nil {
					t.Fatal(err)
				}
			}
			tokens := r.tokens(u, "openid")
			id, access := r.claims(tokens.ID), r.claims(tokens.Access)
			want := map[string]any{"cognito:groups": c.groups, "cognito:roles": c.roles, "cognito:preferred_role": c.preferred}
			for _, claim := range []string{"cognito:groups", "cognito:roles", "cognito:preferred_role"} {
				got, has := id[claim]
				if list, ok := want[claim].([]any); ok && list == nil {
					want[claim] = nil
				}
				if diff := cmp.Diff(want[claim], got); diff != "" || has && got == nil {
					t.Errorf("%s in the ID token (-want +got):\n%s", claim, diff)
				}
			}
			if diff := cmp.Diff(want["cognito:groups"], access["cognito:groups"]); diff != "" {
				t.Errorf("groups in the access token (-want +got):\n%s", diff)
			}
			if access["cognito:roles"] != nil || access["cognito:preferred_role"] != nil {
				t.Errorf("got roles in the access token: %v", access)
			}
		})
	}
}

func TestARefreshKnowsTheGroupsOfNow(t *testing.T) {
	r := newRig(t)
	tokens := r.tokens(r.confirmed(ana), "openid")
	r.group(Group{Name: "admins"})
	if err := r.AddToGroup(background, ana, "admins"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []any{[]any{"admins"}, nil} {
		fresh, err := r.RefreshTokens(background, r.client(), tokens.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, r.claims(fresh.ID)["cognito:groups"]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if err := r.RemoveFromGroup(background, ana, "admins"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGroupsAndTheirMembersEnd(t *testing.T) {
	r := newRig(t)
	u := r.confirmed(ana)
	for _, name := range []string{"a", "ab", "b"} {
		r.group(Group{Name: name})
		for range 2 { // joining twice is joining once
			wantRefusal(t, "join", r.AddToGroup(background, ana, name), "")
		}
	}
	wantRefusal(t, "delete", r.DeleteGroup(background, "a"), "")
	wantRefusal(t, "delete again", r.DeleteGroup(background, "a"), "ResourceNotFoundException: Group not found.")
	r.group(Group{Name: "a"})
	if page, err := r.Members(background, "a", 0, ""); err != nil || len(page.Users) != 0 {
		t.Errorf("a new group of the same name: got %+v, %v", page, err)
	}
	if page, err := r.Members(background, "ab", 0, ""); err != nil || len(page.Users) != 1 || page.Users[0].Sub != u.Sub {
		t.Errorf("a group whose name begins alike: got %+v, %v", page, err)
	}
	wantRefusal(t, "delete the user", r.DeleteUser(background, u.Sub), "")
	if page, err := r.Members(background, "b", 0, ""); err != nil || len(page.Users) != 0 {
		t.Errorf("after the user has gone: got %+v, %v", page, err)
	}
	wantRefusal(t, "join as nobody", r.AddToGroup(background, ana, "b"), "UserNotFoundException: User does not exist.")
	wantRefusal(t, "join nothing", r.AddToGroup(background, ana, "c"), "ResourceNotFoundException: Group not found.")
	wantRefusal(t, "the same name", func() error { _, err := r.CreateGroup(background, Group{Name: "b"}); return err }(), "GroupExistsException: A group with the name already exists.")
	wantRefusal(t, "a name with a zero byte", func() error { _, err := r.CreateGroup(background, Group{Name: "b\x00c"}); return err }(),
		`InvalidParameterException: 1 validation error detected: Value at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
}

func TestPagesOfGroups(t *testing.T) {
	r := newRig(t)
	var want []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("g%d", i))
		r.group(Group{Name: want[i]})
	}
	var got []string
	for after, first := "", true; first || after != ""; first = false {
		page, err := r.Groups(background, 3, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range page.Groups {
			got = append(got, g.Name)
		}
		after = page.Next
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	_, err := r.Groups(background, 3, "§")
	wantRefusal(t, "a token that is none", err, "InvalidParameterException: Invalid pagination token.")
}

// TestManyJoinAtOnce checks that the bound of a user's groups holds against concurrent calls.
func TestManyJoinAtOnce(t *testing.T) {
	r := newRig(t)
	r.confirmed(ana)
	const more = maxGroupsPerUser + 10
	for i := range more {
		r.group(Group{Name: fmt.Sprint(i)})
	}
	var wg sync.WaitGroup
	refused := make(chan error, more)
	for i := range more {
		wg.Go(func() {
			if err := r.AddToGroup(background, ana, fmt.Sprint(i)); err != nil {
				refused <- err
			}
		})
	}
	wg.Wait()
	close(refused)
	n := 0
	for err := range refused {
		var refusal *Error
		if !errors.As(err, &refusal) || !strings.HasPrefix(refusal.Type, "LimitExceeded") {
			t.Errorf("got %v", err)
		}
		n++
	}
	if n != more-maxGroupsPerUser {
		t.Errorf("got %d refusals, want %d", n, more-maxGroupsPerUser)
	}
}
