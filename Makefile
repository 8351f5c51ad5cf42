# The project's commands. `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

GO_SOURCES := $(shell git ls-files -co --exclude-standard -- '*.go' go.mod go.sum template.yaml '*.html' '*.css')
WEB_SOURCES := $(shell git ls-files -co --exclude-standard -- web ':!web/*.md' ':!web/embed.go') openapi.yaml

# What npm writes last. The directories themselves get a newer date from whatever puts a cache there.
WEB_MODULES := web/node_modules/.package-lock.json
E2E_MODULES := e2e/node_modules/.package-lock.json

.PHONY: run
run: bin/todo ## build everything and serve it at http://localhost:8080
	./bin/todo serve

.PHONY: test
test: lint test-go test-web test-e2e ## everything that must pass: format, vet, static analysis, Go, web and browser tests

.PHONY: build
build: bin/todo ## build bin/todo with the web app inside

.PHONY: dev
dev: $(WEB_MODULES) ## web app with hot reload at http://localhost:5173, in front of the Go server
	go build -o bin/todo-dev ./cmd/todo
	trap 'kill $$(jobs -p) 2>/dev/null || true' EXIT; \
	./bin/todo-dev serve --public-url http://localhost:5173 & \
	npm --prefix web run dev

.PHONY: lint
lint: $(WEB_MODULES) $(E2E_MODULES) ## formatting, vet, static analysis, types
	@unformatted=$$(git ls-files -co --exclude-standard -- '*.go' | xargs gofmt -l); \
	if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; fi
	go mod tidy -diff
	go vet ./...
	go tool staticcheck ./...
	go -C bench mod tidy -diff
	go -C bench vet ./...
	npm --prefix web run lint
	npm --prefix e2e run lint
	@if command -v cfn-lint >/dev/null; then cfn-lint template.yaml; fi
	@if command -v shellcheck >/dev/null; then shellcheck scripts/cloud scripts/bench-micro; fi

.PHONY: test-go
test-go: web/dist/app/index.html $(E2E_MODULES) ## Go tests with the race detector
	go test -race ./...
	go -C bench test ./...

.PHONY: test-web
test-web: $(WEB_MODULES) ## web tests
	npm --prefix web test

.PHONY: test-e2e
test-e2e: bin/todo artifacts $(E2E_MODULES) ## the whole stack in a real browser
	@scripts/need-chromium
	npm --prefix e2e test

.PHONY: bench
bench: web/dist/app/index.html ## what the program costs beside a bare net/http server and PocketBase, on a quiet machine
	go -C bench run .

.PHONY: bench-quick
bench-quick: web/dist/app/index.html ## a short look at the same
	go -C bench run . -quick

.PHONY: bench-docs
bench-docs: web/dist/app/index.html ## the figures of docs/performance.md, in about an hour on a quiet machine
	for run in 1 2 3; do go -C bench run . -save results/whole-$$run.json; done
	go -C bench run . -soak 10m
	go -C bench run . -docs results/whole-1.json results/whole-2.json results/whole-3.json results/soak.json

.PHONY: bench-gateway
bench-gateway: ## what the gateway by itself costs beside a bare net/http server, on a quiet machine
	go -C bench run ./gateway

.PHONY: coldstart
coldstart: ## how the functions start and run: time, CPU, memory, size
	go -C bench run ./coldstart
	go -C bench run ./coldstart -tls

.PHONY: bench-pool
bench-pool: ## sign-ins, tokens, and lists of up to 100,000 accounts, on a quiet machine
	go -C bench run ./pool

.PHONY: bench-web
bench-web: bin/todo $(E2E_MODULES) ## the web app on a slow phone: loads, and a list of 10,000; on a quiet machine
	@scripts/need-chromium
	npm --prefix e2e run bench

.PHONY: bench-micro
bench-micro: ## the packages' own benchmarks; COUNT=6 for benchstat, BENCH=Verify for some of them
	@scripts/bench-micro

.PHONY: bench-compare
bench-compare: ## the same, beside those of another commit: BASE=main~1
	@scripts/bench-micro $(or $(BASE),main)

# The folders in functions/ and the names that the template has for them.
FUNCTIONS := add:AddTodoFunction complete:CompleteTodoFunction delete:DeleteTodoFunction get:GetTodoFunction \
	list:GetAllTodoFunction update:UpdateTodoFunction

.PHONY: artifacts
artifacts: ## the six functions as executables, for this machine; ARCH=arm64 makes those for Lambda
	CGO_ENABLED=0 $(if $(ARCH),GOOS=linux GOARCH=$(ARCH)) go build -tags lambda.norpc -trimpath -ldflags=-s -o artifacts/.built/ ./functions/...
	@for function in $(FUNCTIONS); do \
		mkdir -p "artifacts/$${function#*:}"; \
		mv "artifacts/.built/$${function%:*}" "artifacts/$${function#*:}/bootstrap"; \
	done
	@rmdir artifacts/.built

.PHONY: deploy
deploy: ## build the functions and put the stack on AWS, ENV=dev, staging or prod (docs/deploy.md)
	@scripts/cloud deploy

.PHONY: deploy-web
deploy-web: ## build the web app and put it there, or have its repository built
	@scripts/cloud deploy-web

.PHONY: outputs
outputs: ## the stack's addresses and ids
	@scripts/cloud outputs

.PHONY: logs
logs: ## follow the logs of the API and the functions on AWS
	@scripts/cloud logs

.PHONY: destroy
destroy: ## remove the stack from AWS; items and accounts stay unless DATA=delete
	@scripts/cloud destroy

bin/todo: $(GO_SOURCES) web/dist/app/index.html
	CGO_ENABLED=0 go build -trimpath -ldflags=-s -o $@ ./cmd/todo

web/dist/app/index.html: $(WEB_MODULES) $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

$(WEB_MODULES): web/package.json web/package-lock.json
	npm --prefix web ci
	@touch $@

$(E2E_MODULES): e2e/package.json e2e/package-lock.json
	npm --prefix e2e ci
	@touch $@

.PHONY: clean
clean: ## remove what was built; data in .data stays
	rm -rf bin artifacts web/dist/app web/node_modules e2e/node_modules e2e/test-results

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
