package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"example.com/todo/internal/todo"
)

// An operation performs a call whose owner is known. A body that its call has no use for is ignored.
type operation func(ctx context.Context, owner string, r request) (success, error)

func (a *API) list(ctx context.Context, owner string, r request) (success, error) {
	q, err := r.listQuery()
	if err != nil {
		return success{}, err
	}
	body := ""
	err = a.cfg.Service.List(ctx, owner, q, func(page todo.Page) { body = pageBody(page) })
	return success{body: body}, err
}

// pageBody joins what the store keeps, encoding nothing again and copying it once.
func pageBody(page todo.Page) string {
	size := 128 + len(page.Next)
	for _, item := range page.Items {
		size += len(item) + 1
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(`{"Items":[`)
	for i, item := range page.Items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(item)
	}
	fmt.Fprintf(&b, `],"Count":%d,"ScannedCount":%d`, len(page.Items), page.Scanned)
	if page.Next != "" {
		// A token needs no escaping: todo.Page says what it consists of.
		b.WriteString(`,"NextToken":"` + page.Next + `"`)
	}
	b.WriteByte('}')
	return b.String()
}

func (a *API) get(ctx context.Context, owner string, r request) (success, error) {
	id, err := r.id()
	if err != nil {
		return success{}, err
	}
	item, err := a.cfg.Service.Get(ctx, owner, id)
	return itemAnswer("Item", item), err
}

func (a *API) add(ctx context.Context, owner string, r request) (success, error) {
	key, err := r.idempotencyKey()
	if err != nil {
		return success{}, err
	}
	in, err := r.itemBody()
	if err != nil {
		return success{}, err
	}
	item, err := a.cfg.Service.Add(ctx, owner, todo.Draft{
		Text: in.item, Completed: given(in.completed), Due: given(in.due), Notes: given(in.notes), Position: given(in.position), Key: key,
	})
	return itemAnswer("Item", item), err
}

func (a *API) update(ctx context.Context, owner string, r request) (success, error) {
	id, version, err := r.idAndVersion()
	if err != nil {
		return success{}, err
	}
	in, err := r.itemBody()
	if err != nil {
		return success{}, err
	}
	if in.completed == nil {
		return success{}, &todo.InvalidError{Field: "completed", Problem: "is required"}
	}
	item, err := a.cfg.Service.Update(ctx, owner, id, todo.Edit{
		Text: in.item, Completed: *in.completed, Due: in.due, Notes: in.notes, Position: in.position, IfVersion: version,
	})
	return itemAnswer("Attributes", item), err
}

func (a *API) complete(ctx context.Context, owner string, r request) (success, error) {
	id, version, err := r.idAndVersion()
	if err != nil {
		return success{}, err
	}
	item, err := a.cfg.Service.Complete(ctx, owner, id, version)
	return itemAnswer("Attributes", item), err
}

func (a *API) delete(ctx context.Context, owner string, r request) (success, error) {
	id, version, err := r.idAndVersion()
	if err != nil {
		return success{}, err
	}
	return success{body: "{}"}, a.cfg.Service.Delete(ctx, owner, id, version)
}

// given is what was given, or else the zero value.
func given[T any](value *T) (v T) {
	if value != nil {
		v = *value
	}
	return v
}

func itemAnswer(name string, item todo.Item) success {
	return success{
		body: `{"` + name + `":` + string(item.JSON()) + `}`,
		etag: `"` + strconv.FormatInt(item.Version, 10) + `"`,
	}
}
