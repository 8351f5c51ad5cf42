package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"example.com/todo/internal/lambda"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/todo/dynamostore"
)

// tableFlags put a table elsewhere in the place of the items' part of the data file.
type tableFlags struct {
	Table         string `env:"TODO_TABLE" placeholder:"NAME" help:"The DynamoDB table that holds the items, instead of the data directory."`
	TableEndpoint string `env:"TODO_TABLE_ENDPOINT" placeholder:"URL" help:"Where the table's server is, if it is not AWS's: DynamoDB Local, ScyllaDB Alternator."`
	TableRegion   string `env:"TODO_TABLE_REGION" placeholder:"REGION" help:"The table's Region, if the AWS configuration of this user names another or none."`
}

// tableTimeout bounds what is asked of a table before serving: long enough for a few attempts.
const tableTimeout = 15 * time.Second

// takePlace puts the table's name and server where the template has its table's: in the resources and in what the
// functions see.
func (f tableFlags) takePlace(described *stack.Stack) error {
	if f.Table == "" {
		if f.TableEndpoint != "" || f.TableRegion != "" {
			return usageError{errors.New("--table-endpoint and --table-region need --table")}
		}
		return nil
	}
	if len(described.Tables) > 1 {
		return fmt.Errorf("--table: %s has %d tables, and this is the name of one", described.File, len(described.Tables))
	}
	for i, table := range described.Tables {
		for j, resource := range described.Resources {
			if resource.LogicalID == table.LogicalID {
				described.Resources[j].Ref = f.Table
			}
		}
		described.Tables[i].Name = f.Table
	}
	for _, function := range described.Functions {
		if _, ok := function.Environment["TABLE_NAME"]; ok {
			function.Environment["TABLE_NAME"], function.Environment["ENDPOINT_OVERRIDE"] = f.Table, f.TableEndpoint
		}
	}
	return nil
}

// An outsideTable keeps the items instead of the data file.
type outsideTable struct {
	name   string
	client *dynamodb.Client
	place  string // for people: the server and its Region
}

// connect makes a client for the table of the flags, with the credentials that AWS's tools would take.
func (f tableFlags) connect(ctx context.Context) (*outsideTable, error) {
	if f.TableEndpoint != "" {
		u, err := url.Parse(f.TableEndpoint)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
			return nil, usageError{errors.New("--table-endpoint: must be an address such as http://localhost:8000")}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, tableTimeout)
	defer cancel()
	var options []func(*config.LoadOptions) error
	if f.TableRegion != "" {
		options = append(options, config.WithRegion(f.TableRegion))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return nil, usageError{errors.New("--table-region: the table's Region is not known; set it here or in AWS_REGION")}
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return nil, fmt.Errorf("--table: no AWS credentials, in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or wherever AWS's tools look (a server that does not check them takes any): %w", err)
	}
	place := "Region " + cfg.Region
	if f.TableEndpoint != "" {
		place = f.TableEndpoint + ", " + place
	}
	return &outsideTable{
		name:   f.Table,
		client: dynamostore.NewClient(dynamostore.ClientConfig{Region: cfg.Region, Endpoint: f.TableEndpoint, Credentials: cfg.Credentials}),
		place:  place,
	}, nil
}

// open is connect for a table that must be there, fit for items.
func (f tableFlags) open(ctx context.Context) (*outsideTable, error) {
	if f.Table == "" {
		return nil, nil
	}
	t, err := f.connect(ctx)
	if err != nil {
		return nil, err
	}
	return t, t.check(ctx)
}

func (t *outsideTable) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tableTimeout)
	defer cancel()
	err := dynamostore.CheckTable(ctx, t.client, t.name)
	hint := ""
	if errors.Is(err, dynamostore.ErrNoTable) {
		hint = " (todo table create makes one)"
	}
	if err != nil {
		return fmt.Errorf("--table: %s (%s): %w%s", t.name, t.place, err, hint)
	}
	return nil
}

func (t *outsideTable) store() *dynamostore.Store { return dynamostore.New(t.client, t.name) }

// access is what functions that run as processes of their own call the table with.
func (t *outsideTable) access(ctx context.Context) (lambda.Access, error) {
	options := t.client.Options()
	found, err := options.Credentials.Retrieve(ctx)
	return lambda.Access{
		Region: options.Region, KeyID: found.AccessKeyID, Secret: found.SecretAccessKey, SessionToken: found.SessionToken,
	}, err
}

// readiness tells whether a table can be read, asking it no more often than every readyEvery however many ask here.
type readiness struct {
	ask    func(context.Context) error
	logger *slog.Logger

	mu   sync.Mutex
	at   time.Time
	last error
}

const (
	readyEvery   = 2 * time.Second
	readyTimeout = 2 * time.Second
)

func newReadiness(store interface{ Ready(context.Context) error }, logger *slog.Logger) *readiness {
	return &readiness{ask: store.Ready, logger: logger}
}

func (r *readiness) ready() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.at) < readyEvery {
		return r.last
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	err := r.ask(ctx)
	switch {
	case err != nil && r.last == nil:
		r.logger.Error("the table cannot be read", "error", err)
	case err == nil && r.last != nil:
		r.logger.Info("the table can be read again")
	}
	r.at, r.last = time.Now(), err
	return err
}
