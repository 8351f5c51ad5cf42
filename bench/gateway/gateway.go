package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/go-jose/go-jose/v4"

	template "example.com/todo"
	"example.com/todo/internal/gateway"
	"example.com/todo/internal/lambda"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/telemetry"
	"example.com/todo/internal/token"
)

// A runner makes what the gateway calls of a function.
type runner func(lambda.Function, stack.Function, *telemetry.Groups, *slog.Logger) (gateway.Function, error)

// directly leaves out what Lambda does, to show what the gateway costs by itself.
func directly(fn lambda.Function, _ stack.Function, _ *telemetry.Groups, _ *slog.Logger) (gateway.Function, error) {
	return fn, nil
}

// inProcess is how the program runs functions.
func inProcess(fn lambda.Function, f stack.Function, groups *telemetry.Groups, logger *slog.Logger) (gateway.Function, error) {
	log, err := groups.Group(f.LogGroup)
	if err != nil {
		return nil, err
	}
	return lambda.InProcess(fn, lambda.Config{
		Name: f.Name, ARN: f.ARN, Timeout: f.Timeout, MemorySize: f.MemorySize, Log: log, Logger: logger, Now: time.Now,
	}), nil
}

// serves makes a server of the API of the repository's template, complete but for its functions: they do nothing.
func (run runner) serves(h *hello) (http.Handler, func() error, error) {
	local := "http://" + h.Addr
	described, err := stack.Load(template.YAML, stack.Options{
		File: template.Name, Local: stack.Local{API: local, Domain: local + "/auth", Issuer: local + "/auth", App: local},
	})
	if err != nil {
		return nil, nil, err
	}
	keys, signed, err := issue(described.UserPool)
	if err != nil {
		return nil, nil, err
	}
	h.Token = signed
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, nil, err
	}
	logger := slog.New(slog.NewTextHandler(os.Stderr, nil))
	groups, err := telemetry.OpenGroups(dir, telemetry.Config{Now: time.Now, Logger: logger})
	if err != nil {
		return nil, nil, err
	}
	close := func() error { return errors.Join(groups.Close(), os.RemoveAll(dir)) }
	handler, err := run.gateway(described, keys, groups, logger)
	return handler, close, err
}

func (run runner) gateway(described *stack.Stack, keys jose.JSONWebKeySet, groups *telemetry.Groups, logger *slog.Logger) (http.Handler, error) {
	api := described.APIs[0]
	for i := range api.Methods { // there is a bucket to ask, and it is never empty
		unlimited, burst := 1e9, 1<<30
		api.Methods[i].RateLimit, api.Methods[i].BurstLimit = &unlimited, &burst
	}
	access, err := groups.Group(api.AccessLog.LogGroup)
	if err != nil {
		return nil, err
	}
	functions := map[string]gateway.Function{}
	for _, f := range described.Functions {
		if functions[f.LogicalID], err = run(nothing, f, groups, logger); err != nil {
			return nil, err
		}
	}
	verifiers := map[string]*token.Verifier{}
	for name := range api.Authorizers {
		verifiers[name] = token.New(token.Config{
			Issuer: described.UserPool.Issuer, Keys: token.KeySet(func() jose.JSONWebKeySet { return keys }), Now: time.Now,
		})
	}
	return gateway.New(gateway.Config{
		API: api, Functions: functions, Verifiers: verifiers, AccessLog: access, Logger: logger, Now: time.Now,
		Rand: rand.Reader, AccountID: stack.AccountID,
	})
}

func nothing(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return events.APIGatewayProxyResponse{
		StatusCode: http.StatusOK,
		Headers:    map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "http://localhost:8080"},
		Body:       body,
	}, nil
}

// issue makes the keys of a pool, and an ID token with the claims that the pool's own tokens have.
func issue(pool *stack.UserPool) (jose.JSONWebKeySet, string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return jose.JSONWebKeySet{}, "", err
	}
	const kid = "bench"
	now := time.Now()
	const user = "0198a3c5-7c1e-7d0a-9b55-0a4c3f1e2d6b"
	claims, err := json.Marshal(map[string]any{
		"iss": pool.Issuer, "sub": user, "aud": pool.Clients[0].ID, "cognito:username": user, "email": "ana@example.com",
		"email_verified": true, "token_use": "id", "auth_time": now.Unix(), "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"jti": user, "origin_jti": user, "event_id": user,
	})
	if err != nil {
		return jose.JSONWebKeySet{}, "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		return jose.JSONWebKeySet{}, "", err
	}
	jws, err := signer.Sign(claims)
	if err != nil {
		return jose.JSONWebKeySet{}, "", err
	}
	signed, err := jws.CompactSerialize()
	public := jose.JSONWebKey{Key: key.Public(), KeyID: kid, Algorithm: string(jose.RS256), Use: "sig"}
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public}}, signed, err
}
