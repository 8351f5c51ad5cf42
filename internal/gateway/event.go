package gateway

import (
	"encoding/base64"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// requestTimeLayout is the CLF date of requestContext.requestTime, in UTC.
const requestTimeLayout = "02/Jan/2006:15:04:05 -0700"

// protocol is what API Gateway reports, for clients that spoke HTTP/2 too.
const protocol = "HTTP/1.1"

// event makes the proxy event, format 1.0, of a request whose body has been read.
func (g *Gateway) event(x *exchange, body string) events.APIGatewayProxyRequest {
	r := x.request
	event := events.APIGatewayProxyRequest{
		Resource:       x.method.resource.path,
		Path:           x.path,
		HTTPMethod:     r.Method,
		PathParameters: x.parameters,
		StageVariables: g.cfg.API.Variables,
		RequestContext: g.requestContext(x),
	}
	if event.IsBase64Encoded = g.binary.encodes(r.Header); event.IsBase64Encoded {
		event.Body = base64.StdEncoding.EncodeToString([]byte(body))
	} else {
		event.Body = validText(body)
	}
	event.MultiValueHeaders = g.eventHeaders(x)
	event.Headers = lastValues(event.MultiValueHeaders)
	if query := parseQuery(r.URL.RawQuery); len(query) > 0 {
		event.MultiValueQueryStringParameters = query
		event.QueryStringParameters = lastValues(query)
	}
	return event
}

func (g *Gateway) requestContext(x *exchange) events.APIGatewayProxyRequestContext {
	prefix, _, _ := strings.Cut(g.hostname(), ".")
	c := events.APIGatewayProxyRequestContext{
		AccountID:         g.cfg.AccountID,
		APIID:             g.cfg.API.ID,
		ResourceID:        x.method.resource.id,
		ResourcePath:      x.method.resource.path,
		Stage:             g.cfg.API.Stage,
		DomainName:        g.host,
		DomainPrefix:      prefix,
		RequestID:         x.requestID,
		ExtendedRequestID: x.extendedID,
		Protocol:          protocol,
		HTTPMethod:        x.request.Method,
		Path:              x.request.URL.EscapedPath(),
		RequestTime:       x.start.UTC().Format(requestTimeLayout),
		RequestTimeEpoch:  x.start.UnixMilli(),
		Identity: events.APIGatewayRequestIdentity{
			SourceIP:  x.sourceIP(),
			UserAgent: validText(x.request.UserAgent()),
			APIKey:    x.apiKey,
			APIKeyID:  x.apiKeyID,
		},
	}
	if x.claims != nil {
		claims := make(map[string]any, len(x.claims))
		for name, text := range x.claims {
			claims[name] = text
		}
		c.Authorizer = map[string]any{"claims": claims}
	}
	return c
}

// hostname is the API's host without its port.
func (g *Gateway) hostname() string {
	if name, _, err := net.SplitHostPort(g.host); err == nil {
		return name
	}
	return g.host
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

// eventHeaders are the request's, less those dropped, with those that API Gateway adds. The client's word on how it
// was reached is replaced; its X-Forwarded-For is kept in front of the address that it really came from.
func (g *Gateway) eventHeaders(x *exchange) map[string][]string {
	headers := make(map[string][]string, len(x.request.Header)+5)
	for name, values := range x.request.Header {
		if dropped(name) || name == "Authorization" && signedByKey(values) {
			continue
		}
		list := make([]string, len(values))
		for i, value := range values {
			list[i] = validText(value)
		}
		headers[name] = list
	}
	via := append(headers["X-Forwarded-For"], x.sourceIP())
	headers["X-Forwarded-For"] = []string{strings.Join(via, ", ")}
	headers["X-Forwarded-Proto"] = []string{g.origin.proto}
	headers["X-Forwarded-Port"] = []string{g.origin.port}
	headers["Host"] = []string{validText(x.request.Host)}
	headers[traceHeader] = []string{x.trace.forward()}
	return headers
}

// signedByKey tells whether an Authorization header is a signature of version 4, which API Gateway keeps to itself.
func signedByKey(values []string) bool {
	return len(values) > 0 && strings.HasPrefix(values[0], "AWS4-HMAC-SHA256 ")
}

// validText is what JSON can carry: bytes that are no UTF-8 become U+FFFD, as on the way through an event.
func validText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// parseQuery decodes a query by the rules of forms. It keeps a name without a value, and a part that cannot be decoded
// as it was sent.
func parseQuery(raw string) map[string][]string {
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
