package mail

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"strings"
)

//go:embed outbox.html
var pageSource string

var page = template.Must(template.New("outbox").Parse(pageSource))

//go:embed outbox.css
var style string

// ServeHTTP shows the messages to a person on this machine, as a page or, when asked for application/json, as a list of
// objects with to, subject, text and time, the newest first.
//
// The messages hold what proves an e-mail address, so nobody else may see them: neither a client on another machine,
// nor one behind a proxy on this one, nor a web site whose name has been pointed at this machine (DNS rebinding).
func (o *Outbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", contentPolicy())
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Vary", "Accept")
	switch {
	case !fromThisMachine(r):
		http.Error(w, "The outbox is for people on the server's own machine.", http.StatusForbidden)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
	case wantsJSON(r.Header.Get("Accept")):
		header.Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(o.Messages())
	default:
		header.Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, struct {
			Style    template.CSS
			Messages []Message
		}{template.CSS(style), o.Messages()})
	}
}

func wantsJSON(accept string) bool {
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// contentPolicy allows the page's one style sheet, by its hash, and nothing else.
func contentPolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
		"style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func fromThisMachine(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if len(r.Header[name]) > 0 {
			return false
		}
	}
	peer, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && isLoopback(peer) && isLoopback(hostname(r.Host))
}

// hostname is a Host header without its port and brackets.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
