package e2e

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	netmail "net/mail"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/emersion/go-smtp"
)

// inbox is a mail server that takes everything.
type inbox struct {
	letters chan letter
}

type letter struct{ to, text string }

func (i *inbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{inbox: i}, nil }

type delivery struct {
	*inbox
	to string
}

func (d *delivery) Reset()                                    {}
func (d *delivery) Logout() error                             { return nil }
func (d *delivery) Mail(string, *smtp.MailOptions) error      { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error { d.to = to; return nil }

func (d *delivery) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(m.Body)
	d.letters <- letter{d.to, string(text)}
	return err
}

// openInbox starts the mail server at an address.
func openInbox(t *testing.T, listener net.Listener) *inbox {
	i := &inbox{letters: make(chan letter, 10)}
	server := smtp.NewServer(i)
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { listener.Close(); server.Close() })
	return i
}

func (i *inbox) next(t *testing.T) letter {
	t.Helper()
	select {
	case l := <-i.letters:
		return l
	case <-time.After(time.Minute): // a hang, not slowness
		t.Fatal("no mail came")
		return letter{}
	}
}

// TestMailSurvivesAKill signs somebody up while the mail server says nothing, kills the program, and brings both back.
func TestMailSurvivesAKill(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	flags := []string{"--smtp", "smtp://" + listener.Addr().String(), "--mail-from", "To do <todo@example.com>"}
	s := serve(t, t.TempDir(), flags...)
	ctx, client, email := context.Background(), s.cognito(t), "ana@example.com"
	id := aws.String(s.config["APP_CLIENT_ID"])
	if _, err := client.SignUp(ctx, &cognito.SignUpInput{ClientId: id, Username: &email, Password: aws.String(password)}); err != nil {
		t.Fatal(err)
	}
	if status, _, _ := s.do(t, "GET", "/auth/outbox", "", ""); status != http.StatusNotFound {
		t.Errorf("/auth/outbox: got %d, want none beside a mail server", status)
	}
	s.kill()
	box := openInbox(t, listener)
	s = serve(t, s.data, flags...)
	got := box.next(t)
	code := sixDigits.FindString(got.text)
	if got.to != email || code == "" {
		t.Fatalf("got %+v", got)
	}
	client, id = s.cognito(t), aws.String(s.config["APP_CLIENT_ID"])
	if _, err := client.ConfirmSignUp(ctx, &cognito.ConfirmSignUpInput{ClientId: id, Username: &email, ConfirmationCode: &code}); err != nil {
		t.Error(err)
	}
	if exit := s.stop(t); exit != 0 {
		t.Errorf("stopping: got exit code %d: %s", exit, s.stderr)
	}
	if strings.Contains(s.stderr.String(), code) {
		t.Error("the code is in the log")
	}
	if len(box.letters) > 0 {
		t.Errorf("the message came again: %+v", <-box.letters)
	}
}

func TestMailFlagsThatCannotBe(t *testing.T) {
	for want, args := range map[string][]string{
		"mail-from":             {"--smtp", "smtp://todo:hunter2@mail.example.com"},
		"for everybody to read": {"--smtp", "smtp://todo:hunter2@mail.example.com?tls=none", "--mail-from", "todo@example.com"},
		"not an address":        {"--smtp", "smtp//todo:hunter2@mail.example.com", "--mail-from", "todo@example.com"},
	} {
		out, err := exec.Command(program, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, args...)...).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), want) || strings.Contains(string(out), "hunter2") {
			t.Errorf("%v: got %v and %s, want it to say %q without the password", args, err, out, want)
		}
	}
}
