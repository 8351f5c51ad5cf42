package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"example.com/todo/internal/boltdb"
	"example.com/todo/internal/mail"
	"example.com/todo/internal/stack"
	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/idp"
	"example.com/todo/internal/userpool/pages"
)

const (
	// tries at one name stay below the fifth wrong password, from which on a name is locked.
	tries = 4
	// warming are pairs whose times do not count.
	warming = 20
)

// A stranger asks a pool over HTTP, as anybody can, and looks at how long the answers take.
type stranger struct {
	*bench
	http *http.Client
	url  string
	// number makes each request come from an address of its own, which counts from nothing then.
	number uint32
}

// strangers times answers about names with an account and without one, in turns, where the client hides which is which. A
// difference would tell.
func strangers(samples int) error {
	fmt.Printf("strangers, %d times each, in turns: quartiles of names with an account and without, how often the former\ntake longer than the latter (0.5 tells nothing), and p of the Mann-Whitney U test\n", samples)
	for _, look := range []struct {
		name string
		pool *stack.UserPool
		ask  func(s *stranger, email string) (time.Duration, error)
	}{
		{"sign-in, JSON API", settings(), (*stranger).signIn},
		{"sign-in, page", settings(), (*stranger).signInPage},
		{"ForgotPassword", settings(), (*stranger).forgotPassword},
		{"SignUp, e-mail an alias", withAliases(), (*stranger).signUp},
	} {
		known, unknown, err := watch(look.pool, samples, look.ask)
		if err != nil {
			return fmt.Errorf("%s: %w", look.name, err)
		}
		c := compare(known, unknown)
		fmt.Printf("  %-24s %s  %s  %.3f  p %.3f\n", look.name, shown(known), shown(unknown), c.slower, c.p)
	}
	fmt.Println()
	return nil
}

func shown(took []time.Duration) string {
	q := quartiles(took)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	return fmt.Sprintf("%6.2f %6.2f %6.2f ms", ms(q[0]), ms(q[1]), ms(q[2]))
}

// withAliases are of a pool in which a sign-up does not tell whether somebody has the e-mail.
func withAliases() *stack.UserPool {
	pool := settings()
	pool.UsernameAttributes, pool.AliasAttributes, pool.AutoVerifiedAttributes = nil, []string{"email"}, []string{"email"}
	return pool
}

func watch(pool *stack.UserPool, samples int, ask func(*stranger, string) (time.Duration, error)) (known, unknown []time.Duration, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	pool.Domain, pool.DomainURL = "bench", "http://"+listener.Addr().String()+"/auth"
	b, err := newBench(pool, queued)
	if err != nil {
		return nil, nil, err
	}
	defer b.close()
	s, err := newStranger(b, listener)
	if err != nil {
		return nil, nil, err
	}
	for i := range (samples+warming)/tries + 1 {
		if err := s.account(i); err != nil {
			return nil, nil, err
		}
	}
	for i := range samples + warming {
		order := []string{"person", "nobody"}
		mathrand.Shuffle(2, func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, name := range order {
			took, err := ask(s, address(name, i/tries))
			if err != nil {
				return nil, nil, err
			}
			switch {
			case i < warming:
			case name == "person":
				known = append(known, took)
			default:
				unknown = append(unknown, took)
			}
		}
	}
	return known, unknown, nil
}

func address(name string, i int) string { return fmt.Sprintf("%s%05d@example.com", name, i) }

// queued takes messages as a server does that has a mail relay, which cannot be reached here.
func queued(db *boltdb.DB) (mail.Sender, error) {
	relay, err := mail.NewRelay("smtp://127.0.0.1:1?tls=none", "bench@example.com", nil)
	if err != nil {
		return nil, err
	}
	return mail.OpenQueue(context.Background(), mail.QueueConfig{
		DB: db, Relay: relay, Now: time.Now, Rand: rand.Reader, Logger: slog.New(slog.DiscardHandler),
		SealKey: make([]byte, mail.SealKeySize), FirstPause: time.Hour, MaxPause: time.Hour,
	})
}

// newStranger serves a pool's JSON API and pages as `todo serve` does.
func newStranger(b *bench, listener net.Listener) (*stranger, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &stranger{bench: b, url: b.Settings().DomainURL, http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	logger := slog.New(slog.DiscardHandler)
	hosted, err := pages.New(pages.Config{Pool: b.Pool, Name: "bench", Now: time.Now, Rand: rand.Reader, Logger: logger})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	hosted.Register(mux, "/auth")
	mux.Handle("POST /auth/{$}", idp.New(idp.Config{
		Pool: b.Pool, Credentials: idp.Credentials{AccessKeyID: "bench", SecretAccessKey: rand.Text()},
		Now: time.Now, Rand: rand.Reader, Logger: logger,
	}))
	go func() {
		_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.number++
			from := netip.AddrFrom4([4]byte{10, byte(s.number >> 16), byte(s.number >> 8), byte(s.number)})
			mux.ServeHTTP(w, r.WithContext(userpool.WithAddress(r.Context(), from)))
		}))
	}()
	return s, nil
}

// account makes an account with a password and a verified e-mail.
func (s *stranger) account(i int) error {
	ctx := context.Background()
	email := address("person", i)
	name := email
	if s.Settings().AliasAttributes != nil {
		name = fmt.Sprintf("person%05d", i)
	}
	if _, err := s.AdminCreateUser(ctx, userpool.NewUser{
		Username: name, TemporaryPassword: password, Suppress: true,
		Attributes: []userpool.Attribute{{Name: "email", Value: email}, {Name: "email_verified", Value: "true"}},
	}); err != nil {
		return err
	}
	return s.AdminSetUserPassword(ctx, name, password, true)
}

func (s *stranger) signIn(email string) (time.Duration, error) {
	return s.call("InitiateAuth", map[string]any{
		"ClientId": "client", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]string{"USERNAME": email, "PASSWORD": "Wrong-horse-9"},
	}, "Incorrect username or password.")
}

func (s *stranger) forgotPassword(email string) (time.Duration, error) {
	return s.call("ForgotPassword", map[string]any{"ClientId": "client", "Username": email}, "CodeDeliveryDetails")
}

func (s *stranger) signUp(email string) (time.Duration, error) {
	return s.call("SignUp", map[string]any{
		"ClientId": "client", "Username": rand.Text(), "Password": password, "UserAttributes": []map[string]string{{"Name": "email", "Value": email}},
	}, "CodeDeliveryDetails")
}

// call times an operation of the JSON API, whose answer holds the words.
func (s *stranger) call(operation string, in any, words string) (time.Duration, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequest(http.MethodPost, s.url+"/", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	return s.timed(r, words)
}

var hidden = regexp.MustCompile(`name="_csrf" value="([^"]+)"`)

// signInPage times the form of the page, which is fetched before.
func (s *stranger) signInPage(email string) (time.Duration, error) {
	query := url.Values{"response_type": {"code"}, "client_id": {"client"}, "redirect_uri": {callback}}
	page := s.url + "/login?" + query.Encode()
	answer, err := s.http.Get(page)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	form := hidden.FindSubmatch(content)
	if form == nil {
		return 0, fmt.Errorf("the page for signing in: got %d %s", answer.StatusCode, content)
	}
	values := url.Values{"_csrf": {string(form[1])}, "username": {email}, "password": {"Wrong-horse-9"}}
	r, err := http.NewRequest(http.MethodPost, page, strings.NewReader(values.Encode()))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.timed(r, "Incorrect username or password.")
}

func (s *stranger) timed(r *http.Request, words string) (time.Duration, error) {
	begin := time.Now()
	answer, err := s.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	took := time.Since(begin)
	if err == nil && !strings.Contains(string(content), words) {
		err = fmt.Errorf("got %d %s, want %q", answer.StatusCode, content, words)
	}
	return took, err
}
