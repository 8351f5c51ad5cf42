package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const tooLong = "HTTP content length exceeded 10485760 bytes."

// attackSizes sends more than each part takes.
func attackSizes(t *testing.T, h *target) {
	ten := strings.Repeat("x", 10_485_761)
	for _, c := range []struct {
		name, sent string
		status     int
		body       string
	}{
		{"headers beyond the API's", apiRequest(h.ana.id, "X: "+strings.Repeat("x", 11_000)+"\r\n", ""), 431, "Request Header Fields Too Large"},
		{"a query beyond the API's", get("/prod/item?limit=" + strings.Repeat("1", 11_000)), 431, "Request Header Fields Too Large"},
		{"headers beyond anybody's", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", 431, ""},
		{"a query beyond anybody's", get("/auth/login?" + strings.Repeat("x", 1<<20)), 431, ""},
		{"a thousand headers", "GET /auth/outbox HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("X-Forwarded-For: 127.0.0.1\r\n", 1000) + "\r\n", 431, ""},
		{"a body that says it is beyond the API's", apiRequest(h.ana.id, "Content-Length: 10485761\r\n", ""), 413, tooLong},
		{"one that says so without a token", apiRequest("", "Content-Length: 10485761\r\n", ""), 413, tooLong},
		{"one that does not say so", apiRequest(h.ana.id, "Transfer-Encoding: chunked\r\n", chunked(ten)), 413, tooLong},
		{"one that does not say so, without a token", apiRequest("", "Transfer-Encoding: chunked\r\n", chunked(ten)), 401, unauthorized},
		{"an event beyond Lambda's", apiRequest(h.ana.id, "Content-Length: 7000000\r\n", ten[:7_000_000]), 413, "Request Too Long"},
		{"a text of a megabyte", apiRequest(h.ana.id, "Content-Length: 1000011\r\n", `{"item":"`+ten[:1_000_000]+`"}`), 400, "body must be at most"},
		{"a call of the JSON API", callRequest("SignUp", "Transfer-Encoding: chunked\r\n", chunked(ten[:1<<20])), 400, "SerializationException"},
		{"a form of the token endpoint", formRequest("/auth/oauth2/token", "", ten[:1<<20]), 400, "invalid_request"},
		{"a form of a page", formRequest(h.page("/login"), "", ten[:1<<20]), 400, "An error was encountered"},
		{"a body for the app", "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(ten), 405, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := h.one(t, c.sent); r.status != c.status || !strings.Contains(r.body, c.body) {
				t.Errorf("got %d %.200s, want %d %s", r.status, r.body, c.status, c.body)
			}
		})
	}
}

func apiRequest(token, headers, body string) string {
	if token != "" {
		headers += "Authorization: " + token + "\r\n"
	}
	return "POST /prod/item HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n" + body
}

func callRequest(operation, headers, body string) string {
	return "POST /auth/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.1\r\n" +
		"X-Amz-Target: AWSCognitoIdentityProviderService." + operation + "\r\n" + headers + "\r\n" + body
}

func formRequest(path, headers, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"+
		"Content-Length: %d\r\n%s\r\n%s", path, len(body), headers, body)
}

// chunked is a body in chunks of 64 KiB.
func chunked(body string) string {
	var b strings.Builder
	for len(body) > 0 {
		n := min(len(body), 64<<10)
		fmt.Fprintf(&b, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	return b.String() + "0\r\n\r\n"
}

// page is the address of a hosted page in a good request of the web app's.
func (h *target) page(path string) string {
	return "/auth" + path + "?" + url.Values{
		"response_type": {"code"}, "client_id": {h.clientID()}, "redirect_uri": {h.url + "/callback"}, "scope": {"openid email"}, "state": {"s"},
	}.Encode()
}

// attackHalfBodies promises more than it sends and hangs up.
func attackHalfBodies(t *testing.T, h *target) {
	for name, sent := range map[string]string{
		"a call of the API":             apiRequest(h.ben.id, "Content-Length: 100\r\n", `{"item":"half an item"}`),
		"a chunk of a call of the API":  apiRequest(h.ben.id, "Transfer-Encoding: chunked\r\n", "ff\r\n"+`{"item":"half an item"}`),
		"a chunk whose size is none":    apiRequest(h.ben.id, "Transfer-Encoding: chunked\r\n", "zz\r\n"+`{"item":"half an item"}`),
		"a chunk whose size overflows":  apiRequest(h.ben.id, "Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\n"+`{"item":"half an item"}`),
		"a call of the JSON API":        callRequest("SignUp", "Content-Length: 100\r\n", `{"ClientId":"x"}`),
		"a form of the token endpoint":  strings.Replace(formRequest("/auth/oauth2/token", "", "grant_type=code"), "Length: ", "Length: 9", 1),
		"a form of a page":              strings.Replace(formRequest(h.page("/signup"), "", "username=a"), "Length: ", "Length: 9", 1),
		"a form of a page, in a chunk":  strings.Replace(formRequest(h.page("/signup"), "Transfer-Encoding: chunked\r\n", "ff\r\nx"), "Content-Length: 5\r\n", "", 1),
		"headers of the API":            "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nAuthoriz",
		"a request line without an end": "GET /prod/item",
	} {
		t.Run(name, func(t *testing.T) {
			conn := h.dial(t)
			if _, err := io.WriteString(conn, sent); err != nil {
				t.Fatal(err)
			}
			if err := conn.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			all := replies(t, conn)
			if len(all) > 1 || len(all) == 1 && all[0].status != 400 {
				t.Errorf("got %v, want 400 or a closed connection", all)
			}
		})
	}
	for _, text := range h.texts(t, h.ben.id) {
		if text == "half an item" {
			t.Error("half a body made an item")
		}
	}
}

// attackByIdling holds connections that send nothing, or too little, while others want their answers.
func attackByIdling(t *testing.T, h *target) {
	for i := range 200 {
		conn := h.dial(t)
		if i%2 == 0 {
			if _, err := io.WriteString(conn, "GET /prod/item HTTP/1.1\r\nHost: localhost\r\nX-Slow: "); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, path := range []string{"/-/healthz", "/config.json", "/auth/error"} {
		if status, _, body := h.do(t, "GET", path, "", ""); status >= 500 {
			t.Errorf("%s beside idle connections: got %d %s", path, status, body)
		}
	}
	h.texts(t, h.ana.id)
}

// attackMemory signs in from many sides at once, with what costs most to look at.
func attackMemory(t *testing.T, h *target) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("there is no /proc here to read the memory from")
	}
	huge := strings.Repeat("x", 200<<10)
	var signIns sync.WaitGroup
	for i := range 64 {
		name := fmt.Sprintf("nobody%d@example.com", i)
		if i%2 == 0 {
			name = huge + name
		}
		for _, body := range []string{h.signInBody(name, "Wrong-Horse-7"), h.signInBody(name, huge)} {
			signIns.Go(func() {
				if status, answer := h.call(t, "InitiateAuth", body); status != 400 {
					t.Errorf("got %d %s, want 400", status, answer)
				}
			})
		}
	}
	signIns.Wait()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^VmHWM:\s*(\d+) kB$`).FindSubmatch(content)
	if found == nil {
		t.Fatalf("no peak of the memory in\n%s", content)
	}
	const most = 512 << 10
	if peak, err := strconv.Atoi(string(found[1])); err != nil || peak > most {
		t.Errorf("the server has used %d kB at once, want at most %d", peak, most)
	}
}

func (h *target) signInBody(username, password string) string {
	return fmt.Sprintf(`{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":%q,"AuthParameters":{"USERNAME":%q,"PASSWORD":%q}}`, h.clientID(), username, password)
}

// call is a call of the JSON API, as bytes.
func (s *server) call(t *testing.T, operation, body string) (status int, answer string) {
	t.Helper()
	status, _, answer = s.callWith(t, operation, body)
	return status, answer
}

func (s *server) callWith(t *testing.T, operation, body string) (status int, header http.Header, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), "POST", s.url+"/auth/", bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Errorf("%s: %v", operation, err) // may run beside the test's goroutine
		return 0, nil, ""
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("%s: %v", operation, err)
	}
	return response.StatusCode, response.Header, string(content)
}
