package stack

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxTemplate is CloudFormation's own limit for a template, in bytes.
	maxTemplate = 1 << 20
	// maxDepth bounds nesting, and with it the recursion of everything that walks a template.
	maxDepth = 64
)

// A reader turns YAML, of which JSON is a part, into nodes.
type reader struct{ problems *findings }

// read answers nil when the text is no YAML at all, which it has reported; path is where in a template the text
// stands, and line is where it begins when that is not its own first line.
func (r reader) read(text []byte, line int, path string) *node {
	if len(text) > maxTemplate {
		r.problems.add(line, path, "is %d bytes long; CloudFormation reads %d at most", len(text), maxTemplate)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0:
		r.problems.add(line, path, "is empty")
		return nil
	case err != nil:
		at, message := yamlError(err, text)
		if line > 0 {
			at = line
		}
		r.problems.add(at, path, "is not YAML: %s", message)
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		r.problems.add(second.Line, path, "holds more than one YAML document")
		return nil
	}
	return r.node(document.Content[0], line, path, 0)
}

// yamlError tells what is wrong with a text, and in which line.
func yamlError(err error, text []byte) (line int, message string) {
	line, message = splitLine(err)
	switch message {
	case "did not find expected key", "did not find expected '-' indicator", "found a tab character that violates indentation":
		line = firstLineWith(message, text)
	case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
		line++ // the parser counts from 0 where the list or the mapping begins
	}
	return line, message
}

// splitLine takes the line out of a message such as "yaml: line 3: mapping values are not allowed in this context".
func splitLine(err error) (line int, message string) {
	message = strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(message, "line "); ok {
		number, rest, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil {
			return n, rest
		}
	}
	return 0, message
}

// firstLineWith finds the line whose indentation a message is about. The parser names the line before the mapping or list
// around it, such as that of Resources; but the text up to a line has this fault just when it is in there.
func firstLineWith(message string, text []byte) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	return 1 + sort.Search(len(lines)-1, func(i int) bool {
		var document yaml.Node
		err := yaml.Unmarshal(bytes.Join(lines[:i+1], nil), &document)
		if err == nil {
			return false
		}
		_, got := splitLine(err)
		return got == message
	})
}

func (r reader) node(y *yaml.Node, line int, path string, depth int) *node {
	n := &node{line: y.Line, path: path}
	if line > 0 {
		n.line = line
	}
	if depth > maxDepth {
		r.problems.add(n.line, path, "is nested more than %d deep", maxDepth)
		return n.broken()
	}
	if y.Kind == yaml.AliasNode {
		r.problems.add(n.line, path, "is a YAML alias, which CloudFormation does not read")
		return n.broken()
	}
	function, ok := shortForm(y.Tag)
	if !ok {
		r.problems.add(n.line, path, "unknown tag %s", y.Tag)
		return n.broken()
	}
	if function == "" {
		return r.plain(n, y, line, depth)
	}
	arg := &node{line: n.line, path: path}
	if y.Kind == yaml.ScalarNode {
		arg.text = y.Value
	} else {
		arg = r.plain(arg, y, line, depth)
	}
	n.kind, n.entries = mapping, []entry{{key: function, line: n.line, value: arg}}
	return n
}

func (r reader) plain(n *node, y *yaml.Node, line, depth int) *node {
	switch y.Kind {
	case yaml.SequenceNode:
		n.kind = list
		for i, item := range y.Content {
			n.items = append(n.items, r.node(item, line, n.path+"["+strconv.Itoa(i)+"]", depth+1))
		}
	case yaml.MappingNode:
		n.kind = mapping
		r.entries(n, y, line, depth)
	default:
		n.kind = scalar
		text, fault := scalarText(y)
		if fault != "" {
			r.problems.add(n.line, n.path, "%s", fault)
			return n.broken()
		}
		n.text = text
	}
	return n
}

func (r reader) entries(n *node, y *yaml.Node, line, depth int) {
	seen := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		at := key.Line
		if line > 0 {
			at = line
		}
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			r.problems.add(at, n.path, "has a key that is not a plain string")
			continue
		}
		name, fault := scalarText(key)
		if fault != "" {
			r.problems.add(at, n.path, "a key %s", fault)
			continue
		}
		path := join(n.path, name)
		if first, twice := seen[name]; twice {
			r.problems.add(at, path, "is given twice; first in line %d", first)
			continue
		}
		seen[name] = at
		if len(y.Content) == 2 && isFunction(name) {
			path = n.path // a function call is at the place of its value
		}
		n.entries = append(n.entries, entry{key: name, line: at, value: r.node(value, line, path, depth+1)})
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// shortForm names the function that a tag stands for: empty for none, and not ok for a tag that is unknown.
func shortForm(tag string) (function string, ok bool) {
	switch tag {
	case "", "!", "!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!map", "!!seq":
		return "", true
	case "!Ref", "!Condition":
		return tag[1:], true
	case "!And", "!Base64", "!Cidr", "!Equals", "!FindInMap", "!GetAtt", "!GetAZs", "!If", "!ImportValue", "!Join",
		"!Length", "!Not", "!Or", "!Select", "!Split", "!Sub", "!ToJsonString", "!Transform":
		return "Fn::" + tag[1:], true
	default:
		return "", false
	}
}

// otherNumber is a number in a notation of YAML 1.1 that is not decimal: 0755, 0x1f, 0b1, 1_000, 1:30.
var otherNumber = regexp.MustCompile(`^[-+]?(0[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+|[1-9][0-9]*_[0-9_]*|[1-9][0-9_]*(:[0-5]?[0-9])+)$`)

// scalarText is the string that CloudFormation makes of a scalar. It reads YAML 1.1, where an unquoted yes, on or OFF
// is a boolean; a date stays as it is written.
func scalarText(y *yaml.Node) (text, fault string) {
	if y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) != 0 {
		return y.Value, ""
	}
	switch y.Value {
	case "", "~", "null", "Null", "NULL":
		return "", "has no value; CloudFormation does not accept null"
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return "true", ""
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return "false", ""
	}
	if otherNumber.MatchString(y.Value) {
		return "", "is a number to CloudFormation, but not the one it looks like: put " + y.Value + " in quotes"
	}
	return y.Value, ""
}
