package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/alecthomas/kong"
)

type usersCmd struct {
	List        usersListCmd     `cmd:"" help:"List accounts."`
	Export      usersExportCmd   `cmd:"" help:"Write accounts as a file that Amazon Cognito imports."`
	Show        usersShowCmd     `cmd:"" help:"Show an account, its attributes and groups."`
	Create      usersCreateCmd   `cmd:"" help:"Create an account and mail its owner an invitation."`
	SetPassword usersPasswordCmd `cmd:"" help:"Set a password, read from a file or standard input."`
	Reset       usersDoCmd       `cmd:"" help:"Make a password useless and mail a code for a new one."`
	Disable     usersDoCmd       `cmd:"" help:"Keep a user from signing in, and revoke their tokens."`
	Enable      usersDoCmd       `cmd:"" help:"Let a disabled user sign in again."`
	SignOut     usersDoCmd       `cmd:"" help:"Revoke all tokens of a user."`
	Delete      usersDoCmd       `cmd:"" help:"Delete an account. What the application keeps for it stays."`
	Groups      usersGroupsCmd   `cmd:"" help:"Groups and their members."`
	RotateKeys  usersRotateCmd   `cmd:"" help:"Sign tokens with new keys from now on."`
}

// Help is the manual of `todo users`.
func (usersCmd) Help() string {
	return `Administers the accounts of a running server, by the API that AWS clients call, signed with the access key in its
data directory: so whoever can read the directory can administer, and nobody else.

A USERNAME is the account's user name or an alias, such as the e-mail.`
}

// account is a user as the API writes it in lists.
type account struct {
	Username       string
	Attributes     []attribute
	UserAttributes []attribute // what AdminGetUser calls them
	UserCreateDate float64
	Enabled        bool
	UserStatus     string
}

type attribute struct{ Name, Value string }

func (a account) attribute(name string) string {
	for _, have := range a.Attributes {
		if have.Name == name {
			return have.Value
		}
	}
	return ""
}

func (a account) state() string {
	if !a.Enabled {
		return a.UserStatus + ", disabled"
	}
	return a.UserStatus
}

// printable is text without what would steer a terminal: people choose their attributes.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, text)
}

func printAccounts(out io.Writer, accounts []account) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "USERNAME\tEMAIL\tSTATUS\tCREATED")
	for _, a := range accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", printable(a.Username), printable(a.attribute("email")), a.state(), seconds(a.UserCreateDate))
	}
	return w.Flush()
}

// seconds is a time of the API, as people read it.
func seconds(epoch float64) string {
	return time.UnixMilli(int64(epoch * 1000)).UTC().Format(time.RFC3339)
}

type usersListCmd struct {
	usersFlags
	Output string `enum:"table,json" default:"table" help:"How to print: table, or json as ListUsers answers."`
	Filter string `placeholder:"FILTER" help:"List only some, as ListUsers of Amazon Cognito does: e.g. 'email ^= \"ana\"' or 'status = \"Disabled\"'."`
}

// Run lists all accounts.
func (c usersListCmd) Run(ctx context.Context, s streams) error {
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	all, err := api.listUsers(ctx, c.Filter)
	if err != nil {
		return err
	}
	if c.Output == "json" {
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(members{"Users": all})
	}
	accounts := make([]account, len(all))
	for i, text := range all {
		if err := json.Unmarshal(text, &accounts[i]); err != nil {
			return err
		}
	}
	return printAccounts(s.out, accounts)
}

// listUsers gives all accounts, page by page, in the server's words.
func (a *poolAPI) listUsers(ctx context.Context, filter string) ([]json.RawMessage, error) {
	all := []json.RawMessage{}
	in := members{"Filter": filter}
	for {
		var page struct {
			Users           []json.RawMessage
			PaginationToken string
		}
		if err := a.call(ctx, "ListUsers", in, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Users...)
		if page.PaginationToken == "" {
			return all, nil
		}
		in["PaginationToken"] = page.PaginationToken
	}
}

type usersShowCmd struct {
	usersFlags
	Username string `arg:"" help:"Whom."`
}

// Run prints an account.
func (c usersShowCmd) Run(ctx context.Context, s streams) error {
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	var a account
	if err := api.call(ctx, "AdminGetUser", members{"Username": c.Username}, &a); err != nil {
		return err
	}
	groups, err := api.groups(ctx, "AdminListGroupsForUser", members{"Username": c.Username})
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "Username\t%s\nStatus\t%s\nCreated\t%s\n", printable(a.Username), a.state(), seconds(a.UserCreateDate))
	for _, have := range a.UserAttributes {
		fmt.Fprintf(w, "%s\t%s\n", printable(have.Name), printable(have.Value))
	}
	var names []string
	for _, g := range groups {
		names = append(names, printable(g.GroupName))
	}
	fmt.Fprintf(w, "Groups\t%s\n", strings.Join(names, " "))
	return w.Flush()
}

type usersCreateCmd struct {
	usersFlags
	Username     string            `arg:"" help:"The e-mail or the telephone number, where people sign in by it."`
	Attribute    map[string]string `mapsep:"none" placeholder:"NAME=VALUE" help:"An attribute, such as name=Ana; may be given again."`
	Verified     bool              `help:"The e-mail is known to be theirs: it needs no code."`
	NoInvite     bool              `help:"Mail no invitation; needs --password-file."`
	PasswordFile string            `placeholder:"FILE" help:"The temporary password; - is standard input. Without it, one is drawn and mailed."`
}

// Run creates an account whose owner chooses a password at the first sign-in.
func (c usersCreateCmd) Run(ctx context.Context, s streams) error {
	if c.NoInvite && c.PasswordFile == "" {
		return usageError{errors.New("--no-invite needs --password-file, or nobody would know the password")}
	}
	attributes := []attribute{}
	for _, name := range slices.Sorted(maps.Keys(c.Attribute)) {
		attributes = append(attributes, attribute{name, c.Attribute[name]})
	}
	if c.Verified {
		attributes = append(attributes, attribute{"email_verified", "true"})
	}
	in := members{"Username": c.Username, "UserAttributes": attributes}
	if c.NoInvite {
		in["MessageAction"] = "SUPPRESS"
	}
	if c.PasswordFile != "" {
		password, err := readPassword(c.PasswordFile)
		if err != nil {
			return err
		}
		in["TemporaryPassword"] = password
	}
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	var out struct{ User account }
	if err := api.call(ctx, "AdminCreateUser", in, &out); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, printable(out.User.Username))
	return err
}

// readPassword reads the first line of a file. A password is no argument: those can be read by every user of a machine.
func readPassword(file string) (string, error) {
	var content []byte
	var err error
	if file == "-" {
		content, err = io.ReadAll(io.LimitReader(os.Stdin, 4<<10))
	} else {
		content, err = os.ReadFile(file)
	}
	line, _, _ := strings.Cut(string(content), "\n")
	return strings.TrimSuffix(line, "\r"), err
}

type usersPasswordCmd struct {
	usersFlags
	Username     string `arg:"" help:"Whose."`
	PasswordFile string `default:"-" placeholder:"FILE" help:"Where the password is, on the first line; - is standard input (default ${default})."`
	Temporary    bool   `help:"It has to be replaced at the next sign-in."`
}

// Run sets a password.
func (c usersPasswordCmd) Run(ctx context.Context) error {
	password, err := readPassword(c.PasswordFile)
	if err != nil {
		return err
	}
	return c.do(ctx, "AdminSetUserPassword", members{"Username": c.Username, "Password": password, "Permanent": !c.Temporary})
}

// usersDoCmd does what its own name says to one account.
type usersDoCmd struct {
	usersFlags
	Username string `arg:"" help:"Whom."`
}

// userOperations are the API's names of such commands.
var userOperations = map[string]string{
	"reset": "AdminResetUserPassword", "disable": "AdminDisableUser", "enable": "AdminEnableUser",
	"sign-out": "AdminUserGlobalSignOut", "delete": "AdminDeleteUser",
}

// Run does it.
func (c usersDoCmd) Run(ctx context.Context, command *kong.Context) error {
	return c.do(ctx, userOperations[command.Selected().Name], members{"Username": c.Username})
}
