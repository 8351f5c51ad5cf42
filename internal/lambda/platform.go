package lambda

import (
	"encoding/json"
	"strconv"
)

// A platformEvent is a line that Lambda itself writes, in JSON: {"time":…,"type":…,"record":{…}}.
type platformEvent struct{ line []byte }

func (c *Config) event(kind string) *platformEvent {
	line := append(make([]byte, 0, 384), `{"time":"`...)
	line = c.Now().UTC().AppendFormat(line, timestampLayout)
	return &platformEvent{append(line, `","type":"`+kind+`","record":{`...)}
}

// key begins a member.
func (o *platformEvent) key(name string) {
	if o.line[len(o.line)-1] != '{' {
		o.line = append(o.line, ',')
	}
	o.line = append(append(append(o.line, '"'), name...), '"', ':')
}

func (o *platformEvent) text(name, value string) {
	o.key(name)
	for i := range len(value) {
		if b := value[i]; b < ' ' || b > '~' || b == '"' || b == '\\' {
			quoted, _ := json.Marshal(value) // text cannot fail
			o.line = append(o.line, quoted...)
			return
		}
	}
	o.line = append(append(append(o.line, '"'), value...), '"')
}

func (o *platformEvent) figure(name string, value float64) {
	o.key(name)
	o.line = strconv.AppendFloat(o.line, value, 'f', -1, 64)
}

func (o *platformEvent) open(name string) {
	o.key(name)
	o.line = append(o.line, '{')
}

func (o *platformEvent) close() { o.line = append(o.line, '}') }

func (o *platformEvent) status(status, kind string) {
	o.text("status", status)
	if kind != "" {
		o.text("errorType", kind)
	}
}

func (o *platformEvent) tracing(trace string) {
	if trace == "" {
		return
	}
	o.open("tracing")
	o.text("type", traceHeader)
	o.text("value", trace)
	o.close()
}

func (o *platformEvent) write(log LineWriter) { log.WriteLine(append(o.line, '}', '}')) }
