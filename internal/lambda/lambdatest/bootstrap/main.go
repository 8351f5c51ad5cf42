// Command bootstrap is a function as it is deployed: the one of lambdatest that _HANDLER names, or one of those here,
// which only a process of its own can be.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"example.com/todo/internal/lambda/lambdatest"
)

type (
	request  = events.APIGatewayProxyRequest
	response = events.APIGatewayProxyResponse
)

func main() {
	name := os.Getenv("_HANDLER")
	if function, ok := lambdatest.Functions()[name]; ok {
		lambda.Start(function)
	}
	if function, ok := functions()[name]; ok {
		lambda.Start(function)
	}
	switch name {
	case "raw": // answers with the event's body, whatever that is
		lambda.Start(func(_ context.Context, e request) (json.RawMessage, error) { return json.RawMessage(e.Body), nil })
	case "ask":
		lambda.Start(ask)
	case "event": // answers with the event as it came, as the body
		lambda.Start(func(_ context.Context, e json.RawMessage) (response, error) {
			return response{StatusCode: 200, Body: string(e)}, nil
		})
	case "init-exit":
		fmt.Println("no table")
		os.Exit(7)
	case "init-silent":
		time.Sleep(time.Minute)
	case "init-error":
		post("init/error", `{"errorMessage":"no table","errorType":"Setup"}`)
		time.Sleep(time.Minute)
	case "poll-exit":
		pollAndExit()
	case "answer-exit":
		answerAndExit()
	}
	panic("no such handler: " + name)
}

func functions() map[string]func(context.Context, request) (response, error) {
	return map[string]func(context.Context, request) (response, error){
		"exit": func(_ context.Context, e request) (response, error) {
			code, _ := strconv.Atoi(e.Body)
			os.Exit(code)
			return response{}, nil
		},
		"print": func(_ context.Context, e request) (response, error) {
			fmt.Print(e.Body)
			fmt.Fprintln(os.Stderr, "from stderr")
			return response{StatusCode: 200}, nil
		},
		"environment": func(context.Context, request) (response, error) {
			here, err := os.Getwd()
			body, _ := json.Marshal(append(os.Environ(), "PWD="+here))
			return response{StatusCode: 200, Body: string(body)}, err
		},
		"grant": grant,
		"hold":  hold,
	}
}

// ask answers with what the address in the variable ASK answers to the event: 200 is the response, another status is an
// error that says the body, and 500 a crash.
func ask(ctx context.Context, e json.RawMessage) (json.RawMessage, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("ASK"), bytes.NewReader(e))
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode == http.StatusInternalServerError:
		panic(string(body))
	case answer.StatusCode != http.StatusOK:
		return nil, errors.New(string(body))
	}
	return body, nil
}

// grant answers with what the token endpoint in the variable TOKEN_URL answers to the client in CLIENT_ID, which acts for
// itself with the secret in CLIENT_SECRET.
func grant(ctx context.Context, _ request) (response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("TOKEN_URL"), strings.NewReader("grant_type=client_credentials"))
	if err != nil {
		return response{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return response{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return response{StatusCode: answer.StatusCode, Body: string(body)}, err
}

// kept are connections that stay open until the process ends.
var kept []net.Conn

// hold dials the address in the body, tells its process id, and does as it is told by lines: "keep" answers and leaves
// the connection open, "child" gives it to a process of its own too, "deaf" ignores SIGTERM from now on, "done" answers.
func hold(_ context.Context, e request) (response, error) {
	conn, err := net.Dial("tcp", e.Body)
	if err != nil {
		return response{}, err
	}
	fmt.Fprintln(conn, os.Getpid())
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		switch lines.Text() {
		case "keep":
			kept = append(kept, conn)
			return response{StatusCode: 200}, nil
		case "child":
			file, err := conn.(*net.TCPConn).File()
			if err != nil {
				return response{}, err
			}
			child := exec.Command("sleep", "60")
			child.ExtraFiles = []*os.File{file}
			if err := child.Start(); err != nil {
				return response{}, err
			}
			file.Close()
		case "deaf":
			signal.Ignore(syscall.SIGTERM)
		case "done":
			conn.Close()
			return response{StatusCode: 200}, nil
		}
		fmt.Fprintln(conn, "ok")
	}
	return response{}, errors.New("the connection ended")
}

func base() string { return "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/" }

func post(path, body string) {
	r, err := http.Post(base()+path, "application/json", strings.NewReader(body))
	if err != nil || r.StatusCode != http.StatusAccepted {
		panic(fmt.Sprint(path, r, err))
	}
	r.Body.Close()
}

// pollAndExit is a runtime that asks for an event and does not wait for it.
func pollAndExit() {
	conn, err := net.Dial("tcp", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	if err != nil {
		panic(err)
	}
	fmt.Fprint(conn, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n")
	os.Exit(0)
}

// answerAndExit is a runtime that never comes back for a second event.
func answerAndExit() {
	r, err := http.Get(base() + "invocation/next")
	if err != nil {
		panic(err)
	}
	r.Body.Close()
	post("invocation/"+r.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/response", `{"body":"last words"}`)
	os.Exit(3)
}
