package main

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/api"
	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/gateway"
	"example.com/todo/internal/hosting"
	"example.com/todo/internal/lambda"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/telemetry"
	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/boltstore"
	"example.com/todo/internal/token"
	"example.com/todo/internal/usage"
	"example.com/todo/internal/userpool"
	"example.com/todo/web"
)

// A home is a stack that runs on this machine: its parts, wired, and what they keep open.
type home struct {
	front
	db     *boltdb.DB
	groups *telemetry.Groups
	plans  *usage.Plans // nil when the template has none
	mails  *mail.Queue  // nil without a relay
	outside
	// readiness is of the table outside; nil without one.
	readiness *readiness
	artifacts []*lambda.Artifact // none where the functions run in process
}

// outside is what of the stack is not in this process.
type outside struct {
	pool  *outsidePool  // nil where the stack's own user pool is run
	table *outsideTable // nil where items are in the data file
	relay *mail.Relay   // nil where messages stay in the outbox
}

// dataFile is the name of the data file in its directory.
const dataFile = "todo.db"

// openHome opens the data directory and wires the stack's parts over it. The functions are this program's own, unless
// artifacts names the directory of their built executables. Nothing is left open when it fails.
func openHome(ctx context.Context, dir string, described *stack.Stack, outside outside, artifacts string, logger *slog.Logger) (*home, error) {
	if err := makeDataDir(dir); err != nil {
		return nil, err
	}
	db, err := boltdb.Open(filepath.Join(dir, dataFile))
	if err != nil {
		return nil, err
	}
	groups, err := openGroups(dir, described.LogGroups, logger)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	h := &home{
		front:   front{segments: map[string]http.Handler{}, logger: logger},
		db:      db,
		groups:  groups,
		outside: outside,
	}
	if err := h.wire(ctx, dir, described, artifacts); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return h, nil
}

// Close ends the functions' processes, lets a delivery of mail under way end, makes what was logged durable and lets
// other processes have the data directory.
func (h *home) Close() error {
	h.closeArtifacts()
	if h.mails != nil {
		h.mails.Close()
	}
	var counted error
	if h.plans != nil {
		counted = h.plans.Close()
	}
	return errors.Join(counted, h.groups.Close(), h.db.Close())
}

func (h *home) wire(ctx context.Context, dir string, described *stack.Stack, artifacts string) error {
	h.segments[segment(healthPath)] = http.HandlerFunc(h.health)
	pool, err := h.wirePool(ctx, dir, described)
	if err != nil {
		return err
	}
	if h.table != nil {
		h.readiness = newReadiness(h.table.store(), h.logger)
	}
	functions, err := h.functions(ctx, described, artifacts)
	if err != nil {
		return err
	}
	if err := h.wirePlans(dir, described); err != nil {
		return err
	}
	for _, description := range described.APIs {
		if err := h.wireAPI(description, functions, pool); err != nil {
			return err
		}
	}
	return h.wireHosting(described.Hosting)
}

// functions are those of the template: artifacts, or else those that this program has, in process, where the last part
// of a CodeUri names one.
func (h *home) functions(ctx context.Context, described *stack.Stack, artifacts string) (map[string]lambda.Function, error) {
	if artifacts != "" {
		return h.findArtifacts(ctx, artifacts, described)
	}
	store, err := h.store()
	if err != nil {
		return nil, err
	}
	service := todo.NewService(store, time.Now, newItemID)
	functions := map[string]lambda.Function{}
	for _, f := range described.Functions {
		config, err := h.functionConfig(f)
		if err != nil {
			return nil, err
		}
		own := api.New(api.Config{
			Service:     service,
			AllowOrigin: f.Environment["CORS_ALLOW_ORIGIN"],
			Logger:      config.Logger,
		}).Functions()
		code, ok := own[path.Base(f.CodeURI)]
		if !ok {
			return nil, fmt.Errorf("%s: Resources.%s.Properties.CodeUri: %q is none of this program's functions, which are %s",
				described.File, f.LogicalID, f.CodeURI, strings.Join(slices.Sorted(maps.Keys(own)), ", "))
		}
		functions[f.LogicalID] = lambda.InProcess(code, config)
	}
	return functions, nil
}

func (h *home) store() (todo.Store, error) {
	if h.table != nil {
		return h.table.store(), nil
	}
	return boltstore.New(h.db)
}

// newItemID makes ids whose order is the order of their creation.
func newItemID() string { return uuid.Must(uuid.NewV7()).String() }

func (h *home) wireAPI(description stack.API, functions map[string]lambda.Function, pool *userpool.Pool) error {
	if _, taken := h.segments[description.Stage]; taken || inWebApp(description.Stage) {
		return fmt.Errorf("the stage name %q of %s is another part's address here; choose another", description.Stage, description.LogicalID)
	}
	verifiers := map[string]*token.Verifier{}
	for name, authorizer := range description.Authorizers {
		verifier, err := newVerifier(authorizer, pool, h.outside.pool)
		if err != nil {
			return fmt.Errorf("authorizer %s of %s: %w", name, description.LogicalID, err)
		}
		verifiers[name] = verifier
	}
	config := gateway.Config{
		API:       description,
		Functions: functions,
		Verifiers: verifiers,
		Plans:     h.plans,
		Logger:    h.logger,
		Now:       time.Now,
		Rand:      rand.Reader,
		AccountID: stack.AccountID,
	}
	if log := description.AccessLog; log != nil {
		group, err := h.groups.Group(log.LogGroup)
		if err != nil {
			return err
		}
		config.AccessLog = group
	}
	handler, err := gateway.New(config)
	if err != nil {
		return err
	}
	h.segments[description.Stage] = handler
	return nil
}

// inWebApp tells whether the web app has a file or folder of that name at its root.
func inWebApp(name string) bool {
	files, built := web.Files()
	if !built {
		return false
	}
	_, err := fs.Stat(files, name)
	return err == nil
}

func (h *home) wireHosting(description *stack.Hosting) error {
	if description == nil {
		h.rest = http.NotFoundHandler()
		return nil
	}
	files, built := web.Files()
	if !built {
		files = embed.FS{}
	}
	site, err := hosting.New(*description, files)
	if err != nil {
		return err
	}
	h.rest = site
	if !built {
		h.rest = unbuilt(site)
	}
	return nil
}

// unbuilt stands in for an app that was not built into the program. Its settings are there, since development servers
// of the app ask for them.
func unbuilt(site http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/config.json" {
			site.ServeHTTP(w, r)
			return
		}
		http.Error(w, "The web app is not in this program: build it with `make build`.", http.StatusNotFound)
	})
}

// health answers 200 while the data file, and the table outside if there is one, can be read.
func (h *home) health(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != healthPath {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	err := h.db.View(func(*bolt.Tx) error { return nil })
	if err == nil && h.readiness != nil {
		err = h.readiness.ready()
	}
	if err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
