package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"syscall"
	"time"

	"example.com/todo/internal/stack"
)

type serveCmd struct {
	stackFlags
	proxyFlags
	mailFlags
	Functions string `env:"TODO_FUNCTIONS" type:"path" placeholder:"DIR" help:"Run the functions' built executables, DIR/<LogicalId>/bootstrap as sam build writes them, instead of the functions inside this program."`
}

// Help is the manual that `todo serve --help` prints below the flags' summary.
func (serveCmd) Help() string {
	return `Serves the web app, the REST API and the user pool of the template at one address:

  /             the web app; /config.json is what it needs to know, from the template
  /<stage>/     the REST API; the stage is the template's StageName
  /auth/        the user pool's domain: sign-in pages, OAuth 2.0, OpenID Connect
  POST /auth/   the cognito-idp JSON API: the endpoint to give to AWS SDKs and CLI
  /auth/outbox  the messages that would have been mailed; for this machine only, and not
                there with --smtp, nor when --public-url names another address than
                this machine's
  /-/healthz    200 when it can serve

The template's outputs are printed at start, as describe-stacks would. SIGINT or SIGTERM stops it after the requests in
flight; a second one stops it at once. Every write that was answered survives a crash.

With --tls, or --tls-cert and --tls-key, all of this is HTTPS only, and HTTP/2 with clients that speak it. The authority of
--tls is made at the first start and printed with how to trust it; its key in DIR/tls can sign for this address and for
localhost and nothing else, and its certificate renews itself. With --acme-domain a certificate that everybody trusts is had
from Let's Encrypt, or from the authority at --acme-directory, and renewed: it connects to port 443 of the domain (TLS-ALPN-01).

With --smtp, messages wait in the data file, encrypted, until the server at URL takes them: it is tried again with growing
pauses, up to 15 minutes, and after a restart, as long as a message is of use and for three days at most. smtp:// (port
587) needs a server that offers STARTTLS, unless it is on this machine; smtps:// (465) is TLS from the start. A server of
your own network that has no TLS is smtp://HOST:25?tls=none, without a password; ?tls=optional takes TLS when it is there.

Administrative calls to the user pool are signed with the access key in DIR/credentials.
API keys that the template leaves to be made are in DIR/api-keys.

One address may guess wrong 100 times in an hour, sign up 60 accounts and have 60 codes mailed; an IPv6 address counts with
its /64, and this machine's own do not count. Behind a proxy all requests come from the proxy's address, so name it with
--trusted-proxy: it must append to X-Forwarded-For, or replace it, and never pass on what clients send there.

With --functions each function runs as DIR/<LogicalId>/bootstrap, or DIR/<last part of CodeUri>/bootstrap, through the
Lambda Runtime API: in processes of its own, up to ten, with the template's variables and nothing of this program's
environment. They keep items where their variables say, not in --data; without --table their AWS credentials are placeholders.

With --issuer and --client-id no user pool is run here: what is below /auth/ answers 404, and the API takes the ID tokens
of that issuer which name the client as their audience (RS256; keys by OpenID Connect Discovery, over https, or http on
this machine, without a proxy). The issuer has to answer at the start. A user of a provider that is no user pool is known
to the functions by sub. The web app signs in at the issuer if that has a user pool's domain, with /oauth2/authorize;
register PUBLIC-URL/callback and PUBLIC-URL/ there as addresses to return to. Else it is not served.

With --table items are kept in that DynamoDB table, on AWS or on the server at --table-endpoint, and not in --data; the
functions of --functions get its name, its server and this program's AWS credentials too. With --issuer as well, this
program keeps nothing that others need: several, each with a --data of its own for its logs, serve one table behind any
load balancer, which asks /-/healthz whether the table can be read. AWS credentials are found where AWS's own tools find
them; they need to allow DescribeTable, Query, GetItem, PutItem, UpdateItem and DeleteItem. todo table create makes the
table.`
}

const (
	headerTimeout  = 10 * time.Second
	requestTimeout = 60 * time.Second // for the whole request; a body of 10 MB on a slow line
	answerTimeout  = 90 * time.Second // from the end of the headers; longer than any integration's 29 s
	idleTimeout    = 120 * time.Second
	stopTimeout    = 35 * time.Second // longer than any integration
	// maxHeaderBytes lets the gateway itself refuse what is over API Gateway's 10,240 bytes.
	maxHeaderBytes = 16 << 10
)

// Run serves until ctx ends.
func (c serveCmd) Run(ctx context.Context, s streams) error {
	proxies, err := c.networks()
	if err != nil {
		return err
	}
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	relay, err := c.relay()
	if err != nil {
		return err
	}
	logger := slog.New(slog.NewTextHandler(s.err, nil))
	described, pool, err := c.load(ctx, listener.Addr(), logger)
	if err != nil {
		return err
	}
	table, err := c.tableFlags.open(ctx)
	if err != nil {
		return err
	}
	h, err := openHome(ctx, c.Data, described, outside{pool, table, relay}, c.Functions, logger)
	if err != nil {
		return err
	}
	public, _ := c.publicURL(listener.Addr()) // load has seen it
	cert, err := c.secure(c.Data, public, logger)
	if err != nil {
		return errors.Join(err, h.Close())
	}
	control := openControl(c.Data, h.db, logger)
	ready := func() {
		announce(s, described, localURL(c.scheme(), listener.Addr()))
		cert.announce(s.out)
		if cert.acme != nil {
			go cert.acme.Obtain(ctx)
		}
	}
	err = errors.Join(serve(ctx, listener, cert.handler(behind(proxies, h)), cert.config, logger, ready), control.Close(), h.Close())
	if err == nil {
		logger.Info("stopped")
	}
	return err
}

// listen comes before all else, so that nothing is touched when the address is taken.
func listen(addr string) (net.Listener, error) {
	if err := checkAddr(addr); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("--addr: %s is in use by another program", addr)
	case err != nil:
		return nil, fmt.Errorf("--addr: %w", err)
	}
	return listener, nil
}

// heapFloor is memory that is never touched, and so is only counted. The collector starts when the heap has doubled: that
// of a server which keeps its data in a file is a few megabytes, and would be collected every few hundred requests. GOGC
// and GOMEMLIMIT mean what they always do.
const heapFloor = 32 << 20

// serve answers requests until ctx ends, then lets those in flight finish. Without a TLS configuration it speaks plain HTTP.
func serve(ctx context.Context, listener net.Listener, h http.Handler, config *tls.Config, logger *slog.Logger, ready func()) error {
	floor := make([]byte, heapFloor)
	defer runtime.KeepAlive(floor)
	waiting := silent{conns: map[net.Conn]struct{}{}}
	server := &http.Server{
		Handler:           h,
		TLSConfig:         config,
		ConnState:         waiting.watch,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(waiting.hurry)
	failed := make(chan error, 1)
	go func() {
		if config == nil {
			failed <- server.Serve(listener)
		} else {
			failed <- server.ServeTLS(listener, "", "")
		}
	}()
	ready()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stopping); err != nil {
		return fmt.Errorf("stop: requests were still in flight: %w", err)
	}
	return nil
}

// announce prints what a person who just started the stack wants to know.
func announce(s streams, described *stack.Stack, local string) {
	for _, notice := range described.Notices {
		fmt.Fprintln(s.err, "todo: not run here:", notice)
	}
	_ = described.WriteOutputs(s.out)
	address := local
	if described.Hosting != nil {
		address = described.Hosting.URL
	}
	fmt.Fprintf(s.out, "\nOpen %s\n", address)
}

// makeDataDir makes the directory for this user alone. One that exists keeps its mode.
func makeDataDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	probe, err := os.CreateTemp(dir, ".writable-")
	if err != nil {
		return fmt.Errorf("--data: %s cannot be written: %w", dir, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
