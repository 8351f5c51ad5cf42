package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

func TestTwoPeopleKeepTheirOwnItems(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := serve(t, data)
	ana, ben := s.register(t, "ana@example.com"), s.register(t, "ben@example.com")
	milk := s.add(t, ana, "Buy milk")
	s.add(t, ana, "Water the plants")
	s.add(t, ben, "Fix the bicycle")
	if diff := cmp.Diff([]string{"Buy milk", "Water the plants"}, s.texts(t, ana)); diff != "" {
		t.Errorf("the first person's items (-want +got):\n%s", diff)
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/prod/item/" + milk, ""},
		{"PUT", "/prod/item/" + milk, `{"item":"mine now","completed":false}`},
		{"POST", "/prod/item/" + milk + "/done", ""},
		{"DELETE", "/prod/item/" + milk, ""},
	} {
		if status, _, body := s.do(t, c.method, c.path, ben, c.body); status != 404 {
			t.Errorf("%s of another's item: got %d %s, want 404", c.method, status, body)
		}
	}
	if code := s.stop(t); code != 0 {
		t.Fatalf("stop: exit code %d: %s", code, s.stderr)
	}

	s = serve(t, data)
	if diff := cmp.Diff([]string{"Buy milk", "Water the plants"}, s.texts(t, s.signIn(t, "ana@example.com"))); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
}

func TestWithoutAToken(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir())
	status, header, body := s.do(t, "GET", "/prod/item", "", "")
	if status != 401 || string(body) != `{"message":"Unauthorized"}` {
		t.Errorf("got %d %s, want 401 Unauthorized", status, body)
	}
	for name, want := range map[string]string{
		"Content-Type":                "application/json",
		"X-Amzn-Errortype":            "UnauthorizedException",
		"Access-Control-Allow-Origin": "*",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"X-Amzn-Requestid", "X-Amz-Apigw-Id"} {
		if header.Get(name) == "" {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestABodyCannotNameItsOwner(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir())
	ana, ben := s.register(t, "ana@example.com"), s.register(t, "ben@example.com")
	for field, value := range map[string]string{"cognito-username": `"ben"`, "id": `"x"`, "version": "7"} {
		status, _, body := s.do(t, "POST", "/prod/item", ana, fmt.Sprintf(`{"item":"x",%q:%s}`, field, value))
		if status != 400 || !strings.Contains(string(body), field) {
			t.Errorf("a body with %s: got %d %s, want 400 naming it", field, status, body)
		}
	}
	if len(s.texts(t, ana))+len(s.texts(t, ben)) != 0 {
		t.Error("a refused body left an item")
	}
}

func TestKillDuringWritesLosesNoAnsweredOne(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := serve(t, data)
	token := s.register(t, "ana@example.com")
	var answered sync.Map
	var writers sync.WaitGroup
	enough := make(chan struct{}, 1000)
	for w := range 8 {
		writers.Go(func() {
			for i := range 500 {
				text := fmt.Sprintf("item %d-%d", w, i)
				request, _ := http.NewRequest("POST", s.url+"/prod/item", strings.NewReader(fmt.Sprintf(`{"item":%q}`, text)))
				request.Header.Set("Authorization", token)
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					return // the server is gone
				}
				body, err := io.ReadAll(response.Body)
				response.Body.Close()
				if err == nil && response.StatusCode == 200 && strings.Contains(string(body), text) {
					answered.Store(text, true)
					enough <- struct{}{}
				}
			}
		})
	}
	for range 20 { // the throttle's burst of 100 lets these through
		<-enough
	}
	s.kill()
	writers.Wait()

	s = serve(t, data)
	kept := map[string]bool{}
	for _, text := range s.texts(t, s.signIn(t, "ana@example.com")) {
		kept[text] = true
	}
	answered.Range(func(text, _ any) bool {
		if !kept[text.(string)] {
			t.Errorf("%q was answered and is lost", text)
		}
		return true
	})
}

func TestAStopFinishesRequestsInFlight(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir())
	token := s.register(t, "ana@example.com")
	conn, err := net.Dial("tcp", strings.TrimPrefix(strings.Replace(s.url, "localhost", "127.0.0.1", 1), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body = `{"item":"half sent"}`
	fmt.Fprintf(conn, "POST /prod/item HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", token, len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q %v, want 100 Continue: the function's side waits for the body", line, err)
	}
	stopped := make(chan int)
	go func() { stopped <- s.stop(t) }()
	for { // until the listener is closed, so that the stop has begun
		probe, err := net.Dial("tcp", conn.RemoteAddr().String())
		if err != nil {
			break
		}
		probe.Close()
	}
	fmt.Fprint(conn, body)
	if _, err := answers.ReadString('\n'); err != nil { // the blank line after 100 Continue
		t.Fatal(err)
	}
	response, err := http.ReadResponse(answers, nil)
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("got %v %v, want 200", response, err)
	}
	if code := <-stopped; code != 0 {
		t.Errorf("exit code %d: %s", code, s.stderr)
	}
}

func TestTheSDKManagesAccounts(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir())
	ctx, client := context.Background(), s.cognito(t)
	pool := s.config["APP_ISSUER"][strings.LastIndexByte(s.config["APP_ISSUER"], '/')+1:]
	s.register(t, "ana@example.com")

	listed, err := client.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: &pool, Filter: aws.String(`email = "ana@example.com"`)})
	if err != nil || len(listed.Users) != 1 {
		t.Fatalf("ListUsers: got %v %v, want one", listed, err)
	}
	_, err = client.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: &pool, Username: aws.String("ben@example.com"), MessageAction: types.MessageActionTypeSuppress,
	})
	if err != nil {
		t.Fatalf("AdminCreateUser: %v", err)
	}
	_, err = client.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{
		UserPoolId: &pool, Username: aws.String("ben@example.com"), Password: aws.String(password), Permanent: true,
	})
	if err != nil {
		t.Fatalf("AdminSetUserPassword: %v", err)
	}
	s.add(t, s.signIn(t, "ben@example.com"), "made by an administrator")

	_, err = client.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: &pool, Username: aws.String("ben@example.com")})
	if err != nil {
		t.Fatalf("AdminDeleteUser: %v", err)
	}
	var missing *types.UserNotFoundException
	_, err = client.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &pool, Username: aws.String("ben@example.com")})
	if !errors.As(err, &missing) {
		t.Errorf("AdminGetUser of a deleted user: got %v, want UserNotFoundException", err)
	}
}

func TestALongListGoesCompressed(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), unthrottled...)
	token := s.register(t, "ana@example.com")
	for range 60 {
		s.add(t, token, "Buy milk")
	}
	list := func(coding string) (string, []byte) {
		request, err := http.NewRequest("GET", s.url+"/prod/item", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", token)
		request.Header.Set("Accept-Encoding", coding)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != 200 {
			t.Fatalf("list: got %d, %v", response.StatusCode, err)
		}
		return response.Header.Get("Content-Encoding"), body
	}
	_, plain := list("identity")
	coding, compressed := list("gzip, deflate, br, zstd")
	if coding != "gzip" || len(compressed) > len(plain)/2 {
		t.Fatalf("got %d bytes in coding %q, want fewer than half of %d in gzip", len(compressed), coding, len(plain))
	}
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	if decoded, err := io.ReadAll(reader); err != nil || !bytes.Equal(decoded, plain) {
		t.Errorf("got %s, %v, want %s", decoded, err, plain)
	}
}

func TestAnAccessLogLineForEachRequest(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s := serve(t, data)
	token := s.register(t, "ana@example.com")
	s.add(t, token, "Buy milk")
	_, header, _ := s.do(t, "GET", "/prod/item", "", "")
	if code := s.stop(t); code != 0 {
		t.Fatalf("stop: exit code %d", code)
	}
	groups := runOK(t, "logs", "--data", data)
	group := strings.TrimSpace(lineWith(groups, "apigateway"))
	if group == "" {
		t.Fatalf("no access log among the groups:\n%s", groups)
	}
	line := lineWith(runOK(t, "logs", "--data", data, group), header.Get("X-Amzn-Requestid"))
	var entry map[string]string
	if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["status"] != "401" {
		t.Errorf("got %q (%v), want a JSON line with status 401", line, err)
	}
	if all := runOK(t, "logs", "--data", data, group); strings.Contains(all, "Buy milk") || strings.Contains(all, token) {
		t.Error("the access log holds an item or a token")
	}
}
