package userpool

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/todo/internal/stack"
)

// indexKeys are all entries of the index.
func (r *rig) indexKeys() (keys []string) {
	r.t.Helper()
	err := r.view(r.clock(), func(t1 tx) error {
		return t1.in(index).ForEach(func(k, _ []byte) error { keys = append(keys, string(k)); return nil })
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return keys
}

// TestAFilterReadsWhatItGives holds the index to its purpose: what a filter does not give lies outside of what it reads.
func TestAFilterReadsWhatItGives(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	for n := range 40 {
		if _, err := r.AdminCreateUser(ctx, NewUser{Username: fmt.Sprintf("u%02d@example.com", n), Suppress: true, Attributes: []Attribute{{"family_name", "Li"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.AdminDisableUser(ctx, "u07@example.com"); err != nil {
		t.Fatal(err)
	}
	keys := r.indexKeys()
	for text, want := range map[string]int{
		`email = "u07@example.com"`: 1, `email ^= "U1"`: 10, `status = "Disabled"`: 1, `cognito:user_status = "confirmed"`: 0,
		`family_name = "Li"`: 40, `family_name = "Lia"`: 0, `email = ""`: 0,
	} {
		f, refusal := parseFilter(text)
		if refusal != nil {
			t.Fatal(refusal)
		}
		read := 0
		for _, key := range keys {
			if strings.HasPrefix(key, f.scan().prefix) {
				read++
			}
		}
		page, err := r.ListUsers(ctx, UserQuery{Filter: text})
		if err != nil || len(page.Users) != want || read != want {
			t.Errorf("%s: got %d accounts of %d read, %v; want %d", text, len(page.Users), read, err, want)
		}
	}
}

// TestTheIndexFollows compares filtered lists with a look at every account, after changes of all kinds.
func TestTheIndexFollows(t *testing.T) {
	r, ctx := newRig(t, func(d *stack.UserPool) { d.CaseSensitive = true }), context.Background()
	var people []string
	values := []string{"Ana", "ana", "An", "Ana\u00df", "ANA B", "", strings.Repeat("x", 127) + "é", strings.Repeat("x", 200), strings.Repeat("x", 200) + "y"}
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(values).Draw(rt, "value")
		pick := func() string { return rapid.SampledFrom(people).Draw(rt, "who") }
		switch what := rapid.IntRange(0, 5).Draw(rt, "what"); {
		case what == 0 || len(people) == 0:
			email := fmt.Sprintf("u%d@example.com", len(people))
			people = append(people, email)
			if _, err := r.AdminCreateUser(ctx, NewUser{Username: email, Suppress: true}); err != nil {
				rt.Fatal(err)
			}
		case what == 1:
			_ = r.AdminDisableUser(ctx, pick())
		case what == 2:
			_ = r.AdminEnableUser(ctx, pick())
		case what == 3:
			_ = r.AdminDeleteUser(ctx, pick())
		default:
			_ = r.AdminUpdateUserAttributes(ctx, pick(), []Attribute{{"name", name}})
		}
		var all []User
		for after := ""; ; {
			page, err := r.ListUsers(ctx, UserQuery{Limit: 7, After: after})
			if err != nil {
				rt.Fatal(err)
			}
			if all = append(all, page.Users...); page.Next == "" {
				break
			}
			after = page.Next
		}
		for _, text := range []string{
			fmt.Sprintf("name = %q", name), fmt.Sprintf("name ^= %q", name), `status = "Disabled"`, `status ^= "E"`, `email ^= "u1"`, `cognito:user_status = "Force_change_password"`,
		} {
			f, refusal := parseFilter(text)
			if refusal != nil {
				rt.Fatal(refusal)
			}
			var want, got []string
			for _, u := range all {
				if f.matches(r.naming, account{Sub: u.Sub, Username: u.Username, Status: u.Status, Disabled: !u.Enabled, Attributes: u.Attributes}) {
					want = append(want, u.Sub)
				}
			}
			for after := ""; ; {
				page, err := r.ListUsers(ctx, UserQuery{Filter: text, Limit: 3, After: after})
				if err != nil {
					rt.Fatal(err)
				}
				for _, u := range page.Users {
					got = append(got, u.Sub)
				}
				if page.Next == "" {
					break
				}
				after = page.Next
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				rt.Fatalf("%.60s: got %d accounts, want %d", text, len(got), len(want))
			}
		}
	})
}

// TestAnOlderDataFileIsIndexed: its accounts are found like any other.
func TestAnOlderDataFileIsIndexed(t *testing.T) {
	r, ctx := newRig(t), context.Background()
	r.confirmed(ana)
	want := r.indexKeys()
	err := r.change(ctx, r.clock(), func(t1 tx) error {
		for _, key := range want {
			if err := t1.remove(index, key); err != nil {
				return err
			}
		}
		return t1.remove(settings, indexRecord)
	})
	if err != nil {
		t.Fatal(err)
	}
	r.reopen()
	if got := r.indexKeys(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := r.AdminDeleteUser(ctx, ana); err != nil {
		t.Fatal(err)
	}
	if got := r.indexKeys(); len(got) != 0 {
		t.Errorf("of a deleted account %q is left", got)
	}
}
