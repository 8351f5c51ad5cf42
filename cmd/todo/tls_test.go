package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// TestACMEDomain starts with an authority that cannot be reached: it serves, and people are told the domain.
func TestACMEDomain(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log, in := io.Pipe()
	var printed bytes.Buffer
	exited := make(chan int, 1)
	args := []string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--acme-domain", "todo.example.com", "--acme-directory", "http://127.0.0.1:1/dir"}
	go func() {
		defer in.Close()
		exited <- run(ctx, args, &printed, in)
	}()
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if strings.Contains(lines.Text(), "no certificate was received") {
			stop()
		}
	}
	if code := <-exited; code != exitOK || !strings.Contains(printed.String(), "Open https://todo.example.com\n") {
		t.Errorf("got exit code %d and:\n%s", code, &printed)
	}
}

func TestACMEDomainOfAnotherAddress(t *testing.T) {
	var complaint bytes.Buffer
	args := []string{"stack", "--acme-domain", "todo.example.com", "--public-url", "https://other.example.com"}
	if code := run(t.Context(), args, io.Discard, &complaint); code != exitUsage || !strings.Contains(complaint.String(), "todo.example.com") {
		t.Errorf("got exit code %d and %s", code, &complaint)
	}
}
