package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// relayTimeout bounds the connecting, and each message's delivery.
const relayTimeout = 20 * time.Second

// A Relay is a mail server that takes messages for anywhere.
type Relay struct {
	host    string
	from    *netmail.Address
	options []gomail.Option
	secure  *tls.Config // nil unless TLS comes before all else
}

// Errors of NewRelay about its address. None holds any of it, since a password may be in it.
var (
	errRelayURL = errors.New("not an address such as smtp://user:password@mail.example.com:587 or smtps://mail.example.com " +
		"(in a user name or password, write what is not a letter, digit, or one of -._~ as %XX)")
	errRelayTLS  = errors.New("the parameter tls is required, optional or none, and smtps:// has none")
	errClearText = errors.New("the password would go over the network for everybody to read: leave out the parameter tls, or use smtps://")
)

// NewRelay reads the address of a mail server, smtp://USER:PASSWORD@HOST:PORT (587 by default) or smtps://… (465), and
// that of the sender, such as "To do <todo@example.com>". Roots are the authorities to trust instead of the system's,
// unless nil.
//
// With smtps TLS comes first. With smtp the server has to offer STARTTLS, or nothing is sent: whoever is in between
// could take the offer away and read every code. ?tls=optional takes what is offered; ?tls=none, which is the default
// for a server on this machine, uses no TLS. A password goes over the network by TLS only.
func NewRelay(address, from string, roots *x509.CertPool) (*Relay, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return nil, errRelayURL
	}
	sender, err := netmail.ParseAddress(from)
	if err != nil || !printable(sender.Name) {
		return nil, fmt.Errorf("the sender %q is not an address such as todo@example.com or To do <todo@example.com>", from)
	}
	config := &tls.Config{ServerName: u.Hostname(), RootCAs: roots, MinVersion: tls.VersionTLS12}
	r := &Relay{host: u.Hostname(), from: sender}
	r.options = []gomail.Option{gomail.WithTimeout(relayTimeout), gomail.WithTLSConfig(config)}
	policy, safe, err := policyOf(u)
	if err != nil {
		return nil, err
	}
	port := 587
	if u.Scheme == "smtps" {
		port, r.secure = 465, config
		r.options = append(r.options, gomail.WithSSL())
	} else {
		r.options = append(r.options, gomail.WithTLSPolicy(policy))
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return nil, errRelayURL
		}
	}
	r.options = append(r.options, gomail.WithPort(port))
	if password, ok := u.User.Password(); ok {
		if !safe {
			return nil, errClearText
		}
		auth := gomail.SMTPAuthAutoDiscover
		r.options = append(r.options, gomail.WithSMTPAuth(auth), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	} else if u.User != nil {
		return nil, errors.New("the user name has no password with it")
	}
	_, err = gomail.NewClient(r.host, r.options...)
	return r, err
}

// policyOf reads the parameter tls, and tells whether a password is safe with it.
func policyOf(u *url.URL) (policy gomail.TLSPolicy, safe bool, err error) {
	query, err := url.ParseQuery(u.RawQuery)
	asked := query.Get("tls")
	query.Del("tls")
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if asked == "" {
		asked = "required"
		if here && u.Scheme == "smtp" {
			asked = "none"
		}
	} else if u.Scheme == "smtps" {
		return 0, false, errRelayTLS
	}
	policy, ok := map[string]gomail.TLSPolicy{"required": gomail.TLSMandatory, "optional": gomail.TLSOpportunistic, "none": gomail.NoTLS}[asked]
	if err != nil || !ok || len(query) > 0 {
		return 0, false, errRelayTLS
	}
	return policy, here || asked == "required", nil
}

// errRefused says that a server will never take a message.
var errRefused = errors.New("refused for good")

// A connection is one to the relay, for any number of messages, one after the other.
type connection struct {
	relay  *Relay
	client *gomail.Client
	conn   net.Conn
}

// connect prepares to send. Whatever stands in the way is for another try.
func (r *Relay) connect(ctx context.Context) (*connection, error) {
	c := &connection{relay: r}
	dial := gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		if r.secure != nil {
			conn, err = (&tls.Dialer{Config: r.secure}).DialContext(ctx, network, address)
		} else {
			conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		}
		c.conn = conn
		return conn, err
	})
	client, err := gomail.NewClient(r.host, append(r.options[:len(r.options):len(r.options)], dial)...)
	if err != nil {
		return nil, err
	}
	c.client = client
	if err := client.DialWithContext(ctx); err != nil {
		if c.conn != nil {
			_ = c.conn.Close() // the library leaves it open
		}
		return nil, err
	}
	return c, nil
}

func (c *connection) close() {
	_ = c.client.Close()
	_ = c.conn.Close() // where the farewell failed
}

// send delivers a message. The error wraps errRefused when another try would be in vain.
func (c *connection) send(m Message, id string) error {
	letter, err := c.relay.letter(m, id)
	if err != nil {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	err = c.client.Send(letter)
	var failure *gomail.SendError
	switch {
	case letter.IsDelivered(): // what failed came after it
		return nil
	case errors.As(err, &failure) && failure.ErrorCode() >= 500 && aboutTheMessage(failure.Reason):
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

// aboutTheMessage tells whether a refusal is of this message and its receiver. Whether the relay lets this sender in is
// for the operator to mend, and the messages wait for it.
func aboutTheMessage(reason gomail.SendErrReason) bool {
	return reason == gomail.ErrSMTPRcptTo || reason == gomail.ErrSMTPData || reason == gomail.ErrSMTPDataClose
}

// letter writes a message out. Its receiver is one bare address, whatever else is in it: not a list, nor a header.
func (r *Relay) letter(m Message, id string) (*gomail.Msg, error) {
	to, err := netmail.ParseAddress(m.To)
	if err != nil || to.Address != m.To || !printable(m.To) {
		return nil, errors.New("the receiver is not one address")
	}
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.FromMailAddress(r.from)
	letter.ToMailAddress(&netmail.Address{Address: to.Address})
	letter.Subject(strings.Map(blank, m.Subject))
	letter.SetDateWithValue(m.Time)
	_, domain, _ := strings.Cut(r.from.Address, "@")
	letter.SetMessageIDWithValue(id + "@" + domain)
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	return letter, nil
}

// blank makes a space of a control character: a subject has one line.
func blank(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return blank(r) != r })
}
