package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhereRequestsComeFrom(t *testing.T) {
	f := proxyFlags{TrustedProxy: []string{"127.0.0.1", "10.0.0.0/8", "fd00::/8"}}
	proxies, err := f.networks()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                          {"203.0.113.9:1", nil, "203.0.113.9:1"},
		"a stranger who claims another":     {"203.0.113.9:1", []string{"198.51.100.1"}, "203.0.113.9:1"},
		"a stranger who claims loopback":    {"203.0.113.9:1", []string{"127.0.0.1"}, "203.0.113.9:1"},
		"a proxy":                           {"127.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9:0"},
		"a proxy on IPv6":                   {"[fd00::1]:1", []string{"2001:db8::9"}, "[2001:db8::9]:0"},
		"a proxy seen as mapped":            {"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9:0"},
		"two proxies":                       {"127.0.0.1:1", []string{"203.0.113.9, 10.0.0.7"}, "203.0.113.9:0"},
		"two proxies, two headers":          {"127.0.0.1:1", []string{"203.0.113.9", "10.0.0.7"}, "203.0.113.9:0"},
		"what the client wrote in front":    {"127.0.0.1:1", []string{"198.51.100.1, 127.0.0.1, 203.0.113.9"}, "203.0.113.9:0"},
		"a header of its own before":        {"127.0.0.1:1", []string{"127.0.0.1", "203.0.113.9"}, "203.0.113.9:0"},
		"with ports":                        {"127.0.0.1:1", []string{"203.0.113.9:5000"}, "203.0.113.9:0"},
		"IPv6 with a port":                  {"127.0.0.1:1", []string{"[2001:db8::9]:5000"}, "[2001:db8::9]:0"},
		"IPv6 in brackets":                  {"127.0.0.1:1", []string{"[2001:db8::9]"}, "[2001:db8::9]:0"},
		"rubbish at the end":                {"127.0.0.1:1", []string{"203.0.113.9, unknown"}, "127.0.0.1:1"},
		"rubbish behind a proxy":            {"127.0.0.1:1", []string{"unknown, 10.0.0.7"}, "10.0.0.7:0"},
		"an empty header":                   {"127.0.0.1:1", []string{""}, "127.0.0.1:1"},
		"a proxy that says nothing":         {"127.0.0.1:1", nil, "127.0.0.1:1"},
		"a proxy that asks on its own":      {"10.0.0.7:1", []string{"10.0.0.8"}, "10.0.0.8:0"},
		"a connection that is not TCP":      {"@", []string{"203.0.113.9"}, "@"},
		"a zone":                            {"127.0.0.1:1", []string{"fe80::1%eth0"}, "[fe80::1]:0"},
		"the header of another, RFC 7239":   {"127.0.0.1:1", []string{"for=203.0.113.9"}, "127.0.0.1:1"},
		"a network that is not the proxy's": {"11.0.0.1:1", []string{"203.0.113.9"}, "11.0.0.1:1"},
	} {
		var got string
		h := behind(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		if r.RemoteAddr != c.peer {
			t.Errorf("%s: the request was altered", name)
		}
	}
}

func TestProxiesThatCannotBe(t *testing.T) {
	for _, text := range []string{"", "proxy.example.com", "10.0.0.0/99", "0.0.0.0/0", "::/0", "10.0.0.1:80"} {
		if _, err := (proxyFlags{TrustedProxy: []string{text}}).networks(); err == nil || !strings.HasPrefix(err.Error(), "--trusted-proxy: ") {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// TestAnAddressGuessesOnlySoOften goes through the program's own wiring: one address is stopped, others are not, and a
// restart forgets nothing.
func TestAnAddressGuessesOnlySoOften(t *testing.T) {
	dir, described := t.TempDir(), describe(t, "")
	h, _ := openedHome(t, dir, described)
	client := described.UserPool.Clients[0].ID
	forgot := func(peer, name, forwarded string) string {
		body, _ := json.Marshal(map[string]string{"ClientId": client, "Username": name})
		r := httptest.NewRequest(http.MethodPost, domainPath+"/", strings.NewReader(string(body)))
		r.RemoteAddr = peer
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ForgotPassword")
		r.Header.Set("X-Forwarded-For", forwarded)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Header().Get("X-Amzn-ErrorType")
	}
	name := func(n int) string { return strings.Repeat("a", n+1) + "@example.com" }
	for n := range 60 {
		if got := forgot("203.0.113.9:1000", name(n), name(n)); got != "" {
			t.Fatalf("request %d: got %s", n, got)
		}
	}
	const limit = "LimitExceededException:"
	if got := forgot("203.0.113.9:2000", name(60), "198.51.100.1"); got != limit {
		t.Errorf("one more, with another's address in a header: got %q", got)
	}
	if got := forgot("203.0.113.10:1000", name(60), ""); got != "" {
		t.Errorf("another address: got %s", got)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	h, _ = openedHome(t, dir, described)
	defer h.Close()
	if got := forgot("203.0.113.9:3000", name(61), ""); got != limit {
		t.Errorf("after a restart: got %q", got)
	}
	for n := range 70 {
		if got := forgot("127.0.0.1:1000", name(n), ""); got != "" {
			t.Fatalf("request %d of this machine: got %s", n, got)
		}
	}
}
