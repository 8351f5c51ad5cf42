package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// An answer is what `todo serve` sent for an operation, as it came: the names of its headers keep their spelling.
type answer struct {
	Header map[string][]string
	Body   string
}

// record asks a server for an answer to each operation.
func record(t *target) ([operations]answer, error) {
	var recorded [operations]answer
	c, err := dial(t.addr)
	if err != nil {
		return recorded, err
	}
	defer c.Close()
	c.keep = true
	u, d := t.users[0], t.dialect
	text := fmt.Sprintf(textFormat, 0)
	var made string
	for _, op := range []operation{list, add, get, update, done, remove} {
		k := [operations]call{d.list(pageSize, ""), d.get(made), d.add(u.Name, text), d.done(made), d.update(made, text), d.remove(made)}[op]
		status, body, err := c.do(u.Token, k)
		if err != nil {
			return recorded, err
		}
		if status != http.StatusOK {
			return recorded, fmt.Errorf("%s: status %d: %s", op, status, body)
		}
		if op == add {
			if made, err = newID(body); err != nil {
				return recorded, err
			}
		}
		recorded[op] = answer{headerOf(c.header), string(body)}
	}
	return recorded, nil
}

func headerOf(lines []string) map[string][]string {
	header := map[string][]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		if name != "Date" { // the server has its own
			header[name] = append(header[name], value)
		}
	}
	return header
}

// serveBare is net/http and nothing else: it sends the bytes that were recorded, whatever it is asked. It reads what was
// recorded from in.
func serveBare(addr string, in io.Reader) error {
	var recorded [operations]answer
	if err := json.NewDecoder(in).Decode(&recorded); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		send(w, recorded[operationOf(r)])
	}))
}

func operationOf(r *http.Request) operation {
	switch {
	case r.Method == http.MethodPut:
		return update
	case r.Method == http.MethodDelete:
		return remove
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/done"):
		return done
	case r.Method == http.MethodPost:
		return add
	case strings.HasSuffix(r.URL.Path, "/item"):
		return list
	default:
		return get
	}
}

func send(w http.ResponseWriter, a answer) {
	header := w.Header()
	for name, values := range a.Header {
		header[name] = values
	}
	_, _ = io.WriteString(w, a.Body)
}
