package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

type usersExportCmd struct {
	usersFlags
	Header string `type:"path" placeholder:"FILE" help:"The columns, as aws cognito-idp get-csv-header writes them for the pool that will import; without it those of a pool with no attributes of its own."`
}

// Help is the manual of `todo users export`.
func (usersExportCmd) Help() string {
	return `Prints the accounts in the CSV form of Amazon Cognito's user import. What that cannot take is named on standard error and
left out: accounts without a verified e-mail, and attributes that are no column. Passwords and second factors stay here:
in the new pool a person's first sign-in asks for a new password, by a code to the e-mail.`
}

// standardColumns are what GetCSVHeader gives for a pool without custom attributes.
var standardColumns = []string{
	"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email",
	"email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at",
	"cognito:mfa_enabled", "cognito:username",
}

// Run exports.
func (c usersExportCmd) Run(ctx context.Context, s streams) error {
	columns, err := c.columns()
	if err != nil {
		return err
	}
	api, err := c.connect(ctx)
	if err != nil {
		return err
	}
	var pool struct {
		UserPool struct{ UsernameAttributes []string }
	}
	if err := api.call(ctx, "DescribeUserPool", members{}, &pool); err != nil {
		return err
	}
	all, err := api.listUsers(ctx, "")
	if err != nil {
		return err
	}
	out := bufio.NewWriter(s.out)
	fmt.Fprintln(out, strings.Join(columns, ","))
	for _, text := range all {
		var a account
		if err := json.Unmarshal(text, &a); err != nil {
			return err
		}
		if err := exportAccount(out, s.err, columns, a, pool.UserPool.UsernameAttributes); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (c usersExportCmd) columns() ([]string, error) {
	if c.Header == "" {
		return standardColumns, nil
	}
	content, err := os.ReadFile(c.Header)
	if err != nil {
		return nil, fmt.Errorf("--header: %w", err)
	}
	var header struct{ CSVHeader []string }
	if err := json.Unmarshal(content, &header); err != nil {
		return nil, fmt.Errorf("--header: %s is not what get-csv-header writes in JSON: %w", c.Header, err)
	}
	if !slices.Contains(header.CSVHeader, "cognito:username") || !slices.Contains(header.CSVHeader, "email") {
		return nil, fmt.Errorf("--header: %s has no CSVHeader with cognito:username and email", c.Header)
	}
	return header.CSVHeader, nil
}

// exportAccount writes a line, or says why there is none.
func exportAccount(out, notes io.Writer, columns []string, a account, byAddress []string) error {
	values := map[string]string{}
	var lost []string
	for _, have := range a.Attributes {
		switch {
		case have.Name == "sub": // the new pool gives its own
		case slices.Contains(columns, have.Name):
			values[have.Name] = have.Value
		default:
			lost = append(lost, printable(have.Name))
		}
	}
	name := printable(a.Username)
	if values["email"] == "" || values["email_verified"] != "true" {
		_, err := fmt.Fprintf(notes, "todo: %s is left out: it has no verified e-mail\n", name)
		return err
	}
	values["cognito:username"] = a.Username
	for _, address := range []string{"phone_number", "email"} { // there too: the name is the new pool's to make
		if slices.Contains(byAddress, address) && values[address] != "" {
			values["cognito:username"] = values[address]
		}
	}
	values["cognito:mfa_enabled"] = "false" // true is for codes by SMS
	if values["phone_number"] != "" && values["phone_number_verified"] == "" {
		values["phone_number_verified"] = "false"
	}
	if birth, err := time.Parse(time.DateOnly, values["birthdate"]); err == nil {
		values["birthdate"] = birth.Format("01/02/2006")
	}
	line := make([]string, len(columns))
	for i, column := range columns {
		field, err := csvField(values[column])
		if err != nil {
			_, err := fmt.Fprintf(notes, "todo: %s is left out: its %s %v\n", name, column, err)
			return err
		}
		line[i] = field
	}
	if len(lost) > 0 {
		fmt.Fprintf(notes, "todo: %s goes without %s, which is no column\n", name, strings.Join(lost, ", "))
	}
	if !a.Enabled {
		fmt.Fprintf(notes, "todo: %s is disabled here and will not be there\n", name)
	}
	_, err := fmt.Fprintln(out, strings.Join(line, ","))
	return err
}

// csvField is a value as the import reads it: without quotes, and with a backslash before a comma.
func csvField(value string) (string, error) {
	if strings.ContainsAny(value, "\r\n") {
		return "", errors.New("has more than one line")
	}
	if strings.Contains(value, `\`) {
		return "", errors.New(`holds a backslash, which the import takes for something else`)
	}
	return strings.ReplaceAll(value, ",", `\,`), nil
}
