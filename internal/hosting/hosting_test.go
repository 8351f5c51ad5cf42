package hosting_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/todo/internal/hosting"
	"example.com/todo/internal/stack"
)

// spaRule is the rewrite that Amplify's own guide gives for single-page apps.
const spaRule = `</^[^.]+$|\.(?!(css|gif|ico|jpg|js|png|txt|svg|map|json|webp)$)([^.]+$)/>`

func site(t *testing.T, rewrites []stack.Rewrite) *hosting.Site {
	t.Helper()
	s, err := hosting.New(stack.Hosting{
		Environment: map[string]string{"APP_API_URL": "http://localhost/prod", "BUILD_TOKEN": "private"},
		Rewrites:    rewrites,
		Headers: []stack.HeaderRule{
			{Pattern: "**", Headers: []stack.Header{{Key: "Cache-Control", Value: "no-cache"}, {Key: "X-Frame-Options", Value: "DENY"}}},
			{Pattern: "/assets/*", Headers: []stack.Header{{Key: "Cache-Control", Value: "max-age=31536000, immutable"}}},
		},
	}, fstest.MapFS{
		"index.html":          {Data: []byte("<!doctype html>app")},
		"robots.txt":          {Data: []byte("robots")},
		"assets/app.1.js":     {Data: []byte("plain script")},
		"assets/app.1.js.br":  {Data: []byte("brotli")},
		"assets/app.1.js.gz":  {Data: []byte("gzip")},
		"assets/orphan.js.gz": {Data: []byte("no plain form")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func request(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, "/", nil)
	r.URL.Path = target
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPathsAndRewrites(t *testing.T) {
	spa := site(t, []stack.Rewrite{{Source: spaRule, Target: "/index.html", Status: "200"}})
	missing := site(t, []stack.Rewrite{{Source: "/<*>", Target: "/index.html", Status: "404-200"}})
	moved := site(t, []stack.Rewrite{
		{Source: "/old/<*>", Target: "/", Status: "301"},
		{Source: "/<*>", Target: "/index.html", Status: "404"},
	})
	for _, c := range []struct {
		name   string
		site   *hosting.Site
		path   string
		status int
		body   string
		cache  string
	}{
		{"the root is index.html", spa, "/", 200, "app", "no-cache"},
		{"a deep link shows the app", spa, "/items/1", 200, "app", "no-cache"},
		{"a file is itself", spa, "/robots.txt", 200, "robots", "no-cache"},
		{"an asset is kept for ever", spa, "/assets/app.1.js", 200, "plain script", "max-age=31536000, immutable"},
		{"a missing asset is no page", spa, "/assets/app.2.js", 404, "Not Found", "no-cache"},
		{"a page shown below assets is not kept", spa, "/assets/x", 200, "app", "no-cache"},
		{"a compressed form alone is no file", spa, "/assets/orphan.js", 404, "Not Found", "no-cache"},
		{"a compressed form has no path of its own", spa, "/assets/app.1.js.gz", 200, "app", "no-cache"},
		{"climbing out finds nothing", spa, "/../../etc/passwd.txt", 404, "Not Found", "no-cache"},
		{"404-200 rewrites what is missing", missing, "/assets/app.2.js", 200, "app", "no-cache"},
		{"404-200 leaves what exists", missing, "/robots.txt", 200, "robots", "no-cache"},
		{"a rule may answer 404 with a page", moved, "/nowhere", 404, "app", "no-cache"},
		{"a rule may redirect", moved, "/old/page", 301, "Moved", "no-cache"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := request(c.site, "GET", c.path)
			if body := text(t, got); got.StatusCode != c.status || !strings.Contains(body, c.body) {
				t.Errorf("GET %s: got %d %q, want %d %q", c.path, got.StatusCode, body, c.status, c.body)
			}
			if cache := got.Header.Get("Cache-Control"); cache != c.cache {
				t.Errorf("GET %s: got Cache-Control %q, want %q", c.path, cache, c.cache)
			}
			if got.Header.Get("X-Frame-Options") != "DENY" {
				t.Errorf("GET %s: the header of every path is missing", c.path)
			}
		})
	}
}

func TestConfigPublishesOnlyPublicNames(t *testing.T) {
	got := request(site(t, nil), "GET", "/config.json")
	if want, body := "{\n  \"APP_API_URL\": \"http://localhost/prod\"\n}", text(t, got); body != want {
		t.Errorf("got %s, want %s", body, want)
	}
	if ct := got.Header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("got Content-Type %q, want application/json", ct)
	}
}

func TestNegotiation(t *testing.T) {
	s := site(t, nil)
	for accept, want := range map[string]string{
		"":                    "plain script",
		"gzip, deflate, br":   "brotli",
		"gzip":                "gzip",
		"br;q=0, gzip;q=0.5":  "gzip",
		"BR":                  "brotli",
		"br;q=nonsense":       "plain script",
		"brotli":              "plain script",
		"gzip;q=0.0, br;q=0.": "plain script",
	} {
		got := request(s, "GET", "/assets/app.1.js", "Accept-Encoding", accept)
		if body := text(t, got); body != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accept, body, want)
		}
		if got.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Accept-Encoding %q: got no Vary", accept)
		}
	}
}

func TestUnchangedFilesAreNotSentAgain(t *testing.T) {
	s := site(t, nil)
	etag := request(s, "GET", "/robots.txt").Header.Get("ETag")
	if got := request(s, "GET", "/robots.txt", "If-None-Match", etag); got.StatusCode != http.StatusNotModified {
		t.Errorf("got %d, want 304", got.StatusCode)
	}
	if br, plain := request(s, "GET", "/assets/app.1.js", "Accept-Encoding", "br").Header.Get("ETag"),
		request(s, "GET", "/assets/app.1.js").Header.Get("ETag"); br == plain {
		t.Errorf("two representations share the ETag %s", br)
	}
}

func TestOnlyReading(t *testing.T) {
	s := site(t, nil)
	if got := request(s, "POST", "/"); got.StatusCode != 405 || got.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: got %d, Allow %q", got.StatusCode, got.Header.Get("Allow"))
	}
	if got := request(s, "HEAD", "/"); got.StatusCode != 200 || text(t, got) != "" {
		t.Errorf("HEAD: got %d with a body", got.StatusCode)
	}
}

func TestRulesThatCannotRun(t *testing.T) {
	for _, c := range []struct {
		name, want string
		rule       stack.Rewrite
	}{
		{"an unknown status", `status "418"`, stack.Rewrite{Source: "/a", Target: "/b", Status: "418"}},
		{"a rewrite to another host", "another host", stack.Rewrite{Source: "/a", Target: "https://b.example", Status: "200"}},
		{"a broken expression", "(", stack.Rewrite{Source: "</(/>", Target: "/b", Status: "200"}},
		{"a placeholder in the middle", "<*>", stack.Rewrite{Source: "/a/<x>/b", Target: "/b", Status: "200"}},
		{"no path", "starts with", stack.Rewrite{Source: "a", Target: "/b", Status: "200"}},
	} {
		_, err := hosting.New(stack.Hosting{Rewrites: []stack.Rewrite{c.rule}}, fstest.MapFS{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error holding %q", c.name, err, c.want)
		}
	}
}
