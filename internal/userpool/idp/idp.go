// Package idp is the JSON API of a user pool, the one that AWS's SDKs and command line call cognito-idp.
//
// It owns the protocol: operations, shapes, validation messages, error answers, CORS and the signatures of
// administrators. Every rule about accounts, passwords, codes and tokens is the pool's.
package idp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"example.com/todo/internal/userpool"
)

const (
	targetPrefix = "AWSCognitoIdentityProviderService."
	// ownPrefix is of operations that AWS's service does not have.
	ownPrefix   = "TodoUserPool."
	contentType = "application/x-amz-json-1.1"
	// maxBody is far above any request: 30 attributes of the greatest length, in the widest characters.
	maxBody = 256 << 10
)

// Config is what the API needs. Every field is required; Now and Rand must be safe for concurrent use.
type Config struct {
	Pool *userpool.Pool
	// Credentials are the only ones whose signature administrative operations accept.
	Credentials Credentials
	Now         func() time.Time
	Rand        io.Reader
	Logger      *slog.Logger
}

// API answers POST requests, and the OPTIONS requests of browsers, at whatever path it is given. It is safe for
// concurrent use.
type API struct{ cfg Config }

// New makes the API of a pool.
func New(cfg Config) *API { return &API{cfg: cfg} }

// ServeHTTP answers one call. Every refusal is a 400 with the exception's name in header and body, as in AWS.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, err := uuid.NewRandomFromReader(a.cfg.Rand)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	header := w.Header()
	header.Set("X-Amzn-RequestId", id.String())
	header.Set("Cache-Control", "no-store") // answers hold tokens
	header.Set("X-Content-Type-Options", "nosniff")
	allowOrigins(w, r)
	switch r.Method {
	case http.MethodOptions:
		return
	case http.MethodPost:
	default:
		header.Set("Allow", "OPTIONS, POST")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	output, err := a.call(w, r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	header.Set("Content-Type", contentType)
	if output != nil {
		// The shapes always encode; what is left to fail is a client that has gone.
		_ = json.NewEncoder(w).Encode(output)
	}
}

// allowOrigins lets scripts of any origin call: calls act on what is sent with them, never on a cookie.
func allowOrigins(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
	if r.Method != http.MethodOptions {
		return
	}
	header.Set("Access-Control-Allow-Methods", "POST")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		header.Set("Access-Control-Allow-Headers", asked)
	}
	header.Set("Access-Control-Max-Age", "172800")
	header.Set("Vary", "Access-Control-Request-Headers")
}

// call finds the operation and runs it. A signature is asked for before the body is looked at.
func (a *API) call(w http.ResponseWriter, r *http.Request) (output any, err error) {
	run, known := find(r.Header.Get("X-Amz-Target"))
	if !known || len(r.Header.Values("X-Amz-Target")) > 1 {
		return nil, &userpool.Error{Type: "UnknownOperationException"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, refuse("SerializationException", "The body could not be read, or is longer than 256 KiB.")
	}
	if run.signed {
		if err := a.cfg.Credentials.verify(r, body, a.cfg.Now()); err != nil {
			return nil, err
		}
	}
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); strings.TrimSpace(media) != contentType {
		return nil, refuse("SerializationException", "The Content-Type must be "+contentType+".")
	}
	if !utf8.Valid(body) {
		return nil, refuse("SerializationException", "The body is not UTF-8.")
	}
	ctx := r.Context()
	if run.signed { // a back end or an administrator, who is not to be counted as one who guesses
		ctx = userpool.WithAddress(ctx, netip.Addr{})
	}
	return run.run(ctx, a, body)
}

func find(target string) (run operation, known bool) {
	if name, ok := strings.CutPrefix(target, targetPrefix); ok {
		run, known = operations[name]
	} else if name, ok := strings.CutPrefix(target, ownPrefix); ok {
		run, known = ownOperations[name]
	}
	return run, known
}

func refuse(kind, message string) error { return &userpool.Error{Type: kind, Message: message} }

// fail answers a refusal in its own words and any other error with neutral ones.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusBadRequest
	var refusal *userpool.Error
	if !errors.As(err, &refusal) {
		status = http.StatusInternalServerError
		refusal = &userpool.Error{Type: "InternalErrorException", Message: "Something went wrong."}
		if !errors.Is(err, context.Canceled) {
			a.cfg.Logger.ErrorContext(r.Context(), "user pool API failed", "target", r.Header.Get("X-Amz-Target"),
				"requestId", w.Header().Get("X-Amzn-RequestId"), "error", err)
		}
	}
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("X-Amzn-ErrorType", refusal.Type+":")
	if refusal.Message != "" {
		header.Set("X-Amzn-ErrorMessage", headerText(refusal.Message))
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Type    string `json:"__type"`
		Message string `json:"message,omitempty"`
	}{refusal.Type, refusal.Message})
}

// headerText makes a message fit for a header: some repeat what the client sent.
func headerText(message string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return ' '
		}
		return r
	}, message)
	return clean[:min(len(clean), 512)]
}
