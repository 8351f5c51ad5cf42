package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Programs are the executables that are measured, and a place for their data.
type programs struct {
	dir, root        string
	todo, pocketbase string
	template         string
}

// openPrograms finds the repository and makes a directory for everything that is to be thrown away.
func openPrograms(parent string) (*programs, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "example.com/todo").Output()
	if err != nil {
		return nil, fmt.Errorf("the repository is not found: run this in bench/: %w", withStderr(err))
	}
	dir, err := os.MkdirTemp(parent, "bench-")
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	p := &programs{dir: dir, root: strings.TrimSpace(string(out)), template: filepath.Join(dir, "template.yaml")}
	text, err := unthrottled()
	if err == nil {
		err = os.WriteFile(p.template, []byte(text), 0o600)
	}
	if err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *programs) close() error { return os.RemoveAll(p.dir) }

// build makes the program as `make build` does.
func (p *programs) build(ctx context.Context, flags ...string) (err error) {
	p.todo, err = p.compile(ctx, p.root, "todo", append(flags, "./cmd/todo")...)
	return err
}

func (p *programs) buildPocketBase(ctx context.Context) (err error) {
	p.pocketbase, err = p.compile(ctx, filepath.Join(p.root, "bench", "pocketbase"), "pocketbase", ".")
	return err
}

func (p *programs) compile(ctx context.Context, dir, name string, what ...string) (string, error) {
	file := filepath.Join(p.dir, name)
	command := exec.CommandContext(ctx, "go", append([]string{"build", "-trimpath", "-ldflags=-s", "-o", file}, what...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	_, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("building %s: %w", name, withStderr(err))
	}
	return file, nil
}

// withStderr adds what a program said before it failed.
func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	return err
}

// plant makes a data directory of that name, and one's people.
func (p *programs) plant(ctx context.Context, name string, s seed) (dir string, users []*user, err error) {
	dir = filepath.Join(p.dir, name)
	users, err = s.plant(ctx, dir)
	return dir, users, err
}

// serve runs `todo serve` on a data directory.
func (p *programs) serve(ctx context.Context, dir string, users []*user) (*target, error) {
	process, err := start(ctx, "todo", p.dir, nil, func(addr string) []string {
		return []string{p.todo, "serve", "--addr", addr, "--public-url", public, "--data", dir, "--template", p.template}
	})
	if err != nil {
		return nil, err
	}
	return &target{process: process, dialect: stackAPI{}, users: users}, nil
}

// servePlanted makes a data directory and runs a server there.
func (p *programs) servePlanted(ctx context.Context, name string, s seed) (*target, error) {
	dir, users, err := p.plant(ctx, name, s)
	if err != nil {
		return nil, err
	}
	t, err := p.serve(ctx, dir, users)
	if err != nil {
		return nil, err
	}
	return t.known(s.items)
}

// serveBare runs net/http with what another server answers.
func (p *programs) serveBare(ctx context.Context, like *target) (*target, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	recorded, err := record(like)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(recorded)
	if err != nil {
		return nil, err
	}
	process, err := start(ctx, "bare", p.dir, strings.NewReader(string(text)), func(addr string) []string {
		return []string{self, "-bare", addr}
	})
	if err != nil {
		return nil, err
	}
	users := make([]*user, len(like.users))
	for i, u := range like.users {
		users[i] = &user{Name: u.Name, Token: u.Token, items: append([]item(nil), u.items...)}
	}
	return &target{process: process, dialect: like.dialect, users: users, replays: true}, nil
}

// servePocketBase runs PocketBase with as many people and items.
func (p *programs) servePocketBase(ctx context.Context, s seed) (*target, error) {
	dir := filepath.Join(p.dir, "pocketbase-data")
	common := []string{"--dev=false", "--dir", dir}
	fill := exec.CommandContext(ctx, p.pocketbase, append([]string{"fill", "--users", strconv.Itoa(s.users), "--items", strconv.Itoa(s.items), "--text", textFormat}, common...)...)
	out, err := fill.Output()
	if err != nil {
		return nil, fmt.Errorf("filling PocketBase: %w", withStderr(err))
	}
	var users []*user
	if err := json.Unmarshal(out, &users); err != nil {
		return nil, fmt.Errorf("filling PocketBase: %w", err)
	}
	process, err := start(ctx, "pocketbase", p.dir, nil, func(addr string) []string {
		return append([]string{p.pocketbase, "serve", "--http", addr}, common...)
	})
	if err != nil {
		return nil, err
	}
	t := &target{process: process, dialect: pocketBase{}, users: users}
	return t.known(s.items)
}
