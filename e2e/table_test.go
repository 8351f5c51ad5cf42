package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/todo/internal/todo/dynamostore/dynamotest"
)

// onTable are the flags for a table on a server, for which this process has credentials.
func onTable(t *testing.T, endpoint, table string) []string {
	t.Helper()
	return []string{"--table", table, "--table-endpoint", endpoint, "--table-region", dynamotest.Region}
}

// withCredentials lets commands call a table with any key: no server here looks at it.
func withCredentials(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_SESSION_TOKEN": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
}

// freeAddr is an address at which nobody listens. Its port is none of those that systems give away by themselves, which
// could be gone soon.
func freeAddr() string {
	for {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(10_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
}

// balance passes connections on to the servers in turn, and to the next one when a server does not take it. It knows
// nothing of what they carry.
func balance(t *testing.T, servers ...string) (addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for next := 0; ; next++ {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				for i := range servers {
					server, err := net.Dial("tcp", servers[(next+i)%len(servers)])
					if err != nil {
						continue
					}
					go func() {
						_, _ = io.Copy(server, client)
						server.Close()
					}()
					_, _ = io.Copy(client, server)
					return
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// TestManyServersOverOneTable has two servers that keep nothing themselves, and kills one after the other while people
// work. Their clients send again what got no answer, as browsers and the web app do.
func TestManyServersOverOneTable(t *testing.T) {
	withCredentials(t)
	endpoint := dynamotest.Start(t, dynamotest.Silent)
	flags := onTable(t, endpoint, "todo-"+uuid.NewString())
	if got := runOK(t, append([]string{"table", "create"}, flags...)...); strings.TrimSpace(got) != flags[1] {
		t.Fatalf("table create: got %q, want the table's name", got)
	}
	issuer := serve(t, t.TempDir())
	addrs, dirs := []string{freeAddr(), freeAddr()}, []string{t.TempDir(), t.TempDir()}
	balancer := balance(t, addrs...)
	flags = append(flags, "--public-url", "http://"+balancer, "--issuer", issuer.config["APP_ISSUER"], "--client-id", issuer.config["APP_CLIENT_ID"])
	flags = append(flags, unthrottled...)
	servers := make([]*server, len(addrs))
	for i := range servers {
		servers[i] = start(t, addrs[i], dirs[i], flags...)
	}

	var working sync.WaitGroup
	var steps atomic.Int64
	stop := make(chan struct{})
	var walkers []*walker
	for _, email := range []string{"ana@example.com", "ben@example.com", "eva@example.com"} {
		w := &walker{t: t, url: "http://" + balancer, token: issuer.register(t, email), steps: &steps, stop: stop}
		walkers = append(walkers, w)
		working.Go(w.walk)
	}
	walk := func(n int64) {
		for until := steps.Load() + n; steps.Load() < until && !t.Failed(); {
			time.Sleep(time.Millisecond)
		}
	}
	for kill := range 4 {
		i := kill % len(servers)
		walk(20)
		servers[i].kill()
		walk(10) // the other one does it alone
		servers[i] = start(t, addrs[i], dirs[i], flags...)
	}
	walk(20)
	close(stop)
	working.Wait()
	for _, w := range walkers {
		if diff := cmp.Diff(w.want, (&server{client: http.DefaultClient, url: w.url}).texts(t, w.token)); diff != "" {
			t.Errorf("what the list has (-want +got):\n%s", diff)
		}
	}
	for i, s := range servers {
		if status, _, body := (&server{client: http.DefaultClient, url: "http://" + addrs[i]}).do(t, "GET", "/-/healthz", "", ""); status != 200 {
			t.Errorf("health of server %d: got %d %s", i, status, body)
		}
		if code := s.stop(t); code != 0 {
			t.Errorf("got exit code %d, want 0: %s", code, s.stderr)
		}
	}
}

// A walker works on a list as the web app does, through connections that may break.
type walker struct {
	t          *testing.T
	url, token string
	steps      *atomic.Int64
	stop       <-chan struct{}
	want       []string // what the list has when it has stopped
}

// send sends until there is an answer.
func (w *walker) send(method, path, key, body string) (int, []byte) {
	for range 1000 {
		request, err := http.NewRequest(method, w.url+"/prod"+path, strings.NewReader(body))
		if err != nil {
			w.t.Error(err)
			return 0, nil
		}
		request.Header.Set("Authorization", w.token)
		request.Header.Set("Content-Type", "application/json")
		if key != "" {
			request.Header.Set("Idempotency-Key", key)
		}
		request.Close = true // so that the balancer chooses anew
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			continue
		}
		content, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err == nil {
			w.steps.Add(1)
			return response.StatusCode, content
		}
	}
	w.t.Errorf("%s %s: no answer", method, path)
	return 0, nil
}

func (w *walker) walk() {
	w.want = []string{}
	for i := 0; ; i++ {
		select {
		case <-w.stop:
			return
		default:
		}
		id := uuid.Must(uuid.NewV7()).String()
		text := fmt.Sprintf("item %d", i)
		if status, body := w.send("POST", "/item", id, fmt.Sprintf(`{"item":%q}`, text)); status != 200 {
			w.t.Errorf("add: got %d %s", status, body)
		}
		switch i % 3 {
		case 0:
			text += ", changed"
			if status, body := w.send("PUT", "/item/"+id, "", fmt.Sprintf(`{"item":%q,"completed":false}`, text)); status != 200 {
				w.t.Errorf("update: got %d %s", status, body)
			}
		case 1:
			// One whose first answer was lost finds nothing the second time.
			if status, body := w.send("DELETE", "/item/"+id, "", ""); status != 200 && status != 404 {
				w.t.Errorf("delete: got %d %s", status, body)
			}
			continue
		}
		if status, body := w.send("POST", "/item/"+id+"/done", "", ""); status != 200 || !strings.Contains(string(body), `"completed":true`) {
			w.t.Errorf("done: got %d %s", status, body)
		}
		w.want = append(w.want, text)
	}
}

// TestATableWithTheUserPoolHere keeps accounts here and items elsewhere, and lives through the table's end.
func TestATableWithTheUserPoolHere(t *testing.T) {
	withCredentials(t)
	endpoint := dynamotest.Start(t, dynamotest.Silent)
	client := dynamotest.Client(endpoint)
	table := dynamotest.NewTable(t, client)
	data := t.TempDir()
	s := serve(t, data, onTable(t, endpoint, table)...)
	token := s.register(t, "ana@example.com")
	id := s.add(t, token, "Buy milk")
	if code := s.stop(t); code != 0 {
		t.Fatalf("got exit code %d: %s", code, s.stderr)
	}
	s = serve(t, data, onTable(t, endpoint, table)...)
	token = s.signIn(t, "ana@example.com")
	if diff := cmp.Diff([]string{"Buy milk"}, s.texts(t, token)); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
	if status, _, _ := s.do(t, "GET", "/-/healthz", "", ""); status != 200 {
		t.Errorf("health: got %d, want 200", status)
	}

	if _, err := client.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &table}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // the table's own cleanup wants one
		runOK(t, append([]string{"table", "create"}, onTable(t, endpoint, table)...)...)
	})
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/prod/item", ""}, {"GET", "/prod/item/" + id, ""}, {"POST", "/prod/item", `{"item":"lost"}`},
		{"PUT", "/prod/item/" + id, `{"item":"x","completed":true}`}, {"POST", "/prod/item/" + id + "/done", ""}, {"DELETE", "/prod/item/" + id, ""},
	} {
		status, header, body := s.do(t, c.method, c.path, token, c.body)
		want := fmt.Sprintf(`{"message":"Service unavailable","requestId":%q}`, header.Get("X-Amzn-Requestid"))
		if status != 503 || string(body) != want {
			t.Errorf("%s %s without the table: got %d %s, want 503 %s", c.method, c.path, status, body, want)
		}
	}
	for status := 200; status != 503; { // until what it last heard of the table is old
		time.Sleep(10 * time.Millisecond)
		status, _, _ = s.do(t, "GET", "/-/healthz", "", "")
	}
	if code := s.stop(t); code != 0 {
		t.Errorf("got exit code %d: %s", code, s.stderr)
	}
	if log := s.stderr.String(); !strings.Contains(log, "ResourceNotFoundException") {
		t.Errorf("the log does not say why: %s", log)
	}
}

func TestTablesThatCannotBe(t *testing.T) {
	withCredentials(t)
	endpoint := dynamotest.Start(t, dynamotest.Silent)
	other := "other-" + uuid.NewString()
	_, err := dynamotest.Client(endpoint).CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: &other, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + freeAddr()
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"no table", onTable(t, endpoint, "no-such-table"), 1, []string{"no-such-table", endpoint, "todo table create"}},
		{"another key", onTable(t, endpoint, other), 1, []string{other, "HASH pk (S)", "HASH cognito-username (S), RANGE id (S)"}},
		{"nobody there", onTable(t, nobody, other), 1, []string{nobody, "unavailable", "refused"}},
		{"an endpoint that is none", onTable(t, "localhost:8000", other), 2, []string{"--table-endpoint"}},
		{"an endpoint alone", []string{"--table-endpoint", endpoint}, 2, []string{"--table"}},
		{"no Region", []string{"--table", other, "--table-endpoint", endpoint}, 2, []string{"--table-region"}},
		{"a name that is none", onTable(t, endpoint, "to do"), 1, []string{"to do", "ValidationException"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, c.args...)
			_, stderr, code := command(t, args...)
			if code != c.code || slices.ContainsFunc(c.want, func(want string) bool { return !strings.Contains(stderr, want) }) {
				t.Errorf("got exit code %d and %q, want %d and %q", code, stderr, c.code, c.want)
			}
		})
	}
	t.Run("no credentials", func(t *testing.T) {
		t.Setenv("AWS_ACCESS_KEY_ID", "")
		_, stderr, code := command(t, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, onTable(t, endpoint, other)...)...)
		if code != 1 || !strings.Contains(stderr, "no AWS credentials") {
			t.Errorf("got exit code %d and %q", code, stderr)
		}
	})
	t.Run("create over another key", func(t *testing.T) {
		_, stderr, code := command(t, append([]string{"table", "create"}, onTable(t, endpoint, other)...)...)
		if code != 1 || !strings.Contains(stderr, "HASH pk (S)") {
			t.Errorf("got exit code %d and %q", code, stderr)
		}
	})
	t.Run("create twice", func(t *testing.T) {
		flags := onTable(t, endpoint, "twice-"+uuid.NewString())
		for range 2 {
			runOK(t, append([]string{"table", "create"}, flags...)...)
		}
	})
}
