package userpool

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The index is what makes a filter cost as much with a hundred thousand accounts as with ten. An entry's key is the
// attribute, a colon, the value in small letters and cut to a length, a zero byte and the account's sub. It only finds
// candidates: whether one matches is asked of the account itself.

const (
	maxIndexed = 128 // bytes of a value
	subSize    = 36
)

// indexed are the attributes of the index. User names are found in it too, as they have another order in names.
var indexed = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username", "cognito:user_status", "status",
}

// searched is an account's value of an attribute that a filter may name.
func (a account) searched(attribute string) string {
	switch attribute {
	case "username":
		return a.Username
	case "sub":
		return a.Sub
	case "status":
		if a.Disabled {
			return "Disabled"
		}
		return "Enabled"
	case "cognito:user_status":
		return string(a.Status)
	default:
		return a.attribute(attribute)
	}
}

func indexValue(value string) string {
	value = strings.ToLower(value)
	return value[:min(len(value), maxIndexed)]
}

// entries are the account's keys in the index.
func (a account) entries() []string {
	var keys []string
	for _, attribute := range indexed {
		if value := a.searched(attribute); value != "" {
			keys = append(keys, attribute+":"+indexValue(value)+"\x00"+a.Sub)
		}
	}
	return keys
}

// reindex replaces the entries of an account by those of what it has become. Without a sub there is none before or after.
func (t tx) reindex(was, is account) error {
	var before, after []string
	if was.Sub != "" {
		before = was.entries()
	}
	if is.Sub != "" {
		after = is.entries()
	}
	for _, key := range before {
		if !slices.Contains(after, key) {
			if err := t.remove(index, key); err != nil {
				return err
			}
		}
	}
	for _, key := range after {
		if !slices.Contains(before, key) {
			if err := t.in(index).Put([]byte(key), nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleIndex makes the index of a data file that is older than it.
func (p *Pool) settleIndex(t tx) error {
	if _, found, err := get[bool](t, settings, indexRecord); found || err != nil {
		return err
	}
	err := t.in(users).ForEach(func(k, v []byte) error {
		a, err := decodeAccount(k, v)
		if err != nil {
			return err
		}
		return t.reindex(account{}, a)
	})
	if err != nil {
		return err
	}
	return t.put(settings, indexRecord, true)
}

func decodeAccount(k, v []byte) (a account, err error) {
	if err := json.Unmarshal(v, &a); err != nil {
		return account{}, fmt.Errorf("userpool: account %s: %w", k, err)
	}
	return a, nil
}

// A scan is where the accounts are that a filter can match: in one bucket, below one prefix, by the end of the key.
type scan struct {
	bucket bucket
	prefix string
}

func (f filter) scan() scan {
	switch {
	case f.attribute == "":
		return scan{users, ""}
	case f.attribute == "sub":
		return scan{users, f.value}
	case f.prefix:
		return scan{index, f.attribute + ":" + indexValue(f.value)}
	default:
		return scan{index, f.attribute + ":" + indexValue(f.value) + "\x00"}
	}
}

// page gives the accounts that a filter matches after a key, at most limit, and whether there are more. The key of the
// last one is where the next page begins.
func (p *Pool) page(ctx context.Context, t tx, f filter, after string, limit int) (found []User, last string, more bool, err error) {
	s := f.scan()
	c := t.in(s.bucket).Cursor()
	k, _ := c.Seek([]byte(max(s.prefix, after)))
	if after != "" && string(k) == after {
		k, _ = c.Next()
	}
	for ; bytes.HasPrefix(k, []byte(s.prefix)) && k != nil; k, _ = c.Next() {
		if err := ctx.Err(); err != nil {
			return nil, "", false, err
		}
		sub := k[len(k)-subSize:]
		a, err := decodeAccount(sub, t.in(users).Get(sub))
		if err != nil {
			return nil, "", false, err
		}
		if !f.matches(p.naming, a) {
			continue
		}
		if len(found) == limit {
			return found, last, true, nil
		}
		found, last = append(found, a.user()), string(k)
	}
	return found, last, false, nil
}

// pageToken and parseAfter carry the key that a page ended with.
func pageToken(key string) string { return base64.RawURLEncoding.EncodeToString([]byte(key)) }

// parseAfter reads a page token, which must be one of the same filter.
func parseAfter(token string, f filter) (key string, ok bool) {
	if token == "" {
		return "", true
	}
	decoded, err := base64.RawURLEncoding.DecodeString(token)
	return string(decoded), err == nil && len(decoded) >= subSize && strings.HasPrefix(string(decoded), f.scan().prefix)
}
