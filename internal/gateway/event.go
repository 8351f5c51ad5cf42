package gateway

import (
	"encoding/base64"
	"maps"
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// protocol is what API Gateway reports, for clients that spoke HTTP/2 too.
const protocol = "HTTP/1.1"

// event makes the proxy event, format 1.0, of a request whose body has been read. Nothing else refers to what is in it.
func (g *Gateway) event(x *exchange, body string) events.APIGatewayProxyRequest {
	r := x.request
	event := events.APIGatewayProxyRequest{
		Resource:        x.method.resource.path,
		Path:            x.path,
		HTTPMethod:      r.Method,
		PathParameters:  x.parameters,
		StageVariables:  maps.Clone(g.cfg.API.Variables),
		RequestContext:  g.requestContext(x),
		IsBase64Encoded: g.binary.encodes(r.Header),
	}
	if event.IsBase64Encoded {
		event.Body = base64.StdEncoding.EncodeToString([]byte(body))
	} else {
		event.Body = validText(body)
	}
	event.Headers, event.MultiValueHeaders = g.eventHeaders(x)
	if query := parseQuery(r.URL.RawQuery); len(query) > 0 {
		event.MultiValueQueryStringParameters = query
		event.QueryStringParameters = lastValues(query)
	}
	return event
}

func (g *Gateway) requestContext(x *exchange) events.APIGatewayProxyRequestContext {
	c := events.APIGatewayProxyRequestContext{
		AccountID:         g.cfg.AccountID,
		APIID:             g.cfg.API.ID,
		ResourceID:        x.method.resource.id,
		ResourcePath:      x.method.resource.path,
		Stage:             g.cfg.API.Stage,
		DomainName:        g.host,
		DomainPrefix:      g.prefix,
		RequestID:         x.requestID,
		ExtendedRequestID: x.extendedID,
		Protocol:          protocol,
		HTTPMethod:        x.request.Method,
		Path:              x.sent,
		RequestTime:       g.clock.text(x.start),
		RequestTimeEpoch:  x.start.UnixMilli(),
		Identity: events.APIGatewayRequestIdentity{
			SourceIP:  x.sourceIP,
			UserAgent: validText(x.userAgent),
			APIKey:    x.apiKey,
			APIKeyID:  x.apiKeyID,
		},
	}
	if x.claims != nil {
		c.Authorizer = map[string]any{"claims": maps.Clone(x.claims)}
	}
	return c
}

// domainPrefix is the first label of a host's name.
func domainPrefix(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	prefix, _, _ := strings.Cut(host, ".")
	return prefix
}

// origin is how clients reach the API, for the X-Forwarded headers.
type origin struct{ proto, port string }

func originOf(address *url.URL) origin {
	o := origin{proto: address.Scheme, port: address.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.proto]
	}
	return o
}

// dropped are the headers that do not reach a function: those of the connection, and a few that API Gateway keeps.
func dropped(name string) bool {
	switch name {
	case "Content-Length", "Connection", "Transfer-Encoding", "Expect", "Te", "Trailer", "Upgrade", "Max-Forwards",
		"Proxy-Authenticate", "Www-Authenticate", "Server", "Content-Md5":
		return true
	}
	return false
}

// added is how many headers API Gateway adds.
const added = 5

// eventHeaders are the request's, less those dropped, with those that API Gateway adds; the last value of each, and all.
// The client's word on how it was reached is replaced; its X-Forwarded-For is kept in front of the address that it
// really came from.
//
// The request gives its map away, since the function owns its event, unless an answer may still ask for them.
func (g *Gateway) eventHeaders(x *exchange) (map[string]string, map[string][]string) {
	all := x.request.Header
	if g.keeps {
		all = all.Clone()
	} else {
		x.request.Header = nil
	}
	last := make(map[string]string, len(all)+added)
	for name, values := range all {
		if len(values) == 0 || dropped(name) || name == "Authorization" && signedByKey(values) {
			delete(all, name)
			continue
		}
		for i, value := range values {
			values[i] = validText(value)
		}
		last[name] = values[len(values)-1]
	}
	via := x.sourceIP
	if before := all["X-Forwarded-For"]; len(before) > 0 {
		via = strings.Join(before, ", ") + ", " + via
	}
	block := make([]string, 0, added)
	for _, h := range [added][2]string{
		{"X-Forwarded-For", via},
		{"X-Forwarded-Proto", g.origin.proto},
		{"X-Forwarded-Port", g.origin.port},
		{"Host", validText(x.request.Host)},
		{traceHeader, x.trace.forward()},
	} {
		block = append(block, h[1])
		all[h[0]], last[h[0]] = block[len(block)-1:len(block):len(block)], h[1]
	}
	return last, all
}

// signedByKey tells whether an Authorization header is a signature of version 4, which API Gateway keeps to itself.
func signedByKey(values []string) bool {
	return len(values) > 0 && strings.HasPrefix(values[0], "AWS4-HMAC-SHA256 ")
}

// validText is what JSON can carry: bytes that are no UTF-8 become U+FFFD, as on the way through an event.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// parseQuery decodes a query by the rules of forms. It keeps a name without a value, and a part that cannot be decoded
// as it was sent.
func parseQuery(raw string) map[string][]string {
	if raw == "" {
		return nil
	}
	query := map[string][]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = unescape(name)
		query[name] = append(query[name], unescape(value))
	}
	return query
}

func unescape(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		s = decoded
	}
	return validText(s)
}

// lastValues is the single-value form of headers and queries: the last of each.
func lastValues(lists map[string][]string) map[string]string {
	last := make(map[string]string, len(lists))
	for name, values := range lists {
		last[name] = values[len(values)-1]
	}
	return last
}
