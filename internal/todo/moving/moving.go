// Package moving carries items from one store to another, through a file or straight.
//
// A file is JSON Lines: each item in its canonical form, todo.Item.JSON, whatever an item has; and a last line that says
// how many there were and what all the lines before it hash to, so that a part of a file is never taken for the whole.
package moving

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.com/todo/internal/todo"
)

// Items are a stream of them. After an error there is nothing more.
type Items = iter.Seq2[todo.Item, error]

// A Tally is what a file says of itself on its last line.
type Tally struct {
	Items int `json:"items"`
	// SHA256 is over all lines before the last, with their ends, in hexadecimal.
	SHA256 string `json:"sha256"`
}

type lastLine struct {
	End *Tally `json:"end"`
}

// Write writes a file of items.
func Write(w io.Writer, items Items) (Tally, error) {
	sum := sha256.New()
	buffered := bufio.NewWriter(w)
	both := io.MultiWriter(buffered, sum)
	var tally Tally
	for item, err := range items {
		if err != nil {
			return tally, err
		}
		if _, err := both.Write(append(item.JSON(), '\n')); err != nil {
			return tally, err
		}
		tally.Items++
	}
	tally.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := json.NewEncoder(buffered).Encode(lastLine{&tally}); err != nil {
		return tally, err
	}
	return tally, buffered.Flush()
}

// maxLine is far more than the longest item comes to.
const maxLine = 1 << 20

var endOfFile = []byte(`{"end":`)

// Read gives the items of a file. That it is whole shows only at its end, as the lack of an error: who wants to know
// before the first item reads it twice.
func Read(r io.Reader) Items {
	return func(yield func(todo.Item, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, maxLine)
		sum := sha256.New()
		number := 0
		fail := func(err error) { yield(todo.Item{}, fmt.Errorf("line %d: %w", number, err)) }
		for lines.Scan() {
			number++
			line := lines.Bytes()
			if bytes.HasPrefix(line, endOfFile) {
				if err := checkEnd(line, Tally{number - 1, hex.EncodeToString(sum.Sum(nil))}); err != nil {
					fail(err)
				} else if lines.Scan() {
					number++
					fail(errors.New("comes after the end"))
				}
				return
			}
			sum.Write(line)
			sum.Write([]byte{'\n'})
			item, err := parse(line)
			if err != nil {
				fail(err)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
		number++
		if err := lines.Err(); err != nil {
			fail(err)
			return
		}
		fail(errors.New("the file is cut off: its last line is missing"))
	}
}

func checkEnd(line []byte, found Tally) error {
	var last lastLine
	if err := json.Unmarshal(line, &last); err != nil || last.End == nil {
		return errors.New("is neither an item nor the end of a file")
	}
	if *last.End != found {
		return fmt.Errorf("the file is damaged: it should hold %d items (SHA-256 %s) and holds %d (%s)", last.End.Items, last.End.SHA256, found.Items, found.SHA256)
	}
	return nil
}

// parse takes only what an export writes. Another form could hold more than this program knows and would lose.
func parse(line []byte) (todo.Item, error) {
	var item todo.Item
	if err := item.UnmarshalJSON(line); err != nil {
		return todo.Item{}, fmt.Errorf("is not an item: %w", err)
	}
	if !bytes.Equal(item.JSON(), line) {
		return todo.Item{}, errors.New("is not an item as this version of the program writes it")
	}
	return item, item.Check()
}

// A Report counts what became of items.
type Report struct {
	Added, Replaced, Same int
	// Kept are items that another one stood in the way of, which stays; Skipped those whose owner had no new name.
	Kept, Skipped int
}

// fillers put at once, so that a store can share what makes them durable, and the way to it costs less.
const fillers = 32

// Fill puts items into an archive. When it fails, what was put is there and the report tells how much; the same call goes
// on from where it stopped, since what is there already is left alone. kept, which is not called twice at once, hears of
// each item that was kept.
func Fill(ctx context.Context, into todo.Archive, items Items, kept func(todo.Item)) (Report, error) {
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(fillers)
	var mu sync.Mutex
	var report Report
	var read error
	for item, err := range items {
		if err != nil || working.Err() != nil {
			read = err
			break
		}
		group.Go(func() error {
			outcome, err := into.Put(working, item)
			if err != nil {
				return fmt.Errorf("item %q of owner %q: %w", item.ID, item.Owner, err)
			}
			mu.Lock()
			defer mu.Unlock()
			switch outcome {
			case todo.Added:
				report.Added++
			case todo.Replaced:
				report.Replaced++
			case todo.Same:
				report.Same++
			case todo.Kept:
				report.Kept++
				kept(item)
			}
			return nil
		})
	}
	err := group.Wait()
	switch {
	case read != nil:
		err = read
	case err == nil:
		err = ctx.Err()
	}
	return report, err
}
