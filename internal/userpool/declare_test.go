package userpool

import (
	"testing"

	"example.com/todo/internal/stack"
)

func declaring(d *stack.UserPool) {
	d.Groups = []stack.UserPoolGroup{{Name: "admins", Description: "first", Precedence: at(1)}, {Name: "readers"}}
	d.Users = []stack.UserPoolUser{{Username: ana, Attributes: []stack.UserAttribute{{Name: "email_verified", Value: "true"}}}}
	d.Memberships = []stack.GroupMembership{{Username: ana, Group: "admins"}, {Username: "ben@example.com", Group: "readers"}}
}

// inGroups are the names of a user's groups.
func (r *rig) inGroups(name string) string {
	r.t.Helper()
	page, err := r.GroupsOf(background, name, 0, "")
	if err != nil {
		return err.Error()
	}
	all := ""
	for _, g := range page.Groups {
		all += g.Name + " "
	}
	return all
}

func TestWhatTheTemplateDeclaresIsMade(t *testing.T) {
	r := newRig(t, declaring)
	u, err := r.AdminGetUser(background, ana)
	if err != nil || u.Status != ForceChangePassword || len(r.mails.Messages()) != 1 {
		t.Fatalf("got %+v, %v and %d messages", u, err, len(r.mails.Messages()))
	}
	if got := r.inGroups(ana); got != "admins " {
		t.Errorf("got groups %q", got)
	}
	r.confirmed("ben@example.com")
	r.reopen()
	if got := r.inGroups("ben@example.com"); got != "readers " {
		t.Errorf("who came later: got groups %q", got)
	}
	if n := len(r.mails.Messages()); n != 2 {
		t.Errorf("got %d messages, want no second invitation", n)
	}
}

// TestAStartLeavesAloneWhatAdministratorsDid: only a change of the template is applied anew.
func TestAStartLeavesAloneWhatAdministratorsDid(t *testing.T) {
	r := newRig(t, declaring)
	text := "ours"
	_, err := r.UpdateGroup(background, "admins", GroupChange{Description: &text})
	wantRefusal(t, "update", err, "")
	wantRefusal(t, "leave", r.RemoveFromGroup(background, ana, "admins"), "")
	wantRefusal(t, "delete a group", r.DeleteGroup(background, "readers"), "")
	r.reopen()
	if g, err := r.Group(background, "admins"); err != nil || g.Description != "ours" {
		t.Errorf("got %+v, %v", g, err)
	}
	if got := r.inGroups(ana); got != "" {
		t.Errorf("got groups %q", got)
	}
	wantRefusal(t, "delete", r.AdminDeleteUser(background, ana), "")
	r.desc.Groups[0].Description = "second"
	r.desc.Users, r.desc.Memberships = append(r.desc.Users, stack.UserPoolUser{Username: "cy@example.com", Suppress: true}), nil
	r.reopen()
	if g, err := r.Group(background, "admins"); err != nil || g.Description != "second" || *g.Precedence != 1 {
		t.Errorf("after a change of the template: got %+v, %v", g, err)
	}
	_, err = r.AdminGetUser(background, ana)
	wantRefusal(t, "a deleted user", err, "UserNotFoundException: User does not exist.")
	_, err = r.AdminGetUser(background, "cy@example.com")
	wantRefusal(t, "a new user", err, "")
}

func TestAUserThatCannotBeStopsTheStart(t *testing.T) {
	r := newRig(t)
	r.desc.Users = []stack.UserPoolUser{{Username: "ana"}}
	if err := r.declare(background); err == nil || err.Error() != "userpool: the template's user ana: InvalidParameterException: Username should be an email." {
		t.Errorf("got %v", err)
	}
}
