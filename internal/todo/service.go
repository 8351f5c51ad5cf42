package todo

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Service performs the operations of the application for an owner whom the caller has authenticated. It checks every
// input; what it refuses is an *InvalidError, ErrNotFound, ErrExists or ErrStale, and any other error is a fault. It is
// safe for concurrent use.
type Service struct {
	store Store
	now   func() time.Time
	newID func() string
}

// NewService makes a service. now tells the time; newID makes UUIDs of version 7 in canonical form, each unused and
// greater than those before it. Both must be safe for concurrent use.
func NewService(store Store, now func() time.Time, newID func() string) *Service {
	return &Service{store: store, now: now, newID: newID}
}

// A Draft is what a client gives for a new item.
type Draft struct {
	// Text is cleaned by CleanText.
	Text      string
	Completed bool
	// Due, when not empty, is checked by CheckDue, and Position by CheckPosition. Notes are cleaned by CleanNotes.
	Due, Notes, Position string
	// Key, when not empty, becomes the item's id, so that the draft can be sent again when its answer was lost.
	Key string
}

// An Edit is what a client gives for an item that is there.
type Edit struct {
	// Text is cleaned by CleanText.
	Text      string
	Completed bool
	// Due, Notes and Position replace the item's, unless nil, and are checked as a Draft's are. An empty one takes the
	// item's away.
	Due, Notes, Position *string
	// IfVersion is the version that the item must have, or 0 for any.
	IfVersion int64
}

// List gives use a page of the owner's items, oldest first, as Store.List does. q.Limit is 0 to MaxLimit.
func (s *Service) List(ctx context.Context, owner string, q Query, use func(Page)) error {
	if err := checkOwner(owner); err != nil {
		return err
	}
	if q.Limit < 0 || q.Limit > MaxLimit {
		return &InvalidError{"limit", fmt.Sprintf("must be a number from 1 to %d", MaxLimit)}
	}
	return s.store.List(ctx, owner, q, use)
}

// Get answers an item.
func (s *Service) Get(ctx context.Context, owner, id string) (Item, error) {
	if err := checkKey(owner, id); err != nil {
		return Item{}, err
	}
	return s.store.Get(ctx, owner, id)
}

// Add stores a new item. A draft whose key is the id of an item with the same text, due date, notes and position is a
// repeat: it is answered with that item as it is now, and nothing is added. If one of them differs it is ErrExists.
func (s *Service) Add(ctx context.Context, owner string, d Draft) (Item, error) {
	if err := checkOwner(owner); err != nil {
		return Item{}, err
	}
	e, err := Edit{Text: d.Text, Due: &d.Due, Notes: &d.Notes, Position: &d.Position}.cleaned()
	if err != nil {
		return Item{}, err
	}
	d.Text, d.Notes = e.Text, *e.Notes
	id := d.Key
	if id == "" {
		id = s.newID()
	} else if err := CheckID(id); err != nil {
		return Item{}, err
	}
	now := s.clock()
	item, err := s.store.Add(ctx, Item{
		ID: id, Owner: owner, Text: d.Text, Completed: d.Completed, Due: d.Due, Notes: d.Notes, Position: d.Position,
		Created: now, Updated: now, Version: 1,
	})
	switch {
	case !errors.Is(err, ErrExists):
		return item, err
	case d.Key == "":
		// Not the client's doing, so not ErrExists to the client.
		return Item{}, fmt.Errorf("the new id %s is not new", id)
	case item.Text != d.Text || item.Due != d.Due || item.Notes != d.Notes || item.Position != d.Position:
		return Item{}, err
	}
	return item, nil
}

// Update changes an item.
func (s *Service) Update(ctx context.Context, owner, id string, e Edit) (Item, error) {
	if err := checkKey(owner, id); err != nil {
		return Item{}, err
	}
	e, err := e.cleaned()
	if err != nil {
		return Item{}, err
	}
	return s.store.Update(ctx, owner, id, Change{
		Text: &e.Text, Completed: e.Completed, Due: e.Due, Notes: e.Notes, Position: e.Position,
		At: s.clock(), IfVersion: e.IfVersion,
	})
}

func (e Edit) cleaned() (Edit, error) {
	var err error
	if e.Text, err = CleanText(e.Text); err != nil {
		return Edit{}, err
	}
	if e.Notes != nil {
		notes, err := CleanNotes(*e.Notes)
		if err != nil {
			return Edit{}, err
		}
		e.Notes = &notes
	}
	if e.Due != nil && *e.Due != "" {
		if err := CheckDue(*e.Due); err != nil {
			return Edit{}, err
		}
	}
	if e.Position != nil && *e.Position != "" {
		if err := CheckPosition(*e.Position); err != nil {
			return Edit{}, err
		}
	}
	return e, nil
}

// Complete marks an item as done; one that is done already is answered unchanged.
func (s *Service) Complete(ctx context.Context, owner, id string, ifVersion int64) (Item, error) {
	if err := checkKey(owner, id); err != nil {
		return Item{}, err
	}
	return s.store.Update(ctx, owner, id, Change{Completed: true, At: s.clock(), IfVersion: ifVersion})
}

// Delete removes an item.
func (s *Service) Delete(ctx context.Context, owner, id string, ifVersion int64) error {
	if err := checkKey(owner, id); err != nil {
		return err
	}
	return s.store.Delete(ctx, owner, id, ifVersion)
}

// clock reads the time once per operation, in the precision in which it is kept.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

func checkKey(owner, id string) error {
	if err := checkOwner(owner); err != nil {
		return err
	}
	return CheckID(id)
}
