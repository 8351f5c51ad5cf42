package lambda

import (
	"bytes"
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// maxLine is the most that CloudWatch Logs took in one event for long; longer lines become several.
	maxLine = 256 << 10
	// maxBacklog bounds how much flush reads: more than a pipe holds.
	maxBacklog = 1 << 20
	// lastWords is how long what a process printed is waited for after its end. Only a process that it started, and that
	// left its process group, can make the wait that long.
	lastWords = time.Second
)

// A console turns what a process prints into lines of a log.
type console struct {
	reader  *os.File
	log     LineWriter
	line    []byte // begun, without its end yet
	flushed chan struct{}
	closing atomic.Bool
	done    chan struct{}
}

// newConsole reads from the pipe until its other end is closed or close is called.
func newConsole(reader *os.File, log LineWriter) *console {
	c := &console{reader: reader, log: log, flushed: make(chan struct{}), done: make(chan struct{})}
	go c.read()
	return c
}

func (c *console) read() {
	defer close(c.done)
	defer c.reader.Close()
	buffer := make([]byte, 16<<10)
	for {
		n, err := c.reader.Read(buffer)
		c.write(buffer[:n])
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded) && !c.closing.Load(): // flush
			_ = c.reader.SetReadDeadline(time.Time{})
			c.drain(buffer)
			c.endLine()
			c.flushed <- struct{}{}
		default:
			c.endLine()
			return
		}
	}
}

// flush returns when all that was printed before is in the log. A line without its end gets one.
func (c *console) flush() {
	_ = c.reader.SetReadDeadline(time.Unix(1, 0))
	select {
	case <-c.flushed:
	case <-c.done:
	}
}

// close returns when all that a process printed before its end is in the log.
func (c *console) close() {
	c.closing.Store(true)
	_ = c.reader.SetReadDeadline(time.Now().Add(lastWords))
	<-c.done
}

// drain reads what is in the pipe, without waiting for more.
func (c *console) drain(buffer []byte) {
	raw, err := c.reader.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Read(func(fd uintptr) bool {
		for read := 0; read < maxBacklog; {
			n, err := syscall.Read(int(fd), buffer)
			if errors.Is(err, syscall.EINTR) {
				continue
			}
			if n <= 0 {
				break
			}
			c.write(buffer[:n])
			read += n
		}
		return true
	})
}

func (c *console) write(b []byte) {
	for len(b) > 0 {
		part, rest, ended := bytes.Cut(b, []byte("\n"))
		if room := maxLine - len(c.line); len(part) > room {
			part, rest, ended = b[:room], b[room:], true
		}
		c.line = append(c.line, part...)
		if ended {
			c.endLine()
		}
		b = rest
	}
}

// endLine writes the line that was begun. CloudWatch Logs knows no empty ones.
func (c *console) endLine() {
	if line := bytes.TrimSuffix(c.line, []byte("\r")); len(line) > 0 {
		c.log.WriteLine(line)
	}
	c.line = c.line[:0]
}
