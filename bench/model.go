package main

import (
	"cmp"
	"fmt"
	"slices"
)

// An item is one that a server says it has.
type item struct {
	ID, Text  string
	Completed bool
}

// A user is somebody with a token, and the items that they have by the answers so far, in the order of their ids. During
// a load one connection alone changes them, so what the server has must be the same.
type user struct {
	Name, Token string
	items       []item
}

func (u *user) add(it item) {
	at, _ := slices.BinarySearchFunc(u.items, it, byID)
	u.items = slices.Insert(u.items, at, it)
}

func byID(a, b item) int { return cmp.Compare(a.ID, b.ID) }

// differs tells where what a server has is not what its answers were.
func (u *user) differs(has []item) error {
	if len(has) != len(u.items) {
		return fmt.Errorf("%s has %d items, and by the answers %d", u.Name, len(has), len(u.items))
	}
	has = slices.SortedFunc(slices.Values(has), byID)
	for i, want := range u.items {
		if has[i] != want {
			return fmt.Errorf("%s has %+v, and by the answers %+v", u.Name, has[i], want)
		}
	}
	return nil
}
