package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// noticed is a connection whose end can be waited for.
type noticed struct {
	net.Conn
	once  sync.Once
	ended chan struct{}
}

func (n *noticed) Close() error {
	n.once.Do(func() { close(n.ended) })
	return n.Conn.Close()
}

// Nobody holds a connection by being slow, whatever they are slow at.
func TestSlowClientsAreDropped(t *testing.T) {
	large := strings.Repeat("x", 1<<20)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, large)
	})
	for name, c := range map[string]struct {
		sends string
		drips bool // a byte a second from then on
		reads bool
		after time.Duration
	}{
		"who send nothing":           {"", false, true, headerTimeout},
		"who send nothing for long":  {"", true, true, headerTimeout},
		"with their headers":         {"GET / HTTP/1.1\r\nX-A: ", true, true, headerTimeout},
		"with their body":            {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", true, true, requestTimeout},
		"with a chunk":               {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n", true, true, requestTimeout},
		"who do not read the answer": {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, false, answerTimeout},
		"who ask nothing more":       {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, true, idleTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener := pipes{make(chan net.Conn), make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				stopped := make(chan error)
				go func() {
					stopped <- serve(ctx, listener, handler, nil, slog.New(slog.DiscardHandler), func() {})
				}()
				client, server := net.Pipe()
				var doing sync.WaitGroup
				conn := &noticed{Conn: server, ended: make(chan struct{})}
				listener.clients <- conn
				begin := time.Now() // of the bubble's own clock
				doing.Go(func() { drip(client, c.sends, c.drips) })
				if c.reads {
					doing.Go(func() { io.Copy(io.Discard, client) })
				}
				<-conn.ended
				if took := time.Since(begin); took < c.after || took > c.after+time.Second {
					t.Errorf("dropped after %s, want %s", took, c.after)
				}
				client.Close()
				doing.Wait()
				stop()
				if err := <-stopped; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// drip sends a text at once, and then slowly for ever.
func drip(to io.Writer, text string, slowly bool) {
	_, err := io.WriteString(to, text)
	for err == nil && slowly {
		time.Sleep(time.Second)
		_, err = io.WriteString(to, "a")
	}
}
