package dynamostore

import (
	"strings"

	"example.com/todo/internal/todo"
)

// An update is a todo.Change as DynamoDB wants it: what to set and to remove, on condition that some of it differs from
// what is there.
type update struct {
	sets, removes, differs []string
	version                string // the condition on the version, or empty
	names                  map[string]string
	values                 attributes
}

func newUpdate(c todo.Change) update {
	u := update{
		sets: []string{"#completed = :completed", "#updated = :at"}, differs: []string{"#completed <> :completed"},
		names:  map[string]string{"#id": attrID, "#completed": attrCompleted, "#updated": attrUpdated, "#version": attrVersion},
		values: attributes{":completed": boolean(c.Completed), ":at": instant(c.At), ":one": number(1)},
	}
	u.text("text", attrText, c.Text)
	u.text("due", attrDue, c.Due)
	u.text("notes", attrNotes, c.Notes)
	u.text("position", attrPosition, c.Position)
	if c.IfVersion != 0 {
		u.values[":version"] = number(c.IfVersion)
		u.version = " AND #version = :version"
	}
	return u
}

// text sets an attribute, which may not be there, or removes it for an empty text; nil leaves it as it is.
func (u *update) text(name, attribute string, value *string) {
	switch {
	case value == nil:
		return
	case *value == "":
		u.removes = append(u.removes, "#"+name)
		u.differs = append(u.differs, "attribute_exists(#"+name+")")
	default:
		u.values[":"+name] = text(*value)
		u.sets = append(u.sets, "#"+name+" = :"+name)
		u.differs = append(u.differs, "attribute_not_exists(#"+name+")", "#"+name+" <> :"+name)
	}
	u.names["#"+name] = attribute
}

func (u *update) expression() string {
	e := "SET " + strings.Join(u.sets, ", ") + " ADD #version :one"
	if len(u.removes) > 0 {
		e += " REMOVE " + strings.Join(u.removes, ", ")
	}
	return e
}

func (u *update) condition() string {
	return exists + " AND (" + strings.Join(u.differs, " OR ") + ")" + u.version
}
