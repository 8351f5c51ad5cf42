package todo

import "errors"

// What an operation refuses. Stores wrap these; everybody asks with errors.Is.
var (
	// ErrNotFound says that the owner has no item with the id.
	ErrNotFound = errors.New("no such item")
	// ErrExists says that the owner has another item under the id already.
	ErrExists = errors.New("the id is taken by another item")
	// ErrStale says that the item has another version than the change was made for.
	ErrStale = errors.New("the item has changed since")
)

// ErrUnavailable says that the store cannot be reached, has too much to do, or does not let this program in. The same call
// may succeed later, perhaps after an operator has done something. Only a store that is elsewhere knows it; whether the
// change was made is open, as with every fault.
var ErrUnavailable = errors.New("the store is unavailable")

// An InvalidError refuses an input and says which. It is fit for the client's eyes.
type InvalidError struct {
	// Field is the input's name as the client knows it, e.g. item, id, next or If-Match.
	Field string
	// Problem completes a sentence that begins with the field.
	Problem string
}

func (e *InvalidError) Error() string { return e.Field + " " + e.Problem }
