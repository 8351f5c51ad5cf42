package moving

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"example.com/todo/internal/todo"
)

// Owners are new names of owners by their old ones.
type Owners map[string]string

// Users are the accounts of a user pool as its ListUsers answers them.
type Users struct {
	Users []struct {
		Username   string
		Attributes []struct{ Name, Value string }
	}
}

// ReadUsers reads what `todo users list --output json` and `aws cognito-idp list-users --output json` write.
func ReadUsers(r io.Reader) (Users, error) {
	var users Users
	if err := json.NewDecoder(r).Decode(&users); err != nil {
		return users, fmt.Errorf("is not a list of users in JSON: %w", err)
	}
	if users.Users == nil {
		return users, fmt.Errorf("has no Users")
	}
	return users, nil
}

// Match finds each account of one pool in another by its e-mail. Only verified addresses count: whoever signs up with
// somebody else's address must not get that person's items.
func Match(from, to Users) (Owners, error) {
	old, err := from.byEmail()
	if err != nil {
		return nil, err
	}
	fresh, err := to.byEmail()
	if err != nil {
		return nil, err
	}
	owners := Owners{}
	for email, name := range old {
		if other, ok := fresh[email]; ok {
			owners[name] = other
		}
	}
	return owners, nil
}

func (u Users) byEmail() (map[string]string, error) {
	names := map[string]string{}
	for _, user := range u.Users {
		email, verified := "", false
		for _, attribute := range user.Attributes {
			switch attribute.Name {
			case "email":
				email = strings.ToLower(attribute.Value)
			case "email_verified":
				verified = attribute.Value == "true"
			}
		}
		if email == "" || !verified {
			continue
		}
		if other, ok := names[email]; ok && other != user.Username {
			return nil, fmt.Errorf("%s is the verified e-mail of two accounts, %s and %s", email, other, user.Username)
		}
		names[email] = user.Username
	}
	return names, nil
}

// Rename gives items their owners' new names. Those of other owners are left out, and skipped hears of each.
func (o Owners) Rename(items Items, skipped func(todo.Item)) Items {
	return func(yield func(todo.Item, error) bool) {
		for item, err := range items {
			if err == nil {
				name, ok := o[item.Owner]
				if !ok {
					skipped(item)
					continue
				}
				item.Owner = name
			}
			if !yield(item, err) {
				return
			}
		}
	}
}
