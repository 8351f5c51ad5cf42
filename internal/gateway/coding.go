package gateway

import (
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Bodies are taken, and answers sent, in the content codings that API Gateway has: gzip and deflate ("payload compression
// for REST APIs", API Gateway Developer Guide). Which they are is read by the rules of RFC 9110 sections 8.4 and 12.5.3.

// decoded reads the body of a request as the function is to have it; its length is -1 where that is not known. The header
// that names its coding stays as it was sent. No more is read of a coded body than may be sent of one that is not.
func decoded(r *http.Request) (body io.Reader, length int64, err error) {
	switch coding := strings.Join(r.Header["Content-Encoding"], ","); strings.ToLower(coding) {
	case "", "identity":
		return source{r.Body, errBadRequest}, r.ContentLength, nil
	case "gzip":
		body, err = gzip.NewReader(io.LimitReader(r.Body, maxBody))
	case "deflate":
		body, err = zlib.NewReader(io.LimitReader(r.Body, maxBody))
	default:
		return nil, 0, errCoding
	}
	if err != nil {
		return nil, 0, errors.Join(errCoding, err)
	}
	return source{body, errCoding}, -1, nil
}

// A source is a body, and what it means that it cannot be read.
type source struct {
	io.Reader
	failure *failure
}

func (s source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = errors.Join(s.failure, err)
	}
	return n, err
}

// preferred is the coding that an Accept-Encoding header likes best, in lower case; among equals the first. API Gateway
// compresses if that is one of its own, and does not look for the next best.
func preferred(accept string) string {
	best, most := "", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameter, _ := strings.Cut(part, ";")
		weight := 1.0
		if q, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q="); ok {
			weight, _ = strconv.ParseFloat(q, 64) // what is no number weighs nothing
		}
		if weight > most {
			best, most = strings.ToLower(strings.TrimSpace(name)), weight
		}
	}
	return best
}

type encoder interface {
	io.WriteCloser
	Reset(io.Writer)
}

// Encoders are kept, since each has a large memory of its own.
var encoders = map[string]*sync.Pool{
	"gzip":    {New: func() any { return must(gzip.NewWriterLevel(nil, gzip.BestSpeed)) }},
	"deflate": {New: func() any { return must(zlib.NewWriterLevel(nil, zlib.BestSpeed)) }},
}

func must(e encoder, err error) encoder {
	if err != nil {
		panic(err) // of a level that there is not
	}
	return e
}

// compress compresses what a function answered, where the API's setting, the client and the function ask for it.
func (g *Gateway) compress(a *answer, x *exchange) {
	least := g.cfg.API.MinimumCompression
	if least == nil || len(a.body) < max(*least, 1) || !bodyAllowed(a.status) || len(x.header["Content-Encoding"]) > 0 {
		return
	}
	coding := preferred(x.acceptEncoding)
	pool := encoders[coding]
	if pool == nil {
		return
	}
	var out strings.Builder
	out.Grow(len(a.body) / 4) // what lists come to
	e := pool.Get().(encoder)
	defer pool.Put(e)
	e.Reset(&out)
	_, _ = io.WriteString(e, a.body) // no write to a builder fails
	_ = e.Close()
	a.body = out.String()
	x.set("Content-Encoding", coding)
}
