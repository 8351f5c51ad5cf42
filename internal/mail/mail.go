// Package mail carries the messages that the pool sends to people.
package mail

import (
	"context"
	"time"
)

// A Message is one mail to one person.
type Message struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	Time    time.Time `json:"time"`
}

// A Sender takes a message for delivery. It must not hold up its caller by the time that delivery takes.
type Sender interface {
	Send(context.Context, Message) error
}
