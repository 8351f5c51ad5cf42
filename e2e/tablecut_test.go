package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"example.com/todo/internal/todo"
	"example.com/todo/internal/todo/dynamostore/dynamotest"
	"example.com/todo/internal/todo/moving"
)

// A line carries connections to a server, until it is cut, and again once it is mended.
type line struct {
	to string

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func newLine(t *testing.T, endpoint string) (*line, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	l := &line{to: strings.TrimPrefix(endpoint, "http://")}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go l.carry(client)
		}
	}()
	return l, "http://" + listener.Addr().String()
}

func (l *line) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer server.Close()
	l.mu.Lock()
	if l.cut {
		l.mu.Unlock()
		return
	}
	l.conns = append(l.conns, client, server)
	l.mu.Unlock()
	go func() {
		_, _ = io.Copy(server, client)
		server.Close()
	}()
	_, _ = io.Copy(client, server)
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	for _, conn := range l.conns {
		conn.Close()
	}
	l.conns = nil
}

// TestATableThatIsCutOff cuts the line in the middle of requests. People get 503 and nothing else; when the line is back,
// all that was answered is there, once.
func TestATableThatIsCutOff(t *testing.T) {
	withCredentials(t)
	endpoint := dynamotest.Start(t, dynamotest.Silent)
	table := dynamotest.NewTable(t, dynamotest.Client(endpoint))
	cable, through := newLine(t, endpoint)
	s := serve(t, t.TempDir(), append(onTable(t, through, table), unthrottled...)...)
	token := s.register(t, "ana@example.com")

	var mu sync.Mutex
	statuses := map[int]int{}
	want := []string{}
	send := func(key, text string) int {
		request, err := http.NewRequest("POST", s.url+"/prod/item", strings.NewReader(fmt.Sprintf(`{"item":%q}`, text)))
		if err != nil {
			t.Error(err)
			return 0
		}
		request.Header.Set("Authorization", token)
		request.Header.Set("Idempotency-Key", key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
			return 0
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		neutral := fmt.Sprintf(`{"message":"Service unavailable","requestId":%q}`, response.Header.Get("X-Amzn-Requestid"))
		if err != nil || response.StatusCode == 503 && string(body) != neutral {
			t.Errorf("got %d %s, %v", response.StatusCode, body, err)
		}
		mu.Lock()
		defer mu.Unlock()
		statuses[response.StatusCode]++
		return response.StatusCode
	}
	health := func(want int) {
		t.Helper()
		for range 2000 {
			if status, _, _ := s.do(t, "GET", "/-/healthz", "", ""); status == want {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Errorf("the health did not become %d", want)
	}
	var writers sync.WaitGroup
	stop := make(chan struct{})
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ; i++ {
				key, text := uuid.Must(uuid.NewV7()).String(), fmt.Sprintf("item %d-%d", w, i)
				for send(key, text) == 503 {
				}
				mu.Lock()
				want = append(want, text)
				mu.Unlock()
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range 2 {
		health(200)
		cable.set(true)
		health(503)
		cable.set(false)
	}
	health(200)
	close(stop)
	writers.Wait()

	got := s.texts(t, token)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what was answered and what is there (-want +got):\n%s", diff)
	}
	if statuses[200] == 0 || statuses[503] == 0 || len(statuses) != 2 {
		t.Errorf("got the statuses %v, want 200 and 503 and no other", statuses)
	}
}

// TestAnImportThatIsCutOff is gone on with by the same command.
func TestAnImportThatIsCutOff(t *testing.T) {
	withCredentials(t)
	endpoint := dynamotest.Start(t, dynamotest.Silent)
	client := dynamotest.Client(endpoint)
	table := dynamotest.NewTable(t, client)
	cable, through := newLine(t, endpoint)
	const n = 2000
	var file bytes.Buffer
	at := time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)
	_, err := moving.Write(&file, func(yield func(todo.Item, error) bool) {
		for i := range n {
			id := fmt.Sprintf("01920000-0000-7000-8000-%012x", i)
			if !yield(todo.Item{ID: id, Owner: "ann", Text: "text", Created: at, Updated: at, Version: 1}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"items", "import", fileWith(t, "items.jsonl", file.String())}, onTable(t, through, table)...)

	cutting := make(chan struct{})
	go func() {
		defer close(cutting)
		for {
			found, err := client.Scan(t.Context(), &dynamodb.ScanInput{TableName: &table, Select: types.SelectCount})
			if err != nil || found.Count >= n/10 {
				cable.set(true)
				return
			}
		}
	}()
	out, stderr, code := command(t, args...)
	<-cutting
	if code != 1 || !strings.Contains(stderr, "not finished; the same command goes on") || !strings.Contains(stderr, "unavailable") {
		t.Fatalf("cut off: got exit code %d, %q and %q", code, out, stderr)
	}
	cable.set(false)
	var added, there int
	if _, err := fmt.Sscanf(runOK(t, args...), "added %d, replaced 0, there already %d,", &added, &there); err != nil || added+there != n || there < n/10 {
		t.Errorf("the second time: got %d added and %d there already (%v), want %d together", added, there, err, n)
	}
	if out := runOK(t, args...); !strings.HasPrefix(out, fmt.Sprintf("added 0, replaced 0, there already %d, not replaced 0", n)) {
		t.Errorf("the third time: got %q", out)
	}
}
