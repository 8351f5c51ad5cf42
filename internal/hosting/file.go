package hosting

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// write sends the best representation. Ranges and conditional requests are the standard library's.
func (f file) write(w http.ResponseWriter, r *http.Request, status int) {
	b, encoding := f.negotiate(r.Header.Get("Accept-Encoding"))
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("ETag", b.etag)
	if f.br != nil || f.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b.data))
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(b.data)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.data)
	}
}

// negotiate chooses among what the build made; what the client lists with q=0 it does not get.
func (f file) negotiate(accept string) (body, string) {
	if f.br != nil && accepts(accept, "br") {
		return *f.br, "br"
	}
	if f.gzip != nil && accepts(accept, "gzip") {
		return *f.gzip, "gzip"
	}
	return f.identity, ""
}

func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, isWeight := strings.CutPrefix(strings.TrimSpace(parameters), "q=")
		if !isWeight {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}
