package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// profileTime is how long each kind of work is looked at.
const profileTime = 10 * time.Second

// profile writes what the runtime tells about todo under each kind of work. The program is the same but for one more
// file in its main package, testdata/profile.go, which go build lays over it.
func (b *bench) profile(ctx context.Context, into string) (err error) {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return err
	}
	overlay, err := b.overlay()
	if err != nil {
		return err
	}
	if err := b.build(ctx, "-overlay", overlay); err != nil {
		return err
	}
	socket := filepath.Join(b.dir, "pprof")
	if err := os.Setenv("BENCH_PPROF", socket); err != nil { // for the server, which has this process's environment
		return err
	}
	t, err := b.servePlanted(ctx, "profile", b.people)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	from := profiles{http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}}, into}
	for _, m := range []mix{mixed, reads, writes} {
		cpu := make(chan error, 1)
		go func() {
			cpu <- from.fetch(ctx, fmt.Sprintf("profile?seconds=%.0f", profileTime.Seconds()), m.Name+".cpu.pprof")
		}()
		r, err := t.measure(load{m, usual, profileTime + time.Second})
		if err := errors.Join(err, <-cpu); err != nil {
			return err
		}
		for _, kind := range []string{"allocs", "heap", "mutex", "block"} {
			if err := from.fetch(ctx, kind, m.Name+"."+kind+".pprof"); err != nil {
				return err
			}
		}
		b.progress("%s: %.1f µs per request, profiled; %s", m.Name, r.CPU, filepath.Join(into, m.Name+".cpu.pprof"))
	}
	return nil
}

// overlay is the file that tells go build of the file to lay over the program.
func (b *bench) overlay() (string, error) {
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(b.root, "cmd", "todo", "bench_profile.go"): filepath.Join(b.root, "bench", "testdata", "profile.go"),
	}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(b.dir, "overlay.json")
	return file, os.WriteFile(file, text, 0o600)
}

// profiles come from a server into a directory.
type profiles struct {
	client http.Client
	dir    string
}

func (p *profiles) fetch(ctx context.Context, kind, name string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://todo/debug/pprof/"+kind, nil)
	if err != nil {
		return err
	}
	answer, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", kind, answer.Status)
	}
	file, err := os.Create(filepath.Join(p.dir, name))
	if err != nil {
		return err
	}
	_, err = io.Copy(file, answer.Body)
	return errors.Join(err, file.Close())
}
