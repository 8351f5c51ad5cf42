package stack

import (
	"regexp"
	"strings"
)

// substitution is ${Name}, ${Name.Attribute}, ${AWS::Name} or the literal ${!Anything}.
var (
	substitution = regexp.MustCompile(`\$\{([^{}]*)\}`)
	substituted  = regexp.MustCompile(`^[a-zA-Z0-9_.:]+$`)
)

// sub is Fn::Sub: a string, or a string and a mapping of names that win over the template's.
func (l *loader) sub(n, arg *node, s scope) *node {
	text, own := subArgs(arg)
	if text.kind != scalar || own != nil && own.kind != mapping {
		return l.fail(n, "Fn::Sub takes a literal string, or a literal string and a mapping")
	}
	var b strings.Builder
	at := 0
	for _, m := range substitution.FindAllStringSubmatchIndex(text.text, -1) {
		b.WriteString(text.text[at:m[0]])
		at = m[1]
		name := text.text[m[2]:m[3]]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			b.WriteString("${" + literal + "}")
			continue
		}
		if !substituted.MatchString(name) {
			return l.fail(n, "${%s}: a name in Fn::Sub holds only letters, digits, underscores, periods and colons", name)
		}
		value, ok := l.text(l.subValue(n, own, name), s)
		if !ok {
			return n.broken()
		}
		if b.WriteString(value); b.Len() > l.budget {
			return l.overspent(n)
		}
	}
	b.WriteString(text.text[at:])
	return n.scalar(b.String())
}

func subArgs(arg *node) (text, own *node) {
	if arg.kind == list && len(arg.items) == 2 {
		return arg.items[0], arg.items[1]
	}
	return arg, nil
}

// subValue is the value behind a name in a Sub: its own mapping's, else a Ref or GetAtt at the place of the Sub.
func (l *loader) subValue(n, own *node, name string) *node {
	if v := own.get(name); v != nil {
		return v
	}
	function := "Ref"
	if strings.Contains(name, ".") && l.byID[name] == nil {
		function = "Fn::GetAtt"
	}
	return &node{kind: mapping, line: n.line, path: n.path, entries: []entry{{key: function, line: n.line, value: n.scalar(name)}}}
}
