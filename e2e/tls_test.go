package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// trusting is a client that trusts the authority of a server's data directory, and nothing else.
func trusting(t *testing.T, data string) *http.Client {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(data, "tls", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(content)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func TestTLS(t *testing.T) {
	s := serve(t, t.TempDir(), "--tls")
	if !strings.HasPrefix(s.url, "https://localhost:") {
		t.Fatalf("it opened %s", s.url)
	}
	client := trusting(t, s.data)
	for _, path := range []string{"/", "/config.json", "/prod/item", "/-/healthz", "/auth/login?" + loginQuery(s)} {
		answer, err := client.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.ProtoMajor != 2 {
			t.Errorf("%s: got %s, want HTTP/2", path, answer.Proto)
		}
		if pin := answer.Header.Get("Strict-Transport-Security"); pin != "" {
			t.Errorf("%s: it pins localhost, and with it every other server of this machine, to HTTPS: %s", path, pin)
		}
		for _, cookie := range answer.Cookies() {
			if !cookie.Secure {
				t.Errorf("%s: the cookie %s would be sent without TLS too", path, cookie.Name)
			}
		}
		if strings.HasPrefix(path, "/auth/login") && len(answer.Cookies()) == 0 {
			t.Error("the sign-in page sets no cookie, so nothing was seen of how it does")
		}
	}
	if _, err := http.Get(s.url); err == nil {
		t.Error("a client that does not trust the authority was served")
	}
	old := client.Transport.(*http.Transport).TLSClientConfig.Clone()
	old.MaxVersion = tls.VersionTLS11
	if conn, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), old); err == nil {
		conn.Close()
		t.Error("TLS 1.1 was accepted")
	}
	plain, err := http.Get("http" + strings.TrimPrefix(s.url, "https"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Body.Close()
	if body, err := io.ReadAll(plain.Body); err != nil || plain.StatusCode != 400 || !strings.Contains(string(body), "HTTPS") {
		t.Errorf("plain HTTP: got %d %q, %v, want to be told", plain.StatusCode, body, err)
	}
	err = filepath.WalkDir(filepath.Join(s.data, "tls"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: got mode %v, want nobody else's", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if code := s.stop(t); code != 0 { // with a connection of HTTP/2 that is open
		t.Errorf("stopping: got exit code %d: %s", code, s.stderr)
	}
}

func loginQuery(s *server) string {
	return url.Values{
		"client_id": {s.config["APP_CLIENT_ID"]}, "response_type": {"code"}, "redirect_uri": {s.url + "/callback"},
	}.Encode()
}

func TestUsersOverTLS(t *testing.T) {
	s := serve(t, t.TempDir(), "--tls")
	for data, want := range map[string]string{s.data: "USERNAME", "": "certificate"} {
		if data == "" { // somebody who has the key, and not the authority
			data = t.TempDir()
			key, err := os.ReadFile(filepath.Join(s.data, "credentials"))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(data, "credentials"), key, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(program, "users", "list", "--endpoint", s.url+"/auth/", "--data", data).CombinedOutput()
		if !strings.Contains(string(out), want) {
			t.Errorf("got %s, %v, want it to say %q", out, err, want)
		}
	}
}

func TestCertificateFiles(t *testing.T) {
	made := serve(t, t.TempDir(), "--tls") // makes a certificate to take as somebody else's
	file := filepath.Join(made.data, "tls", "server.pem")
	s := serve(t, t.TempDir(), "--tls-cert", file, "--tls-key", file)
	if status, _, body := s.do(t, "GET", "/-/healthz", "", ""); status != 200 {
		t.Errorf("got %d %s", status, body)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--tls-cert", file}, "tls-key"},
		{[]string{"--tls-cert", file, "--tls-key", filepath.Join(made.data, "seal.key")}, "seal.key"},
		{[]string{"--tls-cert", file, "--tls-key", file, "--tls"}, "can't be used together"},
		{[]string{"--tls", "--public-url", "http://todo.example.com"}, "https://"},
	} {
		command := exec.Command(program, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, c.args...)...)
		out, err := command.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !strings.Contains(string(out), c.want) {
			t.Errorf("%v: got %v and %s, want it to end and to say %q", c.args, err, out, c.want)
		}
	}
}
