package gateway

import (
	"errors"
	"regexp"
	"strings"
)

// setAccessLog compiles the stage's format once.
func (g *Gateway) setAccessLog(text string) error {
	text = strings.TrimSpace(text)
	if strings.ContainsAny(text, "\r\n") {
		return errors.New("access log format: more than one line")
	}
	if !strings.Contains(text, "$context.requestId") && !strings.Contains(text, "$context.extendedRequestId") {
		return errors.New("access log format: neither $context.requestId nor $context.extendedRequestId")
	}
	g.log = g.compileFormat(text)
	return nil
}

func (g *Gateway) writeAccessLog(x *exchange) {
	if g.log == nil {
		return
	}
	g.cfg.AccessLog.WriteLine(g.log.append(make([]byte, 0, 512), x))
}

// A format is text with $context variables.
type format []segment

// A segment is a piece of text and the variable that follows it.
type segment struct {
	text  string
	value variable // nil at the end
}

// A variable tells something of an exchange; "" where it has nothing to tell, which is printed as "-".
type variable func(*exchange) string

// reference matches a variable. The names of claims may hold colons and hyphens.
var reference = regexp.MustCompile(`\$context\.(authorizer\.claims\.[\w:-]*\w|\w+(?:\.\w+)*)`)

func (g *Gateway) compileFormat(text string) format {
	variables := g.variables()
	var f format
	at := 0
	for _, match := range reference.FindAllStringSubmatchIndex(text, -1) {
		name := text[match[2]:match[3]]
		value := variables[name]
		if claim, ok := strings.CutPrefix(name, "authorizer.claims."); ok {
			value = func(x *exchange) string { return x.claims[claim] }
		}
		if value == nil {
			value = func(*exchange) string { return "" }
		}
		if name != "error.messageString" { // which comes with its quotes
			value = escaped(value)
		}
		f = append(f, segment{text: text[at:match[0]], value: value})
		at = match[1]
	}
	return append(f, segment{text: text[at:]})
}

func (f format) append(b []byte, x *exchange) []byte {
	for _, s := range f {
		b = append(b, s.text...)
		if s.value == nil {
			continue
		}
		if value := s.value(x); value != "" {
			b = append(b, value...)
		} else {
			b = append(b, '-')
		}
	}
	return b
}

// escaped keeps clients from forging a line, or a field of one: what they sent stays within its quotes.
func escaped(value variable) variable {
	return func(x *exchange) string { return escape(value(x)) }
}
