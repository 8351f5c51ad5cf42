package todo_test

import (
	"errors"
	"testing"

	"example.com/todo/internal/todo"
)

func TestTokensLeadBack(t *testing.T) {
	for _, owner := range []string{"ann", "", "\x00", "ann/b"} {
		for _, id := range []string{"01920000-0000-7000-8000-000000000000", "x", "a/\x00", "\xff"} {
			got, err := todo.ParseNextToken(owner, todo.NextToken(owner, id))
			if err != nil || got != id {
				t.Errorf("owner %q, id %q: got %q, %v", owner, id, got, err)
			}
		}
	}
}

func TestTokensAreBoundToTheirOwner(t *testing.T) {
	// An owner and an id that, put together without care, would read the same.
	if _, err := todo.ParseNextToken("ann1", todo.NextToken("ann", "12")); err == nil {
		t.Error("a token of ann is good for ann1")
	}
	if _, err := todo.ParseNextToken("ann", todo.NextToken("bob", "1")); err == nil {
		t.Error("a token of bob is good for ann")
	}
}

// FuzzParseNextToken looks for a token that is accepted without being one that was made so.
func FuzzParseNextToken(f *testing.F) {
	f.Add("ann", todo.NextToken("ann", "01920000-0000-7000-8000-000000000000"))
	f.Add("ann", todo.NextToken("bob", "01920000-0000-7000-8000-000000000000"))
	f.Add("ann", "")
	f.Add("ann", "AAAAAAAAAAA")
	f.Add("ann", todo.NextToken("ann", "x")+"=")
	f.Add("ann", todo.NextToken("ann", "x")+"\n")
	f.Fuzz(func(t *testing.T, owner, token string) {
		id, err := todo.ParseNextToken(owner, token)
		var invalid *todo.InvalidError
		switch {
		case err == nil && todo.NextToken(owner, id) != token:
			t.Errorf("%q is taken for the token of %q, which is %q", token, id, todo.NextToken(owner, id))
		case err != nil && (!errors.As(err, &invalid) || invalid.Field != "next" || id != ""):
			t.Errorf("got %q, %v, want an InvalidError for next", id, err)
		}
	})
}
