package telemetry

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A lineCopier copies the whole lines of a file, and keeps the beginning of one until its end arrives.
type lineCopier struct {
	held   []byte
	offset int64 // of the next byte to read
}

// copy copies what there is by now.
func (c *lineCopier) copy(from io.Reader, to io.Writer) error {
	block := make([]byte, 64<<10)
	for {
		n, err := from.Read(block)
		c.offset += int64(n)
		end := bytes.LastIndexByte(block[:n], '\n') + 1
		if end > 0 {
			if _, err := to.Write(append(c.held, block[:end]...)); err != nil {
				return err
			}
			c.held = c.held[:0]
		}
		c.held = append(c.held, block[end:n]...)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("telemetry: %w", err)
		}
	}
}
