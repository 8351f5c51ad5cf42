package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"example.com/todo/internal/boltdb"
)

// A running server has the data file to itself. Other commands on the machine get at it through a socket in the data
// directory, in a folder of mode 0700: who can open the directory can, and nobody else.
const (
	controlDir    = "run"
	controlSocket = "control.sock"
	// maxSocketPath is what every system takes for the path of a socket.
	maxSocketPath = 100
)

func controlPath(dir string) string { return filepath.Join(dir, controlDir, controlSocket) }

// A control serves the socket.
type control struct{ server *http.Server }

// openControl is called by the one process that has the data file open. A server whose directory cannot have a socket runs
// without one.
func openControl(dir string, db *boltdb.DB, logger *slog.Logger) *control {
	c := &control{&http.Server{Handler: controlHandler(db, logger), ReadHeaderTimeout: headerTimeout, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn)}}
	listener, err := listenControl(controlPath(dir))
	if err != nil {
		logger.Warn("todo backup and todo items need this server stopped: it has no socket", "error", err)
		return c
	}
	go func() { _ = c.server.Serve(listener) }()
	return c
}

// listenControl takes the place of a socket that a process left which was killed.
func listenControl(path string) (net.Listener, error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("%s: the path is too long for a socket", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return net.Listen("unix", path)
}

func controlHandler(db *boltdb.DB, logger *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /"+dataFile, func(w http.ResponseWriter, _ *http.Request) {
		err := db.Snapshot(func(size int64) (io.Writer, error) {
			w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
			return w, nil
		})
		if err != nil {
			logger.Error("a copy of the data file was not finished", "error", err)
			panic(http.ErrAbortHandler) // the receiver must not take a part for the whole
		}
	})
	return mux
}

// Close breaks off what is under way and removes the socket.
func (c *control) Close() error { return c.server.Close() }

// connectTimeout is for a socket on this machine.
const connectTimeout = 5 * time.Second

// dataFileIn is the path of the data file of a directory that has one.
func dataFileIn(dir string) (string, error) {
	path := filepath.Join(dir, dataFile)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("--data: no data file: %w", err)
	}
	return path, nil
}

// snapshot gives a directory's data file as it is at one moment to where begin says: through its server, or without one
// from the file itself.
func snapshot(ctx context.Context, dir string, begin func(size int64) (io.Writer, error)) error {
	path, err := dataFileIn(dir)
	if err != nil {
		return err
	}
	conn, err := net.DialTimeout("unix", controlPath(dir), connectTimeout)
	if err == nil {
		return receive(ctx, conn, begin)
	}
	db, err := boltdb.Open(path)
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	return errors.Join(db.Snapshot(begin), db.Close())
}

func receive(ctx context.Context, conn net.Conn, begin func(size int64) (io.Writer, error)) error {
	client := http.Client{Transport: &http.Transport{
		DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://server/"+dataFile, nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK || answer.ContentLength < 0 {
		return fmt.Errorf("the server gave no copy of its data file: status %d", answer.StatusCode)
	}
	w, err := begin(answer.ContentLength)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, answer.Body) // an answer that is cut off is an error
	return err
}
