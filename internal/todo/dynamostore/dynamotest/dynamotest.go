// Package dynamotest gives tests a server that speaks DynamoDB, and tables on it.
package dynamotest

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/uuid"

	"example.com/todo/internal/todo/dynamostore"
)

// Region is what clients of the server name as theirs. Dynalite keeps its tables apart by it.
const Region = "us-east-1"

// EndpointVariable names another server for all tests, such as DynamoDB Local or ScyllaDB Alternator. It should refuse
// in DynamoDB's way, whatever Mode a test asks for.
const EndpointVariable = "DYNAMODB_ENDPOINT"

// A Mode is how a server refuses a write whose condition fails.
type Mode string

const (
	// Explaining is DynamoDB's way: the refusal holds the item.
	Explaining Mode = "--explain"
	// Silent is the way of dynalite and others: it does not.
	Silent Mode = ""
)

// Start gives the address of a server that lives as long as the test. The server also ends when the test's process
// does, however that ends: it holds a pipe from it.
func Start(t testing.TB, mode Mode) (endpoint string) {
	t.Helper()
	if endpoint := os.Getenv(EndpointVariable); endpoint != "" {
		return endpoint
	}
	folder := filepath.Join(root(t), "e2e")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "dynalite")); err != nil {
		t.Fatalf("dynalite is not installed: run `npm --prefix e2e ci`, or set %s (%v)", EndpointVariable, err)
	}
	server := exec.Command("node", "dynalite.cjs", string(mode))
	server.Dir, server.Stderr = folder, os.Stderr
	stdin, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatalf("these tests need Node to run dynalite, or %s: %v", EndpointVariable, err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := server.Wait(); err != nil {
			t.Errorf("dynalite: %v", err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("dynalite did not start: %v", err)
	}
	return strings.TrimSpace(line)
}

// root is the repository's, above the folder in which the test runs.
func root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "template.yaml")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("the test does not run inside the repository")
		}
		folder = filepath.Dir(folder)
	}
}

// Client makes a client of the server, of the kind that the product uses.
func Client(endpoint string) *dynamodb.Client {
	return dynamostore.NewClient(dynamostore.ClientConfig{
		Region: Region, Endpoint: endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// ClientOfAWS makes a client that takes the server for AWS's own, as it has no endpoint of another. before, which may
// be nil, sees each request.
func ClientOfAWS(endpoint string, before func(*http.Request)) *dynamodb.Client {
	options := Client("").Options()
	options.HTTPClient = redirected{strings.TrimPrefix(endpoint, "http://"), options.HTTPClient, before}
	return dynamodb.New(options)
}

type redirected struct {
	host   string
	client dynamodb.HTTPClient
	before func(*http.Request)
}

func (r redirected) Do(request *http.Request) (*http.Response, error) {
	if r.before != nil {
		r.before(request)
	}
	request.URL.Scheme, request.URL.Host = "http", r.host
	return r.client.Do(request)
}

// NewTable makes a table with the template's keys and gives its name. It is gone after the test.
func NewTable(t testing.TB, client *dynamodb.Client) (name string) {
	t.Helper()
	name = "todo-" + uuid.NewString()
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("cognito-username"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("cognito-username"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("id"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatalf("making a table on the DynamoDB server: %v", err)
	}
	t.Cleanup(func() {
		if _, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
			t.Error(err)
		}
	})
	ready := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay, o.MaxDelay = 10*time.Millisecond, time.Second
	})
	if err := ready.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, time.Minute); err != nil {
		t.Fatal(fmt.Errorf("waiting for the table: %w", err))
	}
	return name
}
