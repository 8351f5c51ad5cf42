package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"sync"
	"time"
)

// Claims are the claims of a verified token. They are shared and cannot be altered; the zero value holds none.
type Claims struct {
	values map[string]any
	memo   *memo // nil but for a verified token
}

// A memo holds what was derived of a token's claims.
type memo struct {
	once  sync.Once
	value any
}

// All yields every claim, in no order. Values are as encoding/json decodes them, but numbers are json.Number, which
// keeps them as they were written. They must not be altered.
func (c Claims) All() iter.Seq2[string, any] { return maps.All(c.values) }

// Derived is what derive makes of the claims. For a verified token it is made once and kept as long as the token is
// remembered, so all callers must give the same derive, and must not alter what it made.
func (c Claims) Derived(derive func(Claims) any) any {
	if c.memo == nil {
		return derive(c)
	}
	c.memo.once.Do(func() { c.memo.value = derive(c) })
	return c.memo.value
}

// String is the claim of that name if it is a string, else "".
func (c Claims) String(name string) string {
	s, _ := c.values[name].(string)
	return s
}

// Strings is the claim of that name as a list: a string is a list of one, and members that are no strings are left out.
func (c Claims) Strings(name string) []string {
	switch v := c.values[name].(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, member := range v {
			if s, ok := member.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// Date reads a claim's value, as All yields it, as a date of RFC 7519: a number of seconds, perhaps with a fraction. It
// must lie in the years 1970 to 9999.
func Date(value any) (time.Time, error) {
	const lastSecond = 253_402_300_799 // of the year 9999
	n, ok := value.(json.Number)
	if !ok {
		return time.Time{}, fmt.Errorf("%T is no date", value)
	}
	if seconds, err := n.Int64(); err == nil && seconds >= 0 && seconds <= lastSecond {
		return time.Unix(seconds, 0), nil
	}
	f, err := n.Float64()
	if err != nil || f < 0 || f > lastSecond {
		return time.Time{}, fmt.Errorf("%.40s is out of range", n)
	}
	whole := int64(f)
	return time.Unix(whole, int64((f-float64(whole))*1e9)), nil
}

// date is the zero time when there is no such claim.
func (c Claims) date(name string) (time.Time, error) {
	value, ok := c.values[name]
	if !ok {
		return time.Time{}, nil
	}
	t, err := Date(value)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func parseClaims(payload []byte) (Claims, error) {
	var c Claims
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	if err := d.Decode(&c.values); err != nil {
		return Claims{}, fmt.Errorf("claims: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Claims{}, errors.New("claims: more than one value")
	}
	return c, nil
}
