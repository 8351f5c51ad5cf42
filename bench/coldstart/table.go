package main

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// A table answers DynamoDB's operations with the same item again and again.
type table struct {
	*httptest.Server
	url string
	// roots is a file with the machine's certificates, and the table's own at their end.
	roots string
}

const (
	owner = "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b"
	id    = "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6c"
	item  = `{"cognito-username":{"S":"` + owner + `"},"id":{"S":"` + id + `"},"item":{"S":"Buy milk, bread and something to read"},"completed":{"BOOL":false},` +
		`"creation_date":{"S":"2026-02-03T04:05:06.789Z"},"lastupdate_date":{"S":"2026-02-03T04:05:06.789Z"},"version":{"N":"2"}}`
	perPage = 20
)

var answers = map[string]string{
	"GetItem":    `{"Item":` + item + `}`,
	"Query":      `{"Items":[` + strings.TrimSuffix(strings.Repeat(item+",", perPage), ",") + `],"Count":20,"ScannedCount":20}`,
	"PutItem":    `{}`,
	"UpdateItem": `{"Attributes":` + item + `}`,
	"DeleteItem": `{"Attributes":` + item + `}`,
}

func answer(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	text, known := answers[operation]
	if _, err := io.Copy(io.Discard, r.Body); err != nil || !known {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_, _ = io.WriteString(w, text)
}

// bundles are where systems keep all their certificates in one file.
var bundles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}

func startTable(dir string, overTLS bool) (*table, error) {
	t := &table{Server: httptest.NewUnstartedServer(http.HandlerFunc(answer))}
	if !overTLS {
		t.Start()
		t.url = t.URL
		return t, nil
	}
	t.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	t.StartTLS()
	t.url = t.URL
	var roots []byte
	for _, file := range bundles {
		if content, err := os.ReadFile(file); err == nil {
			roots = append(content, '\n')
			break
		}
	}
	if roots == nil {
		t.Close()
		return nil, errors.New("this machine has no certificates in " + strings.Join(bundles, ", "))
	}
	roots = append(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: t.Certificate().Raw})...)
	t.roots = filepath.Join(dir, "roots.pem")
	if err := os.WriteFile(t.roots, roots, 0o600); err != nil {
		t.Close()
		return nil, fmt.Errorf("the table's certificate: %w", err)
	}
	return t, nil
}

// event is what a function gets of a signed-in person's browser.
func event(function string) events.APIGatewayProxyRequest {
	e := events.APIGatewayProxyRequest{
		Resource: "/item/{id}", Path: "/item/" + id, HTTPMethod: http.MethodGet,
		Headers: map[string]string{
			"Accept": "application/json", "Host": "abcde12345.execute-api.eu-central-1.amazonaws.com",
			"Origin": "https://main.d123.amplifyapp.com", "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793",
		},
		RequestContext: events.APIGatewayProxyRequestContext{
			RequestID: "b7c1f3f0-6a94-4d9e-9d5e-3b0f1c2d4e5f", Stage: "prod",
			Authorizer: map[string]any{"claims": map[string]any{"sub": owner, "cognito:username": owner, "email": "ana@example.com"}},
		},
	}
	switch function {
	case "add":
		e.Body = `{"item":"Buy milk, bread and something to read"}`
	case "list":
		return e
	case "update":
		e.Body = `{"item":"Buy milk and bread","completed":true}`
	}
	if function != "add" {
		e.PathParameters = map[string]string{"id": id}
	}
	return e
}
