package todo

import (
	"context"
	"iter"
)

// An Archive is a store whose items, of all owners, can be taken out and put in whole: to move house, beside the service
// and not in it. storetest.RunArchive holds implementations to this.
type Archive interface {
	// Items gives every item once, in any order. One that is added, changed or deleted meanwhile may be given as it was or
	// not at all. After an error there is nothing more.
	Items(ctx context.Context) iter.Seq2[Item, error]

	// Put stores an item as it is, if it may, and says what became of it. It decides by Outcome's rules and at one moment,
	// like the methods of Store, and is durable as they are. Put again with the same item is Same.
	Put(ctx context.Context, item Item) (Outcome, error)
}

// An Outcome is what became of an item that was put into an archive.
type Outcome int

const (
	// Added: there was none under its owner and id.
	Added Outcome = iota
	// Replaced: there was an earlier one, of a smaller version and not changed later.
	Replaced
	// Same: it was there already.
	Same
	// Kept: there is another, which is not an earlier one, and it stays.
	Kept
)

// Over is the Outcome of putting an item where there is another.
func (i Item) Over(there Item) Outcome {
	switch {
	case string(i.JSON()) == string(there.JSON()):
		return Same
	case there.Version < i.Version && !there.Updated.After(i.Updated):
		return Replaced
	}
	return Kept
}

// Check tells what is wrong with an item that comes from elsewhere, such as a file: nil, or an *InvalidError.
func (i Item) Check() error {
	if err := checkKey(i.Owner, i.ID); err != nil {
		return err
	}
	text, err := CleanText(i.Text)
	if err != nil {
		return err
	}
	notes, err := CleanNotes(i.Notes)
	if err != nil {
		return err
	}
	switch {
	case text != i.Text:
		return &InvalidError{"item", "must not begin or end with white space"}
	case notes != i.Notes:
		return &InvalidError{"notes", "must not begin or end with white space"}
	case i.Version < 1:
		return &InvalidError{"version", "must be 1 or more"}
	}
	if i.Due != "" {
		if err := CheckDue(i.Due); err != nil {
			return err
		}
	}
	if i.Position != "" {
		return CheckPosition(i.Position)
	}
	return nil
}
