package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// A load is a number of requests over connections that stay open, each with one request at a time.
type load struct{ requests, connections int }

func (l load) send(addr string, request []byte) error {
	errs := make([]error, l.connections)
	var all sync.WaitGroup
	for i := range l.connections {
		share := l.requests / l.connections
		if i < l.requests%l.connections {
			share++
		}
		all.Go(func() { errs[i] = sendOn(addr, request, share) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// sendOn reads only as much of an answer as it takes to find its end, since the client shares the machine with the
// server.
func sendOn(addr string, request []byte, times int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	from := bufio.NewReader(conn)
	for range times {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		if err := skipAnswer(from); err != nil {
			return err
		}
	}
	return nil
}

var contentLength = []byte("Content-Length: ")

func skipAnswer(from *bufio.Reader) error {
	status, err := from.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("got %q", status)
	}
	length := 0
	for {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, contentLength); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	_, err = io.CopyN(io.Discard, from, int64(length))
	return err
}
