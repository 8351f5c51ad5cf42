package gateway

import (
	"errors"
	"regexp"
	"strings"
	"sync"
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
	g.lines = &sync.Pool{New: func() any { return new([]byte) }}
	return nil
}

func (g *Gateway) writeAccessLog(x *exchange) {
	if g.log == nil {
		return
	}
	line := g.lines.Get().(*[]byte)
	*line = g.log.append((*line)[:0], x)
	g.cfg.AccessLog.WriteLine(*line)
	g.lines.Put(line)
}

// A format is text with $context variables.
type format []segment

// A segment is a piece of text and the variable that follows it.
type segment struct {
	text  string
	value variable // nil at the end
}

// A variable appends what it tells of an exchange; nothing where it has nothing to tell, which is printed as "-". What
// clients have a say in it escapes: it stays within its quotes, so that nobody forges a line or a field of one.
type variable func([]byte, *exchange) []byte

// reference matches a variable. The names of claims may hold colons and hyphens.
var reference = regexp.MustCompile(`\$context\.(authorizer\.claims\.[\w:-]*\w|\w+(?:\.\w+)*)`)

func (g *Gateway) compileFormat(template string) format {
	variables := g.variables()
	var f format
	at := 0
	for _, match := range reference.FindAllStringSubmatchIndex(template, -1) {
		name := template[match[2]:match[3]]
		value := variables[name]
		if claim, ok := strings.CutPrefix(name, "authorizer.claims."); ok {
			value = text(func(x *exchange) string {
				value, _ := x.claims[claim].(string)
				return value
			})
		}
		if value == nil {
			value = constant("")
		}
		f = append(f, segment{text: template[at:match[0]], value: value})
		at = match[1]
	}
	return append(f, segment{text: template[at:]})
}

func (f format) append(b []byte, x *exchange) []byte {
	for _, s := range f {
		b = append(b, s.text...)
		if s.value == nil {
			continue
		}
		before := len(b)
		if b = s.value(b, x); len(b) == before {
			b = append(b, '-')
		}
	}
	return b
}
