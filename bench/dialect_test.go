package main

import (
	"reflect"
	"testing"
)

func TestWrongAnswersAreNoticed(t *testing.T) {
	d := stackAPI{}
	it := item{ID: "a", Text: "milk", Completed: true}
	for name, body := range map[string]string{
		"another id":    `{"Item":{"id":"b","item":"milk","completed":true}}`,
		"another text":  `{"Item":{"id":"a","item":"milk?","completed":true}}`,
		"another state": `{"Item":{"id":"a","item":"milk","completed":false}}`,
		"nothing":       ``,
	} {
		if checkItem(d, []byte(body), it) == nil {
			t.Errorf("an item with %s passes", name)
		}
	}
	if err := checkItem(d, []byte(`{"Item":{"id":"a","item":"milk","completed":true}}`), it); err != nil {
		t.Error(err)
	}
	two := []item{{ID: "a", Text: "one"}, {ID: "b", Text: "two"}}
	for name, body := range map[string]string{
		"one too few":     `{"Items":[{"id":"a","item":"one"}]}`,
		"one too many":    `{"Items":[{"id":"a","item":"one"},{"id":"b","item":"two"},{"id":"c","item":"two"}]}`,
		"another order":   `{"Items":[{"id":"b","item":"two"},{"id":"a","item":"one"}]}`,
		"texts exchanged": `{"Items":[{"id":"a","item":"two"},{"id":"b","item":"one"}]}`,
	} {
		if checkList(d, []byte(body), two) == nil {
			t.Errorf("a list with %s passes", name)
		}
	}
	if err := checkList(d, []byte(`{"Items":[{"id":"a","item":"one"},{"id":"b","item":"two"}]}`), two); err != nil {
		t.Error(err)
	}
	if _, err := newID([]byte(`{"message":"Too Many Requests"}`)); err == nil {
		t.Error("an answer without an id passes")
	}
}

func TestDifferencesInTheStoreAreNoticed(t *testing.T) {
	u := &user{Name: "ann"}
	u.add(item{ID: "b"})
	u.add(item{ID: "a"})
	for name, has := range map[string][]item{
		"one lost":      {{ID: "a"}},
		"one more":      {{ID: "a"}, {ID: "b"}, {ID: "c"}},
		"one exchanged": {{ID: "a"}, {ID: "c"}},
		"one changed":   {{ID: "a"}, {ID: "b", Completed: true}},
		"one twice":     {{ID: "a"}, {ID: "a"}},
	} {
		if u.differs(has) == nil {
			t.Errorf("%s: nothing is said", name)
		}
	}
	if err := u.differs([]item{{ID: "b"}, {ID: "a"}}); err != nil {
		t.Errorf("another order: %v", err)
	}
}

func TestPages(t *testing.T) {
	for _, test := range []struct {
		name  string
		d     dialect
		body  string
		limit int
		want  []item
		next  string
	}{
		{"the template's", stackAPI{}, `{"Items":[{"id":"a","item":"milk","completed":true}],"NextToken":"t"}`, 1, []item{{"a", "milk", true}}, "t"},
		{"the template's last", stackAPI{}, `{"Items":[],"Count":0}`, 1, []item{}, ""},
		{"PocketBase's", pocketBase{}, `{"items":[{"id":"a","text":"milk","completed":true}],"page":2}`, 1, []item{{"a", "milk", true}}, "3"},
		{"PocketBase's last", pocketBase{}, `{"items":[],"page":3}`, 1, []item{}, ""},
	} {
		got, next, err := test.d.page([]byte(test.body), test.limit, "")
		if err != nil || !reflect.DeepEqual(got, test.want) || next != test.next {
			t.Errorf("%s: got %v, %q, %v, want %v, %q", test.name, got, next, err, test.want, test.next)
		}
	}
}
