package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A conn is a connection that stays open and has one request at a time. It speaks just enough HTTP to be cheap: the
// generator shares the machine with the servers.
type conn struct {
	net.Conn
	from   *bufio.Reader
	out    []byte
	body   []byte
	header []string // of the last answer, where keep is set
	keep   bool
}

// patience is how long an answer may take.
const patience = 30 * time.Second

func dial(addr string) (*conn, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, from: bufio.NewReaderSize(c, 16<<10)}, nil
}

// do sends what a browser would send, but for compression, and reads the answer. Its body is good until the next call.
func (c *conn) do(token string, k call) (status int, body []byte, err error) {
	c.out = append(c.out[:0], k.method...)
	c.out = append(c.out, ' ')
	c.out = append(c.out, k.path...)
	c.out = append(c.out, " HTTP/1.1\r\nHost: localhost:8080\r\n"+
		"Accept: application/json\r\nAccept-Encoding: identity\r\nAccept-Language: en\r\n"+
		"Origin: http://localhost:8080\r\nReferer: http://localhost:8080/\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"+
		"Authorization: Bearer "...)
	c.out = append(c.out, token...)
	if k.body != "" {
		c.out = append(c.out, "\r\nContent-Type: application/json"...)
	}
	if k.method != "GET" && k.method != "DELETE" {
		c.out = append(c.out, "\r\nContent-Length: "...)
		c.out = strconv.AppendInt(c.out, int64(len(k.body)), 10)
	}
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, k.body...)
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, nil, err
	}
	if _, err := c.Write(c.out); err != nil {
		return 0, nil, err
	}
	return c.answer()
}

func (c *conn) answer() (status int, body []byte, err error) {
	line, err := c.from.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	code, ok := bytes.CutPrefix(line, []byte("HTTP/1.1 "))
	if !ok || len(code) < 3 {
		return 0, nil, fmt.Errorf("not an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(code[:3])); err != nil {
		return 0, nil, fmt.Errorf("not an answer: %q", line)
	}
	length, chunked, err := c.readHeader()
	if err != nil {
		return 0, nil, err
	}
	c.body = c.body[:0]
	if chunked {
		err = c.readChunks()
	} else {
		err = c.readBody(length)
	}
	return status, c.body, err
}

var errEncoded = errors.New("the answer is compressed, which cannot be checked cheaply")

func (c *conn) readHeader() (length int, chunked bool, err error) {
	c.header = c.header[:0]
	for {
		line, err := c.from.ReadSlice('\n')
		if err != nil {
			return 0, false, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, chunked, nil
		}
		if c.keep {
			c.header = append(c.header, string(line))
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		case bytes.EqualFold(name, []byte("Content-Encoding")):
			return 0, false, errEncoded
		}
	}
}

func (c *conn) readBody(n int) error {
	at := len(c.body)
	c.body = slices.Grow(c.body, n)[:at+n]
	_, err := io.ReadFull(c.from, c.body[at:])
	return err
}

func (c *conn) readChunks() error {
	for {
		line, err := c.from.ReadString('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(strings.TrimSpace(line), 16, 32)
		if err != nil {
			return fmt.Errorf("not a chunk's length: %q", line)
		}
		if err := c.readBody(int(n)); err != nil {
			return err
		}
		if _, err := c.from.Discard(len("\r\n")); err != nil || n == 0 {
			return err
		}
	}
}
