package main

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// silentGrace is for a request that is on its way when a stop begins.
const silentGrace = time.Second

// silent are the connections that have not sent a request yet. net/http waits five seconds for each when it stops, and
// browsers open some in advance, so that without this every stop beside an open browser would take as long.
type silent struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// watch is the server's ConnState.
func (s *silent) watch(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state == http.StateNew {
		s.conns[c] = struct{}{}
	} else {
		delete(s.conns, c)
	}
}

// hurry gives those that are silent no longer than silentGrace.
func (s *silent) hurry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.SetReadDeadline(time.Now().Add(silentGrace)) // fails on one that is closed already
	}
}
