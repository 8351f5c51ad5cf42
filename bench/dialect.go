package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// An operation is one of the six of the API.
type operation int

const (
	list operation = iota
	get
	add
	done
	update
	remove
	operations
)

func (op operation) String() string {
	return [operations]string{"list", "get", "add", "done", "update", "delete"}[op]
}

// pageSize is how many items a list has.
const pageSize = 20

// A call is a request without what all requests have.
type call struct{ method, path, body string }

// A dialect is how a server's API spells the operations.
type dialect interface {
	list(limit int, after string) call
	get(id string) call
	add(owner, text string) call
	done(id string) call
	update(id, text string) call
	remove(id string) call
	// text is the beginning of the field with an item's text.
	text() string
	// page reads a whole list's page; next is empty on the last one.
	page(body []byte, limit int, after string) (items []item, next string, err error)
}

// stackAPI is the API of the template.
type stackAPI struct{}

func (stackAPI) list(limit int, after string) call {
	path := "/prod/item?limit=" + strconv.Itoa(limit)
	if after != "" {
		path += "&next=" + url.QueryEscape(after)
	}
	return call{method: "GET", path: path}
}

func (stackAPI) get(id string) call { return call{method: "GET", path: "/prod/item/" + id} }
func (stackAPI) add(_, text string) call {
	return call{"POST", "/prod/item", `{"item":"` + text + `"}`}
}
func (stackAPI) done(id string) call {
	return call{method: "POST", path: "/prod/item/" + id + "/done"}
}
func (stackAPI) update(id, text string) call {
	return call{"PUT", "/prod/item/" + id, `{"item":"` + text + `","completed":false}`}
}
func (stackAPI) remove(id string) call { return call{method: "DELETE", path: "/prod/item/" + id} }
func (stackAPI) text() string          { return `"item":"` }

func (stackAPI) page(body []byte, _ int, _ string) ([]item, string, error) {
	var page struct {
		Items []struct {
			ID        string
			Item      string
			Completed bool
		}
		NextToken string
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, "", err
	}
	items := make([]item, len(page.Items))
	for i, it := range page.Items {
		items[i] = item{it.ID, it.Item, it.Completed}
	}
	return items, page.NextToken, nil
}

// pocketBase is PocketBase's API for records, with the collection of bench/pocketbase.
type pocketBase struct{}

const records = "/api/collections/items/records"

// list leaves out the total, which the template's API does not count either.
func (pocketBase) list(limit int, after string) call {
	path := records + "?sort=id&skipTotal=1&perPage=" + strconv.Itoa(limit)
	if after != "" {
		path += "&page=" + after
	}
	return call{method: "GET", path: path}
}

func (pocketBase) get(id string) call { return call{method: "GET", path: records + "/" + id} }
func (pocketBase) add(owner, text string) call {
	return call{"POST", records, `{"owner":"` + owner + `","text":"` + text + `"}`}
}
func (pocketBase) done(id string) call {
	return call{"PATCH", records + "/" + id, `{"completed":true}`}
}
func (pocketBase) update(id, text string) call {
	return call{"PATCH", records + "/" + id, `{"text":"` + text + `","completed":false}`}
}
func (pocketBase) remove(id string) call { return call{method: "DELETE", path: records + "/" + id} }
func (pocketBase) text() string          { return `"text":"` }

func (pocketBase) page(body []byte, limit int, after string) ([]item, string, error) {
	var page struct {
		Items []item
		Page  int
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, "", err
	}
	next := ""
	if len(page.Items) == limit {
		next = strconv.Itoa(page.Page + 1)
	}
	return page.Items, next, nil
}

// checkItem looks for an item in an answer. The answer is not decoded, and nothing is allocated: the generator shares the
// machine with the server.
func checkItem(d dialect, body []byte, it item) error {
	_, sameID := after(body, idField, it.ID)
	_, sameText := after(body, d.text(), it.Text)
	_, sameState := after(body, `"completed":`, strconv.FormatBool(it.Completed))
	if !sameID || !sameText || !sameState {
		return fmt.Errorf("the answer is not about %+v: %s", it, body)
	}
	return nil
}

// checkList looks for the first items of a person, and no others, in their order.
func checkList(d dialect, body []byte, items []item) error {
	rest := body
	for _, it := range items[:min(len(items), pageSize)] {
		var same bool
		if rest, same = after(rest, idField, it.ID); same {
			rest, same = after(rest, d.text(), it.Text)
		}
		if !same {
			return fmt.Errorf("%+v is not where it should be in the list %s", it, body)
		}
	}
	if bytes.Contains(rest, []byte(idField)) {
		return fmt.Errorf("the list has more than %d items: %s", min(len(items), pageSize), body)
	}
	return nil
}

// The beginning of a field with an item's id.
const idField = `"id":"`

// after finds a field and gives what follows its value, if that is as it should be.
func after(body []byte, field, value string) (rest []byte, same bool) {
	at := bytes.Index(body, []byte(field))
	if at < 0 {
		return nil, false
	}
	rest = body[at+len(field):]
	if len(rest) <= len(value) || string(rest[:len(value)]) != value {
		return nil, false
	}
	end := rest[len(value)]
	return rest[len(value):], end == '"' || end == ',' || end == '}'
}

// newID is the id in the answer to an addition.
func newID(body []byte) (string, error) {
	_, rest, found := bytes.Cut(body, []byte(idField))
	id, _, ended := bytes.Cut(rest, []byte(`"`))
	if !found || !ended {
		return "", fmt.Errorf("there is no id in the answer %s", body)
	}
	return string(id), nil
}
