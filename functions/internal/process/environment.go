package process

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"example.com/todo/internal/todo/dynamostore"
)

type environment struct {
	table       string
	allowOrigin string
	// servicePrefix stands before the function's name in the metrics' dimension; it may be empty.
	servicePrefix string
	client        dynamostore.ClientConfig
}

// readEnvironment reads the template's variables and Lambda's own, and reports all faults together.
//
// Credentials that Lambda puts into the environment are good for as long as the process that has them.
func readEnvironment(getenv func(string) string) (environment, error) {
	var problems []error
	required := func(name string) string {
		value := getenv(name)
		if value == "" {
			problems = append(problems, fmt.Errorf("the environment variable %s is not set", name))
		}
		return value
	}
	env := environment{
		table:         required("TABLE_NAME"),
		allowOrigin:   required("CORS_ALLOW_ORIGIN"),
		servicePrefix: getenv("SERVICE_PREFIX"),
		client: dynamostore.ClientConfig{
			Region:   required("AWS_REGION"),
			Endpoint: getenv("ENDPOINT_OVERRIDE"),
			Credentials: aws.CredentialsProvider(credentials.NewStaticCredentialsProvider(
				required("AWS_ACCESS_KEY_ID"), required("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN"))),
		},
	}
	if endpoint := env.client.Endpoint; endpoint != "" {
		if u, err := url.Parse(endpoint); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			problems = append(problems, errors.New("the environment variable ENDPOINT_OVERRIDE must be empty or an address such as http://localhost:8000"))
		}
	}
	return env, errors.Join(problems...)
}
