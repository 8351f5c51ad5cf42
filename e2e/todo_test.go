// Package e2e tests the built program from outside, as its users and other people's clients meet it.
package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

var program string

func TestMain(m *testing.M) {
	if _, err := os.Stat("../web/dist/app/index.html"); err != nil {
		fmt.Fprintln(os.Stderr, "the program is tested with the web app inside, which is not built: run make build")
		os.Exit(1)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "todo-e2e")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "todo")
		build := exec.Command("go", "build", "-o", program, "../cmd/todo")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			panic(err)
		}
		return m.Run()
	}())
}

// A server is a running `todo serve`.
type server struct {
	*exec.Cmd
	client *http.Client
	url    string
	data   string
	config map[string]string
	stderr *bytes.Buffer
}

// unthrottled are the flags for tests that work as fast as the machine can.
var unthrottled = []string{"--parameter", "ThrottlingRateLimit=10000", "--parameter", "ThrottlingBurstLimit=5000"}

var opened = regexp.MustCompile(`(?m)^Open (http\S+)`)

// serve starts the program on a free port and waits until it says where it is.
func serve(t *testing.T, data string, args ...string) *server {
	t.Helper()
	s := start(t, "127.0.0.1:0", data, args...)
	status, _, body := s.do(t, "GET", "/config.json", "", "")
	if status != 200 {
		t.Fatalf("/config.json: got %d %s", status, body)
	}
	if err := json.Unmarshal(body, &s.config); err != nil {
		t.Fatalf("/config.json: %v", err)
	}
	return s
}

func start(t *testing.T, addr, data string, args ...string) *server {
	t.Helper()
	s := &server{data: data, stderr: &bytes.Buffer{}}
	s.Cmd = exec.Command(program, append([]string{"serve", "--addr", addr, "--data", data}, args...)...)
	s.Cmd.Stderr = s.stderr
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := opened.FindStringSubmatch(lines.Text()); found != nil {
			s.url = found[1]
			break
		}
	}
	if s.url == "" {
		s.kill()
		t.Fatalf("the server did not start: %s", s.stderr)
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // ends with the process
	s.client = http.DefaultClient
	if slices.Contains(args, "--tls") {
		s.client = trusting(t, data)
	} else if i := slices.Index(args, "--tls-cert"); i >= 0 {
		s.client = trusting(t, filepath.Join(filepath.Dir(args[i+1]), ".."))
	}
	return s
}

func (s *server) kill() {
	_ = s.Process.Kill()
	_ = s.Wait()
}

// stop asks for a graceful stop and gives the exit code.
func (s *server) stop(t *testing.T) int {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = s.Wait()
	return s.ProcessState.ExitCode()
}

// do sends a request with a token, where one is given, and a JSON body, where one is given.
func (s *server) do(t *testing.T, method, path, token, body string) (int, http.Header, []byte) {
	t.Helper()
	request, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", token)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, content
}

// cognito is the official client of the user pool's JSON API, with the keys that the first start wrote.
func (s *server) cognito(t *testing.T) *cognito.Client {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(s.data, "credentials"))
	if err != nil {
		t.Fatal(err)
	}
	key := func(name string) string {
		found := regexp.MustCompile(`(?m)^` + name + `\s*=\s*(\S+)`).FindSubmatch(content)
		if found == nil {
			t.Fatalf("%s is not in the credentials file", name)
		}
		return string(found[1])
	}
	return cognito.New(cognito.Options{
		BaseEndpoint: aws.String(s.url + "/auth/"),
		HTTPClient:   s.client,
		Region:       "local",
		Credentials:  credentials.NewStaticCredentialsProvider(key("aws_access_key_id"), key("aws_secret_access_key"), ""),
	})
}

const password = "Correct-Horse-7"

// register signs a person up, takes the code from the outbox, confirms, and answers an ID token.
func (s *server) register(t *testing.T, email string) string {
	t.Helper()
	ctx, client, id := context.Background(), s.cognito(t), aws.String(s.config["APP_CLIENT_ID"])
	_, err := client.SignUp(ctx, &cognito.SignUpInput{ClientId: id, Username: &email, Password: aws.String(password)})
	if err != nil {
		t.Fatalf("sign-up of %s: %v", email, err)
	}
	_, err = client.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{ClientId: id, Username: &email, ConfirmationCode: aws.String(s.code(t, email))})
	if err != nil {
		t.Fatalf("confirmation of %s: %v", email, err)
	}
	return s.signIn(t, email)
}

func (s *server) signIn(t *testing.T, email string) string {
	t.Helper()
	out, err := s.cognito(t).InitiateAuth(context.Background(), &cognito.InitiateAuthInput{
		ClientId:       aws.String(s.config["APP_CLIENT_ID"]),
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	})
	if err != nil {
		t.Fatalf("sign-in of %s: %v", email, err)
	}
	return aws.ToString(out.AuthenticationResult.IdToken)
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// code is the newest code mailed to an address. Mail is sent in the background, so it may take some looks.
func (s *server) code(t *testing.T, email string) string {
	t.Helper()
	for range 200 {
		request, err := http.NewRequest("GET", s.url+"/auth/outbox", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "application/json")
		response, err := s.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var messages []struct{ To, Text string }
		err = json.NewDecoder(response.Body).Decode(&messages)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			if code := sixDigits.FindString(m.Text); m.To == email && code != "" {
				return code
			}
		}
	}
	t.Fatalf("no code was mailed to %s", email)
	return ""
}

// add adds an item and answers its id.
func (s *server) add(t *testing.T, token, text string) string {
	t.Helper()
	status, _, body := s.do(t, "POST", "/prod/item", token, fmt.Sprintf(`{"item":%q}`, text))
	var answer struct{ Item struct{ ID string } }
	if err := json.Unmarshal(body, &answer); err != nil || status != 200 {
		t.Fatalf("adding %q: got %d %s", text, status, body)
	}
	return answer.Item.ID
}

// texts are the texts of a person's items, of all pages and in the list's order.
func (s *server) texts(t *testing.T, token string) []string {
	t.Helper()
	texts := []string{}
	for next := ""; ; {
		status, _, body := s.do(t, "GET", "/prod/item?limit=1000"+next, token, "")
		var page struct {
			Items     []struct{ Item string }
			NextToken string
		}
		if err := json.Unmarshal(body, &page); err != nil || status != 200 {
			t.Fatalf("list: got %d %s", status, body)
		}
		for _, item := range page.Items {
			texts = append(texts, item.Item)
		}
		if page.NextToken == "" {
			return texts
		}
		next = "&next=" + page.NextToken
	}
}
