package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"

	template "example.com/todo"
	"example.com/todo/internal/stack"
)

// stackFlags are what `serve` and `stack` share: they decide what the template comes to on this machine.
type stackFlags struct {
	Addr      string `default:"127.0.0.1:8080" env:"TODO_ADDR" placeholder:"HOST:PORT" help:"Where to listen; port 0 picks a free one (default ${default})."`
	PublicURL string `env:"TODO_PUBLIC_URL" placeholder:"URL" help:"The address that browsers and clients use, if it is not localhost:PORT; tokens name it as their issuer."`
	tlsFlags
	issuerFlags
	tableFlags
	templateFlags
	Data string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The directory that holds everything: accounts, items, keys, logs. One process at a time (default ${default})."`
}

// templateFlags say which template, and with what values.
type templateFlags struct {
	Template  string            `env:"TODO_TEMPLATE" type:"path" placeholder:"FILE" help:"The SAM template to run, instead of the one inside this program."`
	Parameter map[string]string `env:"TODO_PARAMETER" mapsep:";" placeholder:"NAME=VALUE" help:"Set a template parameter; may be given again."`
}

func (f templateFlags) resolve(local stack.Local) (*stack.Stack, error) {
	content, name := template.YAML, template.Name
	if f.Template != "" {
		var err error
		if content, err = os.ReadFile(f.Template); err != nil {
			return nil, fmt.Errorf("--template: %w", err)
		}
		name = f.Template
	}
	return stack.Load(content, stack.Options{File: name, Parameters: f.Parameter, StackName: "todo", Local: local})
}

const (
	domainPath = "/auth" // the user pool's domain and issuer, below the public address
	healthPath = "/-/healthz"
)

// load resolves the template for the address that this process has, or would have, and for the issuer outside, if there
// is one.
func (f stackFlags) load(ctx context.Context, addr net.Addr, logger *slog.Logger) (*stack.Stack, *outsidePool, error) {
	public, err := f.publicURL(addr)
	if err != nil {
		return nil, nil, err
	}
	outside, err := f.outside(ctx, logger)
	if err != nil {
		return nil, nil, err
	}
	local := stack.Local{API: public, Domain: public + domainPath, Issuer: public + domainPath, App: public}
	if outside != nil {
		local.Domain = cmp.Or(outside.domain, outside.issuer)
	}
	described, err := f.resolve(local)
	if err != nil {
		return nil, nil, err
	}
	if outside != nil {
		outside.takePlace(described)
	}
	if err := f.tableFlags.takePlace(described); err != nil {
		return nil, nil, err
	}
	return described, outside, nil
}

func (f stackFlags) publicURL(addr net.Addr) (string, error) {
	if f.PublicURL == "" && f.ACMEDomain != "" {
		return "https://" + f.ACMEDomain, nil
	}
	if f.PublicURL == "" {
		return localURL(f.scheme(), addr), nil
	}
	u, err := url.Parse(f.PublicURL)
	if err != nil {
		return "", usageError{fmt.Errorf("--public-url: %w", err)}
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", usageError{fmt.Errorf("--public-url: %q is not an origin such as https://todo.example.com", f.PublicURL)}
	}
	if f.scheme() == "https" && u.Scheme != "https" {
		return "", usageError{fmt.Errorf("--public-url: with a certificate the address begins with https://, not %s://", u.Scheme)}
	}
	if f.ACMEDomain != "" && u.Hostname() != f.ACMEDomain {
		return "", usageError{fmt.Errorf("--public-url: %s is not at %s, which the certificate is for", u, f.ACMEDomain)}
	}
	return u.String(), nil
}

func checkAddr(addr string) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return usageError{fmt.Errorf("--addr: %q is not of the form HOST:PORT, such as 127.0.0.1:8080", addr)}
	}
	return nil
}

// localURL is how a browser on this machine reaches a listener. The name localhost is what callback addresses are
// registered for, and what browsers treat as secure without TLS.
func localURL(scheme string, addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || tcp.IP.IsLoopback() || tcp.IP.IsUnspecified() || tcp.IP == nil {
		_, port, _ := net.SplitHostPort(addr.String())
		return scheme + "://" + net.JoinHostPort("localhost", port)
	}
	return scheme + "://" + addr.String()
}

// forThisMachine tells whether clients reach the server by a loopback address. Where they do not, the outbox cannot be
// there: a proxy beside the server passes everybody's requests on as if they came from this machine, and whoever reads
// the codes in it can take over any account.
func forThisMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
