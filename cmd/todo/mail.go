package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"example.com/todo/internal/mail"
)

// mailFlags say where messages go; without them they stay in the outbox.
type mailFlags struct {
	SMTP     string `name:"smtp" env:"TODO_SMTP" and:"mail" placeholder:"URL" help:"The mail server that messages go to, smtp://USER:PASSWORD@HOST:PORT or smtps://…; better by the variable, which others on this machine cannot see."`
	MailFrom string `env:"TODO_MAIL_FROM" and:"mail" placeholder:"ADDRESS" help:"The sender of messages: todo@example.com, or To do <todo@example.com>."`
}

// relay is nil without a mail server.
func (f mailFlags) relay() (*mail.Relay, error) {
	if f.SMTP == "" {
		return nil, nil
	}
	relay, err := mail.NewRelay(f.SMTP, f.MailFrom, nil)
	if err != nil {
		return nil, usageError{fmt.Errorf("--smtp, --mail-from: %w", err)}
	}
	return relay, nil
}

const (
	firstMailPause = 5 * time.Second
	maxMailPause   = 15 * time.Minute
)

// openMail opens the queue for the relay.
func (h *home) openMail(ctx context.Context, sealKey []byte) (err error) {
	h.mails, err = mail.OpenQueue(ctx, mail.QueueConfig{
		DB:         h.db,
		Relay:      h.relay,
		Now:        time.Now,
		Rand:       rand.Reader,
		Logger:     h.logger,
		SealKey:    sealKey,
		FirstPause: firstMailPause,
		MaxPause:   maxMailPause,
	})
	return err
}
