package todo

import (
	"context"
	"encoding/json"
	"time"
)

// MaxPageBytes bounds the items that a page examines, in bytes as the store counts them, as DynamoDB's Query does.
const MaxPageBytes = 1 << 20

// A Store keeps items by owner and id. The suite storetest holds every implementation to what is written here.
//
// Keys. An owner is 1 to 2,048 bytes of valid UTF-8, an id is not empty; the Service sees to that. Whatever
// characters they hold, an owner and an id together name one item, and no id of one owner reaches an item of another.
//
// Durability. When a method returns without an error, what it changed, and what it answered, survives the death of the
// process and a loss of power. When it returns ErrUnavailable, or an error that is not one of this package's, the change
// may have been made or not, but never half.
//
// Concurrency. Methods may be called at the same time from anywhere. Each takes effect at one moment between call and
// return, so of several changes to an item each sees the one before. An item answered later than a change holds it.
//
// Context. A method called with a context that has ended returns its error and does nothing. A change that has begun
// may be seen through.
//
// Each method is one conditional call to a database that has such: never a read followed by a write.
type Store interface {
	// List gives use a page of the owner's items in the order of their ids, byte by byte. It examines the items after the
	// token, at most q.Limit of them and at most MaxPageBytes (but always one), and gives those that pass the filter; so a
	// page can be empty and not the last. An item that is there throughout a walk from page to page appears in it exactly
	// once; one that is added or deleted meanwhile may or may not.
	//
	// use is called once, before List returns, or not at all if there is an error. It must not call the store.
	//
	// A q.After that is no token of this owner's list is an *InvalidError for the field next.
	List(ctx context.Context, owner string, q Query, use func(Page)) error

	// Get answers an item, or ErrNotFound.
	Get(ctx context.Context, owner, id string) (Item, error)

	// Add stores a new item and answers it. When the owner has an item with that id already, it stores nothing and
	// answers that item with ErrExists. Of concurrent calls with one key exactly one stores.
	Add(ctx context.Context, item Item) (Item, error)

	// Update makes a change as Change.Apply defines it and answers the item as it then is. It never creates one: without
	// it, ErrNotFound. When c.IfVersion is not the item's version: ErrStale, and nothing is stored.
	Update(ctx context.Context, owner, id string, c Change) (Item, error)

	// Delete removes an item, or answers ErrNotFound. When ifVersion is neither 0 nor the item's version: ErrStale.
	Delete(ctx context.Context, owner, id string, ifVersion int64) error
}

// A Query says which page of a list is wanted.
type Query struct {
	// Limit bounds the items examined, before the filter; 0 leaves MaxPageBytes as the only bound.
	Limit int
	// After is the Next of the page before, or empty for the first page.
	After string
	// Completed, when not nil, filters: only items with this state are answered.
	Completed *bool
}

// A Page is a part of a list.
type Page struct {
	// Items are in their canonical form, Item.JSON. They are the store's own memory, and valid only until the call of use
	// returns: whoever wants to keep them copies them.
	Items []json.RawMessage
	// Scanned counts the items examined.
	Scanned int
	// Next is the token of the page that follows, and empty on the last one. It may be set although nothing follows.
	// It consists of letters, digits, '-' and '_', at most 2,048 of them, means nothing to the client, stays good while
	// the list changes and after a restart, and is good for its owner only.
	Next string
}

// A Change is what Update does to an item.
type Change struct {
	// Text replaces the item's text, unless nil.
	Text *string
	// Due, Notes and Position replace the item's, unless nil. An empty one takes the item's away.
	Due, Notes, Position *string
	// Completed becomes the item's state.
	Completed bool
	// At becomes the time of the update, if anything changes.
	At time.Time
	// IfVersion is the version that the item must have, or 0 for any.
	IfVersion int64
}

// Apply makes the change on a copy. A change that leaves everything else as it is leaves version and time so too:
// changed is false and there is nothing to store. Otherwise the version grows by one. The error is ErrStale or nil.
func (c Change) Apply(item Item) (after Item, changed bool, err error) {
	if c.IfVersion != 0 && c.IfVersion != item.Version {
		return Item{}, false, ErrStale
	}
	after = item
	after.Completed = c.Completed
	replace(&after.Text, c.Text)
	replace(&after.Due, c.Due)
	replace(&after.Notes, c.Notes)
	replace(&after.Position, c.Position)
	if after == item {
		return item, false, nil
	}
	after.Updated = c.At
	after.Version++
	return after, true, nil
}

func replace(field, by *string) {
	if by != nil {
		*field = *by
	}
}
