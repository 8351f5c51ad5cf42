package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose clients are in the same bubble.
type pipes struct {
	clients chan net.Conn
	closed  chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.clients:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error {
	close(p.closed)
	return nil
}

func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func TestAStopDoesNotWaitForSilentConnections(t *testing.T) {
	for name, sent := range map[string]string{"nothing": "", "half a header": "GET / HTTP/1.1\r\nHo"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener := pipes{make(chan net.Conn), make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				stopped := make(chan error)
				go func() {
					stopped <- serve(ctx, listener, http.NotFoundHandler(), nil, slog.New(slog.DiscardHandler), func() {})
				}()
				client, server := net.Pipe()
				defer client.Close()
				listener.clients <- server
				if sent != "" {
					if _, err := client.Write([]byte(sent)); err != nil {
						t.Fatal(err)
					}
				}
				synctest.Wait()
				begin := time.Now() // of the bubble's own clock
				stop()
				if err := <-stopped; err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begin); took > 2*silentGrace {
					t.Errorf("got a stop of %s, want it within %s", took, 2*silentGrace)
				}
			})
		})
	}
}
