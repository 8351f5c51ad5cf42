package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A shelf is the template's API over a map. forgets makes it answer additions that it does not keep; lies makes it answer
// another text than it was given.
type shelf struct {
	mu            sync.Mutex
	items         map[string][]item // by token
	made          int
	forgets, lies bool
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner := r.Header.Get("Authorization")
	var in struct {
		Item      string
		Completed bool
	}
	_ = json.NewDecoder(r.Body).Decode(&in)
	id := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/prod/item/"), "/done")
	at := slices.IndexFunc(s.items[owner], func(it item) bool { return it.ID == id })
	switch operationOf(r) {
	case list:
		fmt.Fprint(w, `{"Items":[`)
		for i, it := range s.items[owner] {
			if r.URL.Query().Get("limit") == fmt.Sprint(pageSize) && i == pageSize {
				break
			}
			fmt.Fprint(w, strings.Repeat(",", min(i, 1)), s.json(it))
		}
		fmt.Fprint(w, `]}`)
		return
	case add:
		s.made++
		it := item{ID: fmt.Sprintf("%09d", s.made), Text: in.Item}
		if !s.forgets || s.made%3 > 0 {
			s.items[owner] = append(s.items[owner], it)
		}
		fmt.Fprint(w, s.json(it))
		return
	}
	if at < 0 {
		http.NotFound(w, r)
		return
	}
	it := &s.items[owner][at]
	switch operationOf(r) {
	case done:
		it.Completed = true
	case update:
		it.Text, it.Completed = in.Item, in.Completed
	case remove:
		s.items[owner] = slices.Delete(s.items[owner], at, at+1)
		return
	}
	fmt.Fprint(w, s.json(*it))
}

func (s *shelf) json(it item) string {
	if s.lies {
		it.Text = strings.ToUpper(it.Text)
	}
	return fmt.Sprintf(`{"id":%q,"item":%q,"completed":%v}`, it.ID, it.Text, it.Completed)
}

func TestALoadFindsWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		name            string
		shelf           *shelf
		answers, stored bool // are right
	}{
		{"an honest server", &shelf{}, true, true},
		{"a server that loses additions", &shelf{forgets: true}, false, false},
		{"a server that answers another text", &shelf{lies: true}, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.shelf.items = map[string][]item{}
			server := httptest.NewServer(test.shelf)
			defer server.Close()
			to := &target{process: &process{addr: server.Listener.Addr().String()}, dialect: stackAPI{}}
			for i := range 8 {
				to.users = append(to.users, &user{Name: fmt.Sprint(i), Token: fmt.Sprint(i)})
			}
			var sum answers
			for len(sum.took[add]) < 200 {
				more, _, err := load{mixed, 4, 20 * time.Millisecond}.send(to)
				if err != nil {
					t.Fatal(err)
				}
				sum.join(more)
			}
			if got := sum.errors == 0; got != test.answers {
				t.Errorf("got %d wrong answers, the first %v; all are right: %v", sum.errors, sum.first, test.answers)
			}
			if err := to.compare(); (err == nil) != test.stored {
				t.Errorf("comparing what is stored: got %v; it is right: %v", err, test.stored)
			}
		})
	}
}

func TestChangesHaveOneConnectionForEachPerson(t *testing.T) {
	server := httptest.NewServer(&shelf{items: map[string][]item{}})
	defer server.Close()
	to := &target{process: &process{addr: server.Listener.Addr().String()}, dialect: stackAPI{}, users: []*user{{Name: "ann", Token: "ann"}}}
	if _, _, err := (load{mixed, 2, time.Millisecond}).send(to); err == nil {
		t.Error("two connections changed one person's items")
	}
	if sum, _, err := (load{reads, 2, 20 * time.Millisecond}).send(to); err != nil || sum.errors > 0 {
		t.Errorf("two connections that only read: got %v, %v", err, sum.first)
	}
}
