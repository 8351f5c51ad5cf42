package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/todo"
)

const callers = 16

// together makes n calls at once and gathers their errors.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = call(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// wantOne checks that exactly one call succeeded and that the others were refused so.
func wantOne(t *testing.T, errs []error, refusal error) {
	t.Helper()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, refusal):
			t.Errorf("got error %v, want %v", err, refusal)
		}
	}
	if won != 1 {
		t.Errorf("%d of %d calls succeeded, want 1", won, len(errs))
	}
}

func (s suite) concurrency(t *testing.T) {
	t.Run("one of many adds with one id stores, and all answer its item", func(t *testing.T) {
		owner := newOwner()
		answers := make([]todo.Item, callers)
		errs := together(callers, func(i int) (err error) {
			answers[i], err = s.Add(t.Context(), newItem(owner, nthID(1), fmt.Sprintf("by caller %d", i)))
			return err
		})
		wantOne(t, errs, todo.ErrExists)
		stored, err := s.Get(t.Context(), owner, nthID(1))
		if err != nil {
			t.Fatal(err)
		}
		for i, answer := range answers {
			if diff := cmp.Diff(stored, answer); diff != "" {
				t.Errorf("caller %d: -stored +answered\n%s", i, diff)
			}
		}
	})
	t.Run("changes have versions without gap or repeat", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
		versions := make([]int64, callers)
		for _, err := range together(callers, func(i int) error {
			text := fmt.Sprintf("by caller %d", i)
			got, err := s.Update(t.Context(), item.Owner, item.ID, todo.Change{Text: &text, At: at})
			versions[i] = got.Version
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		slices.Sort(versions)
		for i, version := range versions {
			if want := int64(i + 2); version != want {
				t.Fatalf("got the versions %v, want 2 to %d", versions, callers+1)
			}
		}
	})
	t.Run("one of many changes of one version is made", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
		wantOne(t, together(callers, func(i int) error {
			text := fmt.Sprintf("by caller %d", i)
			_, err := s.Update(t.Context(), item.Owner, item.ID, todo.Change{Text: &text, At: at, IfVersion: 1})
			return err
		}), todo.ErrStale)
	})
	t.Run("one of many completions changes the item", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
		for _, err := range together(callers, func(int) error {
			got, err := s.Update(t.Context(), item.Owner, item.ID, todo.Change{Completed: true, At: at})
			if err == nil && got.Version != 2 {
				return fmt.Errorf("got version %d, want 2", got.Version)
			}
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("one of many deletions deletes", func(t *testing.T) {
		item := s.mustAdd(t, newItem(newOwner(), nthID(1), "text"))
		wantOne(t, together(callers, func(int) error {
			return s.Delete(t.Context(), item.Owner, item.ID, 0)
		}), todo.ErrNotFound)
	})
	t.Run("an answered change is in every list that follows", func(t *testing.T) {
		owner := newOwner()
		for _, err := range together(callers, func(i int) error {
			if _, err := s.Add(t.Context(), newItem(owner, nthID(i), "text")); err != nil {
				return err
			}
			page, err := Page(t.Context(), s, owner, todo.Query{})
			if err != nil {
				return err
			}
			for _, listed := range decodeAll(t, page) {
				if listed.ID == nthID(i) {
					return nil
				}
			}
			return fmt.Errorf("the list lacks item %d", i)
		}) {
			if err != nil {
				t.Error(err)
			}
		}
	})
}
