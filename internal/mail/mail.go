// Package mail carries the messages that the pool sends to people: to a mail server by way of a durable queue, or into
// the development outbox.
package mail

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// A Message is one mail to one person.
type Message struct {
	// To is empty in a message to nobody. It is taken like any other and never delivered, so that a change that sends one
	// takes as long as one that sends a letter to somebody.
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	Time    time.Time `json:"time"`
	// Expires is when the message is of no use any more, as the code in it is not.
	Expires time.Time `json:"-"`
}

// A Sender takes messages for delivery.
type Sender interface {
	// Send takes a message when the transaction commits and not otherwise: so it is part of the change that it tells of.
	// It does not wait for the delivery. The transaction need not fail when a message is not taken.
	Send(*bolt.Tx, Message) error
}
