package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"example.com/todo/internal/hosting"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/idp"
	"example.com/todo/internal/userpool/oauth"
	"example.com/todo/internal/userpool/pages"
)

// wirePool opens the user pool, if one is run here, and gives its parts their addresses below /auth.
func (h *home) wirePool(ctx context.Context, dir string, described *stack.Stack) (*userpool.Pool, error) {
	if described.UserPool == nil {
		h.segments[segment(domainPath)] = http.NotFoundHandler() // or the web app's page would answer there
		return nil, nil
	}
	sealKey, err := loadSealKey(dir)
	if err != nil {
		return nil, err
	}
	outbox := &mail.Outbox{}
	var sender mail.Sender = outbox
	if h.relay != nil {
		if err := h.openMail(ctx, sealKey); err != nil {
			return nil, err
		}
		sender = h.mails
	}
	pool, err := userpool.Open(ctx, userpool.Config{
		Pool:    described.UserPool,
		DB:      h.db,
		Mail:    sender,
		Now:     time.Now,
		Rand:    rand.Reader,
		Logger:  h.logger,
		SealKey: sealKey,
	})
	if errors.Is(err, userpool.ErrSealKey) {
		return nil, fmt.Errorf("%s: %w; put the file back from a copy", filepath.Join(dir, sealKeyFile), err)
	}
	if err != nil {
		return nil, err
	}
	h.reveal(described, pool)
	key, err := loadAccessKey(dir, stack.Region)
	if err != nil {
		return nil, err
	}
	protocols, err := oauth.New(oauth.Config{Pool: pool, Rand: rand.Reader, Logger: h.logger})
	if err != nil {
		return nil, err
	}
	api := idp.New(idp.Config{
		Pool:        pool,
		Credentials: idp.Credentials{AccessKeyID: key.id, SecretAccessKey: key.secret},
		Now:         time.Now,
		Rand:        rand.Reader,
		Logger:      h.logger,
	})
	mux := http.NewServeMux()
	protocols.Register(mux, domainPath)
	if described.UserPool.Domain != "" {
		forms, err := pages.New(pages.Config{Pool: pool, Name: appName(described), Now: time.Now, Rand: rand.Reader, Logger: h.logger})
		if err != nil {
			return nil, err
		}
		forms.Register(mux, domainPath)
	}
	for _, path := range []string{domainPath, domainPath + "/{$}"} { // clients differ in what they make of an endpoint with a path
		mux.Handle("POST "+path, api)
		mux.Handle("OPTIONS "+path, api)
	}
	switch {
	case h.relay != nil:
	case forThisMachine(described.UserPool.Issuer):
		mux.Handle(domainPath+"/outbox", outbox)
	default:
		h.logger.Warn("no code and no invitation reaches anybody: there is no mail server (--smtp), and at an address that is not this machine's own no outbox",
			"issuer", described.UserPool.Issuer)
	}
	h.segments[segment(domainPath)] = addressed(mux)
	return pool, nil
}

// reveal puts the clients' secrets where the template refers to them. The web app's settings are no place for one, but the
// template's word counts, as it does in the cloud.
func (h *home) reveal(described *stack.Stack, pool *userpool.Pool) {
	var standIns []string
	for _, c := range described.UserPool.Clients {
		client, _ := pool.Client(c.ID)
		if client.Secret == "" {
			continue
		}
		standIns = append(standIns, c.SecretStandIn, client.Secret)
		if described.Hosting == nil {
			continue
		}
		for name, value := range described.Hosting.Environment {
			if strings.HasPrefix(name, hosting.PublicPrefix) && strings.Contains(value, c.SecretStandIn) {
				h.logger.Warn("everybody can read a client's secret: it is in the web app's settings", "client", c.LogicalID, "setting", name)
			}
		}
	}
	described.Replace(strings.NewReplacer(standIns...))
}

// appName is what the pages call the application.
func appName(described *stack.Stack) string {
	if described.Hosting != nil {
		return described.Hosting.Name
	}
	return described.Name
}
