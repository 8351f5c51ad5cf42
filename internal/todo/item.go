// Package todo is the domain: what a to-do item is, the rules it obeys, the six operations on it, and the port through
// which they reach a store. It imports only the standard library and knows of no protocol, token or file.
package todo

import (
	"encoding/json"
	"fmt"
	"time"
)

// An Item is one entry of a person's list.
type Item struct {
	// ID is a UUID in canonical lower-case form. The ids that the service makes are of version 7, whose order is the
	// order of their creation.
	ID string
	// Owner is the user name of the person whose item it is. Nobody else can reach it.
	Owner string
	// Text obeys the rules of CleanText.
	Text      string
	Completed bool
	// Due is the day by which it is to be done, as CheckDue wants it, or empty.
	Due string
	// Notes obey the rules of CleanNotes. They are empty where there are none.
	Notes string
	// Position is the item's place in the order that its owner gave the list, as CheckPosition wants it, or empty. Stores
	// keep it and do not order by it.
	Position string
	// Created and Updated are in UTC, in whole milliseconds.
	Created time.Time
	Updated time.Time
	// Version is 1 for a new item and grows by one with each change.
	Version int64
}

// record is an Item's form outside: in answers, in files and in exports. The names are the reference application's, but
// for the optional ones in the middle, which it does not have: an item without them looks as it does there.
type record struct {
	ID        string `json:"id"`
	Owner     string `json:"cognito-username"`
	Text      string `json:"item"`
	Completed bool   `json:"completed"`
	Due       string `json:"due_date,omitempty"`
	Notes     string `json:"notes,omitempty"`
	Position  string `json:"position,omitempty"`
	Created   string `json:"creation_date"`
	Updated   string `json:"lastupdate_date"`
	Version   int64  `json:"version"`
}

// TimeLayout is how times are written: RFC 3339 with milliseconds always there, so that times of equal instants, all of
// them in UTC, are equal texts.
const TimeLayout = "2006-01-02T15:04:05.000Z07:00"

// MarshalJSON gives the canonical form. json.Marshal may still escape it for HTML; who needs the bytes takes JSON.
func (i Item) MarshalJSON() ([]byte, error) { return i.JSON(), nil }

// UnmarshalJSON reads what JSON wrote.
func (i *Item) UnmarshalJSON(data []byte) error {
	var r record
	if !r.read(string(data)) {
		r = record{}
		if err := json.Unmarshal(data, &r); err != nil {
			return err
		}
	}
	created, err := time.Parse(TimeLayout, r.Created)
	if err != nil {
		return fmt.Errorf("creation_date: %w", err)
	}
	updated, err := time.Parse(TimeLayout, r.Updated)
	if err != nil {
		return fmt.Errorf("lastupdate_date: %w", err)
	}
	*i = Item{
		ID: r.ID, Owner: r.Owner, Text: r.Text, Completed: r.Completed, Due: r.Due, Notes: r.Notes, Position: r.Position,
		Created: created.UTC(), Updated: updated.UTC(), Version: r.Version,
	}
	return nil
}
