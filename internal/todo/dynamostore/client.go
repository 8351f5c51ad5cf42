package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// ClientConfig is where the table is and who asks.
type ClientConfig struct {
	// Region is AWS's name of the Region, which signatures name too.
	Region string
	// Endpoint is the base address of a server that is not AWS's, http or https. Empty means AWS's for the Region.
	Endpoint string
	// Credentials are asked for each attempt. A provider that has to fetch them should be wrapped in the SDK's cache.
	Credentials aws.CredentialsProvider
}

// What the client waits for. An attempt is given up early enough for others to follow within a function's timeout.
const (
	connectTimeout = time.Second
	attemptTimeout = 3 * time.Second
	maxAttempts    = 8
	baseDelay      = 25 * time.Millisecond
	maxDelay       = time.Second
	// maxIdle keeps a connection for each of this many concurrent requests; a Lambda function has one at a time.
	maxIdle = 64
)

// NewClient makes a client by hand: a function's start has no time for what the SDK's default configuration does, which
// reads profiles and looks around for a Region and credentials. It opens no connection yet.
//
// A call repeats what failed for the moment (throttling, conflicts, lost connections, faults of the server), after
// delays that grow and vary, until it succeeds, has made 8 attempts or its context ends. The retryer is the SDK's
// standard one: the adaptive one would also hold back first attempts by a rate that it has seen, and a Lambda function,
// which has one call at a time and shares the table with others it cannot see, has seen too little to know one.
func NewClient(cfg ClientConfig) *dynamodb.Client {
	options := dynamodb.Options{
		Region:      cfg.Region,
		Credentials: marked{cfg.Credentials},
		HTTPClient:  newHTTPClient(),
		Retryer:     newRetryer(),
	}
	if cfg.Endpoint != "" {
		options.BaseEndpoint = &cfg.Endpoint
	}
	return dynamodb.New(options)
}

// errCredentials marks what kept a call from being signed.
var errCredentials = errors.New("no credentials")

type marked struct{ aws.CredentialsProvider }

func (m marked) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := m.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return found, fmt.Errorf("%w: %w", errCredentials, err)
	}
	return found, nil
}

func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.BaseDelay, o.MaxBackoff = maxAttempts, baseDelay, maxDelay
		o.Retryables = append(o.Retryables,
			// Another's transaction, or another Region's write, holds the item.
			retry.RetryableErrorCode{Codes: map[string]struct{}{"TransactionConflictException": {}, "ReplicatedWriteConflictException": {}}},
			retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
				if errors.Is(err, io.ErrUnexpectedEOF) { // an answer that broke off
					return aws.TrueTernary
				}
				return aws.UnknownTernary
			}))
	})
}

func newHTTPClient() *http.Client {
	return &http.Client{
		Timeout: attemptTimeout,
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
			DialTLSContext:      dialTLS,
			TLSHandshakeTimeout: connectTimeout, // through a proxy
			MaxIdleConnsPerHost: maxIdle,
			IdleConnTimeout:     90 * time.Second,
		},
		// DynamoDB redirects nobody; whoever does wants the request's signature and items.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
