package mail_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	bolt "go.etcd.io/bbolt"

	"example.com/todo/internal/mail"
)

var errBusy = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Try again later"}

func TestAMessageArrives(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	d := openDesk(t, "smtp://"+p.addr, nil)
	now := d.now()
	d.send(mail.Message{To: "ana@example.com", Subject: "Ihr Bestätigungscode", Text: "Er lautet 123456.\n.\nGrüße", Time: now, Expires: now.Add(time.Hour)})
	m := p.next()
	if m.from != "todo@example.com" || m.to != "ana@example.com" {
		t.Errorf("got it from %s to %s", m.from, m.to)
	}
	for name, want := range map[string]string{
		"From": `"To do" <todo@example.com>`, "To": "<ana@example.com>", "Auto-Submitted": "auto-generated",
		"Subject": "=?UTF-8?q?Ihr_Best=C3=A4tigungscode?=", "Date": now.Format(time.RFC1123Z),
		"Content-Type": "text/plain; charset=UTF-8", "User-Agent": "", "X-Mailer": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(m.body, "Er lautet 123456.\r\n.\r\nGr=C3=BC=C3=9Fe") {
		t.Errorf("got %q", m.body)
	}
	d.until("the delivered message leaves the queue", func() bool { return d.waiting() == 0 })
}

func TestAMessageWaitsForAServerThatIsBusy(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", func(p *post) { p.answers = []error{errBusy, errBusy} })
	d := openDesk(t, "smtp://"+p.addr, nil)
	d.send(d.letter("ana@example.com"))
	p.next()
	if n := strings.Count(d.log.String(), "a message waits"); n != 2 {
		t.Errorf("got %d lines about waiting, want 2:\n%s", n, &d.log)
	}
}

func TestAMessageWaitsForAServerThatIsAway(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	p.close()
	d := openDesk(t, "smtp://"+p.addr, nil)
	d.send(d.letter("ana@example.com"))
	d.send(d.letter("bo@example.com"))
	d.until("a second failure", func() bool { return strings.Count(d.log.String(), "cannot be used") > 1 })
	back := openPost(t, p.addr, nil)
	if a, b := back.next(), back.next(); a.to != "ana@example.com" || b.to != "bo@example.com" {
		t.Errorf("got messages to %s, %s", a.to, b.to)
	}
}

func TestAMessageSurvivesARestart(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	p.close()
	d := openDesk(t, "smtp://"+p.addr, nil)
	d.send(d.letter("ana@example.com"))
	d.until("a failure", func() bool { return strings.Contains(d.log.String(), "cannot be used") })
	d.shut()
	content, err := os.ReadFile(filepath.Join(d.dir, "todo.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"123456", "ana@example.com", "Your code"} {
		if strings.Contains(string(content), secret) {
			t.Errorf("the data file holds %q in clear", secret)
		}
	}
	back := openPost(t, p.addr, nil)
	d.open("smtp://"+back.addr, nil)
	if m := back.next(); m.to != "ana@example.com" || !strings.Contains(m.body, "123456") {
		t.Errorf("got %q", m.raw)
	}
}

// TestARepeatIsTheSameMessage has the server take a message and say that it has not.
func TestARepeatIsTheSameMessage(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", func(p *post) { p.answers, p.forgetful = []error{errBusy}, true })
	d := openDesk(t, "smtp://"+p.addr, nil)
	m := d.letter("ana@example.com")
	d.send(m)
	first, repeat := p.next().Header.Get("Message-Id"), p.next().Header.Get("Message-Id")
	if first != repeat || !strings.HasSuffix(first, "@example.com>") {
		t.Errorf("got ids %q, then %q", first, repeat)
	}
	d.send(m)
	if another := p.next().Header.Get("Message-Id"); another == first {
		t.Errorf("another message has the id %q too", another)
	}
}

func TestWhatIsRefusedForGoodIsGivenUp(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", func(p *post) { p.answers = []error{&smtp.SMTPError{Code: 554, Message: "Spam"}} })
	d := openDesk(t, "smtp://"+p.addr, nil)
	d.send(d.letter("nobody@example.com"))
	d.send(d.letter("spam@example.com"))
	d.send(d.letter("ana@example.com"))
	if m := p.next(); m.to != "ana@example.com" {
		t.Errorf("got a message to %s", m.to)
	}
	d.until("the queue is empty", func() bool { return d.waiting() == 0 })
	text := d.log.String()
	for _, want := range []string{"to=nobody@example.com", "No such user here", "to=spam@example.com", "Spam"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log does not say %q:\n%s", want, text)
		}
	}
	if strings.Count(text, "given up") != 2 || strings.Contains(text, "123456") {
		t.Errorf("got log:\n%s", text)
	}
}

func TestAMessageOfNoUseIsGivenUp(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	p.close()
	for name, c := range map[string]struct{ useful, passed time.Duration }{
		"its code has expired":        {time.Hour, time.Hour},
		"it would be of use for long": {365 * 24 * time.Hour, 3 * 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t, "smtp://"+p.addr, nil)
			m := d.letter("ana@example.com")
			m.Expires = m.Time.Add(c.useful)
			d.send(m)
			d.until("a failure", func() bool { return strings.Contains(d.log.String(), "cannot be used") })
			d.ahead.Add(int64(c.passed - time.Minute))
			if d.waiting() != 1 {
				t.Error("it was given up before")
			}
			d.ahead.Add(int64(time.Minute))
			d.until("the message is given up", func() bool { return d.waiting() == 0 })
			if !strings.Contains(d.log.String(), "given up") {
				t.Errorf("got log:\n%s", &d.log)
			}
		})
	}
}

func TestAMessageOfAChangeThatFails(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	d := openDesk(t, "smtp://"+p.addr, nil)
	failure := errors.New("not made")
	err := d.db.Update(t.Context(), func(tx *bolt.Tx) error {
		return errors.Join(d.Send(tx, d.letter("eve@example.com")), failure)
	})
	if !errors.Is(err, failure) {
		t.Fatal(err)
	}
	d.send(d.letter("ana@example.com"))
	if m := p.next(); m.to != "ana@example.com" {
		t.Errorf("got a message to %s", m.to)
	}
}

func TestTheQueueIsBounded(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	p.close()
	d := openDesk(t, "smtp://"+p.addr, nil)
	m := d.letter("ana@example.com")
	for range 10 {
		err := d.db.Update(t.Context(), func(tx *bolt.Tx) (err error) {
			for range 1000 {
				err = errors.Join(err, d.Send(tx, m))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := d.db.Update(t.Context(), func(tx *bolt.Tx) error { return d.Send(tx, m) })
	if !errors.Is(err, mail.ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
	d.ahead.Add(int64(time.Hour))
	d.until("those of no use make room", func() bool {
		return d.db.Update(t.Context(), func(tx *bolt.Tx) error { return d.Send(tx, d.letter("ana@example.com")) }) == nil
	})
}

func TestAMessageToNobody(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	d := openDesk(t, "smtp://"+p.addr, nil)
	d.send(d.letter(""))
	if d.waiting() != 1 {
		t.Fatal("it is not stored as one to somebody is")
	}
	d.shut()
	d.open("smtp://"+p.addr, nil)
	d.send(d.letter("ana@example.com"))
	if m := p.next(); m.to != "ana@example.com" {
		t.Errorf("got a message to %q", m.to)
	}
	d.until("the delivered message leaves the queue", func() bool { return d.waiting() == 1 })
	d.ahead.Add(int64(time.Minute))
	d.send(d.letter("bo@example.com"))
	if m := p.next(); m.to != "bo@example.com" {
		t.Errorf("got a message to %q", m.to)
	}
	d.until("all have left", func() bool { return d.waiting() == 0 })
	if d.log.String() != "" {
		t.Errorf("got log:\n%s", &d.log)
	}
}

// TestStrangersLeaveRoomForPeople fills the queue as those can who ask in the name of nobody.
func TestStrangersLeaveRoomForPeople(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	p.close()
	d := openDesk(t, "smtp://"+p.addr, nil)
	for range 11 {
		err := d.db.Update(t.Context(), func(tx *bolt.Tx) (err error) {
			for range 1000 {
				err = errors.Join(err, d.Send(tx, d.letter("")))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.send(d.letter("ana@example.com"))
	if got := d.waiting(); got != 5001 {
		t.Errorf("%d messages wait, want half of what may and the one to somebody", got)
	}
}

// TestHeadersCannotBeAdded tries what people could write into their names and addresses.
func TestHeadersCannotBeAdded(t *testing.T) {
	p := openPost(t, "127.0.0.1:0", nil)
	d := openDesk(t, "smtp://"+p.addr, nil)
	for _, to := range []string{
		"ana@example.com\r\nBcc: all@example.com", "ana@example.com\nBcc: all@example.com", "ana@example.com, all@example.com",
		"Ana <ana@example.com>", "<ana@example.com>", "ana@example.com>\r\nRCPT TO:<all@example.com", "\"a\r\nb\"@example.com",
		"ana@example.com (comment)", "undisclosed: ana@example.com;", "ana", "ana@example.com\x00",
	} {
		m := d.letter(to)
		d.send(m)
	}
	d.until("all are given up", func() bool { return d.waiting() == 0 })
	if n := strings.Count(d.log.String(), "the receiver is not one address"); n != 11 {
		t.Errorf("got %d refusals, want 11:\n%s", n, &d.log)
	}
	m := d.letter("ana@example.com")
	m.Subject = "Hello\r\nBcc: all@example.com\r\n\r\nNew body"
	m.Text = "before\r\n.\r\nMAIL FROM:<eve@example.com>\r\nafter"
	d.send(m)
	got := p.next()
	if got.Header.Get("Bcc") != "" || !strings.HasPrefix(got.Header.Get("Subject"), "Hello") || strings.HasPrefix(got.body, "New body") {
		t.Errorf("the subject became more than a subject:\n%s", got.raw)
	}
	if !strings.Contains(got.body, "before\r\n.\r\nMAIL FROM") || !strings.Contains(got.body, "after") {
		t.Errorf("the text ended early:\n%s", got.raw)
	}
	select {
	case more := <-p.got:
		t.Errorf("another message came: %s", more.raw)
	default:
	}
}
