package api

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/todo/internal/todo"
)

// maxBody is in bytes: an item with the longest text and notes, each character escaped, and white space to spare.
const maxBody = 160 << 10

// An itemBody is the body of POST /item and PUT /item/{id}. The item is there; what else was not given is nil. An
// optional field is empty when it was null.
type itemBody struct {
	item                 string
	completed            *bool
	due, notes, position *string
}

// itemBody reads a body strictly: one JSON object, each field known by its exact name, of its type, and given once.
// Whatever two readers of a lenient body could understand differently is refused.
func (r request) itemBody() (itemBody, error) {
	text, err := r.bodyText()
	if err != nil {
		return itemBody{}, err
	}
	notObject := &todo.InvalidError{Field: "body", Problem: "must be one JSON object"}
	if !json.Valid([]byte(text)) {
		return itemBody{}, notObject
	}
	first, rest := cutToken(text)
	if first != "{" {
		return itemBody{}, notObject
	}
	var in itemBody
	seen := map[string]bool{}
	for {
		var token, value string
		if token, rest = cutToken(rest); token == "," {
			token, rest = cutToken(rest)
		}
		if token == "}" {
			break
		}
		name := unquote(token)
		if in.field(name) == nil {
			return itemBody{}, &todo.InvalidError{Field: quote(name), Problem: "is not a field of this call"}
		}
		if seen[name] {
			return itemBody{}, &todo.InvalidError{Field: name, Problem: "must be given once"}
		}
		seen[name] = true
		// The next token alone tells the type: nothing nested is ever descended into.
		_, rest = cutToken(rest) // the colon
		value, rest = cutToken(rest)
		if err := in.set(name, value); err != nil {
			return itemBody{}, err
		}
	}
	if !seen["item"] {
		return itemBody{}, &todo.InvalidError{Field: "item", Problem: "is required"}
	}
	return in, nil
}

// cutToken splits valid JSON after its first token: a string with its quotes, another literal, or a character of
// punctuation. There has to be one.
func cutToken(s string) (token, rest string) {
	s = strings.TrimLeft(s, " \t\r\n")
	end := 1
	switch s[0] {
	case '{', '}', '[', ']', ':', ',':
	case '"':
		for ; s[end] != '"'; end++ {
			if s[end] == '\\' {
				end++
			}
		}
		end++
	default:
		if end = strings.IndexAny(s, ",]} \t\r\n"); end < 0 {
			end = len(s)
		}
	}
	return s[:end], s[end:]
}

func isString(token string) bool { return strings.HasPrefix(token, `"`) }

// unquote gives the text of a valid JSON string.
func unquote(token string) (text string) {
	if !strings.Contains(token, `\`) {
		return token[1 : len(token)-1]
	}
	_ = json.Unmarshal([]byte(token), &text) // it is valid
	return text
}

// field is where a field of a body goes: *string if it is required, **bool or **string if not; nil for an unknown one.
func (in *itemBody) field(name string) any {
	switch name {
	case "item":
		return &in.item
	case "completed":
		return &in.completed
	case "due_date":
		return &in.due
	case "notes":
		return &in.notes
	case "position":
		return &in.position
	}
	return nil
}

// set takes a value as it is written.
func (in *itemBody) set(name, value string) error {
	problem := ""
	switch field := in.field(name).(type) {
	case *string:
		if isString(value) {
			*field = unquote(value)
		} else {
			problem = "must be a string"
		}
	case **bool:
		truth := value == "true"
		if !truth && value != "false" {
			problem = "must be true or false"
		}
		*field = &truth
	case **string:
		text := ""
		if isString(value) {
			text = unquote(value)
		} else if value != "null" {
			problem = "must be a string or null"
		}
		*field = &text
	}
	if problem != "" {
		return &todo.InvalidError{Field: name, Problem: problem}
	}
	return nil
}

// bodyText is what the client sent, checked for what a JSON decoder would silently replace.
func (r request) bodyText() (string, error) {
	text := r.Body
	if r.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return "", &todo.InvalidError{Field: "body", Problem: "is not proper base64"}
		}
		text = string(decoded)
	}
	switch {
	case len(text) > maxBody:
		return "", &todo.InvalidError{Field: "body", Problem: "must be at most " + strconv.Itoa(maxBody) + " bytes long"}
	case !utf8.ValidString(text):
		return "", &todo.InvalidError{Field: "body", Problem: "must be valid UTF-8"}
	case halvesCharacters(text):
		return "", &todo.InvalidError{Field: "body", Problem: `must escape characters in whole: a \u escape is half of a surrogate pair`}
	}
	return text, nil
}

// halvesCharacters finds a surrogate escape without its other half. JSON's grammar allows it, but it is no character.
func halvesCharacters(s string) bool {
	for {
		_, rest, found := strings.Cut(s, `\`)
		if !found {
			return false
		}
		switch unit := escapedUnit(rest); {
		case unit < 0:
			s = rest[min(1, len(rest)):]
			continue
		case 0xD800 <= unit && unit < 0xDC00:
			low, ok := strings.CutPrefix(rest[5:], `\`)
			if second := escapedUnit(low); !ok || second < 0xDC00 || second > 0xDFFF {
				return true
			}
			s = low[5:]
		case 0xDC00 <= unit && unit < 0xE000:
			return true
		default:
			s = rest[5:]
		}
	}
}

// escapedUnit reads the uXXXX after a backslash; -1 when there is another escape.
func escapedUnit(s string) int64 {
	if len(s) < 5 || s[0] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(s[1:5], 16, 16)
	if err != nil {
		return -1
	}
	return int64(unit)
}
