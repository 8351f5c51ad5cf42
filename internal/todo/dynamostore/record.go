package dynamostore

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"example.com/todo/internal/todo"
)

// The attributes of an item, as the reference application names those that it has. The first two are the table's key.
const (
	attrOwner     = "cognito-username" // S
	attrID        = "id"               // S
	attrText      = "item"             // S
	attrCompleted = "completed"        // BOOL
	attrDue       = "due_date"         // S, absent where empty
	attrNotes     = "notes"            // S, likewise
	attrPosition  = "position"         // S, likewise
	attrCreated   = "creation_date"    // S, todo.TimeLayout
	attrUpdated   = "lastupdate_date"  // S, todo.TimeLayout
	attrVersion   = "version"          // N
)

type attributes = map[string]types.AttributeValue

func text(s string) types.AttributeValue       { return &types.AttributeValueMemberS{Value: s} }
func boolean(b bool) types.AttributeValue      { return &types.AttributeValueMemberBOOL{Value: b} }
func instant(t time.Time) types.AttributeValue { return text(t.UTC().Format(todo.TimeLayout)) }
func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func key(owner, id string) attributes {
	return attributes{attrOwner: text(owner), attrID: text(id)}
}

func encode(item todo.Item) attributes {
	all := attributes{
		attrOwner:     text(item.Owner),
		attrID:        text(item.ID),
		attrText:      text(item.Text),
		attrCompleted: boolean(item.Completed),
		attrCreated:   instant(item.Created),
		attrUpdated:   instant(item.Updated),
		attrVersion:   number(item.Version),
	}
	for name, value := range map[string]string{attrDue: item.Due, attrNotes: item.Notes, attrPosition: item.Position} {
		if value != "" {
			all[name] = text(value)
		}
	}
	return all
}

// decode reads an item strictly: one that somebody else has written otherwise is a fault that says where, and never
// what, is in it.
func decode(found attributes) (todo.Item, error) {
	r := reader{found: found}
	item := todo.Item{
		Owner: r.text(attrOwner), ID: r.text(attrID), Text: r.text(attrText), Completed: r.boolean(attrCompleted),
		Due: r.optional(attrDue), Notes: r.optional(attrNotes), Position: r.optional(attrPosition),
		Created: r.instant(attrCreated), Updated: r.instant(attrUpdated), Version: r.number(attrVersion),
	}
	if r.bad != "" {
		return todo.Item{}, fmt.Errorf("item %q of owner %q: the attribute %s is missing or not what it should be", item.ID, item.Owner, r.bad)
	}
	return item, nil
}

// A reader remembers the first attribute that it could not read.
type reader struct {
	found attributes
	bad   string
}

func (r *reader) check(name string, ok bool) {
	if !ok && r.bad == "" {
		r.bad = name
	}
}

func (r *reader) text(name string) string {
	v, ok := r.found[name].(*types.AttributeValueMemberS)
	r.check(name, ok)
	if !ok {
		return ""
	}
	return v.Value
}

// optional is a text that is empty where there is none.
func (r *reader) optional(name string) string {
	if _, ok := r.found[name]; !ok {
		return ""
	}
	return r.text(name)
}

func (r *reader) boolean(name string) bool {
	v, ok := r.found[name].(*types.AttributeValueMemberBOOL)
	r.check(name, ok)
	return ok && v.Value
}

func (r *reader) instant(name string) time.Time {
	t, err := time.Parse(todo.TimeLayout, r.text(name))
	r.check(name, err == nil)
	return t.UTC()
}

func (r *reader) number(name string) int64 {
	v, ok := r.found[name].(*types.AttributeValueMemberN)
	r.check(name, ok)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	r.check(name, err == nil)
	return n
}
