package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
	"example.com/todo/internal/todo/moving"
)

type itemsCmd struct {
	Export itemsExportCmd `cmd:"" help:"Write all items into a file."`
	Import itemsImportCmd `cmd:"" help:"Put the items of a file into a data directory or a table."`
	Copy   itemsCopyCmd   `cmd:"" help:"Put the items of a data directory into a table."`
}

// Help is the manual of `todo items`.
func (itemsCmd) Help() string {
	return `A file holds an item a line, as the API gives it, and a last line with their number and their SHA-256; it is for this user
alone. Items keep their ids, versions and times.

Putting items in is safe to repeat, and to go on with after it was broken off: what is there already is left alone; an
earlier version is replaced; anything else that is there stays, and is reported. A file is checked to its end before the
first item is put.

Items belong to user names, which differ from pool to pool. --owners-from and --owners-to are the accounts of the old pool
and of the new one, as ` + "`todo users list --output json`" + ` and ` + "`aws cognito-idp list-users --output json`" + ` write them: an
owner gets the name of the account with the same verified e-mail.

Items are read from the data directory at --data, also while its server runs, or with --table from a table, by a scan.
They are put into a data directory only while no server runs on it.`
}

// placeFlags say where items are.
type placeFlags struct {
	Data string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The data directory (default ${default})."`
	tableFlags
}

type itemsExportCmd struct {
	File string `arg:"" type:"path" help:"The file to make. One that exists is refused."`
	placeFlags
}

// Run exports.
func (c itemsExportCmd) Run(ctx context.Context, s streams) error {
	source, done, err := c.source(ctx)
	if err != nil {
		return err
	}
	var tally moving.Tally
	err = writeNew(c.File, func(w io.Writer) error {
		tally, err = moving.Write(w, source.Items(ctx))
		return err
	})
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s: %d items, SHA-256 %s\n", c.File, tally.Items, tally.SHA256)
	return err
}

// source opens the items for reading; done ends that.
func (f placeFlags) source(ctx context.Context) (source todo.Archive, done func() error, err error) {
	if f.Table != "" {
		table, err := f.tableFlags.open(ctx)
		if err != nil {
			return nil, nil, err
		}
		return table.store(), func() error { return nil }, nil
	}
	return openItems(ctx, f.Data)
}

// openItems opens a data directory's items, or a copy of them where a server has the data file.
func openItems(ctx context.Context, dir string) (source todo.Archive, done func() error, err error) {
	path, err := dataFileIn(dir)
	if err != nil {
		return nil, nil, err
	}
	remove := func() error { return nil }
	if conn, err := net.DialTimeout("unix", controlPath(dir), connectTimeout); err == nil {
		copied, err := os.MkdirTemp(filepath.Join(dir, controlDir), "copy-")
		if err != nil {
			return nil, nil, errors.Join(err, conn.Close())
		}
		remove = func() error { return os.RemoveAll(copied) }
		path = filepath.Join(copied, dataFile)
		if err := receiveFile(ctx, conn, path); err != nil {
			return nil, nil, errors.Join(err, remove())
		}
	}
	store, db, err := openStore(path)
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return store, func() error { return errors.Join(db.Close(), remove()) }, nil
}

func receiveFile(ctx context.Context, conn net.Conn, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	err = receive(ctx, conn, func(int64) (io.Writer, error) { return f, nil })
	return errors.Join(err, f.Close())
}

func openStore(path string) (*boltstore.Store, *boltdb.DB, error) {
	db, err := boltdb.Open(path)
	if errors.Is(err, boltdb.ErrLocked) {
		return nil, nil, fmt.Errorf("--data: %w: stop the server first", err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("--data: %w", err)
	}
	store, err := boltstore.New(db)
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return store, db, nil
}

// ownersFlags give owners the names that they have in another user pool.
type ownersFlags struct {
	OwnersFrom        string `and:"owners" type:"path" placeholder:"FILE" help:"The accounts that the items belong to, in JSON."`
	OwnersTo          string `and:"owners" type:"path" placeholder:"FILE" help:"The accounts that they go to, in JSON."`
	SkipUnknownOwners bool   `help:"Leave out the items of owners who have no account there, instead of putting none at all."`
}

// rename gives the items their owners' new names, after a look at all of them; nil flags leave them as they are. skipped
// counts what is left out.
func (f ownersFlags) rename(items moving.Items) (renamed moving.Items, skipped *int, err error) {
	skipped = new(int)
	if f.OwnersFrom == "" {
		if f.SkipUnknownOwners {
			return nil, nil, usageError{errors.New("--skip-unknown-owners needs --owners-from and --owners-to")}
		}
		return items, skipped, drain(items)
	}
	from, err := readUsers("--owners-from", f.OwnersFrom)
	if err != nil {
		return nil, nil, err
	}
	to, err := readUsers("--owners-to", f.OwnersTo)
	if err != nil {
		return nil, nil, err
	}
	owners, err := moving.Match(from, to)
	if err != nil {
		return nil, nil, err
	}
	unknown := map[string]int{}
	if err := drain(owners.Rename(items, func(item todo.Item) { unknown[item.Owner]++ })); err != nil {
		return nil, nil, err
	}
	if len(unknown) > 0 && !f.SkipUnknownOwners {
		return nil, nil, unknownOwners(unknown)
	}
	return owners.Rename(items, func(todo.Item) { *skipped++ }), skipped, nil
}

func readUsers(flag, file string) (moving.Users, error) {
	f, err := os.Open(file)
	if err != nil {
		return moving.Users{}, fmt.Errorf("%s: %w", flag, err)
	}
	defer f.Close()
	users, err := moving.ReadUsers(f)
	if err != nil {
		return moving.Users{}, fmt.Errorf("%s: %s %w", flag, file, err)
	}
	return users, nil
}

func unknownOwners(unknown map[string]int) error {
	var names []string
	items := 0
	for name, n := range unknown {
		names = append(names, printable(name))
		items += n
	}
	slices.Sort(names)
	shown := strings.Join(names[:min(len(names), 10)], ", ")
	if len(names) > 10 {
		shown += " …"
	}
	return fmt.Errorf("nothing was put: %d items belong to %d owners without an account of the same verified e-mail in both lists (--skip-unknown-owners leaves them out): %s",
		items, len(names), shown)
}

// drain reads to the end, for the faults that may be there.
func drain(items moving.Items) error {
	for item, err := range items {
		if err == nil {
			err = item.Check()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// put puts items into an archive and tells what became of them.
func (f ownersFlags) put(ctx context.Context, s streams, items moving.Items, into todo.Archive) error {
	items, skipped, err := f.rename(items)
	if err != nil {
		return err
	}
	report, err := moving.Fill(ctx, into, items, func(item todo.Item) {
		fmt.Fprintf(s.err, "todo: not replaced: item %s of owner %s, which is another there\n", item.ID, printable(item.Owner))
	})
	report.Skipped = *skipped
	fmt.Fprintf(s.out, "added %d, replaced %d, there already %d, not replaced %d, left out %d\n",
		report.Added, report.Replaced, report.Same, report.Kept, report.Skipped)
	switch {
	case err != nil:
		return fmt.Errorf("not finished; the same command goes on: %w", err)
	case report.Kept > 0:
		return fmt.Errorf("%d items were not replaced: what is there has been changed since, or is another", report.Kept)
	}
	return nil
}

type itemsImportCmd struct {
	File string `arg:"" type:"path" help:"The file that an export made."`
	placeFlags
	ownersFlags
}

// Run imports.
func (c itemsImportCmd) Run(ctx context.Context, s streams) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	items := func(yield func(todo.Item, error) bool) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			yield(todo.Item{}, fmt.Errorf("an import reads its file twice: %w", err))
			return
		}
		for item, err := range moving.Read(f) {
			if err != nil {
				err = fmt.Errorf("%s: %w", c.File, err)
			}
			if !yield(item, err) {
				return
			}
		}
	}
	if c.Table != "" {
		table, err := c.tableFlags.open(ctx)
		if err != nil {
			return err
		}
		return c.put(ctx, s, items, table.store())
	}
	if err := makeDataDir(c.Data); err != nil {
		return err
	}
	store, db, err := openStore(filepath.Join(c.Data, dataFile))
	if err != nil {
		return err
	}
	return errors.Join(c.put(ctx, s, items, store), db.Close())
}

type itemsCopyCmd struct {
	Data string `default:".data" env:"TODO_DATA" type:"path" placeholder:"DIR" help:"The data directory (default ${default})."`
	To   string `required:"" placeholder:"dynamodb://TABLE" help:"The table; ?region= and &endpoint= may follow."`
	ownersFlags
}

// Run copies.
func (c itemsCopyCmd) Run(ctx context.Context, s streams) error {
	to, err := tableAt(c.To)
	if err != nil {
		return usageError{fmt.Errorf("--to: %w", err)}
	}
	table, err := to.open(ctx)
	if err != nil {
		return err
	}
	source, done, err := openItems(ctx, c.Data)
	if err != nil {
		return err
	}
	return errors.Join(c.put(ctx, s, source.Items(ctx), table.store()), done())
}

// tableAt reads an address such as dynamodb://todo?region=eu-central-1&endpoint=http://localhost:8000.
func tableAt(address string) (tableFlags, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "dynamodb" || u.Host == "" || u.Path != "" || u.User != nil || u.Fragment != "" {
		return tableFlags{}, fmt.Errorf("%q is not of the form dynamodb://TABLE?region=REGION&endpoint=URL", address)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return tableFlags{}, err
	}
	for name := range query {
		if name != "region" && name != "endpoint" {
			return tableFlags{}, fmt.Errorf("%s is neither region nor endpoint", name)
		}
	}
	return tableFlags{Table: u.Host, TableEndpoint: query.Get("endpoint"), TableRegion: query.Get("region")}, nil
}
